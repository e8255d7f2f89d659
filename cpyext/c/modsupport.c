/* Variadic functions that build values. */
#include <Python.h>
#include "va.h"

PyObject *dovetail_build_value(const char *format, dovetail_va *va);

PyObject *Py_BuildValue(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = dovetail_build_value(format, &va);
    va_end(va.list);
    return result;
}

PyObject *_Py_BuildValue_SizeT(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = dovetail_build_value(format, &va);
    va_end(va.list);
    return result;
}

PyObject *Py_VaBuildValue(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = dovetail_build_value(format, &va);
    va_end(va.list);
    return result;
}

PyObject *_Py_VaBuildValue_SizeT(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = dovetail_build_value(format, &va);
    va_end(va.list);
    return result;
}

PyObject *PyTuple_Pack(Py_ssize_t n, ...)
{
    PyObject *result = PyTuple_New(n);
    if (result == NULL) {
        return NULL;
    }
    va_list list;
    va_start(list, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(result, i, Py_NewRef(va_arg(list, PyObject *)));
    }
    va_end(list);
    return result;
}
