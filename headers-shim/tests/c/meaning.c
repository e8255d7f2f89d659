/* What the macros mean, tried out on objects made by hand: the program links against nothing
   of the runtime but the few stand-ins below, and prints nothing when all is well.  It holds
   for CPython's own headers too. */
#include <Python.h>
#include <datetime.h>
#include <stdio.h>

#define CHECK(claim)                                                                   \
    do {                                                                               \
        if (!(claim)) {                                                                \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #claim);                \
            return 1;                                                                  \
        }                                                                              \
    } while (0)

/* ---- Stand-ins. */

static int deaths;
static PyObject *last_dead;

void _Py_Dealloc(PyObject *op)
{
    deaths++;
    last_dead = op;
}

#undef PyMutex_Lock
#undef PyMutex_Unlock
static int slow_locks, slow_unlocks;
void PyMutex_Lock(PyMutex *m)
{
    (void)m;
    slow_locks++;
}
void PyMutex_Unlock(PyMutex *m)
{
    (void)m;
    slow_unlocks++;
}
#define PyMutex_Lock   _PyMutex_Lock
#define PyMutex_Unlock _PyMutex_Unlock

int PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b) { return a->tp_base == b; }

PyTypeObject PyType_Type = {PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "type"};
PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "int", .tp_flags = Py_TPFLAGS_LONG_SUBCLASS};
PyTypeObject PyBool_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "bool", .tp_base = &PyLong_Type,
    .tp_flags = Py_TPFLAGS_LONG_SUBCLASS};
PyTypeObject PyFloat_Type = {PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "float"};
PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "str", .tp_flags = Py_TPFLAGS_UNICODE_SUBCLASS};
PyTypeObject PyTuple_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "tuple", .tp_flags = Py_TPFLAGS_TUPLE_SUBCLASS};
PyTypeObject PyList_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_name = "list", .tp_flags = Py_TPFLAGS_LIST_SUBCLASS};
struct _longobject _Py_TrueStruct = {PyObject_HEAD_INIT(&PyBool_Type) {1 << 3, {1}}};
struct _longobject _Py_FalseStruct = {PyObject_HEAD_INIT(&PyBool_Type) {1, {0}}};
PyObject _Py_NoneStruct = {{_Py_STATIC_IMMORTAL_INITIAL_REFCNT}, &PyType_Type};

static PyObject *new_float(PyFloatObject *place, double value)
{
    place->ob_base.ob_refcnt_full = 1;
    place->ob_base.ob_type = &PyFloat_Type;
    place->ob_fval = value;
    return (PyObject *)place;
}

/* ---- Trials. */

static int counting(void)
{
    PyFloatObject place;
    PyObject *one = new_float(&place, 1.0);
    CHECK(Py_REFCNT(one) == 1);
    Py_INCREF(one);
    CHECK(Py_REFCNT(one) == 2 && Py_NewRef(one) == one && Py_REFCNT(one) == 3);
    Py_DECREF(one);
    Py_DECREF(one);
    CHECK(deaths == 0);
    Py_DECREF(one);
    CHECK(deaths == 1 && last_dead == one);
    Py_XINCREF((PyObject *)NULL);
    Py_XDECREF((PyObject *)NULL);
    CHECK(Py_XNewRef((PyObject *)NULL) == NULL);

    /* Immortal: static objects, and whatever has the sign bit. */
    PyObject *none = Py_None;
    int64_t before = none->ob_refcnt_full;
    CHECK(before == (int64_t)0x00050000C0000000);
    CHECK(_Py_IsImmortal(none) && _Py_IsStaticImmortal(none) && _Py_IsImmortal(Py_True));
    Py_INCREF(none);
    Py_DECREF(none);
    Py_SET_REFCNT(none, 7);
    CHECK(none->ob_refcnt_full == before);
    one->ob_refcnt = (uint32_t)_Py_IMMORTAL_MINIMUM_REFCNT;
    CHECK(_Py_IsImmortal(one) && !_Py_IsStaticImmortal(one));
    Py_DECREF(one);
    CHECK(one->ob_refcnt == (uint32_t)_Py_IMMORTAL_MINIMUM_REFCNT && deaths == 1);
    /* Between minimum and start, counting up still happens. */
    Py_INCREF(one);
    CHECK(one->ob_refcnt == (uint32_t)_Py_IMMORTAL_MINIMUM_REFCNT + 1);
    one->ob_refcnt = 0x7fffffff;
    CHECK(!_Py_IsImmortal(one));
    Py_SET_REFCNT(one, 5);
    CHECK(Py_REFCNT(one) == 5);
    /* The flags beside the count stay. */
    one->ob_flags = 0x1234;
    Py_INCREF(one);
    Py_DECREF(one);
    CHECK(one->ob_flags == 0x1234 && one->ob_overflow == 0);

    /* The variable is empty, or new, before the old object dies; arguments are evaluated once. */
    PyObject *slots[2] = {one, NULL};
    int i = 0;
    Py_SET_REFCNT(one, 1);
    Py_CLEAR(slots[i++]);
    CHECK(i == 1 && slots[0] == NULL && deaths == 2);
    Py_CLEAR(slots[0]);
    PyFloatObject other_place;
    PyObject *other = new_float(&other_place, 2.0);
    Py_SET_REFCNT(one, 1);
    slots[1] = one;
    Py_SETREF(slots[i++], other);
    CHECK(i == 2 && slots[1] == other && deaths == 3 && last_dead == one);
    slots[0] = NULL;
    Py_XSETREF(slots[0], one);
    CHECK(slots[0] == one && deaths == 3);
    return 0;
}

