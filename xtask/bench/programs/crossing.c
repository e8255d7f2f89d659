/* What crossing into C and back costs: every calling convention, slots and attributes of a C type, C calling
   Python, C building and reading containers. The driver is crossing.py. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    long number;
    double real;
    PyObject *object;
    vectorcallfunc call;
} Thing;

static PyObject *noargs(PyObject *self, PyObject *none) { (void)self; (void)none; Py_RETURN_NONE; }

static PyObject *one(PyObject *self, PyObject *arg) { (void)self; return Py_NewRef(arg); }

static PyObject *fast(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self;
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "three arguments");
        return NULL;
    }
    return Py_NewRef(args[2]);
}

static PyObject *varargs(PyObject *self, PyObject *args)
{
    (void)self;
    PyObject *a;
    long n;
    double d;
    if (!PyArg_ParseTuple(args, "Old", &a, &n, &d)) {
        return NULL;
    }
    return PyLong_FromLong(n);
}

static PyObject *keywords(PyObject *self, PyObject *args, PyObject *names)
{
    (void)self;
    static char *known[] = {"first", "second", NULL};
    PyObject *first, *second = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, names, "O|O", known, &first, &second)) {
        return NULL;
    }
    return Py_NewRef(second);
}

/* Calls its argument many times from C. */
static PyObject *call_many(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    (void)self;
    long times = count == 2 ? PyLong_AsLong(args[1]) : -1;
    if (times == -1 && PyErr_Occurred()) {
        return NULL;
    }
    for (long i = 0; i < times; i++) {
        PyObject *result = PyObject_CallOneArg(args[0], args[1]);
        if (result == NULL) {
            return NULL;
        }
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}

static PyObject *build_list(PyObject *self, PyObject *arg)
{
    (void)self;
    long length = PyLong_AsLong(arg);
    PyObject *list = PyList_New(length);
    if (list == NULL) {
        return NULL;
    }
    for (long i = 0; i < length; i++) {
        PyObject *item = PyLong_FromLong(i * 1000);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static PyObject *build_tuples(PyObject *self, PyObject *arg)
{
    (void)self;
    long length = PyLong_AsLong(arg);
    for (long i = 0; i < length; i++) {
        PyObject *tuple = Py_BuildValue("(ids)", (int)i, (double)i, "text");
        if (tuple == NULL) {
            return NULL;
        }
        Py_DECREF(tuple);
    }
    Py_RETURN_NONE;
}

static PyObject *build_dict(PyObject *self, PyObject *arg)
{
    (void)self;
    long length = PyLong_AsLong(arg);
    PyObject *dict = PyDict_New();
    for (long i = 0; dict != NULL && i < length; i++) {
        PyObject *key = PyLong_FromLong(i), *value = PyFloat_FromDouble((double)i);
        if (key == NULL || value == NULL || PyDict_SetItem(dict, key, value) < 0) {
            Py_CLEAR(dict);
        }
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

static PyObject *read_list(PyObject *self, PyObject *list)
{
    (void)self;
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "a list");
        return NULL;
    }
    long sum = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        sum += PyLong_AsLong(PyList_GET_ITEM(list, i));
    }
    return PyLong_FromLong(sum);
}

static PyObject *read_dict(PyObject *self, PyObject *dict)
{
    (void)self;
    Py_ssize_t at = 0;
    PyObject *key, *value;
    double sum = 0;
    while (PyDict_Next(dict, &at, &key, &value)) {
        sum += PyFloat_AsDouble(value);
    }
    return PyFloat_FromDouble(sum);
}

static PyObject *read_sequence(PyObject *self, PyObject *sequence)
{
    (void)self;
    Py_ssize_t length = PySequence_Size(sequence);
    for (Py_ssize_t i = 0; i < length; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        if (item == NULL) {
            return NULL;
        }
        Py_DECREF(item);
    }
    return PyLong_FromSsize_t(length);
}

static PyObject *iterate(PyObject *self, PyObject *iterable)
{
    (void)self;
    PyObject *iterator = PyObject_GetIter(iterable), *item;
    Py_ssize_t count = 0;
    if (iterator == NULL) {
        return NULL;
    }
    while ((item = PyIter_Next(iterator)) != NULL) {
        count++;
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? NULL : PyLong_FromSsize_t(count);
}

static PyObject *attributes(PyObject *self, PyObject *object)
{
    (void)self;
    for (int i = 0; i < 100; i++) {
        PyObject *value = PyObject_GetAttrString(object, "field");
        if (value == NULL || PyObject_SetAttrString(object, "field", value) < 0) {
            Py_XDECREF(value);
            return NULL;
        }
        Py_DECREF(value);
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"noargs", noargs, METH_NOARGS, NULL},
    {"one", one, METH_O, NULL},
    {"fast", (PyCFunction)(void (*)(void))fast, METH_FASTCALL, NULL},
    {"varargs", varargs, METH_VARARGS, NULL},
    {"keywords", (PyCFunction)(void (*)(void))keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"call_many", (PyCFunction)(void (*)(void))call_many, METH_FASTCALL, NULL},
    {"build_list", build_list, METH_O, NULL},
    {"build_tuples", build_tuples, METH_O, NULL},
    {"build_dict", build_dict, METH_O, NULL},
    {"read_list", read_list, METH_O, NULL},
    {"read_dict", read_dict, METH_O, NULL},
    {"read_sequence", read_sequence, METH_O, NULL},
    {"iterate", iterate, METH_O, NULL},
    {"attributes", attributes, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *thing_vectorcall(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    (void)self;
    (void)names;
    return Py_NewRef(PyVectorcall_NARGS(flags) > 0 ? args[0] : Py_None);
}

static PyObject *thing_new(PyTypeObject *type, PyObject *args, PyObject *names)
{
    (void)args;
    (void)names;
    Thing *self = (Thing *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->object = Py_NewRef(Py_None);
        self->call = thing_vectorcall;
    }
    return (PyObject *)self;
}

static void thing_dealloc(PyObject *self)
{
    Py_XDECREF(((Thing *)self)->object);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *thing_add(PyObject *left, PyObject *right)
{
    (void)right;
    return Py_NewRef(left);
}

static Py_ssize_t thing_length(PyObject *self)
{
    (void)self;
    return 100;
}

static PyObject *thing_item(PyObject *self, Py_ssize_t at)
{
    (void)self;
    if (at < 0 || at >= 100) {
        PyErr_SetString(PyExc_IndexError, "out of range");
        return NULL;
    }
    return PyLong_FromSsize_t(at);
}

static PyObject *thing_compare(PyObject *left, PyObject *right, int op)
{
    return PyBool_FromLong((left == right) == (op == Py_EQ));
}

static PyObject *thing_method(PyObject *self, PyObject *none)
{
    (void)none;
    return Py_NewRef(self);
}

static PyObject *thing_get(PyObject *self, void *closure)
{
    (void)closure;
    return Py_NewRef(((Thing *)self)->object);
}

static int thing_set(PyObject *self, PyObject *value, void *closure)
{
    (void)closure;
    Py_XSETREF(((Thing *)self)->object, Py_XNewRef(value));
    return 0;
}

static PyMemberDef thing_members[] = {
    {"number", Py_T_LONG, offsetof(Thing, number), 0, NULL},
    {"real", Py_T_DOUBLE, offsetof(Thing, real), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyGetSetDef thing_getset[] = {{"object", thing_get, thing_set, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef thing_methods[] = {{"method", thing_method, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyNumberMethods thing_number = {.nb_add = thing_add};
static PySequenceMethods thing_sequence = {.sq_length = thing_length, .sq_item = thing_item};

static PyTypeObject ThingType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "crossing.Thing",
    .tp_basicsize = sizeof(Thing),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Thing, call),
    .tp_call = PyVectorcall_Call,
    .tp_new = thing_new,
    .tp_dealloc = thing_dealloc,
    .tp_as_number = &thing_number,
    .tp_as_sequence = &thing_sequence,
    .tp_richcompare = thing_compare,
    .tp_hash = (hashfunc)PyObject_GenericHash,
    .tp_members = thing_members,
    .tp_getset = thing_getset,
    .tp_methods = thing_methods,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "crossing", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_crossing(void)
{
    PyObject *self = PyModule_Create(&module);
    if (self != NULL && PyModule_AddType(self, &ThingType) < 0) {
        Py_CLEAR(self);
    }
    return self;
}
