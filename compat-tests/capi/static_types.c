/* api: full */
/* Static types with every slot group, inheritance between them, single-phase module initialisation, the members of
   PyTypeObject read directly, vectorcall types, and the object structures that macros reach into. */
#include "support.h"
#include <stddef.h>

typedef struct {
    PyObject_HEAD
    PyObject *value;
    vectorcallfunc vectorcall;
    long calls;
} Box;

static PyTypeObject BoxType;
static int alive;
static PyObject *box_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf), k = names ? PyTuple_GET_SIZE(names) : 0;
    ((Box *)self)->calls++;
    PyObject *t = PyTuple_New(n + k);
    for (Py_ssize_t i = 0; t != NULL && i < n + k; i++) PyTuple_SET_ITEM(t, i, Py_NewRef(args[i]));
    return t ? Py_BuildValue("ONO", ((Box *)self)->value, t, names ? names : Py_None) : NULL;
}
static PyObject *box_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    Box *b = (Box *)type->tp_alloc(type, 0);
    if (b == NULL) return NULL;
    alive++;
    b->value = Py_NewRef(Py_None);
    b->vectorcall = box_vectorcall;
    return (PyObject *)b;
}
static int box_init(PyObject *self, PyObject *args, PyObject *kw)
{
    PyObject *v = Py_None;
    if (!PyArg_ParseTuple(args, "|O:Box", &v)) return -1;
    Py_SETREF(((Box *)self)->value, Py_NewRef(v));
    return 0;
}
static int box_traverse(PyObject *self, visitproc visit, void *arg) { Py_VISIT(((Box *)self)->value); return 0; }
static int box_clear(PyObject *self) { Py_CLEAR(((Box *)self)->value); return 0; }
static void box_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, box_dealloc)
    box_clear(self);
    Py_TYPE(self)->tp_free(self);
    alive--;
    Py_TRASHCAN_END
}
static PyObject *box_repr(PyObject *self)
{
    int r = Py_ReprEnter(self);
    if (r != 0) return r > 0 ? PyUnicode_FromString("Box(...)") : NULL;
    PyObject *s = PyUnicode_FromFormat("Box(%R)", ((Box *)self)->value);
    Py_ReprLeave(self);
    return s;
}
static PyObject *box_add(PyObject *a, PyObject *b)
{
    if (!PyObject_TypeCheck(a, &BoxType) || !PyObject_TypeCheck(b, &BoxType)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *sum = PyNumber_Add(((Box *)a)->value, ((Box *)b)->value), *r = NULL;
    if (sum != NULL) r = PyObject_CallOneArg((PyObject *)Py_TYPE(a), sum);
    Py_XDECREF(sum);
    return r;
}
static PyObject *box_power(PyObject *a, PyObject *b, PyObject *c) { return Py_BuildValue("OOO", a, b, c); }
static int box_bool(PyObject *a) { return PyObject_IsTrue(((Box *)a)->value); }
static Py_ssize_t box_length(PyObject *a) { return PyObject_Size(((Box *)a)->value); }
static PyObject *box_subscript(PyObject *a, PyObject *k) { return PyObject_GetItem(((Box *)a)->value, k); }
static int box_ass_subscript(PyObject *a, PyObject *k, PyObject *v) { return v ? PyObject_SetItem(((Box *)a)->value, k, v) : PyObject_DelItem(((Box *)a)->value, k); }
static int box_contains(PyObject *a, PyObject *v) { return ((Box *)a)->value == v; }
static PyObject *box_get(PyObject *self, PyObject *unused) { return Py_NewRef(((Box *)self)->value); }
static PyObject *box_type_getitem(PyObject *cls, PyObject *item) { return Py_BuildValue("OO", cls, item); }
static PyNumberMethods box_number = {.nb_add = box_add, .nb_power = box_power, .nb_bool = box_bool};
static PySequenceMethods box_sequence = {.sq_length = box_length, .sq_contains = box_contains};
static PyMappingMethods box_mapping = {.mp_length = box_length, .mp_subscript = box_subscript, .mp_ass_subscript = box_ass_subscript};
static PyMethodDef box_methods[] = {{"get", box_get, METH_NOARGS, NULL}, {"__class_getitem__", box_type_getitem, METH_O | METH_CLASS, NULL}, END};
static PyMemberDef box_members[] = {{"value", Py_T_OBJECT_EX, offsetof(Box, value), 0, NULL}, {"calls", Py_T_LONG, offsetof(Box, calls), Py_READONLY, NULL}, {NULL}};
static PyTypeObject BoxType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.Box", .tp_basicsize = sizeof(Box), .tp_dealloc = box_dealloc, .tp_repr = box_repr,
    .tp_as_number = &box_number, .tp_as_sequence = &box_sequence, .tp_as_mapping = &box_mapping, .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Box, vectorcall), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = PyDoc_STR("Box(value=None)\n--\n\nHolds one value."), .tp_traverse = box_traverse, .tp_clear = box_clear, .tp_methods = box_methods, .tp_members = box_members,
    .tp_init = box_init, .tp_new = box_new, .tp_free = PyObject_GC_Del};

