/* Py_ExitStatusException with an error: the message, and status 1. */
#include "support.h"

int main(void)
{
    PyPreConfig pre;
    PyPreConfig_InitPythonConfig(&pre);
    pre.allocator = 99;
    PyStatus s = Py_PreInitialize(&pre);
    show_status("allocator", s);
    if (PyStatus_Exception(s))
        Py_ExitStatusException(s);
    return 0;
}
