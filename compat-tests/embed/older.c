/* Settings of old: Py_SetProgramName, Py_SetPythonHome and the variables, and what can be asked. */
#define Py_BUILD_EMBED_TEST
#include "support.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

int main(void)
{
    plain_output();
    printf("%d %d\n", Py_GetPrefix() == NULL, Py_GetProgramName() == NULL);
    Py_SetProgramName(L"/opt/tools/older");
    Py_OptimizeFlag = 1;
    Py_NoUserSiteDirectory = 1;
    Py_DontWriteBytecodeFlag = 1;
    Py_Initialize();
    printf("%ls\n", Py_GetProgramName());
    printf("%ls\n", Py_GetProgramFullPath());
    printf("home %d\n", Py_GetPythonHome() == NULL);
    printf("prefix %d %d\n", Py_GetPrefix() != NULL, wcscmp(Py_GetPrefix(), Py_GetExecPrefix()));
    printf("%s %d\n", Py_GetPlatform(), strlen(Py_GetCopyright()) > 20);
    run("import sys; print(sys.executable, sys.flags.optimize, sys.flags.no_user_site, sys.dont_write_bytecode)");
    PyObject *path = PySys_GetObject("path");
    printf("%d\n", PyList_Check(path));
    wchar_t *prefix = wcsdup(Py_GetPrefix());
    Py_Finalize();
    printf("%d\n", Py_GetPrefix() == NULL);

    Py_SetPythonHome(prefix);
    Py_OptimizeFlag = 0;
    Py_Initialize();
    printf("home %d\n", wcscmp(Py_GetPythonHome(), prefix));
    run("import sys, os; print(sys.flags.optimize, sys.prefix == sys.base_prefix, os.path.exists(os.__file__))");
    Py_Finalize();
    free(prefix);
    return 0;
}
