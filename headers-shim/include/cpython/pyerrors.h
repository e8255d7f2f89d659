/* The structs of exceptions that have fields, and where syntax errors are. */
#ifndef Py_CPYTHON_ERRORS_H
#define Py_CPYTHON_ERRORS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The fields every exception starts with. */
#define PyException_HEAD                                                               \
    PyObject_HEAD                                                                      \
    PyObject *dict;                                                                    \
    PyObject *args;                                                                    \
    PyObject *notes;                                                                   \
    PyObject *traceback;                                                               \
    PyObject *context;                                                                 \
    PyObject *cause;                                                                   \
    char suppress_context;

typedef struct PyBaseExceptionObject {
    PyException_HEAD
} PyBaseExceptionObject;

typedef struct PyBaseExceptionGroupObject {
    PyException_HEAD
    PyObject *msg;
    PyObject *excs;
    PyObject *excs_str;
} PyBaseExceptionGroupObject;

typedef struct PySyntaxErrorObject {
    PyException_HEAD
    PyObject *msg;
    PyObject *filename;
    PyObject *lineno;
    PyObject *offset;
    PyObject *end_lineno;
    PyObject *end_offset;
    PyObject *text;
    PyObject *print_file_and_line;
    PyObject *metadata;
} PySyntaxErrorObject;

typedef struct PyImportErrorObject {
    PyException_HEAD
    PyObject *msg;
    PyObject *name;
    PyObject *path;
    PyObject *name_from;
} PyImportErrorObject;

typedef struct PyUnicodeErrorObject {
    PyException_HEAD
    PyObject *encoding;
    PyObject *object;
    Py_ssize_t start;
    Py_ssize_t end;
    PyObject *reason;
} PyUnicodeErrorObject;

typedef struct PySystemExitObject {
    PyException_HEAD
    PyObject *code;
} PySystemExitObject;

typedef struct PyOSErrorObject {
    PyException_HEAD
    PyObject *myerrno;
    PyObject *strerror;
    PyObject *filename;
    PyObject *filename2;
    Py_ssize_t written;
} PyOSErrorObject;

typedef struct PyStopIterationObject {
    PyException_HEAD
    PyObject *value;
} PyStopIterationObject;

typedef struct PyNameErrorObject {
    PyException_HEAD
    PyObject *name;
} PyNameErrorObject;

typedef struct PyAttributeErrorObject {
    PyException_HEAD
    PyObject *obj;
    PyObject *name;
} PyAttributeErrorObject;

typedef PyOSErrorObject PyEnvironmentErrorObject;
PyAPI_DATA(PyObject *) PyExc_PythonFinalizationError;

PyAPI_FUNC(void) PyErr_FormatUnraisable(const char *, ...);
PyAPI_FUNC(PyObject *) PyErr_ProgramTextObject(PyObject *, int);
PyAPI_FUNC(void) PyErr_RangedSyntaxLocationObject(PyObject *, int, int, int, int);
PyAPI_FUNC(void) PyErr_SyntaxLocationObject(PyObject *, int, int);
PyAPI_FUNC(int) PySignal_SetWakeupFd(int);
PyAPI_FUNC(PyObject *) PyUnstable_Exc_PrepReraiseStar(PyObject *, PyObject *);
PyAPI_FUNC(void) _PyErr_ChainExceptions1(PyObject *);
PyAPI_FUNC(void) _Py_NO_RETURN _Py_FatalErrorFunc(const char *, const char *);

/* Ends the process with a message that says which function found no way on. */
#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_ERRORS_H */
