/* api: full, limited */
/* PyList_*, PyTuple_*, PySlice_*, PyStructSequence_*. */
#include "support.h"

BOOL1(list_check, PyList_Check)
BOOL1(list_check_exact, PyList_CheckExact)
F(list_new)
{
    NEED(1);
    Py_ssize_t n = N(0);
    ARG_ERROR;
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; list != NULL && i < n; i++)
        if (PyList_SetItem(list, i, PyLong_FromSsize_t(i * i)) < 0) Py_CLEAR(list);
    return checked(list);
}
INT1(list_size, PyList_Size)
F(list_getitem) { NEED(2); Py_ssize_t i = N(1); ARG_ERROR; return borrowed(PyList_GetItem(A(0), i)); }
OBJ_N(list_getitemref, PyList_GetItemRef)
F(list_setitem) { NEED(3); Py_ssize_t i = N(1); ARG_ERROR; return status(PyList_SetItem(A(0), i, Py_XNewRef(A(2)))); }
F(list_insert) { NEED(3); Py_ssize_t i = N(1); ARG_ERROR; return status(PyList_Insert(A(0), i, A(2))); }
INT2(list_append, PyList_Append)
F(list_getslice) { NEED(3); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return checked(PyList_GetSlice(A(0), i, j)); }
F(list_setslice) { NEED(4); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return status(PyList_SetSlice(A(0), i, j, A(3))); }
INT1(list_sort, PyList_Sort)
INT1(list_reverse, PyList_Reverse)
OBJ1(list_astuple, PyList_AsTuple)

BOOL1(tuple_check, PyTuple_Check)
BOOL1(tuple_check_exact, PyTuple_CheckExact)
F(tuple_new)
{
    NEED(1);
    Py_ssize_t n = N(0);
    ARG_ERROR;
    PyObject *t = PyTuple_New(n);
    for (Py_ssize_t i = 0; t != NULL && i < n; i++)
        if (PyTuple_SetItem(t, i, PyLong_FromSsize_t(i * i)) < 0) Py_CLEAR(t);
    return checked(t);
}
INT1(tuple_size, PyTuple_Size)
F(tuple_getitem) { NEED(2); Py_ssize_t i = N(1); ARG_ERROR; return borrowed(PyTuple_GetItem(A(0), i)); }
F(tuple_getslice) { NEED(3); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return checked(PyTuple_GetSlice(A(0), i, j)); }
F(tuple_setitem) { NEED(3); Py_ssize_t i = N(1); ARG_ERROR; return status(PyTuple_SetItem(A(0), i, Py_XNewRef(A(2)))); }
F(tuple_pack)
{
    NEED(2);
    PyObject *none = PyTuple_Pack(0), *two = PyTuple_Pack(2, args[0], args[1]);
    return Py_BuildValue("NN", none, two);
}

BOOL1(slice_check, PySlice_Check)
OBJ3(slice_new, PySlice_New)
F(slice_unpack)
{
    NEED(2);
    Py_ssize_t start, stop, step, length = N(1);
    ARG_ERROR;
    if (PySlice_Unpack(args[0], &start, &stop, &step) < 0) return NULL;
    Py_ssize_t a = start, b = stop;
    Py_ssize_t n = PySlice_AdjustIndices(length, &a, &b, step);
    return Py_BuildValue("(nnn)(nnn)", start, stop, step, a, b, n);
}
F(slice_indices_ex)
{
    NEED(2);
    Py_ssize_t start, stop, step, n, length = N(1);
    ARG_ERROR;
    if (PySlice_GetIndicesEx(args[0], length, &start, &stop, &step, &n) < 0) return NULL;
    return Py_BuildValue("nnnn", start, stop, step, n);
}
F(slice_indices)
{
    NEED(2);
    Py_ssize_t start, stop, step, length = N(1);
    ARG_ERROR;
    int r = PySlice_GetIndices(args[0], length, &start, &stop, &step);
    if (r < 0) {
        PyErr_Clear();
        return PyLong_FromLong(r);
    }
    return Py_BuildValue("nnn", start, stop, step);
}
F(types) { NEED(0); return PyTuple_Pack(4, &PyList_Type, &PyTuple_Type, &PySlice_Type, &PyRange_Type); }

