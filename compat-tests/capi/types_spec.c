/* api: full, limited */
/* Types made from specs: slots of every protocol, members, getsets, GC, weakrefs, dicts, bases, metaclasses, PyType_*. */
#include "support.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The flags that match statements look at are not in the limited API. */
#ifdef Py_LIMITED_API
#define VEC_PATTERN 0
#define ATTR_PATTERN 0
#else
#define VEC_PATTERN Py_TPFLAGS_SEQUENCE
#define ATTR_PATTERN Py_TPFLAGS_MAPPING
#endif

/* --- Vec: every number, sequence and mapping slot on two longs -------------------------------- */
typedef struct {
    PyObject_HEAD
    long x, y;
} Vec;
static PyTypeObject *vec_type;
static PyObject *vec_make(long x, long y)
{
    Vec *v = (Vec *)PyType_GenericAlloc(vec_type, 0);
    if (v != NULL) v->x = x, v->y = y;
    return (PyObject *)v;
}
static PyObject *vec_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"x", "y", NULL};
    long x = 0, y = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kw, "|ll:Vec", names, &x, &y)) return NULL;
    allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Vec *v = (Vec *)alloc(type, 0);
    if (v != NULL) v->x = x, v->y = y;
    return (PyObject *)v;
}
static void vec_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc f = (freefunc)PyType_GetSlot(type, Py_tp_free);
    f(self);
    Py_DECREF(type);
}
static int is_vec(PyObject *o) { return PyObject_TypeCheck(o, vec_type); }
static PyObject *vec_repr(PyObject *self) { return PyUnicode_FromFormat("Vec(%ld, %ld)", ((Vec *)self)->x, ((Vec *)self)->y); }
static PyObject *vec_str(PyObject *self) { return PyUnicode_FromFormat("<%ld %ld>", ((Vec *)self)->x, ((Vec *)self)->y); }
static Py_hash_t vec_hash(PyObject *self) { return ((Vec *)self)->x * 1000 + ((Vec *)self)->y; }
static PyObject *vec_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!is_vec(a) || !is_vec(b)) Py_RETURN_NOTIMPLEMENTED;
    long l = ((Vec *)a)->x * 1000 + ((Vec *)a)->y, r = ((Vec *)b)->x * 1000 + ((Vec *)b)->y;
    Py_RETURN_RICHCOMPARE(l, r, op);
}
#define VEC_BINARY(name, tag)                                                                       \
    static PyObject *name(PyObject *a, PyObject *b)                                                 \
    {                                                                                               \
        if (PyFloat_Check(a) || PyFloat_Check(b)) Py_RETURN_NOTIMPLEMENTED;                         \
        return Py_BuildValue("sOO", tag, a, b);                                                     \
    }
