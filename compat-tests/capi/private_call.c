/* api: full, limited */
/* Calls under the names of 3.11 and of the evaluation loop, attribute look-up with identifiers and with a given dict. */
#define PY_SSIZE_T_CLEAN
#include "support.h"
#include <stddef.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header of 3.14. */
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethod_SizeT(PyObject *, const char *, const char *, ...);
PyAPI_FUNC(PyObject *) PyEval_CallFunction(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) PyEval_CallMethod(PyObject *, const char *, const char *, ...);
PyAPI_FUNC(PyObject *) PyEval_CallObjectWithKeywords(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) PyCFunction_Call(PyObject *, PyObject *, PyObject *);

F(function_size_t) { NEED(2); return checked(_PyObject_CallFunction_SizeT(A(0), "s#O", "ab\0c", (Py_ssize_t)4, args[1])); }
F(function_nothing) { NEED(1); return checked(_PyObject_CallFunction_SizeT(A(0), NULL)); }
F(function_tuple) { NEED(2); return checked(_PyObject_CallFunction_SizeT(A(0), "(OO)", args[1], args[1])); }
F(method_size_t) { NEED(2); return checked(_PyObject_CallMethod_SizeT(A(0), "method", "y#O", "ab\0c", (Py_ssize_t)4, args[1])); }
F(method_nothing) { NEED(1); return checked(_PyObject_CallMethod_SizeT(A(0), "method", NULL)); }
F(old_function) { NEED(2); return checked(PyEval_CallFunction(args[0], "iO", 5, args[1])); }
F(old_method) { NEED(2); return checked(PyEval_CallMethod(args[0], "method", "(iO)", 5, args[1])); }
F(old_keywords) { NEED(3); return checked(PyEval_CallObjectWithKeywords(args[0], A(1), A(2))); }
OBJ3(cfunction_call, PyCFunction_Call)

#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) _PyObject_CallMethod(PyObject *, PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyObject_MakeTpCall(PyThreadState *, PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
PyAPI_FUNC(PyObject *) _Py_CheckFunctionResult(PyThreadState *, PyObject *, PyObject *, const char *);

F(method_object) { NEED(3); return checked(_PyObject_CallMethod(A(0), A(1), "Oi", args[2], 7)); }
F(method_object_nothing) { NEED(2); return checked(_PyObject_CallMethod(A(0), A(1), NULL)); }
_Py_IDENTIFIER(method);
_Py_IDENTIFIER(absent);
F(method_id) { NEED(2); return checked(_PyObject_CallMethodId(args[0], &PyId_method, "Oi", args[1], 7)); }
F(method_id_absent) { NEED(1); return checked(_PyObject_CallMethodId(args[0], &PyId_absent, NULL)); }
F(attr_id) { NEED(1); return checked(_PyObject_GetAttrId(args[0], &PyId_method)); }
F(attr_id_absent) { NEED(1); return checked(_PyObject_GetAttrId(args[0], &PyId_absent)); }
/* The text of an identifier: a borrowed, interned string, the same each time. */
F(from_id)
{
    NEED(0);
    PyObject *a = _PyUnicode_FromId(&PyId_method), *b = _PyUnicode_FromId(&PyId_method);
    if (a == NULL || b == NULL) return checked(NULL);
    return Py_BuildValue("Oii", a, a == b, PyUnicode_CHECK_INTERNED(a) != 0);
}
static _Py_Identifier broken = {.string = "\xff", .index = -1};
F(from_broken_id) { NEED(0); return borrowed(_PyUnicode_FromId(&broken)); }

/* make_call(callable, positional, names of keywords or NULL, values of keywords): a tuple of names, or a dict. */
F(make_call)
{
    NEED(4);
    PyObject *room[16];
    Py_ssize_t n = PyTuple_GET_SIZE(args[1]), k = PyTuple_GET_SIZE(args[3]);
    for (Py_ssize_t i = 0; i < n; i++) room[i] = PyTuple_GET_ITEM(args[1], i);
    for (Py_ssize_t i = 0; i < k; i++) room[n + i] = PyTuple_GET_ITEM(args[3], i);
    return checked(_PyObject_MakeTpCall(PyThreadState_Get(), args[0], room, n, A(2)));
}
/* check_result(callable or NULL, result or NULL, exception to be set or NULL, where or NULL) */
F(check_result)
{
    NEED(4);
    const char *where = A(3) ? PyUnicode_AsUTF8(args[3]) : NULL;
    PyObject *result = Py_XNewRef(A(1));
    if (A(2)) PyErr_SetObject((PyObject *)Py_TYPE(args[2]), args[2]);
    return checked(_Py_CheckFunctionResult(PyThreadState_Get(), A(0), result, where));
}
OBJ1(function_str, _PyObject_FunctionStr)

/* ---- attributes ---- */
F(get_with_dict) { NEED(4); int suppress = (int)N(3); ARG_ERROR; PyObject *r = _PyObject_GenericGetAttrWithDict(args[0], args[1], A(2), suppress); return suppress ? found(r) : checked(r); }
F(set_with_dict) { NEED(4); return status(_PyObject_GenericSetAttrWithDict(args[0], args[1], A(2), A(3))); }
F(lookup_ref) { NEED(2); return found(_PyType_LookupRef((PyTypeObject *)args[0], args[1])); }
F(type_name) { NEED(1); return PyUnicode_FromString(_PyType_Name((PyTypeObject *)args[0])); }
F(set_managed_dict) { NEED(2); return status(_PyObject_SetManagedDict(args[0], A(1))); }
F(version_tag) { NEED(1); return plain(PyUnstable_Type_AssignVersionTag((PyTypeObject *)args[0])); }
#endif

static PyMethodDef methods[] = {
    M(function_size_t), M(function_nothing), M(function_tuple), M(method_size_t), M(method_nothing), M(old_function), M(old_method), M(old_keywords),
    M(cfunction_call),
#ifndef Py_LIMITED_API
    M(method_object), M(method_object_nothing), M(method_id), M(method_id_absent), M(attr_id), M(attr_id_absent), M(from_id), M(from_broken_id),
    M(make_call), M(check_result), M(function_str), M(get_with_dict), M(set_with_dict), M(lookup_ref), M(type_name), M(set_managed_dict), M(version_tag),
#endif
    END};

MODULE(capi_private_call, methods, NULL)
