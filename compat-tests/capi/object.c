/* api: full, limited */
/* The object protocol: PyObject_*, Py_NewRef and friends, Py_TYPE, Py_REFCNT. */
#include "support.h"

OBJ1(repr, PyObject_Repr)
OBJ1(str, PyObject_Str)
OBJ1(ascii, PyObject_ASCII)
OBJ1(bytes, PyObject_Bytes)
OBJ2(format, PyObject_Format)
OBJ2(getattr, PyObject_GetAttr)
F(getattr_string) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? checked(PyObject_GetAttrString(A(0), s)) : NULL; }
INT3(setattr, PyObject_SetAttr)
F(setattr_string) { NEED(3); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? status(PyObject_SetAttrString(A(0), s, A(2))) : NULL; }
INT2(delattr, PyObject_DelAttr)
F(delattr_string) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? status(PyObject_DelAttrString(A(0), s)) : NULL; }
F(hasattr) { NEED(2); return plain(PyObject_HasAttr(A(0), A(1))); }
F(hasattr_string) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? plain(PyObject_HasAttrString(A(0), s)) : NULL; }
INT2(hasattr_with_error, PyObject_HasAttrWithError)
F(hasattr_string_with_error) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? status(PyObject_HasAttrStringWithError(A(0), s)) : NULL; }
static PyObject *optional(int r, PyObject *value)
{
    if (r < 0) {
        if (value != NULL) PyErr_SetString(PyExc_AssertionError, "an error with a value");
        return NULL;
    }
    if ((r == 1) != (value != NULL) || PyErr_Occurred()) {
        PyErr_SetString(PyExc_AssertionError, "status and value contradict each other");
        return NULL;
    }
    return value ? value : Py_NewRef(Py_Ellipsis);
}
F(get_optional_attr)
{
    NEED(2);
    PyObject *value = (PyObject *)&value;
    int r = PyObject_GetOptionalAttr(A(0), A(1), &value);
    return optional(r, value);
}
F(get_optional_attr_string)
{
    NEED(2);
    PyObject *value = (PyObject *)&value;
    const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL);
    if (s == NULL) return NULL;
    int r = PyObject_GetOptionalAttrString(A(0), s, &value);
    return optional(r, value);
}
F(richcompare) { NEED(3); int op = (int)N(2); ARG_ERROR; return checked(PyObject_RichCompare(A(0), A(1), op)); }
F(richcompare_bool) { NEED(3); int op = (int)N(2); ARG_ERROR; return status(PyObject_RichCompareBool(A(0), A(1), op)); }
F(hash) { NEED(1); return status(PyObject_Hash(A(0))); }
F(hash_not_implemented) { NEED(1); return status(PyObject_HashNotImplemented(A(0))); }
INT1(istrue, PyObject_IsTrue)
INT1(not_, PyObject_Not)
OBJ1(type, PyObject_Type)
INT1(size, PyObject_Size)
INT1(length, PyObject_Length)
OBJ2(getitem, PyObject_GetItem)
INT3(setitem, PyObject_SetItem)
INT2(delitem, PyObject_DelItem)
F(delitem_string) { NEED(2); const char *s = PyUnicode_AsUTF8AndSize(args[1], NULL); return s ? status(PyObject_DelItemString(A(0), s)) : NULL; }
OBJ1(dir, PyObject_Dir)
INT2(isinstance, PyObject_IsInstance)
INT2(issubclass, PyObject_IsSubclass)
OBJ1(getiter, PyObject_GetIter)
OBJ1(selfiter, PyObject_SelfIter)
OBJ2(generic_getattr, PyObject_GenericGetAttr)
INT3(generic_setattr, PyObject_GenericSetAttr)
F(generic_getdict) { NEED(1); return checked(PyObject_GenericGetDict(A(0), NULL)); }
F(generic_setdict) { NEED(2); return status(PyObject_GenericSetDict(A(0), A(1), NULL)); }
BOOL1(callable, PyCallable_Check)
INT1(as_file_descriptor, PyObject_AsFileDescriptor)
F(newref) { NEED(1); return Py_NewRef(args[0]); }
F(xnewref) { NEED(1); return found(Py_XNewRef(A(0))); }
F(refcnt) { NEED(1); return plain(Py_REFCNT(args[0])); }
F(incref_twice_decref_twice)
{
    NEED(1);
    Py_ssize_t before = Py_REFCNT(args[0]);
    Py_INCREF(args[0]);
    Py_XINCREF(args[0]);
    Py_XINCREF(NULL);
    Py_ssize_t between = Py_REFCNT(args[0]);
    Py_DECREF(args[0]);
    Py_XDECREF(args[0]);
    Py_XDECREF(NULL);
    return plain(between - before);
}
F(incref_function)
{
    NEED(1);
    Py_IncRef(args[0]);
    Py_IncRef(NULL);
    Py_DecRef(NULL);
    Py_ssize_t n = Py_REFCNT(args[0]);
    Py_DecRef(args[0]);
    return plain(n - Py_REFCNT(args[0]));
}
F(type_of) { NEED(1); return Py_NewRef((PyObject *)Py_TYPE(args[0])); }
F(is_type) { NEED(2); return plain(Py_IS_TYPE(args[0], (PyTypeObject *)args[1])); }
F(is) { NEED(2); return plain(Py_Is(args[0], args[1])); }
F(is_none_true_false) { NEED(1); return plain(Py_IsNone(args[0]) + 2 * Py_IsTrue(args[0]) + 4 * Py_IsFalse(args[0])); }
F(type_check) { NEED(2); return plain(PyObject_TypeCheck(args[0], (PyTypeObject *)args[1])); }
F(constants)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (unsigned int i = 0; list != NULL && i < 10; i++) {
        PyObject *o = Py_GetConstant(i);
        if (o == NULL || o != Py_GetConstantBorrowed(i) || PyList_Append(list, o) < 0) Py_CLEAR(list);
        Py_XDECREF(o);
    }
    return checked(list);
}
F(clear_macro)
{
    NEED(1);
    PyObject *held = Py_NewRef(args[0]);
    Py_CLEAR(held);
    Py_CLEAR(held);
    return plain(held == NULL);
}
F(singletons) { NEED(0); return checked(PyTuple_Pack(5, Py_None, Py_True, Py_False, Py_Ellipsis, Py_NotImplemented)); }
F(return_none) { NEED(0); Py_RETURN_NONE; }
F(return_true) { NEED(0); Py_RETURN_TRUE; }
F(return_not_implemented) { NEED(0); Py_RETURN_NOTIMPLEMENTED; }
F(return_richcompare) { NEED(3); Py_ssize_t a = N(0), b = N(1), op = N(2); ARG_ERROR; Py_RETURN_RICHCOMPARE(a, b, op); }
F(repr_enter_leave)
{
    NEED(1);
    int first = Py_ReprEnter(args[0]), second = Py_ReprEnter(args[0]);
    Py_ReprLeave(args[0]);
    int third = Py_ReprEnter(args[0]);
    Py_ReprLeave(args[0]);
    return plain(first * 100 + second * 10 + third);
}
F(enter_recursive_call)
{
    NEED(1);
    if (Py_EnterRecursiveCall(" in a test")) return NULL;
    PyObject *r = PyObject_CallNoArgs(args[0]);
    Py_LeaveRecursiveCall();
    return checked(r);
}
#ifndef Py_LIMITED_API
F(length_hint) { NEED(2); Py_ssize_t d = N(1); ARG_ERROR; return status(PyObject_LengthHint(A(0), d)); }
F(unicode_length) { NEED(1); return plain(PyUnicode_GET_LENGTH(args[0])); }
F(setref_macros)
{
    NEED(2);
    PyObject *held = Py_NewRef(args[0]);
    Py_SETREF(held, Py_NewRef(args[1]));
    Py_XSETREF(held, NULL);
    Py_XSETREF(held, Py_NewRef(args[0]));
    return held;
}
F(set_refcnt_round)
{
    NEED(1);
    Py_ssize_t n = Py_REFCNT(args[0]);
    Py_SET_REFCNT(args[0], n + 5);
    Py_ssize_t seen = Py_REFCNT(args[0]);
    Py_SET_REFCNT(args[0], n);
    return plain(seen - n);
}
F(unstable_flags)
{
    NEED(1);
    return plain(PyUnstable_Object_IsUniquelyReferenced(args[0]) + 2 * PyUnstable_IsImmortal(args[0]));
}
F(is_uniquely_new)
{
    NEED(0);
    PyObject *l = PyList_New(0);
    int a = PyUnstable_Object_IsUniquelyReferenced(l);
    Py_INCREF(l);
    int b = PyUnstable_Object_IsUniquelyReferenced(l);
    Py_DECREF(l);
    Py_DECREF(l);
    return plain(a * 10 + b);
}
#endif

