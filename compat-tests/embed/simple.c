/* Py_Initialize, source in strings, values of expressions, exceptions, the end. */
#include "support.h"

static int at_exit_calls;

static void at_exit(void)
{
    at_exit_calls++;
    printf("at exit, initialized: %d\n", Py_IsInitialized());
}

int main(void)
{
    plain_output();
    printf("before: %d %d\n", Py_IsInitialized(), Py_IsFinalizing());
    Py_Initialize();
    Py_Initialize();
    printf("after: %d\n", Py_IsInitialized());
    printf("%.5s\n", Py_GetVersion());
    run("import sys; print(sys.argv, sys.flags.interactive, sys.version_info[:2])");
    run("x = 6 * 7\nprint('x is', x)");
    printf("a failure: %d\n", PyRun_SimpleString("def f():\n    raise ValueError('no')\nf()"));
    printf("a wrong line: %d\n", PyRun_SimpleString("a b"));
    run("print(sys.last_value is not None, type(sys.last_value).__name__)");

    PyObject *main = PyImport_AddModule("__main__");
    PyObject *globals = PyModule_GetDict(main);
    PyObject *value = PyRun_String("x + 1", Py_eval_input, globals, globals);
    printf("value: %ld\n", PyLong_AsLong(value));
    Py_DECREF(value);
    value = PyRun_String("1 / 0", Py_eval_input, globals, globals);
    printf("raised: %d %d\n", value == NULL, PyErr_ExceptionMatches(PyExc_ZeroDivisionError));
    PyErr_Clear();
    PyObject *code = Py_CompileString("y = x * 2", "made.py", Py_file_input);
    value = PyEval_EvalCode(code, globals, globals);
    printf("evaluated: %d\n", value == Py_None);
    Py_XDECREF(value);
    Py_DECREF(code);
    run("print(y)");

    printf("registered: %d\n", Py_AtExit(at_exit));
    run("import atexit; atexit.register(print, 'python at exit')");
    printf("finalized: %d\n", Py_FinalizeEx());
    printf("calls: %d, initialized: %d\n", at_exit_calls, Py_IsInitialized());
    printf("again: %d\n", Py_FinalizeEx());
    return 0;
}
