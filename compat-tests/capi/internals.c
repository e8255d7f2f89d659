/* api: full */
/* What binding generators reach for: type objects by name, underscored helpers, frames and tracebacks made by hand,
   thread states, managed dicts, module state through types, character tables, variadic forms. */
#include "support.h"
#include <frameobject.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Exported, but declared by no public header; generated code declares them itself. */
extern PyObject *_PyErr_FormatFromCause(PyObject *, const char *, ...);
extern void _PyErr_SetKeyError(PyObject *);
extern int _PyGen_FetchStopIterationValue(PyObject **);
extern PyObject *_PyLong_Copy(PyLongObject *);
extern int _PyEval_SliceIndex(PyObject *, Py_ssize_t *);
extern PyObject *_PyDict_NewPresized(Py_ssize_t);
extern int _PySet_Update(PyObject *, PyObject *);

F(type_objects)
{
    NEED(0);
    PyTypeObject *all[] = {&PyType_Type, &PyBaseObject_Type, &PyLong_Type, &PyBool_Type, &PyFloat_Type, &PyComplex_Type, &PyUnicode_Type, &PyBytes_Type, &PyByteArray_Type,
                           &PyMemoryView_Type, &PyList_Type, &PyTuple_Type, &PyDict_Type, &PySet_Type, &PyFrozenSet_Type, &PySlice_Type, &PyRange_Type, &PyEnum_Type,
                           &PyReversed_Type, &PyZip_Type, &PyMap_Type, &PyFilter_Type, &PyProperty_Type, &PyClassMethod_Type, &PyStaticMethod_Type, &PySuper_Type,
                           &PyModule_Type, &PyFunction_Type, &PyMethod_Type, &PyCFunction_Type, &PyGen_Type, &PyCoro_Type, &PyAsyncGen_Type, &PyFrame_Type, &PyTraceBack_Type,
                           &PyCode_Type, &PyCell_Type, &PyCapsule_Type, &PyDictProxy_Type, &PyDictKeys_Type, &PyDictValues_Type, &PyDictItems_Type, &PyGetSetDescr_Type,
                           &PyMemberDescr_Type, &PyMethodDescr_Type, &PyWrapperDescr_Type, &PyClassMethodDescr_Type, &PyEllipsis_Type, &PyContext_Type, &PyContextVar_Type,
                           &PyContextToken_Type, &PyListIter_Type, &PyTupleIter_Type, &PyRangeIter_Type, &PyDictIterKey_Type, &PySetIter_Type, &PyUnicodeIter_Type,
                           &PyBytesIter_Type, &PySeqIter_Type, &PyCallIter_Type, &PyInstanceMethod_Type, &Py_GenericAliasType, &PyODict_Type};
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < sizeof(all) / sizeof(all[0]); i++)
        if (PyList_Append(list, (PyObject *)all[i]) < 0) Py_CLEAR(list);
    return list;
}
static PyObject *format_v(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *s = PyUnicode_FromFormatV(format, va);
    va_end(va);
    return s;
}
static PyObject *err_v(PyObject *type, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyErr_FormatV(type, format, va);
    va_end(va);
    return NULL;
}
F(variadic_format) { NEED(1); return checked(format_v("%d %s %R", 5, "text", args[0])); }
F(variadic_error) { NEED(1); return err_v(PyExc_ValueError, "%d %R", 5, args[0]); }
F(format_from_cause) { NEED(1); PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]); return _PyErr_FormatFromCause(PyExc_RuntimeError, "wrapped %d", 3); }
F(set_key_error) { NEED(1); _PyErr_SetKeyError(args[0]); return NULL; }
F(print_error) { NEED(1); PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]); PyErr_Print(); return plain(PyErr_Occurred() != NULL); }
F(print_error_keep) { NEED(1); PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]); PyErr_PrintEx(0); return plain(PyErr_Occurred() != NULL); }
F(traceback_here)
{
    NEED(1);
    PyCodeObject *code = PyCode_NewEmpty("made.pyx", "made_function", 77);
    PyObject *globals = PyDict_New();
    PyFrameObject *frame = code && globals ? PyFrame_New(PyThreadState_Get(), code, globals, NULL) : NULL;
    if (frame == NULL) return NULL;
    PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]);
    PyTraceBack_Here(frame);
    Py_DECREF(frame);
    Py_DECREF(code);
    Py_DECREF(globals);
    return NULL;
}
F(traceback_print) { NEED(2); return status(PyTraceBack_Print(args[0], args[1])); }
F(frame_more)
{
    NEED(0);
    PyFrameObject *f = PyThreadState_GetFrame(PyThreadState_Get());
    if (f == NULL) return NULL;
    PyObject *r = Py_BuildValue("iNi", PyFrame_GetLasti(f) >= 0, PyFrame_GetGlobals(f), PyFrame_GetLineNumber(f));
    Py_DECREF(f);
    return r;
}
F(code_made)
{
    NEED(0);
    PyObject *empty = PyTuple_New(0), *name = PyUnicode_FromString("n"), *bytes = PyBytes_FromStringAndSize(NULL, 0);
    PyObject *c = (PyObject *)PyUnstable_Code_New(0, 0, 0, 1, 0, bytes, empty, empty, empty, empty, empty, name, name, name, 3, bytes, bytes);
    PyObject *d = (PyObject *)PyUnstable_Code_NewWithPosOnlyArgs(0, 0, 0, 0, 1, 0, bytes, empty, empty, empty, empty, empty, name, name, name, 4, bytes, bytes);
    Py_DECREF(empty);
    Py_DECREF(name);
    Py_DECREF(bytes);
    if (c == NULL || d == NULL) return NULL;
    return Py_BuildValue("NN", c, d);
}
F(gen_code) { NEED(1); return checked((PyObject *)PyGen_GetCode((PyGenObject *)args[0])); }
F(function_annotations) { NEED(1); return borrowed(PyFunction_GetAnnotations(args[0])); }
F(gen_fetch_stop)
{
    NEED(1);
    PyObject *v = NULL;
    PyObject *r = PyObject_CallNoArgs(args[0]);
    if (r != NULL) return r;
    if (_PyGen_FetchStopIterationValue(&v) < 0) return checked(NULL);
    return PyTuple_Pack(1, v);
}
F(long_helpers)
{
    NEED(1);
    unsigned char b[16];
    if (_PyLong_AsByteArray((PyLongObject *)args[0], b, 16, 1, 1, 1) < 0) return NULL;
    return Py_BuildValue("iLNy#", _PyLong_Sign(args[0]), (long long)_PyLong_NumBits(args[0]), _PyLong_Copy((PyLongObject *)args[0]), (char *)b, (Py_ssize_t)16);
}
F(long_from_bytes)
{
    NEED(2);
    return checked(_PyLong_FromByteArray((unsigned char *)PyBytes_AS_STRING(args[0]), (size_t)PyBytes_GET_SIZE(args[0]), 1, PyObject_IsTrue(args[1])));
}
F(slice_index) { NEED(1); Py_ssize_t i = -7; return _PyEval_SliceIndex(args[0], &i) ? plain(i) : checked(NULL); }
F(dict_helpers)
{
    NEED(2);
    PyObject *d = _PyDict_NewPresized(20);
    Py_hash_t h = PyObject_Hash(args[0]);
    if (d == NULL || h == -1 || PyDict_SetItem(d, args[0], args[1]) < 0) return NULL;
    PyObject *v = _PyDict_GetItem_KnownHash(d, args[0], h);
    return Py_BuildValue("NO", d, v ? v : Py_Ellipsis);
}
F(set_update) { NEED(2); return status(_PySet_Update(args[0], args[1])); }
F(hashes)
{
    NEED(1);
    double d = PyFloat_AsDouble(args[0]);
    ARG_ERROR;
    return plain((_Py_HashDouble(args[0], d) == PyObject_Hash(args[0])) + 2 * (Py_HashPointer(args[0]) == Py_HashPointer(args[0])));
}
F(characters)
{
    NEED(1);
    int c = (int)N(0);
    ARG_ERROR;
    return Py_BuildValue("iiiiiiiii", !!Py_ISALPHA(c), !!Py_ISDIGIT(c), !!Py_ISALNUM(c), !!Py_ISSPACE(c), !!Py_ISUPPER(c), !!Py_ISLOWER(c), !!Py_ISXDIGIT(c), Py_TOLOWER(c), Py_TOUPPER(c));
}
F(os_numbers)
{
    NEED(1);
    char *end;
    const char *s = PyUnicode_AsUTF8(args[0]);
    unsigned long v = PyOS_strtoul(s, &end, 0);
    return Py_BuildValue("kn", v, (Py_ssize_t)(end - s));
}
F(locale_strings) { NEED(1); PyObject *b = PyUnicode_EncodeLocale(args[0], "strict"), *s = b ? PyUnicode_DecodeLocale(PyBytes_AS_STRING(b), NULL) : NULL, *f = s ? PyUnicode_DecodeFSDefault(PyBytes_AS_STRING(b)) : NULL; return f ? Py_BuildValue("NNN", b, s, f) : NULL; }
F(object_print)
{
    NEED(2);
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    int flags = (int)N(1), r = PyObject_Print(args[0], f, flags);
    fclose(f);
    PyObject *s = r < 0 ? NULL : PyUnicode_FromStringAndSize(text, (Py_ssize_t)n);
    free(text);
    return s;
}
F(thread_state_made)
{
    NEED(1);
    PyThreadState *main = PyThreadState_Get();
    PyThreadState *made = PyThreadState_New(PyInterpreterState_Main());
    if (made == NULL) return PyErr_NoMemory();
    PyThreadState_Swap(made);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    if (r == NULL) PyErr_Clear();
    PyThreadState_Clear(made);
    PyThreadState_Swap(main);
    PyThreadState_Delete(made);
    return Py_BuildValue("NiK", r ? r : Py_NewRef(Py_Ellipsis), PyInterpreterState_Head() != NULL, (unsigned long long)PyThreadState_GetID(main));
}
F(state_users)
{
    NEED(0);
    PyGILState_STATE old = PyGILState_Ensure();
    int inside = PyThreadState_Get()->gilstate_counter;
    PyGILState_Release(old);
    return Py_BuildValue("iii", PyThreadState_Get()->gilstate_counter, inside, old == PyGILState_LOCKED);
}
F(tracing_paused)
{
    NEED(1);
    PyThreadState *ts = PyThreadState_Get();
    PyThreadState_EnterTracing(ts);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    PyThreadState_LeaveTracing(ts);
    return checked(r);
}
static int trace(PyObject *arg, PyFrameObject *frame, int what, PyObject *value)
{
    PyObject *n = PyLong_FromLong(what);
    int r = n ? PyList_Append(arg, n) : -1;
    Py_XDECREF(n);
    return r;
}
F(c_trace)
{
    NEED(2);
    PyEval_SetTrace(trace, args[1]);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    PyEval_SetTrace(NULL, NULL);
    return checked(r);
}
F(c_profile)
{
    NEED(2);
    PyEval_SetProfile(trace, args[1]);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    PyEval_SetProfile(NULL, NULL);
    return checked(r);
}
F(unstable)
{
    NEED(1);
    return Py_BuildValue("ii", PyUnstable_Object_EnableDeferredRefcount(args[0]), PyUnstable_Object_IsUniqueReferencedTemporary(args[0]));
}
F(small_helpers)
{
    NEED(0);
    void *p = PyMem_Calloc(4, 4), *q = PyMem_RawMalloc(5);
    PyObjectArenaAllocator arena;
    PyObject_GetArenaAllocator(&arena);
    int ok = p != NULL && q != NULL && ((char *)p)[15] == 0 && arena.alloc != NULL;
    PyMem_Free(p);
    PyMem_RawFree(q);
    return plain(ok);
}

