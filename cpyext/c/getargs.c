/* Variadic functions that take arguments apart by a format. */
#include <Python.h>
#include <string.h>
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

/* The same, after an attempt that needs no help: it stops at what it does not do itself, before anything has
   happened that could be noticed, and the whole call begins anew. */
#define TRYING_FIRST(last, attempt, call)   \
    dovetail_va va;                         \
    va_start(va.list, last);                \
    int done = attempt;                     \
    va_end(va.list);                        \
    if (done) {                             \
        return 1;                           \
    }                                       \
    WITH_ARGUMENTS_AGAIN(last, call)

#define WITH_ARGUMENTS_AGAIN(last, call)    \
    va_start(va.list, last);                \
    int result = call;                      \
    va_end(va.list);                        \
    return result

/* A call with a copy of the list that the caller was given. */
#define WITH_LIST(list_, call)      \
    dovetail_va va;                 \
    va_copy(va.list, list_);        \
    int result = call;              \
    va_end(va.list);                \
    return result

/* Ends the units of a format. */
static inline int is_end(char c)
{
    return c == 0 || c == ':' || c == ';';
}

/* Stores `object`, or with NULL steps over the unit. 0 for what is left to the full parser: other units, objects
   whose conversion could run Python code, and whatever does not fit. */
static inline int plain_unit(const char **format, PyObject *object, dovetail_va *va)
{
    switch (*(*format)++) {
    case 'O':
        if (**format == '!') {
            ++*format;
            PyTypeObject *type = va_arg(va->list, PyTypeObject *);
            PyObject **place = va_arg(va->list, PyObject **);
            if (object != NULL) {
                if (!PyObject_TypeCheck(object, type)) {
                    return 0;
                }
                *place = object;
            }
            return 1;
        }
        if (**format == '&') {
            return 0;
        }
        {
            PyObject **place = va_arg(va->list, PyObject **);
            if (object != NULL) {
                *place = object;
            }
            return 1;
        }
    case 'U': {
        PyObject **place = va_arg(va->list, PyObject **);
        if (object != NULL) {
            if (!PyUnicode_Check(object)) {
                return 0;
            }
            *place = object;
        }
        return 1;
    }
    case 'i': {
        int *place = va_arg(va->list, int *);
        if (object != NULL) {
            if (!PyLong_CheckExact(object) || !PyUnstable_Long_IsCompact((PyLongObject *)object)) {
                return 0;
            }
            *place = (int)PyUnstable_Long_CompactValue((PyLongObject *)object);
        }
        return 1;
    }
    case 'l': {
        long *place = va_arg(va->list, long *);
        if (object != NULL) {
            if (!PyLong_CheckExact(object) || !PyUnstable_Long_IsCompact((PyLongObject *)object)) {
                return 0;
            }
            *place = (long)PyUnstable_Long_CompactValue((PyLongObject *)object);
        }
        return 1;
    }
    case 'n': {
        Py_ssize_t *place = va_arg(va->list, Py_ssize_t *);
        if (object != NULL) {
            if (!PyLong_CheckExact(object) || !PyUnstable_Long_IsCompact((PyLongObject *)object)) {
                return 0;
            }
            *place = PyUnstable_Long_CompactValue((PyLongObject *)object);
        }
        return 1;
    }
    case 'd': {
        double *place = va_arg(va->list, double *);
        if (object != NULL) {
            if (!PyFloat_CheckExact(object)) {
                return 0;
            }
            *place = PyFloat_AS_DOUBLE(object);
        }
        return 1;
    }
    case 'p': {
        int *place = va_arg(va->list, int *);
        if (object != NULL) {
            if (!PyBool_Check(object) && object != Py_None) {
                return 0;
            }
            *place = object == Py_True;
        }
        return 1;
    }
    case 's':
    case 'z': {
        const char **place = va_arg(va->list, const char **);
        Py_ssize_t *size = NULL;
        if (**format == '*') {
            return 0;
        }
        if (**format == '#') {
            ++*format;
            size = va_arg(va->list, Py_ssize_t *);
        }
        if (object != NULL) {
            if (!PyUnicode_Check(object) || !PyUnicode_IS_COMPACT_ASCII(object)) {
                return 0;
            }
            const char *text = (const char *)PyUnicode_1BYTE_DATA(object);
            Py_ssize_t length = PyUnicode_GET_LENGTH(object);
            if (size != NULL) {
                *size = length;
            } else if (memchr(text, 0, (size_t)length) != NULL) {
                return 0;
            }
            *place = text;
        }
        return 1;
    }
    default:
        return 0;
    }
}

/* `PyArg_ParseTuple` for plain units. */
static int plain_tuple(PyObject *args, const char *format, dovetail_va *va)
{
    if (args == NULL || !PyTuple_Check(args)) {
        return 0;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args);
    int optional = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (*format == '|') {
            optional = 1;
            format++;
        }
        if (!plain_unit(&format, PyTuple_GET_ITEM(args, i), va)) {
            return 0;
        }
    }
    return is_end(*format) || *format == '|' || (optional && *format >= 'A' && *format <= 'z');
}

/* The value of a keyword argument, borrowed, or NULL. */
static inline PyObject *plain_keyword(PyObject *kwargs, const char *name, size_t length)
{
    Py_ssize_t at = 0;
    PyObject *key, *value;
    while (PyDict_Next(kwargs, &at, &key, &value)) {
        if (PyUnicode_Check(key) && PyUnicode_IS_COMPACT_ASCII(key) && (size_t)PyUnicode_GET_LENGTH(key) == length &&
            memcmp(PyUnicode_1BYTE_DATA(key), name, length) == 0) {
            return value;
        }
    }
    return NULL;
}

/* `PyArg_ParseTupleAndKeywords` for plain units and few keywords. */
static int plain_keywords(PyObject *args, PyObject *kwargs, const char *format, char *const *names, dovetail_va *va)
{
    if (args == NULL || !PyTuple_Check(args) || (kwargs != NULL && !PyDict_Check(kwargs))) {
        return 0;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(args), given = kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs), found = 0, i = 0;
    if (given > 8) {
        return 0;
    }
    int optional = 0, by_name = 0;
    for (; names[i] != NULL; i++) {
        while (*format == '|' || *format == '$') {
            *format++ == '|' ? (optional = 1) : (by_name = 1);
        }
        PyObject *object = NULL;
        if (i < n) {
            if (by_name) {
                return 0;
            }
            object = PyTuple_GET_ITEM(args, i);
        } else {
            size_t length;
            if (found < given && (length = strlen(names[i])) > 0) {
                object = plain_keyword(kwargs, names[i], length);
                found += object != NULL;
            }
            if (object == NULL && !optional) {
                return 0;
            }
        }
        if (!plain_unit(&format, object, va)) {
            return 0;
        }
    }
    /* A name that no parameter took, or one given twice, is the full parser's to tell of. */
    return i >= n && found == given && is_end(*format);
}

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
    TRYING_FIRST(format, plain_tuple(args, format, &va), dovetail_parse_tuple(args, format, &va));
}

int _PyArg_ParseTuple_SizeT(PyObject *args, const char *format, ...)
{
    TRYING_FIRST(format, plain_tuple(args, format, &va), dovetail_parse_tuple(args, format, &va));
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
    TRYING_FIRST(names, plain_keywords(args, kwargs, format, names, &va),
                 dovetail_parse_keywords(args, kwargs, format, names, &va));
}

int _PyArg_ParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format, char *const *names, ...)
{
    TRYING_FIRST(names, plain_keywords(args, kwargs, format, names, &va),
                 dovetail_parse_keywords(args, kwargs, format, names, &va));
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
