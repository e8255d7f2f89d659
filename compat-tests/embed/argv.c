/* argv that is not to be read as a command line, sys.path of the program's own, PySys_SetArgvEx. */
#include "support.h"

int main(void)
{
    plain_output();
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    wchar_t *argv[] = {L"-c", L"--flag", L"caf\xe9"};
    show_status("argv", PyConfig_SetArgv(&config, 3, argv));
    show_status("list", PyConfig_SetWideStringList(&config, &config.warnoptions, 1, (wchar_t *[]){L"always"}));
    show_status("env", PyConfig_SetBytesString(&config, &config.pythonpath_env, "/first/entry:/second"));
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    run("import sys; print(sys.argv, sys.orig_argv, sys.warnoptions)");
    run("print(sys.path[:2])");
    wchar_t *other[] = {L"/no/such/folder/script.py", L"x"};
    PySys_SetArgvEx(2, other, 0);
    run("print(sys.argv, sys.path[0])");
    PySys_SetArgvEx(2, other, 1);
    run("print(sys.argv, sys.path[0])");
    return Py_FinalizeEx();
}
