/* An extension that keeps to the limited API of whatever version Py_LIMITED_API says, from
   3.3 on: a heap type made of slots, single- or multi-phase initialization.  It is compiled,
   not run. */
#include <Python.h>
#include <structmember.h>
#include <stddef.h>

#ifndef Py_LIMITED_API
#  error "Py_LIMITED_API is to be given"
#endif

typedef struct {
    PyObject_HEAD
    PyObject *value;
    long count;
} Box;

static PyObject *box_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *value = Py_None;
    Box *self;
    (void)kwargs;
    if (!PyArg_ParseTuple(args, "|O:Box", &value)) return NULL;
    allocfunc alloc = PyType_GenericAlloc;
    self = (Box *)alloc(type, 0);
    if (self == NULL) return NULL;
    Py_INCREF(value);
    self->value = value;
    return (PyObject *)self;
}

static int box_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Box *)self)->value);
#if Py_LIMITED_API + 0 >= 0x03090000
    Py_VISIT(Py_TYPE(self));
#endif
    return 0;
}

static int box_clear(PyObject *self)
{
    Py_CLEAR(((Box *)self)->value);
    return 0;
}

static void box_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    box_clear(self);
    PyObject_GC_Del(self);
    Py_DECREF((PyObject *)type);
}

static PyObject *box_compare(PyObject *a, PyObject *b, int op)
{
    if (!Py_IS_TYPE(b, Py_TYPE(a))) Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(((Box *)a)->count, ((Box *)b)->count, op);
}

static PyObject *box_get(PyObject *self, PyObject *Py_UNUSED(none))
{
    PyObject *value = ((Box *)self)->value;
    if (value == NULL) Py_RETURN_NONE;
    return Py_NewRef(value);
}

static PyObject *box_kind(PyObject *self, PyObject *op)
{
    Py_ssize_t size = PyObject_Length(op);
    (void)self;
    if (size < 0) PyErr_Clear();
    if (PyLong_Check(op) || PyBool_Check(op)) return PyLong_FromLong(PyLong_AsPid(op));
    if (PyUnicode_CheckExact(op) || PyBytes_Check(op) || PyList_Check(op)) Py_RETURN_TRUE;
    if (PyExceptionInstance_Check(op)) PyErr_BadInternalCall();
    if (PyErr_Occurred()) return NULL;
    if (Py_Is(op, Py_Ellipsis) || Py_IsNone(op)) Py_RETURN_FALSE;
    if (PyObject_DelAttrString(op, "value") < 0) return NULL;
    return Py_BuildValue("n", Py_REFCNT(op));
}

#if Py_LIMITED_API + 0 >= 0x030a0000
static PyObject *box_fast(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    (void)args;
    return Py_BuildValue("On", self, nargs);
}
#endif

static PyMethodDef box_methods[] = {
    {"get", box_get, METH_NOARGS, NULL},
    {"kind", box_kind, METH_O, NULL},
#if Py_LIMITED_API + 0 >= 0x030a0000
    {"fast", (PyCFunction)(void (*)(void))box_fast, METH_FASTCALL, NULL},
#endif
    {NULL, NULL, 0, NULL},
};

static PyMemberDef box_members[] = {
    {"count", T_LONG, offsetof(Box, count), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

#if Py_LIMITED_API + 0 >= 0x030b0000
static int box_buffer(PyObject *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, self, &((Box *)self)->count, sizeof(long), 1, flags);
}
#endif

#define SLOT(number, function) {number, (void *)(uintptr_t)(function)}

static PyType_Slot box_slots[] = {
    SLOT(Py_tp_new, box_new),
    SLOT(Py_tp_dealloc, box_dealloc),
    SLOT(Py_tp_traverse, box_traverse),
    SLOT(Py_tp_clear, box_clear),
    SLOT(Py_tp_richcompare, box_compare),
    {Py_tp_methods, box_methods},
    {Py_tp_members, box_members},
#if Py_LIMITED_API + 0 >= 0x030b0000
    SLOT(Py_bf_getbuffer, box_buffer),
#endif
    {0, NULL},
};

static PyType_Spec box_spec = {
    "limited.Box", sizeof(Box), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, box_slots,
};

static int limited_exec(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&box_spec);
    if (type == NULL || PyModule_AddObject(module, "Box", type) < 0) return -1;
#if Py_LIMITED_API + 0 >= 0x030c0000
    PyObject *none = PyObject_Vectorcall(type, NULL, 0 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(none);
#endif
#if Py_LIMITED_API + 0 >= 0x030d0000
    PyMem_RawFree(PyMem_RawMalloc(1));
#endif
    return 0;
}

#if Py_LIMITED_API + 0 >= 0x03050000
static PyModuleDef_Slot limited_slots[] = {
    SLOT(Py_mod_exec, limited_exec),
    {0, NULL},
};
static struct PyModuleDef limited_module = {
    PyModuleDef_HEAD_INIT, "limited", NULL, 0, NULL, limited_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_limited(void)
{
    return PyModuleDef_Init(&limited_module);
}
#else
static struct PyModuleDef limited_module = {
    PyModuleDef_HEAD_INIT, "limited", NULL, -1, NULL, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_limited(void)
{
    PyObject *module = PyModule_Create(&limited_module);
    if (module != NULL && limited_exec(module) < 0) Py_CLEAR(module);
    return module;
}
#endif