static int types(void)
{
    PyFloatObject place;
    PyObject *op = new_float(&place, 2.5);
    CHECK(Py_TYPE(op) == &PyFloat_Type && Py_IS_TYPE(op, &PyFloat_Type) && !PyLong_Check(op));
    CHECK(PyFloat_CheckExact(op) && PyFloat_Check(op) && PyFloat_AS_DOUBLE(op) == 2.5);
    CHECK(PyLong_Check(Py_True) && !PyLong_CheckExact(Py_True) && PyBool_Check(Py_False));
    CHECK(Py_IsTrue(Py_True) && !Py_IsFalse(Py_True) && Py_IsNone(Py_None));
    Py_SET_TYPE(op, &PyBool_Type);
    CHECK(PyObject_TypeCheck(op, &PyLong_Type) && !PyObject_TypeCheck(op, &PyFloat_Type));
    CHECK(PyType_HasFeature(&PyLong_Type, Py_TPFLAGS_LONG_SUBCLASS));
    CHECK(!PyType_FastSubclass(&PyLong_Type, Py_TPFLAGS_LIST_SUBCLASS) && !PyType_IS_GC(&PyLong_Type));
    CHECK(PyType_Type.ob_base.ob_size == 0 && Py_SIZE(&PyType_Type) == 0);
    return 0;
}

static int ints(void)
{
    struct _longobject n = {PyObject_HEAD_INIT(&PyLong_Type) {(1 << 3) | 2, {42}}};
    CHECK(PyUnstable_Long_IsCompact(&n) && PyUnstable_Long_CompactValue(&n) == -42);
    n.long_value.lv_tag = 1 << 3;
    CHECK(PyUnstable_Long_CompactValue(&n) == 42);
    n.long_value.lv_tag = 1;
    n.long_value.ob_digit[0] = 0;
    CHECK(PyUnstable_Long_IsCompact(&n) && PyUnstable_Long_CompactValue(&n) == 0);
    n.long_value.lv_tag = 2 << 3;
    CHECK(!PyUnstable_Long_IsCompact(&n));
    return 0;
}

