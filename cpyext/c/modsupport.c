/* Variadic functions that build values. */
#include <Python.h>
#include "va.h"

PyObject *dovetail_build_value(const char *format, dovetail_va *va);

/* How many units a format has that is flat, or one tuple, of units that take one argument each and steal nothing; -1 for
   other formats. */
static Py_ssize_t plain_units(const char *format)
{
    Py_ssize_t n = 0;
    const char *at = *format == '(' ? format + 1 : format;
    for (; *at != 0; at++) {
        switch (*at) {
        case 'i': case 'l': case 'n': case 'd': case 'O': case 's': case 'z':
            n++;
            break;
        case ')':
            return *format == '(' && at[1] == 0 ? n : -1;
        default:
            return -1;
        }
    }
    return *format == '(' ? -1 : n;
}

/* The value of one such unit. */
static inline PyObject *plain_value(char unit, dovetail_va *va)
{
    switch (unit) {
    case 'i':
        return PyLong_FromLong(va_arg(va->list, int));
    case 'l':
        return PyLong_FromLong(va_arg(va->list, long));
    case 'n':
        return PyLong_FromSsize_t(va_arg(va->list, Py_ssize_t));
    case 'd':
        return PyFloat_FromDouble(va_arg(va->list, double));
    case 'O': {
        PyObject *object = va_arg(va->list, PyObject *);
        if (object == NULL && !PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "NULL object passed to Py_BuildValue");
        }
        return Py_XNewRef(object);
    }
    default: {
        const char *text = va_arg(va->list, const char *);
        return text == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(text);
    }
    }
}

/* `Py_BuildValue` where `plain_units` gave a number. */
static PyObject *plain_build(const char *format, Py_ssize_t n, dovetail_va *va)
{
    int is_tuple = *format == '(';
    if (!is_tuple && n < 2) {
        return n == 0 ? Py_NewRef(Py_None) : plain_value(*format, va);
    }
    PyObject *result = PyTuple_New(n);
    format += is_tuple;
    for (Py_ssize_t i = 0; result != NULL && i < n; i++) {
        PyObject *item = plain_value(format[i], va);
        if (item == NULL) {
            Py_CLEAR(result);
        } else {
            PyTuple_SET_ITEM(result, i, item);
        }
    }
    return result;
}

static inline PyObject *build(const char *format, dovetail_va *va)
{
    Py_ssize_t n = plain_units(format);
    return n >= 0 ? plain_build(format, n, va) : dovetail_build_value(format, va);
}

PyObject *Py_BuildValue(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = build(format, &va);
    va_end(va.list);
    return result;
}

PyObject *_Py_BuildValue_SizeT(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = build(format, &va);
    va_end(va.list);
    return result;
}

PyObject *Py_VaBuildValue(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = build(format, &va);
    va_end(va.list);
    return result;
}

PyObject *_Py_VaBuildValue_SizeT(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = build(format, &va);
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
