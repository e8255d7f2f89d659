/* Variadic functions that make text of a format. */
#include <Python.h>
#include "va.h"

PyObject *dovetail_unicode_format(const char *format, dovetail_va *va);
PyObject *dovetail_bytes_format(const char *format, dovetail_va *va);
void dovetail_err_format(PyObject *exception, const char *format, dovetail_va *va);
void dovetail_err_unraisable(const char *format, dovetail_va *va);
int dovetail_err_warn(PyObject *category, Py_ssize_t level, const char *format, dovetail_va *va);
void dovetail_err_from_cause(PyObject *exception, PyObject *text);
int dovetail_writer_write(PyUnicodeWriter *writer, PyObject *text);
int dovetail_sys_write(const char *name, PyObject *text);

PyObject *PyUnicode_FromFormatV(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = dovetail_unicode_format(format, &va);
    va_end(va.list);
    return result;
}

PyObject *PyUnicode_FromFormat(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = dovetail_unicode_format(format, &va);
    va_end(va.list);
    return result;
}

PyObject *PyBytes_FromFormatV(const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    PyObject *result = dovetail_bytes_format(format, &va);
    va_end(va.list);
    return result;
}

PyObject *PyBytes_FromFormat(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *result = dovetail_bytes_format(format, &va);
    va_end(va.list);
    return result;
}

PyObject *PyErr_FormatV(PyObject *exception, const char *format, va_list list)
{
    dovetail_va va;
    va_copy(va.list, list);
    dovetail_err_format(exception, format, &va);
    va_end(va.list);
    return NULL;
}

PyObject *PyErr_Format(PyObject *exception, const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    dovetail_err_format(exception, format, &va);
    va_end(va.list);
    return NULL;
}

void PyErr_FormatUnraisable(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    dovetail_err_unraisable(format, &va);
    va_end(va.list);
}

int PyErr_WarnFormat(PyObject *category, Py_ssize_t level, const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    int result = dovetail_err_warn(category, level, format, &va);
    va_end(va.list);
    return result;
}

int PyErr_ResourceWarning(PyObject *source, Py_ssize_t level, const char *format, ...)
{
    (void)source;
    dovetail_va va;
    va_start(va.list, format);
    int result = dovetail_err_warn(PyExc_ResourceWarning, level, format, &va);
    va_end(va.list);
    return result;
}

/* sys.stdout and sys.stderr, with text that C formats first (at most 1,000 bytes) or that Python formats. */
static void write_c(const char *name, const char *format, va_list list)
{
    char buffer[1001];
    int n = PyOS_vsnprintf(buffer, sizeof(buffer), format, list);
    PyObject *text = PyUnicode_DecodeUTF8(buffer, n < 0 || n > 1000 ? 1000 : n, "replace");
    dovetail_sys_write(name, text);
    if (n < 0 || n > 1000) {
        dovetail_sys_write(name, PyUnicode_FromString("... truncated"));
    }
}

void PySys_WriteStdout(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    write_c("stdout", format, list);
    va_end(list);
}

void PySys_WriteStderr(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    write_c("stderr", format, list);
    va_end(list);
}

void PySys_FormatStdout(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    dovetail_sys_write("stdout", dovetail_unicode_format(format, &va));
    va_end(va.list);
}

void PySys_FormatStderr(const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    dovetail_sys_write("stderr", dovetail_unicode_format(format, &va));
    va_end(va.list);
}

int PyOS_vsnprintf(char *out, size_t size, const char *format, va_list list)
{
    if (size > (size_t)INT_MAX - 512) {
        if (size > 0) {
            out[size - 1] = '\0';
        }
        return -666;
    }
    int n = vsnprintf(out, size, format, list);
    if (size > 0) {
        out[size - 1] = '\0';
    }
    return n;
}

int PyOS_snprintf(char *out, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = PyOS_vsnprintf(out, size, format, list);
    va_end(list);
    return n;
}

int PyUnicodeWriter_Format(PyUnicodeWriter *writer, const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *text = dovetail_unicode_format(format, &va);
    va_end(va.list);
    return dovetail_writer_write(writer, text);
}

PyObject *_PyErr_FormatFromCause(PyObject *exception, const char *format, ...)
{
    PyObject *pending = PyErr_GetRaisedException();
    dovetail_va va;
    va_start(va.list, format);
    PyObject *text = dovetail_unicode_format(format, &va);
    va_end(va.list);
    if (text != NULL) {
        PyErr_SetRaisedException(pending);
    }
    else {
        Py_XDECREF(pending);
    }
    dovetail_err_from_cause(exception, text);
    return NULL;
}

int PyErr_WarnExplicitFormat(PyObject *category, const char *filename, int line, const char *module,
                             PyObject *registry, const char *format, ...)
{
    dovetail_va va;
    va_start(va.list, format);
    PyObject *text = dovetail_unicode_format(format, &va);
    va_end(va.list);
    if (text == NULL) {
        return -1;
    }
    int result = -1;
    PyObject *file = PyUnicode_DecodeFSDefault(filename);
    PyObject *name = module == NULL ? NULL : PyUnicode_FromString(module);
    if (file != NULL && (module == NULL || name != NULL)) {
        result = PyErr_WarnExplicitObject(category, text, file, line, name, registry);
    }
    Py_XDECREF(name);
    Py_XDECREF(file);
    Py_DECREF(text);
    return result;
}

/* With the thread state before the rest, which is the calling thread's. */
PyObject *_PyErr_FormatV(PyThreadState *ts, PyObject *exception, const char *format, va_list list)
{
    (void)ts;
    return PyErr_FormatV(exception, format, list);
}

PyObject *_PyErr_Format(PyThreadState *ts, PyObject *exception, const char *format, ...)
{
    (void)ts;
    va_list list;
    va_start(list, format);
    PyErr_FormatV(exception, format, list);
    va_end(list);
    return NULL;
}

void dovetail_err_note(PyObject *text);

/* The text is made while no exception is pending. */
void _PyErr_FormatNote(const char *format, ...)
{
    PyObject *pending = PyErr_GetRaisedException();
    va_list list;
    va_start(list, format);
    PyObject *text = PyUnicode_FromFormatV(format, list);
    va_end(list);
    PyErr_Clear();
    PyErr_SetRaisedException(pending);
    dovetail_err_note(text);
}
