/* Tuples of a variable number of objects. */
#include <Python.h>

void dovetail_tuple_put(PyObject *tuple, Py_ssize_t index, PyObject *item);

PyObject *PyTuple_Pack(Py_ssize_t size, ...)
{
    PyObject *tuple = PyTuple_New(size);
    if (tuple == NULL) {
        return NULL;
    }
    va_list va;
    va_start(va, size);
    for (Py_ssize_t i = 0; i < size; i++) {
        dovetail_tuple_put(tuple, i, va_arg(va, PyObject *));
    }
    va_end(va);
    return tuple;
}
