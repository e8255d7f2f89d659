/* api: full, limited */
/* Type objects, singletons and exceptions by their exported names: each is the type, or the object, that the language
   itself gives. */
#include "support.h"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#ifndef Py_LIMITED_API
/* Exported, but declared by no public header. */
PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
PyAPI_DATA(PyTypeObject) _PyUnion_Type;
PyAPI_DATA(PyObject *) PyExc_InterpreterError;
PyAPI_DATA(PyObject *) PyExc_InterpreterNotFoundError;
#endif

#define T(name) {#name, (PyObject *)&name}
static struct { const char *name; PyObject *object; } types[] = {
    T(PyByteArrayIter_Type), T(PyDictIterItem_Type), T(PyDictIterValue_Type), T(PyDictRevIterItem_Type), T(PyDictRevIterKey_Type),
    T(PyDictRevIterValue_Type), T(PyListRevIter_Type), T(PyLongRangeIter_Type), T(PyModuleDef_Type), T(_PyWeakref_RefType), T(_PyWeakref_ProxyType),
    T(_PyWeakref_CallableProxyType),
#ifndef Py_LIMITED_API
    T(PyCMethod_Type), T(PyFrameLocalsProxy_Type), T(PyODictItems_Type), T(PyODictIter_Type), T(PyODictKeys_Type), T(PyODictValues_Type),
    T(PyStdPrinter_Type), T(_PyAsyncGenASend_Type), T(_PyNone_Type), T(_PyNotImplemented_Type), T(_PyUnion_Type),
#endif
};
F(all)
{
    NEED(0);
    PyObject *d = PyDict_New();
    for (size_t i = 0; d != NULL && i < sizeof(types) / sizeof(types[0]); i++)
        if (PyDict_SetItemString(d, types[i].name, types[i].object) < 0) Py_CLEAR(d);
    return checked(d);
}

/* ---- singletons, through their addresses: references to them are handed out and given back ---- */
F(singletons)
{
    NEED(0);
    PyObject *all[] = {&_Py_NoneStruct, (PyObject *)&_Py_TrueStruct, (PyObject *)&_Py_FalseStruct, &_Py_EllipsisObject, &_Py_NotImplementedStruct};
    PyObject *t = PyTuple_New(5);
    for (int i = 0; t != NULL && i < 5; i++) PyTuple_SetItem(t, i, Py_NewRef(all[i]));
    return checked(t);
}
F(is_singleton)
{
    NEED(1);
    PyObject *o = args[0];
    return plain((o == &_Py_NoneStruct) + 2 * (o == (PyObject *)&_Py_TrueStruct) + 4 * (o == (PyObject *)&_Py_FalseStruct) + 8 * (o == &_Py_EllipsisObject) + 16 * (o == &_Py_NotImplementedStruct));
}
F(singleton_numbers)
{
    NEED(0);
    return Py_BuildValue("llii", PyLong_AsLong((PyObject *)&_Py_TrueStruct), PyLong_AsLong((PyObject *)&_Py_FalseStruct), Py_TYPE((PyObject *)&_Py_TrueStruct) == &PyBool_Type, PyObject_IsTrue((PyObject *)&_Py_FalseStruct));
}
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "made", NULL, 0, NULL, NULL, NULL, NULL, NULL};
F(module_definition) { NEED(0); return checked(Py_XNewRef(PyModuleDef_Init(&definition))); }
F(weakref_checks) { NEED(1); return plain(PyWeakref_CheckRef(args[0]) + 2 * PyWeakref_CheckRefExact(args[0]) + 4 * PyWeakref_CheckProxy(args[0])); }

#ifndef Py_LIMITED_API
static PyObject *method(PyObject *self, PyTypeObject *cls, PyObject *const *args, size_t n, PyObject *kwnames) { return Py_BuildValue("OOn", self, cls, (Py_ssize_t)n); }
static PyMethodDef method_def = {"made", (PyCFunction)(void (*)(void))method, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, "doc"};
F(c_method) { NEED(2); return checked(PyCMethod_New(&method_def, args[0], NULL, (PyTypeObject *)args[1])); }
F(printer) { NEED(0); return checked(PyFile_NewStdPrinter(2)); }
F(exceptions) { NEED(0); return Py_BuildValue("OOO", PyExc_InterpreterError, PyExc_InterpreterNotFoundError, PyExc_PythonFinalizationError); }
F(raise_exception) { NEED(1); int i = (int)N(0); ARG_ERROR; PyErr_SetString(i == 0 ? PyExc_InterpreterError : i == 1 ? PyExc_InterpreterNotFoundError : PyExc_PythonFinalizationError, "raised from C"); return NULL; }
F(executable_kinds)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < PyUnstable_EXECUTABLE_KINDS + 1; i++) {
        PyObject *t = (PyObject *)PyUnstable_ExecutableKinds[i];
        if (PyList_Append(list, t ? t : Py_Ellipsis) < 0) Py_CLEAR(list);
    }
    return checked(list);
}
F(frame_locals_check) { NEED(1); return plain(PyFrameLocalsProxy_Check(args[0])); }
F(asend_check) { NEED(1); return plain(PyAsyncGenASend_CheckExact(args[0])); }
F(odict_checks) { NEED(1); return plain(PyODict_Check(args[0]) + 2 * PyODict_CheckExact(args[0])); }
#endif

static PyMethodDef methods[] = {
    M(all), M(singletons), M(is_singleton), M(singleton_numbers), M(module_definition), M(weakref_checks),
#ifndef Py_LIMITED_API
    M(c_method), M(printer), M(exceptions), M(raise_exception), M(executable_kinds), M(frame_locals_check), M(asend_check), M(odict_checks),
#endif
    END};

MODULE(capi_data_types, methods, NULL)