VEC_BINARY(vec_sub, "sub") VEC_BINARY(vec_mul, "mul") VEC_BINARY(vec_rem, "rem") VEC_BINARY(vec_divmod, "divmod") VEC_BINARY(vec_lshift, "lshift")
VEC_BINARY(vec_rshift, "rshift") VEC_BINARY(vec_and, "and") VEC_BINARY(vec_xor, "xor") VEC_BINARY(vec_or, "or") VEC_BINARY(vec_floordiv, "floordiv")
VEC_BINARY(vec_truediv, "truediv") VEC_BINARY(vec_matmul, "matmul") VEC_BINARY(vec_isub, "isub") VEC_BINARY(vec_imul, "imul") VEC_BINARY(vec_imatmul, "imatmul")
static PyObject *vec_add(PyObject *a, PyObject *b)
{
    if (!is_vec(a) || !is_vec(b)) Py_RETURN_NOTIMPLEMENTED;
    return vec_make(((Vec *)a)->x + ((Vec *)b)->x, ((Vec *)a)->y + ((Vec *)b)->y);
}
static PyObject *vec_iadd(PyObject *a, PyObject *b)
{
    if (!is_vec(b)) Py_RETURN_NOTIMPLEMENTED;
    ((Vec *)a)->x += ((Vec *)b)->x, ((Vec *)a)->y += ((Vec *)b)->y;
    return Py_NewRef(a);
}
static PyObject *vec_pow(PyObject *a, PyObject *b, PyObject *c) { return Py_BuildValue("sOOO", "pow", a, b, c); }
static PyObject *vec_neg(PyObject *a) { return vec_make(-((Vec *)a)->x, -((Vec *)a)->y); }
static PyObject *vec_pos(PyObject *a) { return Py_NewRef(a); }
static PyObject *vec_abs(PyObject *a) { return PyLong_FromLong(labs(((Vec *)a)->x) + labs(((Vec *)a)->y)); }
static PyObject *vec_invert(PyObject *a) { return vec_make(~((Vec *)a)->x, ~((Vec *)a)->y); }
static int vec_bool(PyObject *a)
{
    if (((Vec *)a)->x == 13) {
        PyErr_SetString(PyExc_ValueError, "unlucky");
        return -1;
    }
    return ((Vec *)a)->x || ((Vec *)a)->y;
}
static PyObject *vec_int(PyObject *a) { return PyLong_FromLong(((Vec *)a)->x); }
static PyObject *vec_float(PyObject *a) { return PyFloat_FromDouble((double)((Vec *)a)->x + 0.5); }
static PyObject *vec_index(PyObject *a) { return PyLong_FromLong(((Vec *)a)->y); }
static Py_ssize_t vec_len(PyObject *a) { return 2; }
static PyObject *vec_item(PyObject *a, Py_ssize_t i)
{
    if (i < 0 || i > 1) {
        PyErr_SetString(PyExc_IndexError, "a Vec has two items");
        return NULL;
    }
    return PyLong_FromLong(i ? ((Vec *)a)->y : ((Vec *)a)->x);
}
static int vec_ass_item(PyObject *a, Py_ssize_t i, PyObject *v)
{
    long n = 0;
    if (v != NULL && (n = PyLong_AsLong(v)) == -1 && PyErr_Occurred()) return -1;
    if (i < 0 || i > 1) {
        PyErr_SetString(PyExc_IndexError, "a Vec has two items");
        return -1;
    }
    *(i ? &((Vec *)a)->y : &((Vec *)a)->x) = v ? n : -1;
    return 0;
}
static int vec_contains(PyObject *a, PyObject *v)
{
    long n = PyLong_AsLong(v);
    if (n == -1 && PyErr_Occurred()) return -1;
    return ((Vec *)a)->x == n || ((Vec *)a)->y == n;
}
static PyObject *vec_concat(PyObject *a, PyObject *b) { return Py_BuildValue("sOO", "concat", a, b); }
static PyObject *vec_repeat(PyObject *a, Py_ssize_t n) { return Py_BuildValue("sOn", "repeat", a, n); }
static PyObject *vec_iter(PyObject *a)
{
    PyObject *t = Py_BuildValue("ll", ((Vec *)a)->x, ((Vec *)a)->y), *it = t ? PyObject_GetIter(t) : NULL;
    Py_XDECREF(t);
    return it;
}
static PyObject *vec_call(PyObject *self, PyObject *args, PyObject *kw) { return Py_BuildValue("OOO", self, args, kw ? kw : Py_None); }
static PyObject *vec_sum(PyObject *self, PyObject *unused) { return PyLong_FromLong(((Vec *)self)->x + ((Vec *)self)->y); }
static PyObject *vec_get_both(PyObject *self, void *closure) { return Py_BuildValue("sll", (char *)closure, ((Vec *)self)->x, ((Vec *)self)->y); }
static int vec_set_both(PyObject *self, PyObject *v, void *closure)
{
    if (v == NULL) {
        PyErr_SetString(PyExc_AttributeError, "both cannot be deleted");
        return -1;
    }
    return PyArg_ParseTuple(v, "ll", &((Vec *)self)->x, &((Vec *)self)->y) ? 0 : -1;
}
static PyMethodDef vec_methods[] = {{"sum", vec_sum, METH_NOARGS, "sum($self, /)\n--\n\nAdds both."}, END};
static PyGetSetDef vec_getset[] = {{"both", vec_get_both, vec_set_both, "Both numbers.", (void *)"closure"}, {"ro", vec_get_both, NULL, NULL, (void *)"ro"}, {NULL}};
static PyMemberDef vec_members[] = {{"x", Py_T_LONG, offsetof(Vec, x), 0, "The x."}, {"y_ro", Py_T_LONG, offsetof(Vec, y), Py_READONLY, NULL}, {NULL}};
static PyType_Slot vec_slots[] = {
    {Py_tp_new, vec_new}, {Py_tp_dealloc, vec_dealloc}, {Py_tp_repr, vec_repr}, {Py_tp_str, vec_str}, {Py_tp_hash, vec_hash}, {Py_tp_richcompare, vec_richcompare},
    {Py_tp_methods, vec_methods}, {Py_tp_getset, vec_getset}, {Py_tp_members, vec_members}, {Py_tp_doc, "Vec(x=0, y=0)\n--\n\nTwo numbers."},
    {Py_tp_iter, vec_iter}, {Py_tp_call, vec_call}, {Py_nb_add, vec_add}, {Py_nb_inplace_add, vec_iadd}, {Py_nb_subtract, vec_sub},
    {Py_nb_inplace_subtract, vec_isub}, {Py_nb_multiply, vec_mul}, {Py_nb_inplace_multiply, vec_imul}, {Py_nb_remainder, vec_rem},
    {Py_nb_divmod, vec_divmod}, {Py_nb_power, vec_pow}, {Py_nb_negative, vec_neg}, {Py_nb_positive, vec_pos}, {Py_nb_absolute, vec_abs},
    {Py_nb_bool, vec_bool}, {Py_nb_invert, vec_invert}, {Py_nb_lshift, vec_lshift}, {Py_nb_rshift, vec_rshift}, {Py_nb_and, vec_and},
    {Py_nb_xor, vec_xor}, {Py_nb_or, vec_or}, {Py_nb_int, vec_int}, {Py_nb_float, vec_float}, {Py_nb_index, vec_index},
    {Py_nb_floor_divide, vec_floordiv}, {Py_nb_true_divide, vec_truediv}, {Py_nb_matrix_multiply, vec_matmul},
    {Py_nb_inplace_matrix_multiply, vec_imatmul}, {Py_sq_length, vec_len}, {Py_sq_item, vec_item}, {Py_sq_ass_item, vec_ass_item},
    {Py_sq_contains, vec_contains}, {Py_sq_concat, vec_concat}, {Py_sq_repeat, vec_repeat}, {0, NULL}};
