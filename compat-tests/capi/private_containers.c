/* api: full */
/* Dicts, sets, tuples, slices, struct sequences, namespaces, unions, capsules and weak references beneath their public
   functions. */
#include "support.h"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header. */
PyAPI_FUNC(int) _PyDict_DelItem_KnownHash(PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(PyObject *) _PyDict_FromItems(PyObject *const *, Py_ssize_t, PyObject *const *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PyDict_MergeEx(PyObject *, PyObject *, int);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *, PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash_LockHeld(PyDictObject *, PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(int) _PyDict_SetItem_Take2(PyDictObject *, PyObject *, PyObject *);
PyAPI_FUNC(int) _PySet_Contains(PySetObject *, PyObject *);
PyAPI_DATA(PyObject *) _PySet_Dummy;
PyAPI_FUNC(int) _PySet_NextEntry(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);
PyAPI_FUNC(int) _PySet_NextEntryRef(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);
PyAPI_FUNC(PyObject *) _PyTuple_FromArray(PyObject *const *, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyTuple_FromArraySteal(PyObject *const *, Py_ssize_t);
PyAPI_FUNC(PyTypeObject *) _PyStructSequence_NewType(PyStructSequence_Desc *, unsigned long);
PyAPI_FUNC(PyObject *) _PyNamespace_New(PyObject *);
PyAPI_FUNC(PyObject *) _Py_union_type_or(PyObject *, PyObject *);
PyAPI_FUNC(int) _PyCapsule_SetTraverse(PyObject *, traverseproc, inquiry);
PyAPI_FUNC(int) _PyWeakref_IsDead(PyObject *);
PyAPI_FUNC(PyObject *) _PyStack_AsDict(PyObject *const *, PyObject *);

/* ---- dicts ---- */
#define HASH(i) Py_hash_t hash = PyObject_Hash(args[i]); if (hash == -1) return NULL
F(dict_set_known) { NEED(3); HASH(1); return status(_PyDict_SetItem_KnownHash(args[0], args[1], args[2], hash)); }
F(dict_set_held) { NEED(3); HASH(1); return status(_PyDict_SetItem_KnownHash_LockHeld((PyDictObject *)args[0], args[1], args[2], hash)); }
F(dict_del_known) { NEED(2); HASH(1); return status(_PyDict_DelItem_KnownHash(args[0], args[1], hash)); }
F(dict_set_take2) { NEED(3); return status(_PyDict_SetItem_Take2((PyDictObject *)args[0], Py_NewRef(args[1]), Py_NewRef(args[2]))); }
F(dict_get_string) { NEED(2); const char *key = PyUnicode_AsUTF8(args[1]); ARG_ERROR; return borrowed(_PyDict_GetItemStringWithError(args[0], key)); }
F(dict_merge_ex) { NEED(3); int o = (int)N(2); ARG_ERROR; return status(_PyDict_MergeEx(args[0], args[1], o)); }
OBJ3(dict_pop, _PyDict_Pop)
/* from_items(flat tuple, step): keys and values side by side; with step 1, a second tuple holds the values. */
F(dict_from_items)
{
    NEED(2);
    PyObject *const *items = &PyTuple_GET_ITEM(args[0], 0);
    return checked(_PyDict_FromItems(items, 2, items + 1, 2, PyTuple_GET_SIZE(args[0]) / 2));
}
F(dict_from_columns) { NEED(2); return checked(_PyDict_FromItems(&PyTuple_GET_ITEM(args[0], 0), 1, &PyTuple_GET_ITEM(args[1], 0), 1, PyTuple_GET_SIZE(args[0]))); }
F(stack_as_dict) { NEED(2); return checked(_PyStack_AsDict(&PyTuple_GET_ITEM(args[0], 0), args[1])); }

/* ---- sets ---- */
F(set_contains) { NEED(2); return status(_PySet_Contains((PySetObject *)args[0], args[1])); }
static PyObject *entries(PyObject *set, int owned)
{
    PyObject *list = PyList_New(0), *key = NULL;
    Py_ssize_t pos = 0;
    Py_hash_t hash = -1;
    int r = 0;
    while (list != NULL && (r = owned ? _PySet_NextEntryRef(set, &pos, &key, &hash) : _PySet_NextEntry(set, &pos, &key, &hash)) > 0) {
        PyObject *pair = Py_BuildValue("On", key, (Py_ssize_t)hash);
        if (owned) Py_DECREF(key);
        if (pair == NULL || PyList_Append(list, pair) < 0) Py_CLEAR(list);
        Py_XDECREF(pair);
    }
    if (r < 0) Py_CLEAR(list);
    return checked(list);
}
F(set_entries) { NEED(1); return entries(args[0], 0); }
F(set_entries_owned) { NEED(1); return entries(args[0], 1); }
/* The table of a set where one key was removed holds the dummy. */
F(set_dummies)
{
    NEED(1);
    PySetObject *so = (PySetObject *)args[0];
    Py_ssize_t n = 0, keys = 0;
    for (Py_ssize_t i = 0; i <= so->mask; i++) {
        n += so->table[i].key == _PySet_Dummy;
        keys += so->table[i].key != NULL && so->table[i].key != _PySet_Dummy;
    }
    return Py_BuildValue("nn", keys, n);
}

/* ---- tuples, slices ---- */
F(tuple_from_array) { NEED(1); return checked(_PyTuple_FromArray(PySequence_Fast_ITEMS(args[0]), PySequence_Fast_GET_SIZE(args[0]))); }
F(tuple_from_array_steal)
{
    NEED(1);
    Py_ssize_t n = PySequence_Fast_GET_SIZE(args[0]);
    PyObject *room[8];
    for (Py_ssize_t i = 0; i < n; i++) room[i] = Py_NewRef(PySequence_Fast_GET_ITEM(args[0], i));
    return checked(_PyTuple_FromArraySteal(room, n));
}
F(slice_from_indices) { NEED(2); Py_ssize_t a = N(0), b = N(1); ARG_ERROR; return checked(_PySlice_FromIndices(a, b)); }
F(slice_long_indices)
{
    NEED(2);
    PyObject *a = NULL, *b = NULL, *c = NULL;
    if (_PySlice_GetLongIndices((PySliceObject *)args[0], args[1], &a, &b, &c) < 0) return checked(NULL);
    return checked(Py_BuildValue("NNN", a, b, c));
}
F(slice_index) { NEED(1); Py_ssize_t i = -77; return _PyEval_SliceIndexNotNone(args[0], &i) ? plain(i) : checked(NULL); }

/* ---- struct sequences, namespaces, unions ---- */
static PyStructSequence_Field fields[] = {{"x", "the first"}, {"y", NULL}, {"hidden", "the last"}, {NULL, NULL}};
static PyStructSequence_Desc desc = {"private_containers.Point", "a point", fields, 2};
F(struct_type) { NEED(1); unsigned long flags = PyLong_AsUnsignedLong(args[0]); ARG_ERROR; return checked((PyObject *)_PyStructSequence_NewType(&desc, flags)); }
static PyTypeObject static_point;
F(static_struct)
{
    NEED(1);
    if (static_point.tp_name == NULL) PyStructSequence_InitType(&static_point, &desc);
    PyObject *s = PyStructSequence_New(&static_point);
    if (s == NULL) return NULL;
    for (int i = 0; i < 3; i++) PyStructSequence_SetItem(s, i, Py_NewRef(args[0]));
    return checked(s);
}
OBJ1(namespace_new, _PyNamespace_New)
F(union_or) { NEED(2); return checked(_Py_union_type_or(args[0], args[1])); }

/* ---- capsules and weak references ---- */
static int traverse(PyObject *c, visitproc visit, void *arg) { Py_VISIT((PyObject *)PyCapsule_GetContext(c)); return 0; }
static int clear(PyObject *c)
{
    PyObject *held = PyCapsule_GetContext(c);
    PyCapsule_SetContext(c, NULL);
    Py_XDECREF(held);
    return 0;
}
static void end(PyObject *c) { clear(c); }
/* A capsule that holds an object and takes part in garbage collection. */
F(capsule)
{
    NEED(1);
    static int x;
    PyObject *c = PyCapsule_New(&x, "compat.cycle", end);
    if (c == NULL || PyCapsule_SetContext(c, Py_NewRef(args[0])) < 0) return NULL;
    if (_PyCapsule_SetTraverse(c, traverse, clear) < 0) return checked(NULL);
    return c;
}
F(capsule_bad) { NEED(2); return status(_PyCapsule_SetTraverse(args[0], args[1] == Py_True ? traverse : NULL, args[1] == Py_True ? NULL : clear)); }
F(weak_is_dead) { NEED(1); return plain(_PyWeakref_IsDead(args[0])); }
F(weak_clear) { NEED(1); _PyWeakref_ClearRef((PyWeakReference *)args[0]); return plain(0); }
F(clear_weakrefs) { NEED(1); PyUnstable_Object_ClearWeakRefsNoCallbacks(args[0]); return plain(0); }

static PyMethodDef methods[] = {
    M(dict_set_known), M(dict_set_held), M(dict_del_known), M(dict_set_take2), M(dict_get_string), M(dict_merge_ex), M(dict_pop), M(dict_from_items),
    M(dict_from_columns), M(stack_as_dict), M(set_contains), M(set_entries), M(set_entries_owned), M(set_dummies), M(tuple_from_array),
    M(tuple_from_array_steal), M(slice_from_indices), M(slice_long_indices), M(slice_index), M(struct_type), M(static_struct), M(namespace_new),
    M(union_or), M(capsule), M(capsule_bad), M(weak_is_dead), M(weak_clear), M(clear_weakrefs), END};

MODULE(capi_private_containers, methods, NULL)
