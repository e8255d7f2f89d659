/* Py_ExitStatusException with an exit code. */
#include "support.h"

int main(void)
{
    Py_ExitStatusException(PyStatus_Exit(9));
}