/* A type with a managed dict and managed weak references. */
typedef struct { PyObject_HEAD int tag; } Managed;
static int managed_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return PyObject_VisitManagedDict(self, visit, arg);
}
static int managed_clear(PyObject *self) { PyObject_ClearManagedDict(self); return 0; }
static void managed_dealloc(PyObject *self)
{
    PyTypeObject *t = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    managed_clear(self);
    t->tp_free(self);
    Py_DECREF(t);
}
typedef struct { long hits; } State;
static PyObject *managed_state(PyObject *self, PyTypeObject *cls, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    State *s = PyType_GetModuleState(cls);
    return s ? PyLong_FromLong(++s->hits) : NULL;
}
static PyMethodDef managed_methods[] = {{"hit", (PyCFunction)(void (*)(void))managed_state, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL}, END};
static PyGetSetDef managed_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL}, {NULL}};
static PyType_Slot managed_slots[] = {{Py_tp_getset, managed_getset}, {Py_tp_traverse, managed_traverse}, {Py_tp_clear, managed_clear}, {Py_tp_dealloc, managed_dealloc}, {Py_tp_methods, managed_methods}, {0, NULL}};
static PyType_Spec managed_spec = {"capi_internals.Managed", sizeof(Managed), 0,
                                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF, managed_slots};