static int strings(void)
{
    static struct {
        PyASCIIObject head;
        char text[8];
    } ascii = {{PyObject_HEAD_INIT(&PyUnicode_Type) 5, -1, {0, 1, 1, 1, 0}}, "hello"};
    static struct {
        PyCompactUnicodeObject head;
        Py_UCS2 text[4];
    } wide = {{{PyObject_HEAD_INIT(&PyUnicode_Type) 3, -1, {3, 2, 1, 0, 0}}, 0, NULL}, {'a', 0x20AC, 'b', 0}};
    static Py_UCS4 far_text[] = {0x1F600, 0};
    static PyUnicodeObject far_ = {
        {{PyObject_HEAD_INIT(&PyUnicode_Type) 1, -1, {0, 4, 0, 0, 0}}, 0, NULL}, {far_text}};

    PyObject *a = (PyObject *)&ascii, *w = (PyObject *)&wide, *f = (PyObject *)&far_;
    CHECK(PyUnicode_GET_LENGTH(a) == 5 && PyUnicode_KIND(a) == PyUnicode_1BYTE_KIND);
    CHECK(PyUnicode_IS_COMPACT_ASCII(a) && PyUnicode_DATA(a) == (void *)ascii.text);
    CHECK(PyUnicode_READ_CHAR(a, 1) == 'e' && PyUnicode_1BYTE_DATA(a)[4] == 'o');
    CHECK(PyUnicode_READ_CHAR(a, 5) == 0 && PyUnicode_MAX_CHAR_VALUE(a) == 0x7f);
    CHECK(PyUnicode_KIND(w) == 2 && !PyUnicode_IS_ASCII(w) && PyUnicode_DATA(w) == (void *)wide.text);
    CHECK(PyUnicode_READ(PyUnicode_KIND(w), PyUnicode_DATA(w), 1) == 0x20AC);
    CHECK(PyUnicode_CHECK_INTERNED(w) == SSTATE_INTERNED_IMMORTAL_STATIC);
    CHECK(PyUnicode_MAX_CHAR_VALUE(w) == 0xffff && PyUnicode_READY(w) == 0 && PyUnicode_IS_READY(w));
    PyUnicode_WRITE(PyUnicode_2BYTE_KIND, wide.text, 2, 0x3B1);
    CHECK(wide.text[2] == 0x3B1);
    CHECK(!PyUnicode_IS_COMPACT(f) && PyUnicode_DATA(f) == (void *)far_text);
    CHECK(PyUnicode_READ_CHAR(f, 0) == 0x1F600 && PyUnicode_MAX_CHAR_VALUE(f) == 0x10ffff);
    PyUnicode_WRITE(PyUnicode_1BYTE_KIND, ascii.text, 0, 'J');
    PyUnicode_WRITE(PyUnicode_4BYTE_KIND, far_text, 0, 0x10FFFF);
    CHECK(ascii.text[0] == 'J' && far_text[0] == 0x10FFFF);

    CHECK(Py_UNICODE_HIGH_SURROGATE(0x1F600) == 0xD83D && Py_UNICODE_LOW_SURROGATE(0x1F600) == 0xDE00);
    CHECK(Py_UNICODE_JOIN_SURROGATES(0xD83D, 0xDE00) == 0x1F600);
    CHECK(Py_UNICODE_IS_SURROGATE(0xDFFF) && !Py_UNICODE_IS_SURROGATE(0xE000));
    CHECK(Py_UNICODE_IS_HIGH_SURROGATE(0xDBFF) && !Py_UNICODE_IS_HIGH_SURROGATE(0xDC00));
    CHECK(Py_UNICODE_IS_LOW_SURROGATE(0xDC00) && !Py_UNICODE_IS_LOW_SURROGATE(0xDBFF));
    return 0;
}

static int containers(void)
{
    struct {
        PyTupleObject head;
        PyObject *more;
    } tuple = {{PyVarObject_HEAD_INIT(&PyTuple_Type, 2) .ob_hash = -1}, NULL};
    PyObject *t = (PyObject *)&tuple;
    PyTuple_SET_ITEM(t, 0, Py_None);
    PyTuple_SET_ITEM(t, 1, Py_True);
    CHECK(PyTuple_GET_SIZE(t) == 2 && PyTuple_GET_ITEM(t, 1) == Py_True && tuple.more == Py_True);
    PyObject *items[2] = {Py_True, Py_False};
    PyListObject list = {PyVarObject_HEAD_INIT(&PyList_Type, 2) items, 2};
    PyObject *l = (PyObject *)&list;
    CHECK(PyList_GET_SIZE(l) == 2 && PyList_GET_ITEM(l, 1) == Py_False);
    PyList_SET_ITEM(l, 1, Py_None);
    CHECK(items[1] == Py_None);
    CHECK(PySequence_Fast_GET_SIZE(l) == 2 && PySequence_Fast_GET_SIZE(t) == 2);
    CHECK(PySequence_Fast_GET_ITEM(l, 0) == Py_True && PySequence_Fast_GET_ITEM(t, 0) == Py_None);
    CHECK(PySequence_Fast_ITEMS(l) == items && PySequence_Fast_ITEMS(t) == &PyTuple_GET_ITEM(t, 0));
    Py_SET_SIZE(&list, 1);
    CHECK(Py_SIZE(&list) == 1);
    return 0;
}

static int dates(void)
{
    PyDateTime_DateTime when = {.data = {0x07, 0xE8, 2, 29, 23, 59, 58, 0x01, 0x02, 0x03}, .fold = 1};
    CHECK(PyDateTime_GET_YEAR(&when) == 2024 && PyDateTime_GET_MONTH(&when) == 2 && PyDateTime_GET_DAY(&when) == 29);
    CHECK(PyDateTime_DATE_GET_HOUR(&when) == 23 && PyDateTime_DATE_GET_SECOND(&when) == 58);
    CHECK(PyDateTime_DATE_GET_MICROSECOND(&when) == 0x010203 && PyDateTime_DATE_GET_FOLD(&when) == 1);
    CHECK(PyDateTime_DATE_GET_TZINFO(&when) == Py_None);
    when.hastzinfo = 1;
    when.tzinfo = Py_True;
    CHECK(PyDateTime_DATE_GET_TZINFO(&when) == Py_True);
    PyDateTime_Time time = {.data = {1, 2, 3, 0x0F, 0x42, 0x3F}};
    CHECK(PyDateTime_TIME_GET_MINUTE(&time) == 2 && PyDateTime_TIME_GET_MICROSECOND(&time) == 999999);
    PyDateTime_Delta delta = {.days = -1, .seconds = 2, .microseconds = 3};
    CHECK(PyDateTime_DELTA_GET_DAYS(&delta) == -1 && PyDateTime_DELTA_GET_MICROSECONDS(&delta) == 3);
    return 0;
}

