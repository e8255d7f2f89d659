/* api: full, limited */
/* Errors shown, located and set in other ways, modules by specification, frozen modules, tracebacks of memory, code and
   descriptors made by C. */
#include "support.h"
#include <errno.h>
#include <locale.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

F(display) { NEED(1); PyErr_DisplayException(args[0]); return plain(PyErr_Occurred() != NULL); }
F(syntax_location)
{
    NEED(3);
    const char *file = A(0) ? PyUnicode_AsUTF8AndSize(args[0], NULL) : NULL;
    int line = (int)N(1);
    ARG_ERROR;
    PyErr_SetObject((PyObject *)Py_TYPE(args[2]), args[2]);
    PyErr_SyntaxLocation(file, line);
    return NULL;
}
F(bad_internal_call) { NEED(0); _PyErr_BadInternalCall("file.c", 77); return NULL; }
F(import_no_block) { NEED(1); const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL); ARG_ERROR; return checked(PyImport_ImportModuleNoBlock(s)); }
F(module_filename)
{
    NEED(1);
    const char *s = PyModule_GetFilename(args[0]);
    return s ? PyUnicode_FromString(s) : checked(NULL);
}
/* ---- modules by definition and specification ---- */
static int made;
static int exec_one(PyObject *m) { made++; return PyModule_AddIntConstant(m, "one", 1); }
static int exec_fails(PyObject *m) { PyErr_SetString(PyExc_ValueError, "no module today"); return -1; }
static PyObject *create_other(PyObject *spec, PyModuleDef *def) { return Py_NewRef(spec); }
static PyObject *no_create(PyObject *spec, PyModuleDef *def) { return NULL; }
static PyModuleDef_Slot one_slots[] = {{Py_mod_exec, exec_one}, {0, NULL}};
static PyModuleDef_Slot fails_slots[] = {{Py_mod_exec, exec_fails}, {0, NULL}};
static PyModuleDef_Slot other_slots[] = {{Py_mod_create, create_other}, {0, NULL}};
static PyModuleDef_Slot none_slots[] = {{Py_mod_create, no_create}, {0, NULL}};
static PyModuleDef_Slot unknown_slots[] = {{99, exec_one}, {0, NULL}};
static PyModuleDef defs[] = {
    {PyModuleDef_HEAD_INIT, "one", "the doc", 16, NULL, one_slots, NULL, NULL, NULL},
    {PyModuleDef_HEAD_INIT, "fails", NULL, 0, NULL, fails_slots, NULL, NULL, NULL},
    {PyModuleDef_HEAD_INIT, "other", NULL, 0, NULL, other_slots, NULL, NULL, NULL},
    {PyModuleDef_HEAD_INIT, "none", NULL, 0, NULL, none_slots, NULL, NULL, NULL},
    {PyModuleDef_HEAD_INIT, "unknown", NULL, 0, NULL, unknown_slots, NULL, NULL, NULL},
    {PyModuleDef_HEAD_INIT, "negative", NULL, -1, NULL, one_slots, NULL, NULL, NULL},
};
F(from_spec)
{
    NEED(3);
    int i = (int)N(0), version = (int)N(2);
    ARG_ERROR;
    return checked(PyModule_FromDefAndSpec2(&defs[i], args[1], version));
}
F(exec_module) { NEED(2); int i = (int)N(1); ARG_ERROR; return status(PyModule_ExecDef(args[0], &defs[i])); }
F(times_made) { NEED(0); int n = made; made = 0; return plain(n); }

/* ---- signals and formats ---- */
F(interrupt_now) { NEED(0); PyErr_SetInterrupt(); return status(PyErr_CheckSignals()); }
F(interrupt_with) { NEED(1); int n = (int)N(0); ARG_ERROR; int r = PyErr_SetInterruptEx(n); return r < 0 ? plain(r) : status(PyErr_CheckSignals()); }
static PyObject *vformat(const char *format, ...)
{
    char room[16];
    va_list va;
    va_start(va, format);
    int n = PyOS_vsnprintf(room, sizeof(room), format, va);
    va_end(va);
    return Py_BuildValue("is", n, room);
}
F(vsnprintf) { NEED(1); const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL); ARG_ERROR; return vformat("%s-%d", s, 42); }
static PyObject *bytes_format(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *r = PyBytes_FromFormatV(format, va);
    va_end(va);
    return r;
}
F(bytes_v) { NEED(1); return checked(bytes_format("%s|%d|%i|%u|%ld|%lu|%zd|%zu|%x|%c|%.3s|%%", PyBytes_AsString(args[0]), -5, 6, 7u, -8L, 9UL, (Py_ssize_t)-10, (size_t)11, 0xabc, 'z', "longer")); }
F(bytes_v_bad) { NEED(1); int c = (int)N(0); ARG_ERROR; return checked(bytes_format("%c", c)); }