static PyMethodDef methods[] = {
    M(repr), M(str), M(ascii), M(bytes), M(format), M(getattr), M(getattr_string), M(setattr), M(setattr_string), M(delattr),
    M(delattr_string), M(hasattr), M(hasattr_string), M(hasattr_with_error), M(hasattr_string_with_error), M(get_optional_attr),
    M(get_optional_attr_string), M(richcompare), M(richcompare_bool), M(hash), M(hash_not_implemented), M(istrue), M(not_), M(type),
    M(size), M(length), M(getitem), M(setitem), M(delitem), M(delitem_string), M(dir), M(isinstance), M(issubclass), M(getiter),
    M(selfiter), M(generic_getattr), M(generic_setattr), M(generic_getdict), M(generic_setdict), M(callable), M(as_file_descriptor),
    M(newref), M(xnewref), M(refcnt), M(incref_twice_decref_twice), M(incref_function), M(type_of), M(is_type), M(is),
    M(is_none_true_false), M(type_check), M(constants), M(clear_macro), M(singletons), M(return_none), M(return_true),
    M(return_not_implemented), M(return_richcompare), M(repr_enter_leave), M(enter_recursive_call),
#ifndef Py_LIMITED_API
    M(length_hint), M(unicode_length), M(setref_macros), M(set_refcnt_round), M(unstable_flags), M(is_uniquely_new),
#endif
    END};

MODULE(capi_object, methods, NULL)
