/* Configurations that cannot be: each gives a status, and the process can go on. */
#include "support.h"

static PyStatus with_line(int argc, char **argv)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus s = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(s))
        s = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return s;
}

#define LINE(...) with_line(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *), (char *[]){__VA_ARGS__})

int main(void)
{
    plain_output();
    show_status("null", Py_InitializeFromConfig(NULL));
    show_status("version", LINE("prog", "--version"));
    show_status("option", LINE("prog", "-Z"));
    show_status("argument", LINE("prog", "-c"));
    show_status("digits", LINE("prog", "-Xint_max_str_digits=3"));
    show_status("importtime", LINE("prog", "-Ximporttime=9"));
    show_status("cpu_count", LINE("prog", "-Xcpu_count=no"));
    show_status("frozen", LINE("prog", "-Xfrozen_modules=perhaps"));
    show_status("tracemalloc", LINE("prog", "-Xtracemalloc=x"));
    setenv("PYTHONHASHSEED", "often", 1);
    show_status("hash seed", LINE("prog"));
    unsetenv("PYTHONHASHSEED");

    show_status("ok", PyStatus_Ok());
    show_status("error", PyStatus_Error("my own"));
    show_status("exit", PyStatus_Exit(5));
    show_status("memory", PyStatus_NoMemory());
    printf("%d %d %d\n", PyStatus_Exception(PyStatus_Ok()), PyStatus_Exception(PyStatus_Exit(0)),
           PyStatus_IsError(PyStatus_Error("x")));
    printf("initialized %d\n", Py_IsInitialized());

    /* After all of these, Python starts. */
    show_status("good", LINE("prog", "-I"));
    run("print('runs')");
    return Py_FinalizeEx();
}
