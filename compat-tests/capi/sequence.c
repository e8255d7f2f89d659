/* api: full, limited */
/* The sequence and mapping protocols: every PySequence_* and PyMapping_* function. */
#include "support.h"

BOOL1(seq_check, PySequence_Check)
INT1(seq_size, PySequence_Size)
INT1(seq_length, PySequence_Length)
OBJ2(concat, PySequence_Concat)
OBJ_N(repeat, PySequence_Repeat)
OBJ2(inplace_concat, PySequence_InPlaceConcat)
OBJ_N(inplace_repeat, PySequence_InPlaceRepeat)
OBJ_N(seq_getitem, PySequence_GetItem)
F(seq_setitem) { NEED(3); Py_ssize_t i = N(1); ARG_ERROR; return status(PySequence_SetItem(A(0), i, A(2))); }
F(seq_delitem) { NEED(2); Py_ssize_t i = N(1); ARG_ERROR; return status(PySequence_DelItem(A(0), i)); }
F(getslice) { NEED(3); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return checked(PySequence_GetSlice(A(0), i, j)); }
F(setslice) { NEED(4); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return status(PySequence_SetSlice(A(0), i, j, A(3))); }
F(delslice) { NEED(3); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return status(PySequence_DelSlice(A(0), i, j)); }
INT2(count_, PySequence_Count)
INT2(contains, PySequence_Contains)
INT2(in, PySequence_In)
INT2(index, PySequence_Index)
OBJ1(list, PySequence_List)
OBJ1(tuple, PySequence_Tuple)
F(fast) { NEED(1); return checked(PySequence_Fast(A(0), "the message of fast")); }
F(fast_items)
{
    NEED(1);
    PyObject *fast = PySequence_Fast(A(0), "not iterable here");
    if (fast == NULL) return NULL;
    Py_ssize_t n = PySequence_Size(fast);
    PyObject *result = PyList_New(n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
        PyObject *item = PySequence_GetItem(fast, n - 1 - i);
        if (item == NULL || PyList_SetItem(result, i, item) < 0) Py_CLEAR(result);
    }
    Py_DECREF(fast);
    return checked(result);
}

BOOL1(map_check, PyMapping_Check)
INT1(map_size, PyMapping_Size)
INT1(map_length, PyMapping_Length)
OBJ1(keys, PyMapping_Keys)
OBJ1(values, PyMapping_Values)
OBJ1(items, PyMapping_Items)
#define KEY const char *key = PyUnicode_AsUTF8AndSize(args[1], NULL); if (key == NULL) return NULL
F(getitem_string) { NEED(2); KEY; return checked(PyMapping_GetItemString(A(0), key)); }
F(setitem_string) { NEED(3); KEY; return status(PyMapping_SetItemString(A(0), key, A(2))); }
F(delitem_string) { NEED(2); KEY; return status(PyMapping_DelItemString(A(0), key)); }
F(delitem) { NEED(2); return status(PyMapping_DelItem(A(0), A(1))); }
F(haskey) { NEED(2); return plain(PyMapping_HasKey(A(0), A(1))); }
F(haskey_string) { NEED(2); KEY; return plain(PyMapping_HasKeyString(A(0), key)); }
INT2(haskey_with_error, PyMapping_HasKeyWithError)
F(haskey_string_with_error) { NEED(2); KEY; return status(PyMapping_HasKeyStringWithError(A(0), key)); }
F(get_optional_item)
{
    NEED(2);
    PyObject *value = Py_Ellipsis;
    int r = PyMapping_GetOptionalItem(A(0), A(1), &value);
    if (r < 0) return status(r);
    return (r == 1) == (value != NULL) ? found(value) : status(-1);
}
F(get_optional_item_string)
{
    NEED(2);
    KEY;
    PyObject *value = Py_Ellipsis;
    int r = PyMapping_GetOptionalItemString(A(0), key, &value);
    if (r < 0) return status(r);
    return (r == 1) == (value != NULL) ? found(value) : status(-1);
}
#ifndef Py_LIMITED_API
F(fast_macros)
{
    NEED(1);
    PyObject *fast = PySequence_Fast(A(0), "not iterable here");
    if (fast == NULL) return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(fast);
    PyObject **items = PySequence_Fast_ITEMS(fast);
    PyObject *result = PyTuple_New(n);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
        if (items[i] != PySequence_Fast_GET_ITEM(fast, i)) PyErr_SetString(PyExc_AssertionError, "items differ");
        PyTuple_SET_ITEM(result, i, Py_NewRef(items[i]));
    }
    Py_DECREF(fast);
    return checked(result);
}
#endif

static PyMethodDef methods[] = {
    M(seq_check), M(seq_size), M(seq_length), M(concat), M(repeat), M(inplace_concat), M(inplace_repeat), M(seq_getitem), M(seq_setitem),
    M(seq_delitem), M(getslice), M(setslice), M(delslice), M(count_), M(contains), M(in), M(index), M(list), M(tuple), M(fast),
    M(fast_items), M(map_check), M(map_size), M(map_length), M(keys), M(values), M(items), M(getitem_string), M(setitem_string),
    M(delitem_string), M(delitem), M(haskey), M(haskey_string), M(haskey_with_error), M(haskey_string_with_error),
    M(get_optional_item), M(get_optional_item_string),
#ifndef Py_LIMITED_API
    M(fast_macros),
#endif
    END};

MODULE(capi_sequence, methods, NULL)
