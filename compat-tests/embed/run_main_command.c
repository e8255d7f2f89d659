/* Py_RunMain with -c: sys.argv, sys.path[0], the status of sys.exit. */
#include "support.h"

int main(void)
{
    plain_output();
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char *argv[] = {"prog", "-I", "-c", "import sys; print(sys.argv); sys.exit(3)", "one", "two"};
    show_status("argv", PyConfig_SetBytesArgv(&config, 6, argv));
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    int status = Py_RunMain();
    printf("status %d, initialized %d\n", status, Py_IsInitialized());
    return status;
}
