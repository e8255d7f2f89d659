/* Statements as somebody types them, from a file: PyRun_InteractiveOne, PyRun_InteractiveLoop, PyOS_Readline. */
#include "support.h"

int main(void)
{
    Py_Initialize();
    FILE *f = fopen("typed.txt", "w");
    fputs("x = 5\nx * 2\nif x:\n    print('yes')\n\nfor\n1/0\nx + 1\n", f);
    fclose(f);
    f = fopen("typed.txt", "r");
    PyRun_SimpleString("import sys; sys.ps1 = ''; sys.ps2 = ''");
    int status;
    for (int i = 0; i < 4; i++) {
        status = PyRun_InteractiveOne(f, "typed");
        printf("one: %d\n", status);
        fflush(stdout);
    }
    printf("loop: %d\n", PyRun_InteractiveLoop(f, "typed"));
    fflush(stdout);
    printf("at the end: %d\n", PyRun_InteractiveOne(f, "typed"));
    rewind(f);
    char *line = PyOS_Readline(f, stdout, "");
    printf("line: %s", line);
    PyMem_Free(line);
    fclose(f);
    remove("typed.txt");
    return Py_FinalizeEx();
}
