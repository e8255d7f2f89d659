/* Audit events with arguments by format. */
#include <Python.h>

int dovetail_audited(void);
int dovetail_audit(const char *event, PyObject *arguments);

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