#ifndef Py_LIMITED_API
#include <frameobject.h>
/* Exported, but declared by no public header. */
PyAPI_FUNC(void) _PyErr_SetFromPyStatus(PyStatus);
PyAPI_FUNC(void) _PyErr_SetLocaleString(PyObject *, const char *);
PyAPI_FUNC(void) _PyTraceback_Add(const char *, const char *, int);
PyAPI_FUNC(PyObject *) _PyTraceMalloc_GetTraceback(unsigned int, uintptr_t);
PyAPI_FUNC(int) _PyState_AddModule(PyThreadState *, PyObject *, PyModuleDef *);

F(warn_explicit)
{
    NEED(6);
    int line = (int)N(3);
    ARG_ERROR;
    return status(PyErr_WarnExplicitObject(A(0), args[1], args[2], line, A(4), A(5)));
}
F(from_status)
{
    NEED(1);
    int way = (int)N(0);
    ARG_ERROR;
    _PyErr_SetFromPyStatus(way == 0 ? PyStatus_Error("a bad status") : way == 1 ? PyStatus_NoMemory() : way == 2 ? PyStatus_Exit(7) : PyStatus_Ok());
    return checked(NULL);
}
F(locale_string) { NEED(1); _PyErr_SetLocaleString(PyExc_ValueError, PyBytes_AsString(args[0])); return NULL; }
F(traceback_add) { NEED(1); PyErr_SetObject((PyObject *)Py_TYPE(args[0]), args[0]); _PyTraceback_Add("function_of_c", "source.c", 123); return NULL; }
F(track) { NEED(3); unsigned long long d = PyLong_AsUnsignedLongLong(args[0]), p = PyLong_AsUnsignedLongLong(args[1]); Py_ssize_t n = N(2); ARG_ERROR; return plain(PyTraceMalloc_Track((unsigned)d, (uintptr_t)p, (size_t)n)); }
F(untrack) { NEED(2); unsigned long long d = PyLong_AsUnsignedLongLong(args[0]), p = PyLong_AsUnsignedLongLong(args[1]); ARG_ERROR; return plain(PyTraceMalloc_Untrack((unsigned)d, (uintptr_t)p)); }
F(memory_traceback) { NEED(2); unsigned long long d = PyLong_AsUnsignedLongLong(args[0]), p = PyLong_AsUnsignedLongLong(args[1]); ARG_ERROR; return checked(_PyTraceMalloc_GetTraceback((unsigned)d, (uintptr_t)p)); }
F(state_add_module)
{
    NEED(0);
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, "state_module", NULL, 8, NULL, NULL, NULL, NULL, NULL};
    PyObject *m = PyModule_Create(&def);
    if (m == NULL) return NULL;
    Py_ssize_t before = Py_REFCNT(m);
    int r = _PyState_AddModule(PyThreadState_Get(), m, &def);
    Py_ssize_t after = Py_REFCNT(m);
    int found = PyState_FindModule(&def) == m, removed = PyState_RemoveModule(&def);
    Py_ssize_t end = Py_REFCNT(m);
    Py_DECREF(m);
    return Py_BuildValue("iniin", r, after - before, found, removed, end - before);
}
F(code_optimize) { NEED(4); return checked(PyCode_Optimize(args[0], args[1], args[2], args[3])); }
/* A wrapper descriptor of a function here, in the manner of a slot's. */
static PyObject *doubled(PyObject *self, PyObject *args, void *function)
{
    PyObject *x;
    if (!PyArg_ParseTuple(args, "O", &x)) return NULL;
    return Py_BuildValue("OOs", self, x, (const char *)function);
}
static struct wrapperbase base = {"made", 0, NULL, doubled, "made($self, x, /)\n--\n\nA wrapper.", 0, NULL};
F(new_wrapper) { NEED(1); return checked(PyDescr_NewWrapper((PyTypeObject *)args[0], &base, "function of C")); }
#endif

static PyMethodDef methods[] = {
    M(display), M(syntax_location), M(bad_internal_call), M(import_no_block), M(module_filename), M(from_spec), M(exec_module), M(times_made), M(interrupt_now),
    M(interrupt_with), M(vsnprintf), M(bytes_v), M(bytes_v_bad),
#ifndef Py_LIMITED_API
    M(warn_explicit), M(from_status), M(locale_string), M(traceback_add), M(track), M(untrack), M(memory_traceback), M(state_add_module), M(code_optimize),
    M(new_wrapper),
#endif
    END};

MODULE(capi_errors_modules, methods, NULL)