static PyStructSequence_Field point_fields[] = {{"x", "the x"}, {"y", "the y"}, {"hidden", NULL}, {NULL, NULL}};
static PyStructSequence_Desc point_desc = {"capi_list_tuple.Point", "A point.", point_fields, 2};
F(struct_sequence)
{
    NEED(2);
    PyTypeObject *type = PyStructSequence_NewType(&point_desc);
    if (type == NULL) return NULL;
    PyObject *p = PyStructSequence_New(type);
    Py_DECREF(type);
    if (p == NULL) return NULL;
    PyStructSequence_SetItem(p, 0, Py_NewRef(args[0]));
    PyStructSequence_SetItem(p, 1, Py_NewRef(args[1]));
    PyStructSequence_SetItem(p, 2, PyLong_FromLong(99));
    if (PyStructSequence_GetItem(p, 0) != args[0]) PyErr_SetString(PyExc_AssertionError, "item 0 is another");
    return checked(p);
}
#ifndef Py_LIMITED_API
F(list_macros)
{
    NEED(1);
    Py_ssize_t n = PyList_GET_SIZE(args[0]);
    PyObject *copy = PyList_New(n);
    for (Py_ssize_t i = 0; copy != NULL && i < n; i++) PyList_SET_ITEM(copy, i, Py_NewRef(PyList_GET_ITEM(args[0], n - 1 - i)));
    return checked(copy);
}
F(list_direct)
{
    NEED(1);
    PyListObject *l = (PyListObject *)args[0];
    PyObject *t = PyTuple_New(Py_SIZE(l));
    for (Py_ssize_t i = 0; t != NULL && i < Py_SIZE(l); i++) PyTuple_SET_ITEM(t, i, Py_NewRef(l->ob_item[i]));
    if (l->allocated < Py_SIZE(l)) PyErr_SetString(PyExc_AssertionError, "allocated is too small");
    return checked(t);
}
INT2(list_extend, PyList_Extend)
INT1(list_clear, PyList_Clear)
F(tuple_macros)
{
    NEED(1);
    Py_ssize_t n = PyTuple_GET_SIZE(args[0]);
    PyObject *copy = PyTuple_New(n);
    for (Py_ssize_t i = 0; copy != NULL && i < n; i++) PyTuple_SET_ITEM(copy, i, Py_NewRef(PyTuple_GET_ITEM(args[0], n - 1 - i)));
    return checked(copy);
}
F(tuple_resize)
{
    NEED(2);
    Py_ssize_t from = N(0), to = N(1);
    ARG_ERROR;
    PyObject *t = PyTuple_New(from);
    for (Py_ssize_t i = 0; t != NULL && i < from; i++) PyTuple_SET_ITEM(t, i, PyLong_FromSsize_t(i));
    if (t == NULL || _PyTuple_Resize(&t, to) < 0) return NULL;
    for (Py_ssize_t i = from; i < to; i++) PyTuple_SET_ITEM(t, i, Py_NewRef(Py_None));
    return checked(t);
}
#endif

static PyMethodDef methods[] = {
    M(list_check), M(list_check_exact), M(list_new), M(list_size), M(list_getitem), M(list_getitemref), M(list_setitem), M(list_insert),
    M(list_append), M(list_getslice), M(list_setslice), M(list_sort), M(list_reverse), M(list_astuple), M(tuple_check),
    M(tuple_check_exact), M(tuple_new), M(tuple_size), M(tuple_getitem), M(tuple_getslice), M(tuple_setitem), M(tuple_pack),
    M(slice_check), M(slice_new), M(slice_unpack), M(slice_indices_ex), M(slice_indices), M(types), M(struct_sequence),
#ifndef Py_LIMITED_API
    M(list_macros), M(list_direct), M(list_extend), M(list_clear), M(tuple_macros), M(tuple_resize),
#endif
    END};

MODULE(capi_list_tuple, methods, NULL)
