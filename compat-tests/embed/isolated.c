/* An isolated configuration heeds neither environment nor command line. */
#include "support.h"

int main(void)
{
    plain_output();
    setenv("PYTHONPATH", "/from/environment", 1);
    setenv("PYTHONVERBOSE", "3", 1);
    setenv("PYTHONOPTIMIZE", "2", 1);
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    printf("%d %d %d %d\n", config.isolated, config.use_environment, config.parse_argv,
           config.install_signal_handlers);
    char *argv[] = {"prog", "-O"};
    PyConfig_SetBytesArgv(&config, 2, argv);
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    run("import sys; print(sys.argv, sys.flags.isolated, sys.flags.ignore_environment, sys.flags.safe_path)");
    run("print(sys.flags.optimize, sys.flags.verbose, '/from/environment' in sys.path, sys.flags.no_user_site)");
    run("import signal; print(signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL)");
    return Py_FinalizeEx();
}
