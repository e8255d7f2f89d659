/* SystemExit in a string ends the process with its status, after the interpreter's end. */
#include "support.h"

static void at_exit(void)
{
    printf("at exit\n");
}

int main(void)
{
    plain_output();
    Py_Initialize();
    Py_AtExit(at_exit);
    run("import atexit; atexit.register(print, 'python at exit')");
    PyRun_SimpleString("import sys; sys.exit(7)");
    printf("not reached\n");
    return 0;
}