static PyObject *compare(int a, int b, int op)
{
    Py_RETURN_RICHCOMPARE(a, b, op);
}

static int visited;
static int visit_one(PyObject *op, void *arg)
{
    visited++;
    return op == Py_True ? *(int *)arg : 0;
}
static int traverse(PyObject *first, PyObject *second, visitproc visit, void *arg)
{
    Py_VISIT(first);
    Py_VISIT(second);
    return 0;
}

static int others(void)
{
    CHECK(compare(1, 2, Py_LT) == Py_True && compare(2, 2, Py_LT) == Py_False);
    CHECK(compare(2, 2, Py_LE) == Py_True && compare(2, 2, Py_EQ) == Py_True && compare(2, 2, Py_NE) == Py_False);
    CHECK(compare(3, 2, Py_GT) == Py_True && compare(1, 2, Py_GE) == Py_False);

    int stop = 9;
    CHECK(traverse(NULL, Py_None, visit_one, &stop) == 0 && visited == 1);
    CHECK(traverse(Py_True, Py_None, visit_one, &stop) == 9 && visited == 2);

    CHECK(PyVectorcall_NARGS(3 | PY_VECTORCALL_ARGUMENTS_OFFSET) == 3 && PyVectorcall_NARGS(0) == 0);
    CHECK(Py_ABS(-3) == 3 && Py_MIN(1, 2) == 1 && Py_MAX(1, 2) == 2 && Py_CHARMASK((char)-1) == 255);
    CHECK(_Py_ABS_CAST(unsigned char, (signed char)-128) == 128);
    CHECK(_Py_SIZE_ROUND_UP(9, 8) == 16 && _Py_SIZE_ROUND_UP(8, 8) == 8 && _Py_SIZE_ROUND_DOWN(15, 8) == 8);
    CHECK(_Py_IS_ALIGNED(0x1000, 16) && !_Py_IS_ALIGNED(0x1001, 2) && _Py_ALIGN_UP(0x1001, 16) == (void *)0x1010);
    CHECK(Py_MEMBER_SIZE(PyObject, ob_type) == sizeof(void *));
    CHECK(Py_PACK_VERSION(3, 14) == 0x030E0000 && PY_VERSION_HEX == 0x030E0AF0);
    CHECK(Py_ARITHMETIC_RIGHT_SHIFT(long, -9L, 1) == -5);
    CHECK(_PyObject_VAR_SIZE(&PyLong_Type, 3) == 0);
    CHECK(Py_BUILD_ASSERT_EXPR(1) == 0);

    PyMutex m = {0};
    PyMutex_Lock(&m);
    CHECK(PyMutex_IsLocked(&m) && slow_locks == 0);
    PyMutex_Lock(&m);
    CHECK(slow_locks == 1);
    PyMutex_Unlock(&m);
    CHECK(!PyMutex_IsLocked(&m) && slow_unlocks == 0);
    PyMutex_Unlock(&m);
    CHECK(slow_unlocks == 1);

    int n = 5, seen = 4;
    CHECK(!_Py_atomic_compare_exchange_int(&n, &seen, 6) && seen == 5);
    CHECK(_Py_atomic_compare_exchange_int(&n, &seen, 6) && n == 6);
    CHECK(_Py_atomic_add_int(&n, 2) == 6 && _Py_atomic_load_int(&n) == 8 && _Py_atomic_exchange_int(&n, 1) == 8);
    void *p = &n, *q = NULL;
    CHECK(_Py_atomic_load_ptr(&p) == &n && _Py_atomic_exchange_ptr(&p, &q) == &n && p == &q);
    double d = 0;
    _Py_atomic_store_double_relaxed(&d, 1.5);
    CHECK(_Py_atomic_load_double_relaxed(&d) == 1.5);
    return 0;
}

int main(void)
{
    return counting() || types() || ints() || strings() || containers() || dates() || others();
}
