/* Variadic calls: arguments by format (Py_BuildValue's) or as objects up to a NULL. */
#include <Python.h>
#include "va.h"

PyObject *dovetail_call_built(PyObject *callable, PyObject *built);
PyObject *dovetail_callable_attribute(PyObject *object, const char *name);
PyObject *dovetail_null_argument(void);

/* Calls with what a format makes. */
static PyObject *call_format(PyObject *callable, const char *format, va_list va)
{
    if (callable == NULL) {
        return dovetail_null_argument();
    }
    if (format == NULL || *format == '\0') {
        return PyObject_CallNoArgs(callable);
    }
    return dovetail_call_built(callable, Py_VaBuildValue(format, va));
}

static PyObject *call_method(PyObject *object, const char *name, const char *format, va_list va)
{
    PyObject *callable = dovetail_callable_attribute(object, name);
    if (callable == NULL) {
        return NULL;
    }
    PyObject *result = call_format(callable, format, va);
    Py_DECREF(callable);
    return result;
}

PyObject *PyObject_CallFunction(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(callable, format, va);
    va_end(va);
    return result;
}

PyObject *_PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(callable, format, va);
    va_end(va);
    return result;
}

PyObject *PyEval_CallFunction(PyObject *callable, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(callable, format, va);
    va_end(va);
    return result;
}

PyObject *PyObject_CallMethod(PyObject *object, const char *name, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_method(object, name, format, va);
    va_end(va);
    return result;
}

PyObject *_PyObject_CallMethod_SizeT(PyObject *object, const char *name, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_method(object, name, format, va);
    va_end(va);
    return result;
}

PyObject *PyEval_CallMethod(PyObject *object, const char *name, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_method(object, name, format, va);
    va_end(va);
    return result;
}

PyObject *_PyObject_CallMethodId(PyObject *object, _Py_Identifier *name, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *result = call_method(object, name->string, format, va);
    va_end(va);
    return result;
}

PyObject *_PyObject_CallMethod(PyObject *object, PyObject *name, const char *format, ...)
{
    PyObject *callable = PyObject_GetAttr(object, name);
    if (callable == NULL) {
        return NULL;
    }
    va_list va;
    va_start(va, format);
    PyObject *result = call_format(callable, format, va);
    va_end(va);
    Py_DECREF(callable);
    return result;
}

/* Gathers the objects up to NULL behind `reserved` free words. */
static PyObject **gather(va_list va, Py_ssize_t reserved, PyObject **small, Py_ssize_t room, Py_ssize_t *count)
{
    va_list again;
    va_copy(again, va);
    Py_ssize_t n = 0;
    while (va_arg(again, PyObject *) != NULL) {
        n++;
    }
    va_end(again);
    PyObject **words = small;
    if (n + reserved > room) {
        words = PyMem_Malloc((size_t)(n + reserved) * sizeof(PyObject *));
        if (words == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        words[reserved + i] = va_arg(va, PyObject *);
    }
    *count = n;
    return words;
}

PyObject *PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{
    if (callable == NULL) {
        return dovetail_null_argument();
    }
    PyObject *small[8];
    Py_ssize_t n;
    va_list va;
    va_start(va, callable);
    PyObject **words = gather(va, 1, small, 8, &n);
    va_end(va);
    if (words == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_Vectorcall(callable, words + 1, (size_t)n | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (words != small) {
        PyMem_Free(words);
    }
    return result;
}

PyObject *PyObject_CallMethodObjArgs(PyObject *object, PyObject *name, ...)
{
    if (object == NULL || name == NULL) {
        return dovetail_null_argument();
    }
    PyObject *small[8];
    Py_ssize_t n;
    va_list va;
    va_start(va, name);
    PyObject **words = gather(va, 1, small, 8, &n);
    va_end(va);
    if (words == NULL) {
        return NULL;
    }
    words[0] = object;
    PyObject *result = PyObject_VectorcallMethod(name, words, (size_t)n + 1, NULL);
    if (words != small) {
        PyMem_Free(words);
    }
    return result;
}