static PyType_Spec vec_spec = {"capi_types_spec.Vec", sizeof(Vec), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | VEC_PATTERN, vec_slots};

/* --- Node: a collected container with a dict, weak references, a finalizer and every member kind - */
typedef struct {
    PyObject_HEAD
    PyObject *next, *dict, *weak;
    char c;
    signed char b;
    unsigned char ub;
    short h;
    unsigned short uh;
    int i;
    unsigned int ui;
    long l;
    unsigned long ul;
    long long ll;
    unsigned long long ull;
    float f;
    double d;
    const char *s;
    char inplace[8];
    Py_ssize_t n;
    PyObject *ex;
} Node;
static int nodes_alive, nodes_finalized;
static PyObject *node_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    Node *n = (Node *)PyType_GenericNew(type, args, kw);
    if (n != NULL) {
        nodes_alive++;
        n->c = 'c', n->s = "static", strcpy(n->inplace, "place");
    }
    return (PyObject *)n;
}
static int node_init(PyObject *self, PyObject *args, PyObject *kw)
{
    PyObject *next = NULL;
    if (!PyArg_ParseTuple(args, "|O:Node", &next)) return -1;
    Py_XINCREF(next);
    PyObject *old = ((Node *)self)->next;
    ((Node *)self)->next = next;
    Py_XDECREF(old);
    return 0;
}
static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Node *)self)->next);
    Py_VISIT(((Node *)self)->dict);
    Py_VISIT(((Node *)self)->ex);
    Py_VISIT(Py_TYPE(self));
    return 0;
}
static int node_clear(PyObject *self)
{
    Py_CLEAR(((Node *)self)->next);
    Py_CLEAR(((Node *)self)->dict);
    Py_CLEAR(((Node *)self)->ex);
    return 0;
}
static void node_finalize(PyObject *self)
{
    PyObject *e = PyErr_GetRaisedException();
    nodes_finalized++;
    PyErr_SetRaisedException(e);
}
static void node_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (PyObject_GC_IsFinalized(self) == 0) node_finalize(self);
    if (((Node *)self)->weak != NULL) PyObject_ClearWeakRefs(self);
    node_clear(self);
    nodes_alive--;
    freefunc f = (freefunc)PyType_GetSlot(type, Py_tp_free);
    f(self);
    Py_DECREF(type);
}
static PyMemberDef node_members[] = {
    {"next", Py_T_OBJECT_EX, offsetof(Node, next), 0, NULL}, {"c", Py_T_CHAR, offsetof(Node, c), 0, NULL}, {"b", Py_T_BYTE, offsetof(Node, b), 0, NULL},
    {"ub", Py_T_UBYTE, offsetof(Node, ub), 0, NULL}, {"h", Py_T_SHORT, offsetof(Node, h), 0, NULL}, {"uh", Py_T_USHORT, offsetof(Node, uh), 0, NULL},
    {"i", Py_T_INT, offsetof(Node, i), 0, NULL}, {"ui", Py_T_UINT, offsetof(Node, ui), 0, NULL}, {"l", Py_T_LONG, offsetof(Node, l), 0, NULL},
    {"ul", Py_T_ULONG, offsetof(Node, ul), 0, NULL}, {"ll", Py_T_LONGLONG, offsetof(Node, ll), 0, NULL}, {"ull", Py_T_ULONGLONG, offsetof(Node, ull), 0, NULL},
    {"f", Py_T_FLOAT, offsetof(Node, f), 0, NULL}, {"d", Py_T_DOUBLE, offsetof(Node, d), 0, NULL}, {"s", Py_T_STRING, offsetof(Node, s), 0, NULL},
    {"inplace", Py_T_STRING_INPLACE, offsetof(Node, inplace), 0, NULL}, {"n", Py_T_PYSSIZET, offsetof(Node, n), 0, NULL},
    {"flag", Py_T_BOOL, offsetof(Node, b), 0, NULL}, {"ex", Py_T_OBJECT_EX, offsetof(Node, ex), 0, NULL},
    {"__dictoffset__", Py_T_PYSSIZET, offsetof(Node, dict), Py_READONLY, NULL}, {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(Node, weak), Py_READONLY, NULL}, {NULL}};
