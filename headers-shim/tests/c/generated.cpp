// An extension in C++17, in the style of binding generators: templates over objects, lambdas as
// methods, references held by a class.  It is compiled, not run.
#include <Python.h>
#include <datetime.h>
#include <structmember.h>

#include <string>
#include <utility>
#include <vector>

namespace {

class Ref {
  public:
    explicit Ref(PyObject *stolen = nullptr) : object_(stolen) {}
    Ref(const Ref &other) : object_(Py_XNewRef(other.object_)) {}
    Ref(Ref &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref &operator=(Ref other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() { Py_XDECREF(object_); }
    PyObject *get() const { return object_; }
    PyObject *release() { return std::exchange(object_, nullptr); }
    void clear() { Py_CLEAR(object_); }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    PyObject *object_;
};

struct Instance {
    PyObject_HEAD
    std::vector<double> *values;
};

template <typename Visit> void each(PyObject *sequence, Visit visit)
{
    Ref fast(PySequence_Fast(sequence, "a sequence"));
    if (!fast) return;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast.get()); ++i)
        visit(PySequence_Fast_GET_ITEM(fast.get(), i));
}

std::string text(PyObject *op)
{
    Py_ssize_t size = 0;
    const char *utf8 = PyUnicode_AsUTF8AndSize(op, &size);
    return utf8 ? std::string(utf8, static_cast<size_t>(size)) : std::string();
}

PyObject *sum(PyObject *, PyObject *args, PyObject *kwargs)
{
    static const char *names[] = {"values", "start", nullptr};
    PyObject *values;
    double start = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|d", names, &values, &start)) return nullptr;
    each(values, [&](PyObject *item) { start += PyFloat_Check(item) ? PyFloat_AS_DOUBLE(item) : 0.0; });
    if (PyErr_Occurred()) return nullptr;
    Ref whole(PyTuple_New(2));
    if (!whole) return nullptr;
    PyTuple_SET_ITEM(whole.get(), 0, PyFloat_FromDouble(start));
    PyTuple_SET_ITEM(whole.get(), 1, Py_NewRef(Py_True));
    return whole.release();
}

PyObject *name(PyObject *, PyObject *op)
{
    if (PyUnicode_Check(op) && PyUnicode_IS_COMPACT_ASCII(op) && text(op).empty()) Py_RETURN_FALSE;
    PyObject *args[] = {op, Py_None};
    return PyObject_Vectorcall(op, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
}

PyMethodDef methods[] = {
    {"sum", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(sum)), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"name", name, METH_O, nullptr},
    {"year", [](PyObject *, PyObject *op) { return PyLong_FromLong(PyDateTime_GET_YEAR(op)); }, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef members[] = {
    {"values", T_NONE, offsetof(Instance, values), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

void destroy(PyObject *self)
{
    delete reinterpret_cast<Instance *>(self)->values;
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(destroy)},
    {Py_tp_members, members},
    {0, nullptr},
};
PyType_Spec spec = {"generated.Instance", sizeof(Instance), 0, Py_TPFLAGS_DEFAULT, slots};

PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "generated", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr,
};

} // namespace

PyMODINIT_FUNC PyInit_generated()
{
    PyDateTime_IMPORT;
    Ref made(PyModule_Create(&module));
    if (!made) return nullptr;
    Ref type(PyType_FromSpec(&spec));
    if (!type || PyModule_AddObjectRef(made.get(), "Instance", type.get()) < 0) return nullptr;
    return made.release();
}
