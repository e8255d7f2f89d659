/* An extension in the style of hand-written modules, on the full API: static types, method
   tables of every convention, members, multi-phase initialization, buffers, vector calls,
   datetime, critical sections, mutexes and threads.  It is compiled, not run. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <frameobject.h>
#include <structmember.h>

#ifndef Py_PYTHON_H
#  error "code generators test this guard"
#endif
#if PY_VERSION_HEX < 0x030E0000 || PY_VERSION_HEX >= 0x030F0000
#  error "wrong version"
#endif

typedef struct {
    PyObject_HEAD
    PyObject *dict;
    PyObject *weak;
    PyObject *payload;
    PyMutex lock;
    double number;
    Py_ssize_t exports;
    char bytes[16];
    vectorcallfunc vectorcall;
} Thing;

static PyTypeObject Thing_Type;
#define Thing_Check(op) PyObject_TypeCheck(op, &Thing_Type)

static PyObject *thing_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (kwnames != NULL && PyTuple_GET_SIZE(kwnames) > 0) {
        PyErr_Format(PyExc_TypeError, "%.100s takes no keywords", Py_TYPE(self)->tp_name);
        return NULL;
    }
    PyObject *out = PyList_New(n);
    if (!out) return NULL;
    for (Py_ssize_t i = 0; i < n; i++) PyList_SET_ITEM(out, i, Py_NewRef(args[i]));
    return out;
}

static PyObject *thing_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"payload", "number", NULL};
    PyObject *payload = Py_None;
    double number = Py_NAN;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Od:Thing", names, &payload, &number)) return NULL;
    Thing *self = (Thing *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->payload = Py_XNewRef(payload);
    self->number = number;
    self->vectorcall = thing_vectorcall;
    return (PyObject *)self;
}

static int thing_traverse(Thing *self, visitproc visit, void *arg)
{
    Py_VISIT(self->payload);
    Py_VISIT(self->dict);
    return 0;
}

static int thing_clear(Thing *self)
{
    Py_CLEAR(self->payload);
    Py_CLEAR(self->dict);
    return 0;
}

static void thing_dealloc(PyObject *op)
{
    Thing *self = (Thing *)op;
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, thing_dealloc)
    if (self->weak) PyObject_ClearWeakRefs(op);
    thing_clear(self);
    Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static PyObject *thing_compare(PyObject *a, PyObject *b, int op)
{
    if (!Thing_Check(a) || !Thing_Check(b)) Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(((Thing *)a)->number, ((Thing *)b)->number, op);
}

static int thing_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE) {
        PyErr_SetNone(PyExc_BufferError);
        return -1;
    }
    ((Thing *)self)->exports++;
    return PyBuffer_FillInfo(view, self, ((Thing *)self)->bytes, Py_MEMBER_SIZE(Thing, bytes), 1, flags);
}

static void thing_releasebuffer(PyObject *self, Py_buffer *Py_UNUSED(view))
{
    ((Thing *)self)->exports--;
}

static Py_ssize_t thing_length(PyObject *Py_UNUSED(self)) { return 0; }

static PyObject *thing_fast(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    (void)self;
    if (nargs != 1) {
        PyErr_SetString(PyExc_TypeError, "one argument");
        return NULL;
    }
    if (PyLong_CheckExact(args[0]) && PyUnstable_Long_IsCompact((PyLongObject *)args[0]))
        return PyLong_FromSsize_t(PyUnstable_Long_CompactValue((PyLongObject *)args[0]));
    if (PyUnicode_Check(args[0])) {
        int kind = PyUnicode_KIND(args[0]);
        const void *data = PyUnicode_DATA(args[0]);
        Py_ssize_t spaces = 0;
        for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(args[0]); i++)
            spaces += Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, i));
        return PyLong_FromSsize_t(spaces);
    }
    if (PyFloat_Check(args[0])) return PyFloat_FromDouble(-PyFloat_AS_DOUBLE(args[0]));
    if (PyTuple_Check(args[0]) && PyTuple_GET_SIZE(args[0]) == 2)
        return PyNumber_Add(PyTuple_GET_ITEM(args[0], 0), PyTuple_GET_ITEM(args[0], 1));
    if (PyDict_Check(args[0])) return PyLong_FromSsize_t(PyDict_GET_SIZE(args[0]));
    if (PyAnySet_Check(args[0])) return PyLong_FromSsize_t(PySet_GET_SIZE(args[0]));
    if (PyObject_CheckBuffer(args[0])) Py_RETURN_TRUE;
    Py_RETURN_NONE;
}

static PyObject *thing_fast_keywords(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names)
{
    (void)args, (void)names;
    Thing *thing = (Thing *)self;
    PyMutex_Lock(&thing->lock);
    PyObject *result = NULL;
    Py_BEGIN_CRITICAL_SECTION(self);
    result = Py_BuildValue("(nd)", nargs, thing->number);
    Py_END_CRITICAL_SECTION();
    PyMutex_Unlock(&thing->lock);
    return result;
}

static PyObject *thing_method(PyObject *self, PyTypeObject *definer, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *names)
{
    (void)self, (void)args, (void)names;
    return Py_BuildValue("On", definer, nargs);
}

static PyObject *thing_noargs(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    double total = 0;
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 10; i++) total += i;
    Py_BLOCK_THREADS
    PyErr_CheckSignals();
    Py_UNBLOCK_THREADS
    Py_END_ALLOW_THREADS
    Py_SETREF(((Thing *)self)->payload, PyFloat_FromDouble(total));
    Py_RETURN_NONE;
}

static PyObject *thing_when(PyObject *Py_UNUSED(self), PyObject *op)
{
    if (PyDateTime_Check(op))
        return Py_BuildValue("iiiiiiiO", PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op),
                             PyDateTime_GET_DAY(op), PyDateTime_DATE_GET_HOUR(op),
                             PyDateTime_DATE_GET_MINUTE(op), PyDateTime_DATE_GET_SECOND(op),
                             PyDateTime_DATE_GET_MICROSECOND(op), PyDateTime_DATE_GET_TZINFO(op));
    if (PyDelta_Check(op))
        return PyDelta_FromDSU(PyDateTime_DELTA_GET_DAYS(op), PyDateTime_DELTA_GET_SECONDS(op),
                               PyDateTime_DELTA_GET_MICROSECONDS(op));
    return PyDateTime_FromDateAndTime(2024, 2, 29, 1, 2, 3, 4);
}

PyDoc_STRVAR(fast_doc, "fast(x, /)\n--\n\nAsks many questions.");

static PyMethodDef thing_methods[] = {
    {"fast", _PyCFunction_CAST(thing_fast), METH_FASTCALL, fast_doc},
    {"fast_keywords", _PyCFunction_CAST(thing_fast_keywords), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"method", _PyCFunction_CAST(thing_method), METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {"noargs", thing_noargs, METH_NOARGS, PyDoc_STR("nothing")},
    {"when", thing_when, METH_O | METH_STATIC, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef thing_members[] = {
    {"number", T_DOUBLE, offsetof(Thing, number), READONLY, NULL},
    {"payload", Py_T_OBJECT_EX, offsetof(Thing, payload), 0, PyDoc_STR("any object")},
    {NULL, 0, 0, 0, NULL},
};

static PyObject *get_exports(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSsize_t(((Thing *)self)->exports);
}

static PyGetSetDef thing_getset[] = {
    {"exports", get_exports, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PySequenceMethods thing_sequence = {.sq_length = thing_length};
static PyBufferProcs thing_buffer = {thing_getbuffer, thing_releasebuffer};

static PyTypeObject Thing_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "full.Thing",
    .tp_basicsize = sizeof(Thing),
    .tp_dealloc = thing_dealloc,
    .tp_vectorcall_offset = offsetof(Thing, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_as_sequence = &thing_sequence,
    .tp_as_buffer = &thing_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = (traverseproc)thing_traverse,
    .tp_clear = (inquiry)thing_clear,
    .tp_richcompare = thing_compare,
    .tp_weaklistoffset = offsetof(Thing, weak),
    .tp_methods = thing_methods,
    .tp_members = thing_members,
    .tp_getset = thing_getset,
    .tp_dictoffset = offsetof(Thing, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = thing_new,
    .tp_free = PyObject_GC_Del,
};

static void capsule_end(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, "full.capsule"));
}

_Py_IDENTIFIER(some_name);

static int full_exec(PyObject *module)
{
    PyDateTime_IMPORT;
    if (PyDateTimeAPI == NULL || PyType_Ready(&Thing_Type) < 0) return -1;
    if (PyModule_AddIntMacro(module, METH_O) < 0) return -1;
    if (PyModule_AddStringMacro(module, PY_VERSION) < 0) return -1;
    int *memory = PyMem_New(int, 16);
    if (memory == NULL) return PyErr_NoMemory() == NULL ? -1 : 0;
    PyMem_Resize(memory, int, 32);
    PyObject *capsule = PyCapsule_New(memory, "full.capsule", capsule_end);
    if (PyModule_Add(module, "capsule", capsule) < 0) return -1;
    Py_BUILD_ASSERT(sizeof(Py_ssize_t) == sizeof(size_t));
    PyObject *name = _PyUnicode_FromId(&PyId_some_name);
    PyObject *got = PyObject_CallMethodOneArg(module, name, Py_True);
    Py_XDECREF(got);
    PyErr_Clear();
    PyThreadState *state = PyThreadState_GET();
    if (state->current_exception != NULL || state->exc_info == &state->exc_state) PyErr_Clear();
    return PyModule_AddObjectRef(module, "Thing", (PyObject *)&Thing_Type);
}

static PyModuleDef_Slot full_slots[] = {
    {Py_mod_exec, (void *)(uintptr_t)full_exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static PyModuleDef full_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "full",
    .m_slots = full_slots,
};

PyMODINIT_FUNC PyInit_full(void)
{
    return PyModuleDef_Init(&full_module);
}
