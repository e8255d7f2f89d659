/* Variadic functions that take arguments apart by a format. */
#include <Python.h>
#include "va.h"

struct _PyArg_Parser;

int dovetail_parse(PyObject *arg, const char *format, dovetail_va *va);
int dovetail_parse_tuple(PyObject *args, const char *format, dovetail_va *va);
int dovetail_parse_stack(PyObject *const *args, Py_ssize_t n, const char *format, dovetail_va *va);
int dovetail_parse_keywords(PyObject *args, PyObject *kwargs, const char *format, char *const *names, dovetail_va *va);
int dovetail_parse_stack_keywords(PyObject *const *args, Py_ssize_t n, PyObject *names, struct _PyArg_Parser *parser,
                                  dovetail_va *va);
int dovetail_parse_keywords_fast(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, dovetail_va *va);
Py_ssize_t dovetail_check_unpack(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max);

/* A call with the caller's own variable arguments. */
#define WITH_ARGUMENTS(last, call)  \
    dovetail_va va;                 \
    va_start(va.list, last);        \
    int result = call;              \
    va_end(va.list);                \
    return result

/* A call with a copy of the list that the caller was given. */
#define WITH_LIST(list_, call)      \
    dovetail_va va;                 \
    va_copy(va.list, list_);        \
    int result = call;              \
    va_end(va.list);                \
    return result

int PyArg_Parse(PyObject *arg, const char *format, ...)
{
    WITH_ARGUMENTS(format, dovetail_parse(arg, format, &va));
}

int _PyArg_Parse_SizeT(PyObject *arg, const char *format, ...)
{
    WITH_ARGUMENTS(format, dovetail_parse(arg, format, &va));
}

int PyArg_ParseTuple(PyObject *args, const char *format, ...)
{
    WITH_ARGUMENTS(format, dovetail_parse_tuple(args, format, &va));
}

int _PyArg_ParseTuple_SizeT(PyObject *args, const char *format, ...)
{
    WITH_ARGUMENTS(format, dovetail_parse_tuple(args, format, &va));
}

int PyArg_VaParse(PyObject *args, const char *format, va_list list)
{
    WITH_LIST(list, dovetail_parse_tuple(args, format, &va));
}

int _PyArg_VaParse_SizeT(PyObject *args, const char *format, va_list list)
{
    WITH_LIST(list, dovetail_parse_tuple(args, format, &va));
}

int PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *kwargs, const char *format, char *const *names, ...)
{
    WITH_ARGUMENTS(names, dovetail_parse_keywords(args, kwargs, format, names, &va));
}

int _PyArg_ParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format, char *const *names, ...)
{
    WITH_ARGUMENTS(names, dovetail_parse_keywords(args, kwargs, format, names, &va));
}

int PyArg_VaParseTupleAndKeywords(PyObject *args, PyObject *kwargs, const char *format, char *const *names, va_list list)
{
    WITH_LIST(list, dovetail_parse_keywords(args, kwargs, format, names, &va));
}

int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format, char *const *names, va_list list)
{
    WITH_LIST(list, dovetail_parse_keywords(args, kwargs, format, names, &va));
}

int _PyArg_ParseStack(PyObject *const *args, Py_ssize_t n, const char *format, ...)
{
    WITH_ARGUMENTS(format, dovetail_parse_stack(args, n, format, &va));
}

int _PyArg_ParseStackAndKeywords(PyObject *const *args, Py_ssize_t n, PyObject *names, struct _PyArg_Parser *parser, ...)
{
    WITH_ARGUMENTS(parser, dovetail_parse_stack_keywords(args, n, names, parser, &va));
}

int _PyArg_ParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, ...)
{
    WITH_ARGUMENTS(parser, dovetail_parse_keywords_fast(args, kwargs, parser, &va));
}

int PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{
    Py_ssize_t n = dovetail_check_unpack(args, name, min, max);
    if (n < 0) {
        return 0;
    }
    va_list list;
    va_start(list, max);
    for (Py_ssize_t i = 0; i < n; i++) {
        *va_arg(list, PyObject **) = PyTuple_GET_ITEM(args, i);
    }
    va_end(list);
    return 1;
}