static PyObject plain_object;
static PyTypeObject ReadyType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_internals.Ready", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT};
F(ready_and_init)
{
    NEED(0);
    if (PyType_Ready(&ReadyType) < 0) return NULL;
    (void)plain_object;
    PyObject *raw = PyObject_Malloc(sizeof(PyObject));
    return raw ? PyObject_Init(raw, &ReadyType) : PyErr_NoMemory();
}

static PyMethodDef methods[] = {
    M(type_objects), M(variadic_format), M(variadic_error), M(format_from_cause), M(set_key_error), M(print_error), M(print_error_keep), M(traceback_here), M(traceback_print),
    M(frame_more), M(code_made), M(gen_code), M(function_annotations), M(gen_fetch_stop), M(long_helpers), M(long_from_bytes), M(slice_index), M(dict_helpers), M(set_update),
    M(hashes), M(characters), M(os_numbers), M(locale_strings), M(object_print), M(thread_state_made), M(state_users), M(tracing_paused), M(c_trace), M(c_profile), M(unstable),
    M(small_helpers), M(ready_and_init), END};
static int exec(PyObject *m)
{
    PyObject *t = PyType_FromModuleAndSpec(m, &managed_spec, NULL);
    return PyModule_Add(m, "Managed", t);
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)exec}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "capi_internals", NULL, sizeof(State), methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_capi_internals(void) { return PyModuleDef_Init(&def); }
