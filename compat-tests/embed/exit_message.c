/* SystemExit with a text ends the process with status 1, the text on standard error. */
#include "support.h"

int main(void)
{
    Py_InitializeEx(0);
    PyObject *name = PyUnicode_FromString("the reason");
    PyErr_SetObject(PyExc_SystemExit, name);
    PyErr_Print();
    printf("not reached\n");
    return 0;
}
