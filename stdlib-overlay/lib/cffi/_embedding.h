/* A library with Python inside: a C program calls its functions, and the first call starts Python, imports this very
   library as a module and runs the code that embedding_init_code() was given. */

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#  define CFFI_DLLEXPORT  __attribute__((visibility("default")))
#else
#  define CFFI_DLLEXPORT
#endif

#include "_cffi_errors.h"

PyMODINIT_FUNC _CFFI_PYTHON_STARTUP_FUNC(void);

typedef void (*_cffi_python_function)(struct _cffi_externpy_s *, char *);
static void _cffi_start_and_call(struct _cffi_externpy_s *, char *);

/* What functions written in Python call: the start at first, then the backend's function. It changes only once everything
   is in place for all threads. */
#undef _cffi_call_python
static _cffi_python_function _cffi_call_python = &_cffi_start_and_call;

/* Starts Python if nobody has. Several libraries may do so at the same time, and they have nothing in common but the runtime:
   they wait for one another at a field of one of its types that is otherwise never used. */
static void _cffi_start_runtime(void)
{
    static struct { PyBufferProcs none; int mark; } taken;
    PyBufferProcs *volatile *lock = (PyBufferProcs *volatile *)&PyCapsule_Type.tp_as_buffer;

    taken.mark = -42;
    while (!__sync_bool_compare_and_swap(lock, (PyBufferProcs *)NULL, &taken.none))
        ;
    if (!Py_IsInitialized()) {
        Py_InitializeEx(0);
        PyEval_SaveThread();
    }
    while (!__sync_bool_compare_and_swap(lock, &taken.none, (PyBufferProcs *)NULL))
        ;
}

static void _cffi_write_line(PyObject *file, const char *label, PyObject *value)
{
    PyFile_WriteString(label, file);
    if (value == NULL || PyFile_WriteObject(value, file, 0) < 0)
        PyErr_Clear();
}

/* Tells the exception that stopped the start, and where Python looked for things. */
static void _cffi_tell_failure(void)
{
    PyObject *capture, *file, *exception, *backend, *place = NULL;

    exception = PyErr_GetRaisedException();
    capture = _cffi_start_error_capture();
    file = PySys_GetObject("stderr");
    if (file != NULL && file != Py_None)
        PyFile_WriteString("Failed to initialize the Python-CFFI embedding logic:\n\n", file);
    if (exception != NULL)
        PyErr_DisplayException(exception);
    Py_XDECREF(exception);
    if (file != NULL && file != Py_None) {
        backend = PyDict_GetItemString(PyImport_GetModuleDict(), "_cffi_backend");
        if (backend != NULL) {
            place = PyObject_GetAttrString(backend, "__file__");
            PyErr_Clear();
        }
        PyFile_WriteString("\nFrom: " _CFFI_MODULE_NAME "\ncompiled with cffi version: 2.1.1", file);
        if (backend == NULL)
            PyFile_WriteString("\n_cffi_backend module: not loaded", file);
        else if (place == NULL)
            PyFile_WriteString("\n_cffi_backend module: built in", file);
        else
            _cffi_write_line(file, "\n_cffi_backend module: ", place);
        _cffi_write_line(file, "\nsys.path: ", PySys_GetObject("path"));
        PyFile_WriteString("\n\n", file);
        Py_XDECREF(place);
    }
    _cffi_stop_error_capture(capture);
}

/* Makes this library a module, and runs its code. */
static int _cffi_run_startup_code(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *code = NULL, *names = NULL, *result = NULL, *builtins;
    int ok = 0;

    (void)_CFFI_PYTHON_STARTUP_FUNC();
    if (!PyErr_Occurred()) {
        code = Py_CompileString(_CFFI_PYTHON_STARTUP_CODE, "<init code for '" _CFFI_MODULE_NAME "'>", Py_file_input);
        names = code == NULL ? NULL : PyDict_New();
        builtins = names == NULL ? NULL : PyEval_GetBuiltins();
        if (builtins != NULL && PyDict_SetItemString(names, "__builtins__", builtins) == 0)
            result = PyEval_EvalCode(code, names, names);
    }
    ok = result != NULL;
    if (!ok)
        _cffi_tell_failure();
    Py_XDECREF(result);
    Py_XDECREF(names);
    Py_XDECREF(code);
    PyGILState_Release(state);
    return ok ? 0 : -1;
}

static pthread_mutex_t _cffi_startup_mutex;

static void _cffi_make_startup_mutex(void)
{
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_settype(&how, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&_cffi_startup_mutex, &how);
    pthread_mutexattr_destroy(&how);
}

/* The backend's function, or NULL when the start has failed. The first thread does the work, others wait for it; the startup
   code itself may call functions of the library. */
static _cffi_python_function _cffi_start_python(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static char called = 0;

    _cffi_start_runtime();
    pthread_once(&once, _cffi_make_startup_mutex);
    pthread_mutex_lock(&_cffi_startup_mutex);
    if (!called) {
        called = 1;
        if (_cffi_run_startup_code() == 0) {
            __sync_synchronize();
            _cffi_call_python = _cffi_exports.call_python;
        }
        else
            _cffi_exports.call_python = NULL;
    }
    pthread_mutex_unlock(&_cffi_startup_mutex);
    return _cffi_exports.call_python;
}

static void _cffi_start_and_call(struct _cffi_externpy_s *function, char *arguments)
{
    int number = errno;
    _cffi_python_function call = _cffi_start_python();

    if (call == NULL) {
        fprintf(stderr, "function %s() called, but initialization code failed.  Returning 0.\n", function->name);
        memset(arguments, 0, function->size_of_result);
    }
    errno = number;
    if (call != NULL)
        call(function, arguments);
}

/* For the user's C text: starts Python now. -1 when that fails. */
_CFFI_UNUSED_FN static int cffi_start_python(void)
{
    if (_cffi_call_python == &_cffi_start_and_call && _cffi_start_python() == NULL)
        return -1;
    __sync_synchronize();
    return 0;
}

#ifdef __cplusplus
}
#endif