/* A static type below another static type that overrides two slots and adds a field. */
typedef struct {
    Box box;
    double weight;
} Heavy;
static PyObject *heavy_repr(PyObject *self)
{
    PyObject *base = BoxType.tp_repr(self), *w = PyFloat_FromDouble(((Heavy *)self)->weight);
    PyObject *r = base && w ? PyUnicode_FromFormat("Heavy %U of %R", base, w) : NULL;
    Py_XDECREF(base);
    Py_XDECREF(w);
    return r;
}
static PyMemberDef heavy_members[] = {{"weight", Py_T_DOUBLE, offsetof(Heavy, weight), 0, NULL}, {NULL}};
static PyTypeObject HeavyType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.Heavy", .tp_basicsize = sizeof(Heavy), .tp_repr = heavy_repr,
                                 .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_members = heavy_members, .tp_base = &BoxType};

/* Below builtin types: a dict that counts, a list with a field, an exception, an int. */
typedef struct { PyDictObject dict; long sets; } CountingDict;
static int counting_set(PyObject *self, PyObject *k, PyObject *v) { ((CountingDict *)self)->sets++; return PyDict_Type.tp_as_mapping->mp_ass_subscript(self, k, v); }
static PyMappingMethods counting_mapping = {.mp_ass_subscript = counting_set};
static PyMemberDef counting_members[] = {{"sets", Py_T_LONG, offsetof(CountingDict, sets), Py_READONLY, NULL}, {NULL}};
static PyTypeObject CountingType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.CountingDict", .tp_basicsize = sizeof(CountingDict),
                                    .tp_as_mapping = &counting_mapping, .tp_members = counting_members, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_base = &PyDict_Type};
typedef struct { PyListObject list; PyObject *extra; } ExtraList;
static void extra_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((ExtraList *)self)->extra);
    PyList_Type.tp_dealloc(self);
}
static PyMemberDef extra_members[] = {{"extra", _Py_T_OBJECT, offsetof(ExtraList, extra), 0, NULL}, {NULL}};
static PyTypeObject ExtraListType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.ExtraList", .tp_basicsize = sizeof(ExtraList), .tp_dealloc = extra_dealloc,
                                     .tp_members = extra_members, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_base = &PyList_Type};
typedef struct { PyBaseExceptionObject base; long code; } CodedError;
static int coded_init(PyObject *self, PyObject *args, PyObject *kw)
{
    if (((PyTypeObject *)PyExc_Exception)->tp_init(self, args, kw) < 0) return -1;
    ((CodedError *)self)->code = 100 + (long)PyTuple_GET_SIZE(args);
    return 0;
}
static PyMemberDef coded_members[] = {{"code", Py_T_LONG, offsetof(CodedError, code), 0, NULL}, {NULL}};
static PyTypeObject CodedErrorType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.CodedError", .tp_basicsize = sizeof(CodedError), .tp_init = coded_init,
                                      .tp_members = coded_members, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};

/* A variable-sized type: n longs after the head. */
typedef struct { PyObject_VAR_HEAD long items[1]; } Row;
static PyTypeObject RowType;
static PyObject *row_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    Row *r = (Row *)type->tp_alloc(type, n);
    for (Py_ssize_t i = 0; r != NULL && i < n; i++) {
        r->items[i] = PyLong_AsLong(PyTuple_GET_ITEM(args, i));
        if (r->items[i] == -1 && PyErr_Occurred()) Py_CLEAR(r);
    }
    return (PyObject *)r;
}
static Py_ssize_t row_length(PyObject *self) { return Py_SIZE(self); }
static PyObject *row_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) return PyErr_Format(PyExc_IndexError, "row has %zd items", Py_SIZE(self));
    return PyLong_FromLong(((Row *)self)->items[i]);
}
static PySequenceMethods row_sequence = {.sq_length = row_length, .sq_item = row_item};
static PyTypeObject RowType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.Row", .tp_basicsize = offsetof(Row, items), .tp_itemsize = sizeof(long), .tp_new = row_new,
                               .tp_as_sequence = &row_sequence, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};