static PyGetSetDef node_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL}, {NULL}};
static PyType_Slot node_slots[] = {{Py_tp_new, node_new}, {Py_tp_init, node_init}, {Py_tp_dealloc, node_dealloc}, {Py_tp_traverse, node_traverse}, {Py_tp_clear, node_clear},
                                   {Py_tp_finalize, node_finalize}, {Py_tp_members, node_members}, {Py_tp_getset, node_getset}, {0, NULL}};
static PyType_Spec node_spec = {"capi_types_spec.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, node_slots};
F(node_counts) { NEED(0); return Py_BuildValue("ii", nodes_alive, nodes_finalized); }

/* --- Attr: attribute, mapping, descriptor, iterator and async slots ---------------------------- */
static PyObject *attr_getattro(PyObject *self, PyObject *name)
{
    PyObject *r = PyObject_GenericGetAttr(self, name);
    if (r != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return r;
    PyErr_Clear();
    return PyUnicode_FromFormat("made %U", name);
}
static int attr_setattro(PyObject *self, PyObject *name, PyObject *value) { PyErr_Format(PyExc_AttributeError, "%s %U", value ? "set" : "delete", name); return -1; }
static PyObject *attr_subscript(PyObject *self, PyObject *key) { return Py_BuildValue("sO", "get", key); }
static int attr_ass_subscript(PyObject *self, PyObject *key, PyObject *value) { PyErr_SetObject(PyExc_KeyError, value ? value : key); return -1; }
static Py_ssize_t attr_length(PyObject *self) { return 42; }
static PyObject *attr_descr_get(PyObject *self, PyObject *obj, PyObject *type) { return Py_BuildValue("sOO", "got", obj ? obj : Py_None, type ? type : Py_None); }
static int attr_descr_set(PyObject *self, PyObject *obj, PyObject *value) { PyErr_Format(PyExc_RuntimeError, "descr %s", value ? "set" : "delete"); return -1; }
static PyObject *attr_next(PyObject *self)
{
    static int n;
    if (++n % 4) return PyLong_FromLong(n % 4);
    return NULL;
}
static PyObject *attr_await(PyObject *self) { PyObject *t = PyTuple_Pack(1, Py_True), *it = PyObject_GetIter(t); Py_DECREF(t); return it; }
static PyObject *attr_aiter(PyObject *self) { return Py_NewRef(self); }
static PyObject *attr_anext(PyObject *self) { PyErr_SetNone(PyExc_StopAsyncIteration); return NULL; }
static PySendResult attr_send(PyObject *self, PyObject *value, PyObject **result) { *result = Py_NewRef(value); return PYGEN_RETURN; }
static PyType_Slot attr_slots[] = {{Py_tp_getattro, attr_getattro}, {Py_tp_setattro, attr_setattro}, {Py_mp_subscript, attr_subscript}, {Py_mp_ass_subscript, attr_ass_subscript},
                                   {Py_mp_length, attr_length}, {Py_tp_descr_get, attr_descr_get}, {Py_tp_descr_set, attr_descr_set}, {Py_tp_iter, PyObject_SelfIter},
                                   {Py_tp_iternext, attr_next}, {Py_am_await, attr_await}, {Py_am_aiter, attr_aiter}, {Py_am_anext, attr_anext}, {Py_am_send, attr_send}, {0, NULL}};
static PyType_Spec attr_spec = {"capi_types_spec.Attr", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | ATTR_PATTERN, attr_slots};
F(send) { NEED(2); PyObject *r = NULL; PySendResult s = PyIter_Send(args[0], args[1], &r); return s == PYGEN_ERROR ? checked(NULL) : Py_BuildValue("iN", (int)s, r); }

/* --- Data: negative basicsize, PyObject_GetTypeData; items; immutable; disallowed instantiation -- */
typedef struct { long value; } Extra;
static PyTypeObject *data_type;
static PyObject *data_set(PyObject *self, PyObject *arg) { Extra *e = PyObject_GetTypeData(self, data_type); long old = e->value; e->value = PyLong_AsLong(arg); return PyLong_FromLong(old); }
static PyMethodDef data_methods[] = {{"swap", data_set, METH_O, NULL}, END};
static PyType_Slot data_slots[] = {{Py_tp_methods, data_methods}, {0, NULL}};
static PyType_Spec data_spec = {"capi_types_spec.Data", -(int)sizeof(Extra), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, data_slots};
static PyType_Slot no_slots[] = {{0, NULL}};
static PyType_Spec frozen_spec = {"capi_types_spec.Frozen", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, no_slots};
static PyType_Spec sub_spec = {"capi_types_spec.Sub", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, no_slots};
F(from_spec_with_bases) { NEED(1); return checked(PyType_FromSpecWithBases(&sub_spec, A(0))); }
F(from_metaclass) { NEED(2); return checked(PyType_FromMetaclass((PyTypeObject *)A(0), NULL, &sub_spec, A(1))); }
F(bad_slot)
{
    NEED(0);
    PyType_Slot slots[] = {{9999, NULL}, {0, NULL}};
    PyType_Spec spec = {"x.Y", 0, 0, Py_TPFLAGS_DEFAULT, slots};
    return checked(PyType_FromSpec(&spec));
}
F(data_size) { NEED(1); return plain(PyType_GetTypeDataSize((PyTypeObject *)args[0])); }

/* --- PyType_* ----------------------------------------------------------------------------------- */
F(type_check) { NEED(1); return plain(PyType_Check(args[0]) + 2 * PyType_CheckExact(args[0])); }
F(type_flags) { NEED(1); return plain((long long)PyType_GetFlags((PyTypeObject *)args[0])); }
F(has_feature) { NEED(2); unsigned long f = (unsigned long)N(1); ARG_ERROR; return plain(PyType_HasFeature((PyTypeObject *)args[0], f) != 0); }
F(is_subtype) { NEED(2); return plain(PyType_IsSubtype((PyTypeObject *)args[0], (PyTypeObject *)args[1])); }
F(type_name) { NEED(1); PyTypeObject *t = (PyTypeObject *)args[0]; return Py_BuildValue("NNNN", PyType_GetName(t), PyType_GetQualName(t), PyType_GetModuleName(t), PyType_GetFullyQualifiedName(t)); }
F(type_slot_is) { NEED(2); PyTypeObject *t = (PyTypeObject *)args[0], *u = (PyTypeObject *)args[1]; return plain((PyType_GetSlot(t, Py_tp_repr) == PyType_GetSlot(u, Py_tp_repr)) + 2 * (PyType_GetSlot(t, Py_nb_add) != NULL) + 4 * (PyType_GetSlot(t, Py_mp_subscript) != NULL)); }
F(type_slot_bad) { NEED(0); return PyType_GetSlot(&PyLong_Type, -5) == NULL ? checked(NULL) : plain(1); }
F(type_module) { NEED(1); return borrowed(PyType_GetModule((PyTypeObject *)args[0])); }
F(type_module_by_def) { NEED(1); return borrowed(PyType_GetModuleByDef((PyTypeObject *)args[0], PyModule_GetDef(self))); }
F(type_modified) { NEED(1); PyType_Modified((PyTypeObject *)args[0]); return plain(0); }
F(type_clear_cache) { NEED(0); PyType_ClearCache(); return plain(0); }
static PyType_Slot token_slots[] = {{Py_tp_token, Py_TP_USE_SPEC}, {0, NULL}};
static PyType_Spec token_spec = {"capi_types_spec.Token", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, token_slots};
F(type_with_token) { NEED(0); return checked(PyType_FromSpec(&token_spec)); }
F(base_by_token)
{
    NEED(2);
    PyTypeObject *r = (PyTypeObject *)Py_Ellipsis;
    void *token = PyObject_IsTrue(args[1]) ? (void *)&token_spec : NULL;
    int s = PyType_GetBaseByToken((PyTypeObject *)args[0], token, &r);
    int alone = token ? PyType_GetBaseByToken((PyTypeObject *)args[0], token, NULL) : s;
    if (s < 0 || alone != s || (s == 1) != (r != NULL)) return checked(NULL);
    return found((PyObject *)r);
}
F(generic_new) { NEED(1); return checked(PyType_GenericNew((PyTypeObject *)args[0], NULL, NULL)); }
F(generic_alloc) { NEED(1); return checked(PyType_GenericAlloc((PyTypeObject *)args[0], 0)); }
F(freeze) { NEED(1); return status(PyType_Freeze((PyTypeObject *)args[0])); }
OBJ2(generic_alias, Py_GenericAlias)

static PyMethodDef methods[] = {
    M(node_counts), M(send), M(from_spec_with_bases), M(from_metaclass), M(bad_slot), M(data_size), M(type_check), M(type_flags),
    M(has_feature), M(is_subtype), M(type_name), M(type_slot_is), M(type_slot_bad), M(type_module), M(type_module_by_def),
    M(type_modified), M(type_clear_cache), M(type_with_token), M(base_by_token), M(generic_new), M(generic_alloc), M(freeze), M(generic_alias), END};

static int add_one(PyObject *m, const char *name, PyType_Spec *spec, PyTypeObject **keep)
{
    PyObject *t = PyType_FromModuleAndSpec(m, spec, NULL);
    if (t == NULL) return -1;
    if (keep != NULL) *keep = (PyTypeObject *)t;
    int r = PyModule_AddObjectRef(m, name, t);
    Py_DECREF(t);
    return r;
}
static int add(PyObject *m)
{
    return add_one(m, "Vec", &vec_spec, &vec_type) < 0 || add_one(m, "Node", &node_spec, NULL) < 0 || add_one(m, "Attr", &attr_spec, NULL) < 0 ||
                   add_one(m, "Data", &data_spec, &data_type) < 0 || add_one(m, "Frozen", &frozen_spec, NULL) < 0
               ? -1
               : 0;
}
MODULE(capi_types_spec, methods, add)
