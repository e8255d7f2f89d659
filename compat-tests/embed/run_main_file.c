/* Py_RunMain of a file, with an exception, and Py_BytesMain of the same afterwards: two interpreters in a row. */
#include "support.h"

int main(void)
{
    plain_output();
    FILE *file = fopen("prog_file.py", "w");
    fputs("import sys\nprint(__name__, __file__.rsplit('/', 1)[1], sys.argv)\n"
          "print(sys.path[0] != '', type(__loader__).__name__)\nsys.stdout.flush()\n"
          "def fail():\n    return [].missing\nif len(sys.argv) > 1:\n    fail()\n", file);
    fclose(file);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    char *argv[] = {"prog", "prog_file.py", "fail"};
    PyConfig_SetBytesArgv(&config, 3, argv);
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    printf("status %d\n", Py_RunMain());
    char *line[] = {"prog", "prog_file.py"};
    printf("status %d\n", Py_BytesMain(2, line));
    char *missing[] = {"prog", "no_such_file.py"};
    printf("status %d\n", Py_BytesMain(2, missing));
    wchar_t *wide[] = {L"prog", L"-c", L"print('wide')"};
    printf("status %d\n", Py_Main(3, wide));
    char *version[] = {"prog", "-V"};
    printf("status %d\n", Py_BytesMain(2, version));
    remove("prog_file.py");
    return 0;
}
