/* api: full, limited */
/* PyDict_* and PySet_*, PyDictProxy_New. */
#include "support.h"

BOOL1(dict_check, PyDict_Check)
BOOL1(dict_check_exact, PyDict_CheckExact)
F(dict_new) { NEED(0); return checked(PyDict_New()); }
OBJ1(dict_proxy, PyDictProxy_New)
F(dict_clear) { NEED(1); PyDict_Clear(A(0)); return plain(0); }
INT2(dict_contains, PyDict_Contains)
OBJ1(dict_copy, PyDict_Copy)
INT3(dict_setitem, PyDict_SetItem)
#define KEY const char *key = PyUnicode_AsUTF8AndSize(args[1], NULL); if (key == NULL) return NULL
F(dict_setitem_string) { NEED(3); KEY; return status(PyDict_SetItemString(A(0), key, A(2))); }
INT2(dict_delitem, PyDict_DelItem)
F(dict_delitem_string) { NEED(2); KEY; return status(PyDict_DelItemString(A(0), key)); }
F(dict_getitem) { NEED(2); return borrowed(PyDict_GetItem(A(0), A(1))); }
F(dict_getitem_with_error) { NEED(2); return borrowed(PyDict_GetItemWithError(A(0), A(1))); }
F(dict_getitem_string) { NEED(2); KEY; return borrowed(PyDict_GetItemString(A(0), key)); }
static PyObject *looked_up(int r, PyObject *value)
{
    if (r < 0) return value == NULL ? status(r) : (PyErr_SetString(PyExc_AssertionError, "an error with a value"), NULL);
    if ((r == 1) != (value != NULL)) PyErr_SetString(PyExc_AssertionError, "status and value contradict each other");
    return found(value);
}
F(dict_getitemref) { NEED(2); PyObject *v = Py_Ellipsis; int r = PyDict_GetItemRef(A(0), A(1), &v); return looked_up(r, v); }
F(dict_getitemstringref) { NEED(2); KEY; PyObject *v = Py_Ellipsis; int r = PyDict_GetItemStringRef(A(0), key, &v); return looked_up(r, v); }
OBJ1(dict_items, PyDict_Items)
OBJ1(dict_keys, PyDict_Keys)
OBJ1(dict_values, PyDict_Values)
INT1(dict_size, PyDict_Size)
F(dict_next)
{
    NEED(1);
    PyObject *list = PyList_New(0), *key, *value;
    Py_ssize_t pos = 0;
    while (list != NULL && PyDict_Next(A(0), &pos, &key, &value)) {
        PyObject *pair = PyTuple_Pack(2, key, value);
        if (pair == NULL || PyList_Append(list, pair) < 0) Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    return checked(list);
}
F(dict_next_keys_only)
{
    NEED(1);
    PyObject *key;
    Py_ssize_t pos = 0, n = 0;
    while (PyDict_Next(A(0), &pos, &key, NULL)) n += PyDict_Contains(A(0), key);
    pos = 0;
    while (PyDict_Next(A(0), &pos, NULL, NULL)) n += 100;
    return status(n);
}
F(dict_merge) { NEED(3); int o = (int)N(2); ARG_ERROR; return status(PyDict_Merge(A(0), A(1), o)); }
INT2(dict_update, PyDict_Update)
F(dict_merge_from_seq2) { NEED(3); int o = (int)N(2); ARG_ERROR; return status(PyDict_MergeFromSeq2(A(0), A(1), o)); }

BOOL1(set_check, PySet_Check)
BOOL1(frozenset_check, PyFrozenSet_Check)
BOOL1(anyset_check, PyAnySet_Check)
BOOL1(set_check_exact, PySet_CheckExact)
BOOL1(frozenset_check_exact, PyFrozenSet_CheckExact)
BOOL1(anyset_check_exact, PyAnySet_CheckExact)
OBJ1(set_new, PySet_New)
OBJ1(frozenset_new, PyFrozenSet_New)
INT1(set_size, PySet_Size)
INT2(set_contains, PySet_Contains)
INT2(set_add, PySet_Add)
INT2(set_discard, PySet_Discard)
OBJ1(set_pop, PySet_Pop)
INT1(set_clear, PySet_Clear)
F(frozenset_filled)
{
    NEED(2);
    PyObject *s = PyFrozenSet_New(NULL);
    if (s != NULL && (PySet_Add(s, args[0]) < 0 || PySet_Add(s, args[1]) < 0)) Py_CLEAR(s);
    return checked(s);
}
F(view_checks)
{
    NEED(1);
    return plain(PyDictKeys_Check(args[0]) + 2 * PyDictValues_Check(args[0]) + 4 * PyDictItems_Check(args[0]) + 8 * PyDictViewSet_Check(args[0]));
}
#ifndef Py_LIMITED_API
F(dict_contains_string) { NEED(2); KEY; return status(PyDict_ContainsString(A(0), key)); }
F(dict_setdefault) { NEED(3); return borrowed(PyDict_SetDefault(A(0), A(1), A(2))); }
F(dict_setdefaultref)
{
    NEED(3);
    PyObject *v = Py_Ellipsis;
    int r = PyDict_SetDefaultRef(A(0), A(1), A(2), &v);
    return r < 0 ? looked_up(r, v) : Py_BuildValue("iN", r, v);
}
F(dict_setdefaultref_no_result) { NEED(3); return status(PyDict_SetDefaultRef(A(0), A(1), A(2), NULL)); }
F(dict_pop)
{
    NEED(2);
    PyObject *v = Py_Ellipsis;
    int r = PyDict_Pop(A(0), A(1), &v);
    return looked_up(r, v);
}
F(dict_pop_no_result) { NEED(2); return status(PyDict_Pop(A(0), A(1), NULL)); }
F(dict_popstring)
{
    NEED(2);
    KEY;
    PyObject *v = Py_Ellipsis;
    int r = PyDict_PopString(A(0), key, &v);
    return looked_up(r, v);
}
F(size_macros) { NEED(2); return plain(PyDict_GET_SIZE(args[0]) * 100 + PySet_GET_SIZE(args[1])); }
F(object_dict_ptr)
{
    NEED(1);
    PyObject **p = _PyObject_GetDictPtr(args[0]);
    return p == NULL ? plain(-1) : borrowed(*p);
}
#endif

static PyMethodDef methods[] = {
    M(dict_check), M(dict_check_exact), M(dict_new), M(dict_proxy), M(dict_clear), M(dict_contains), M(dict_copy), M(dict_setitem),
    M(dict_setitem_string), M(dict_delitem), M(dict_delitem_string), M(dict_getitem), M(dict_getitem_with_error),
    M(dict_getitem_string), M(dict_getitemref), M(dict_getitemstringref), M(dict_items), M(dict_keys), M(dict_values), M(dict_size),
    M(dict_next), M(dict_next_keys_only), M(dict_merge), M(dict_update), M(dict_merge_from_seq2), M(set_check), M(frozenset_check),
    M(anyset_check), M(set_check_exact), M(frozenset_check_exact), M(anyset_check_exact), M(set_new), M(frozenset_new), M(set_size),
    M(set_contains), M(set_add), M(set_discard), M(set_pop), M(set_clear), M(frozenset_filled), M(view_checks),
#ifndef Py_LIMITED_API
    M(dict_contains_string), M(dict_setdefault), M(dict_setdefaultref), M(dict_setdefaultref_no_result), M(dict_pop),
    M(dict_pop_no_result), M(dict_popstring), M(size_macros), M(object_dict_ptr),
#endif
    END};

MODULE(capi_dict_set, methods, NULL)
