/* api: full, limited */
/* PyErr_*, PyException_*, PyExc_*, PyTraceBack_*, PyUnicode*Error_*. */
#include "support.h"
#include <errno.h>

F(set_none) { NEED(1); PyErr_SetNone(args[0]); return NULL; }
F(set_object) { NEED(2); PyErr_SetObject(args[0], A(1)); return NULL; }
F(set_string) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); if (s) PyErr_SetString(args[0], s); return NULL; }
F(format) { NEED(2); return PyErr_Format(args[0], "%s is %d and %R", "answer", 42, args[1]); }
F(bad_argument) { NEED(0); PyErr_BadArgument(); return NULL; }
F(bad_internal_call) { NEED(0); PyErr_BadInternalCall(); return NULL; }
F(no_memory) { NEED(0); return PyErr_NoMemory(); }
F(set_from_errno) { NEED(2); errno = (int)N(1); return PyErr_SetFromErrno(args[0]); }
F(set_from_errno_with_filename) { NEED(3); errno = (int)N(1); const char *s = PyUnicode_AsUTF8AndSize(args[2], NULL); return PyErr_SetFromErrnoWithFilename(args[0], s); }
F(set_from_errno_with_objects) { NEED(4); errno = (int)N(1); return PyErr_SetFromErrnoWithFilenameObjects(args[0], A(2), A(3)); }
F(set_import_error) { NEED(3); return PyErr_SetImportError(A(0), A(1), A(2)); }
F(set_import_error_subclass) { NEED(4); return PyErr_SetImportErrorSubclass(args[0], A(1), A(2), A(3)); }
F(occurred_and_clear)
{
    NEED(1);
    PyObject *before = PyErr_Occurred();
    PyErr_SetNone(args[0]);
    PyObject *during = PyErr_Occurred();
    int same = during == args[0], matches = PyErr_ExceptionMatches(PyExc_LookupError);
    PyErr_Clear();
    return Py_BuildValue("iiii", before != NULL, same, matches, PyErr_Occurred() != NULL);
}
F(matches) { NEED(2); return plain(PyErr_GivenExceptionMatches(A(0), args[1])); }
F(fetch_restore)
{
    NEED(1);
    PyObject *type, *value, *tb;
    if (PyObject_CallNoArgs(args[0]) != NULL) return NULL;
    PyErr_Fetch(&type, &value, &tb);
    if (PyErr_Occurred()) return NULL;
    PyErr_NormalizeException(&type, &value, &tb);
    PyObject *seen = Py_BuildValue("OOi", type, value, tb != NULL);
    PyErr_Restore(type, value, tb);
    if (PyErr_Occurred() != type) return NULL;
    PyErr_Clear();
    return seen;
}
F(get_set_raised)
{
    NEED(1);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    Py_XDECREF(r);
    PyObject *e = PyErr_GetRaisedException();
    if (e == NULL) return Py_NewRef(Py_Ellipsis);
    PyObject *tb = PyException_GetTraceback(e);
    PyObject *seen = Py_BuildValue("Oi", e, tb != NULL);
    Py_XDECREF(tb);
    PyErr_SetRaisedException(e);
    PyErr_Clear();
    return seen;
}
F(reraise) { NEED(1); PyErr_SetRaisedException(Py_NewRef(args[0])); return NULL; }
F(handled)
{
    NEED(0);
    PyObject *type, *value, *tb, *h = PyErr_GetHandledException();
    PyErr_GetExcInfo(&type, &value, &tb);
    return Py_BuildValue("NNNN", h ? h : Py_NewRef(Py_None), type ? type : Py_NewRef(Py_None), value ? value : Py_NewRef(Py_None), tb ? tb : Py_NewRef(Py_None));
}
F(set_handled)
{
    NEED(2);
    PyObject *old = PyErr_GetHandledException();
    PyErr_SetHandledException(args[0]);
    PyObject *r = PyObject_CallNoArgs(args[1]);
    PyErr_SetHandledException(old);
    Py_XDECREF(old);
    return checked(r);
}
F(set_exc_info)
{
    NEED(2);
    PyObject *type, *value, *tb;
    PyErr_GetExcInfo(&type, &value, &tb);
    PyErr_SetExcInfo(Py_NewRef((PyObject *)Py_TYPE(args[0])), Py_NewRef(args[0]), NULL);
    PyObject *r = PyObject_CallNoArgs(args[1]);
    PyErr_SetExcInfo(type, value, tb);
    return checked(r);
}
F(new_exception) { NEED(3); const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL); return s ? checked(PyErr_NewException(s, A(1), A(2))) : NULL; }
F(new_exception_with_doc)
{
    NEED(4);
    const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL), *d = A(1) ? PyUnicode_AsUTF8AndSize(args[1], NULL) : NULL;
    ARG_ERROR;
    return checked(PyErr_NewExceptionWithDoc(s, d, A(2), A(3)));
}
F(write_unraisable) { NEED(2); PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]); PyErr_WriteUnraisable(A(1)); return plain(PyErr_Occurred() != NULL); }
F(warn) { NEED(3); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); Py_ssize_t n = N(2); ARG_ERROR; return status(PyErr_WarnEx(A(0), s, n)); }
F(warn_format) { NEED(2); return status(PyErr_WarnFormat(args[0], 1, "number %d and %S", 5, args[1])); }
F(warn_explicit) { NEED(3); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return status(PyErr_WarnExplicit(args[0], s, "file.py", 7, "module.name", A(2))); }
F(resource_warning) { NEED(1); return status(PyErr_ResourceWarning(NULL, 1, "unclosed %R", args[0])); }
F(display) { NEED(1); PyErr_Display(NULL, args[0], NULL); return plain(0); }
F(check_signals) { NEED(0); return status(PyErr_CheckSignals()); }
F(exc_get)
{
    NEED(1);
    PyObject *cause = PyException_GetCause(args[0]), *context = PyException_GetContext(args[0]), *tb = PyException_GetTraceback(args[0]);
    return Py_BuildValue("NNNN", cause ? cause : Py_NewRef(Py_Ellipsis), context ? context : Py_NewRef(Py_Ellipsis), tb ? tb : Py_NewRef(Py_Ellipsis), PyException_GetArgs(args[0]));
}
F(exc_set)
{
    NEED(4);
    PyException_SetCause(args[0], Py_XNewRef(A(1)));
    PyException_SetContext(args[0], Py_XNewRef(A(2)));
    PyException_SetArgs(args[0], args[3]);
    return plain(0);
}
F(exc_set_traceback) { NEED(2); return status(PyException_SetTraceback(args[0], args[1])); }
F(exc_class_name) { NEED(1); return PyUnicode_FromString(PyExceptionClass_Name(args[0])); }
F(exc_checks) { NEED(1); return plain(PyExceptionClass_Check(args[0]) + 2 * PyExceptionInstance_Check(args[0])); }
F(traceback_check) { NEED(1); return plain(PyTraceBack_Check(args[0])); }
F(unicode_decode_error)
{
    NEED(5);
    char *s;
    Py_ssize_t n, a = N(2), b = N(3), start = -1, end = -1;
    const char *enc = PyUnicode_AsUTF8AndSize(args[0], NULL), *why = PyUnicode_AsUTF8AndSize(args[4], NULL);
    if (PyErr_Occurred() || PyBytes_AsStringAndSize(args[1], &s, &n) < 0) return NULL;
    PyObject *e = PyUnicodeDecodeError_Create(enc, s, n, a, b, why);
    if (e == NULL || PyUnicodeDecodeError_GetStart(e, &start) < 0 || PyUnicodeDecodeError_GetEnd(e, &end) < 0) return NULL;
    return Py_BuildValue("NNNNnn", e, PyUnicodeDecodeError_GetEncoding(e), PyUnicodeDecodeError_GetObject(e), PyUnicodeDecodeError_GetReason(e), start, end);
}
F(unicode_error_setters)
{
    NEED(1);
    Py_ssize_t start, end;
    if (PyUnicodeEncodeError_SetStart(args[0], 1) < 0 || PyUnicodeEncodeError_SetEnd(args[0], 2) < 0 || PyUnicodeEncodeError_SetReason(args[0], "set") < 0 ||
        PyUnicodeEncodeError_GetStart(args[0], &start) < 0 || PyUnicodeEncodeError_GetEnd(args[0], &end) < 0)
        return NULL;
    return Py_BuildValue("nnNN", start, end, PyUnicodeEncodeError_GetEncoding(args[0]), PyUnicodeEncodeError_GetObject(args[0]));
}
F(exception_constants)
{
    NEED(0);
    PyObject *all[] = {PyExc_BaseException, PyExc_Exception, PyExc_BaseExceptionGroup, PyExc_StopAsyncIteration, PyExc_StopIteration, PyExc_GeneratorExit,
                       PyExc_ArithmeticError, PyExc_LookupError, PyExc_AssertionError, PyExc_AttributeError, PyExc_BufferError, PyExc_EOFError,
                       PyExc_FloatingPointError, PyExc_OSError, PyExc_ImportError, PyExc_ModuleNotFoundError, PyExc_IndexError, PyExc_KeyError,
                       PyExc_KeyboardInterrupt, PyExc_MemoryError, PyExc_NameError, PyExc_OverflowError, PyExc_RuntimeError, PyExc_RecursionError,
                       PyExc_NotImplementedError, PyExc_SyntaxError, PyExc_IndentationError, PyExc_TabError, PyExc_ReferenceError, PyExc_SystemError,
                       PyExc_SystemExit, PyExc_TypeError, PyExc_UnboundLocalError, PyExc_UnicodeError, PyExc_UnicodeEncodeError, PyExc_UnicodeDecodeError,
                       PyExc_UnicodeTranslateError, PyExc_ValueError, PyExc_ZeroDivisionError, PyExc_BlockingIOError, PyExc_BrokenPipeError,
                       PyExc_ChildProcessError, PyExc_ConnectionError, PyExc_ConnectionAbortedError, PyExc_ConnectionRefusedError, PyExc_ConnectionResetError,
                       PyExc_FileExistsError, PyExc_FileNotFoundError, PyExc_InterruptedError, PyExc_IsADirectoryError, PyExc_NotADirectoryError,
                       PyExc_PermissionError, PyExc_ProcessLookupError, PyExc_TimeoutError, PyExc_EnvironmentError, PyExc_IOError, PyExc_Warning,
                       PyExc_UserWarning, PyExc_DeprecationWarning, PyExc_PendingDeprecationWarning, PyExc_SyntaxWarning, PyExc_RuntimeWarning,
                       PyExc_FutureWarning, PyExc_ImportWarning, PyExc_UnicodeWarning, PyExc_BytesWarning, PyExc_ResourceWarning, PyExc_EncodingWarning};
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < sizeof(all) / sizeof(all[0]); i++)
        if (PyList_Append(list, all[i]) < 0) Py_CLEAR(list);
    return list;
}
#ifndef Py_LIMITED_API
F(format_unraisable) { NEED(1); PyErr_SetString(PyExc_KeyError, "lost"); PyErr_FormatUnraisable("Exception ignored in test of %R", args[0]); return plain(PyErr_Occurred() != NULL); }
F(syntax_location) { NEED(0); PyErr_SetString(PyExc_SyntaxError, "made in C"); PyErr_SyntaxLocationEx("f.py", 3, 4); return NULL; }
F(raised_struct)
{
    NEED(1);
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)args[0];
    return Py_BuildValue("OOi", e->args, e->cause ? e->cause : Py_None, (int)e->suppress_context);
}
F(chain)
{
    NEED(2);
    PyErr_SetString(args[0], "first");
    PyObject *first = PyErr_GetRaisedException();
    PyErr_SetString(args[1], "second");
    _PyErr_ChainExceptions1(first);
    return NULL;
}
#endif

static PyMethodDef methods[] = {
    M(set_none), M(set_object), M(set_string), M(format), M(bad_argument), M(bad_internal_call), M(no_memory), M(set_from_errno),
    M(set_from_errno_with_filename), M(set_from_errno_with_objects), M(set_import_error), M(set_import_error_subclass),
    M(occurred_and_clear), M(matches), M(fetch_restore), M(get_set_raised), M(reraise), M(handled), M(set_handled), M(set_exc_info),
    M(new_exception), M(new_exception_with_doc), M(write_unraisable), M(warn), M(warn_format), M(warn_explicit), M(resource_warning),
    M(display), M(check_signals), M(exc_get), M(exc_set), M(exc_set_traceback), M(exc_class_name), M(exc_checks), M(traceback_check),
    M(unicode_decode_error), M(unicode_error_setters), M(exception_constants),
#ifndef Py_LIMITED_API
    M(format_unraisable), M(syntax_location), M(raised_struct), M(chain),
#endif
    END};

MODULE(capi_errors, methods, NULL)