F(boxes_alive) { NEED(0); return plain(alive); }
F(inherited)
{
    NEED(0);
    return Py_BuildValue("iiiiiii", HeavyType.tp_dealloc == box_dealloc, HeavyType.tp_as_number->nb_add == box_add, HeavyType.tp_new == box_new, HeavyType.tp_free == PyObject_GC_Del,
                         (HeavyType.tp_flags & Py_TPFLAGS_HAVE_GC) != 0, HeavyType.tp_hash == PyBaseObject_Type.tp_hash, CountingType.tp_iter == PyDict_Type.tp_iter);
}
F(type_fields)
{
    NEED(1);
    PyTypeObject *t = (PyTypeObject *)args[0];
    return Py_BuildValue("snnnniOOO", t->tp_name, t->tp_basicsize, t->tp_itemsize, t->tp_weaklistoffset, t->tp_dictoffset, (t->tp_flags & Py_TPFLAGS_READY) != 0,
                         (PyObject *)t->tp_base ? (PyObject *)t->tp_base : Py_None, PyType_GetDict(t), t->tp_mro);
}
F(slots_called_directly)
{
    NEED(2);
    PyTypeObject *t = Py_TYPE(args[0]);
    PyObject *r = t->tp_as_number->nb_add(args[0], args[1]), *s = t->tp_repr(args[0]);
    Py_hash_t h = t->tp_hash ? t->tp_hash(args[0]) : -1;
    if (h == -1) PyErr_Clear();
    return Py_BuildValue("NNi", r, s, t->tp_as_number->nb_bool ? t->tp_as_number->nb_bool(args[0]) : -1);
}
F(sequence_slots)
{
    NEED(1);
    PySequenceMethods *s = Py_TYPE(args[0])->tp_as_sequence;
    PyMappingMethods *m = Py_TYPE(args[0])->tp_as_mapping;
    PyObject *first = s->sq_item(args[0], 0), *one = PyLong_FromLong(1), *second = m->mp_subscript(args[0], one);
    Py_XDECREF(one);
    return Py_BuildValue("nnNN", s->sq_length(args[0]), m->mp_length(args[0]), first, second);
}
F(iterate_by_slot)
{
    NEED(1);
    PyObject *it = Py_TYPE(args[0])->tp_iter(args[0]), *v;
    PyObject *list = PyList_New(0);
    while (it != NULL && (v = Py_TYPE(it)->tp_iternext(it)) != NULL) {
        PyList_Append(list, v);
        Py_DECREF(v);
    }
    Py_XDECREF(it);
    return checked(list);
}
F(richcompare_slot) { NEED(3); return checked(Py_TYPE(args[0])->tp_richcompare(args[0], args[1], (int)PyLong_AsLong(args[2]))); }
F(type_lookup) { NEED(2); return borrowed(_PyType_Lookup((PyTypeObject *)args[0], args[1])); }
F(alloc_functions)
{
    NEED(0);
    Row *r = PyObject_NewVar(Row, &RowType, 3);
    if (r == NULL) return NULL;
    for (int i = 0; i < 3; i++) r->items[i] = i * 11;
    Box *b = PyObject_GC_New(Box, &BoxType);
    if (b == NULL) return NULL;
    alive++;
    b->value = (PyObject *)r;
    b->vectorcall = box_vectorcall;
    b->calls = 0;
    PyObject_GC_Track(b);
    return (PyObject *)b;
}
F(init_macros)
{
    NEED(0);
    PyObject *raw = PyObject_Malloc(sizeof(Row) + 2 * sizeof(long));
    if (raw == NULL) return PyErr_NoMemory();
    PyObject *o = (PyObject *)PyObject_InitVar((PyVarObject *)raw, &RowType, 2);
    ((Row *)o)->items[0] = 5, ((Row *)o)->items[1] = 6;
    Py_SET_SIZE((PyVarObject *)o, 1);
    return o;
}
F(set_type_) { NEED(2); PyTypeObject *old = Py_TYPE(args[0]); Py_SET_TYPE(args[0], (PyTypeObject *)args[1]); PyObject *r = PyObject_Repr(args[0]); Py_SET_TYPE(args[0], old); return checked(r); }

/* Made ready while it says that it is a heap type, as Cython makes its types ready. */
static PyObject *frozen_new(PyTypeObject *type, PyObject *args, PyObject *kw) { return PyDict_Type.tp_new(type, args, kw); }
static PyTypeObject FrozenType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "capi_static_types.Frozen", .tp_basicsize = sizeof(PyDictObject), .tp_new = frozen_new,
                                  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};
F(ready_as_heap_type)
{
    NEED(0);
    FrozenType.tp_base = &PyDict_Type;
    FrozenType.tp_flags |= Py_TPFLAGS_HEAPTYPE;
    int r = PyType_Ready(&FrozenType);
    FrozenType.tp_flags &= ~Py_TPFLAGS_HEAPTYPE;
    return r < 0 ? NULL : Py_NewRef(&FrozenType);
}

static PyMethodDef methods[] = {M(ready_as_heap_type), M(boxes_alive), M(inherited), M(type_fields), M(slots_called_directly), M(sequence_slots), M(iterate_by_slot), M(richcompare_slot), M(type_lookup),
                                M(alloc_functions), M(init_macros), M(set_type_), END};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "capi_static_types", "Made in one phase.", -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_capi_static_types(void)
{
    CodedErrorType.tp_base = (PyTypeObject *)PyExc_ValueError;
    PyTypeObject *types[] = {&BoxType, &HeavyType, &CountingType, &ExtraListType, &CodedErrorType, &RowType};
    PyObject *m = PyModule_Create(&def);
    for (size_t i = 0; m != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
        if (PyModule_AddType(m, types[i]) < 0) Py_CLEAR(m);
    }
    return m;
}
