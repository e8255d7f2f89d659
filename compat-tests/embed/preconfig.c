/* PyPreConfig: UTF-8 mode, and the first who decides is right. */
#include "support.h"

int main(void)
{
    plain_output();
    PyPreConfig pre;
    PyPreConfig_InitIsolatedConfig(&pre);
    printf("%d %d %d %d %d %d\n", pre.isolated, pre.use_environment, pre.parse_argv, pre.configure_locale,
           pre.utf8_mode, pre.dev_mode);
    PyPreConfig_InitPythonConfig(&pre);
    printf("%d %d %d %d %d %d\n", pre.isolated, pre.use_environment, pre.parse_argv, pre.configure_locale,
           pre.utf8_mode, pre.dev_mode);
    pre.utf8_mode = 1;
    show_status("first", Py_PreInitialize(&pre));
    pre.utf8_mode = 0;
    show_status("second", Py_PreInitialize(&pre));
    Py_InitializeEx(0);
    run("import sys; print(sys.flags.utf8_mode, sys.stdout.encoding)");
    Py_FinalizeEx();
    char *argv[] = {"prog", "-X", "utf8=0"};
    pre.utf8_mode = -1;
    show_status("args", Py_PreInitializeFromBytesArgs(&pre, 3, argv));
    Py_InitializeEx(0);
    run("import sys; print(sys.flags.utf8_mode)");
    return Py_FinalizeEx();
}
