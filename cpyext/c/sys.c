/* Variadic functions of sysmodule.h and pyerrors.h: formatted output, audit events. */
#include <Python.h>
#include <stdio.h>

int dovetail_audited(void);
int dovetail_audit(const char *event, PyObject *arguments);
void dovetail_sys_write(int which, const char *text);

int PySys_Audit(const char *event, const char *format, ...)
{
    if (!dovetail_audited()) {
        return 0;
    }
    PyObject *arguments;
    if (format == NULL || *format == '\0') {
        arguments = PyTuple_New(0);
    }
    else {
        va_list va;
        va_start(va, format);
        arguments = Py_VaBuildValue(format, va);
        va_end(va);
    }
    return dovetail_audit(event, arguments);
}

static void write_formatted(int which, const char *format, va_list va)
{
    char text[1001];
    int length = vsnprintf(text, sizeof(text), format, va);
    dovetail_sys_write(which, text);
    if (length < 0 || (size_t)length >= sizeof(text)) {
        dovetail_sys_write(which, "... truncated");
    }
}

void PySys_WriteStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_formatted(1, format, va);
    va_end(va);
}

void PySys_WriteStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_formatted(2, format, va);
    va_end(va);
}

static void format_unicode(int which, const char *format, va_list va)
{
    PyObject *text = PyUnicode_FromFormatV(format, va);
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    if (utf8 == NULL) {
        PyErr_Clear();
    }
    else {
        dovetail_sys_write(which, utf8);
    }
    Py_XDECREF(text);
}

void PySys_FormatStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    format_unicode(1, format, va);
    va_end(va);
}

void PySys_FormatStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    format_unicode(2, format, va);
    va_end(va);
}

int PyOS_vsnprintf(char *text, size_t size, const char *format, va_list va)
{
    if (size > INT_MAX - 512) {
        if (size > 0) {
            text[size - 1] = '\0';
        }
        return -666;
    }
    int length = vsnprintf(text, size, format, va);
    if (size > 0) {
        text[size - 1] = '\0';
    }
    return length;
}

int PyOS_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int length = PyOS_vsnprintf(text, size, format, va);
    va_end(va);
    return length;
}
