/* SIGINT in an embedding: KeyboardInterrupt where signals are Python's, the process's own handler where not. */
#include <signal.h>
#include "support.h"

static int own_calls;

static void own(int signum)
{
    own_calls++;
}

int main(void)
{
    plain_output();
    signal(SIGINT, own);
    Py_InitializeEx(0);
    raise(SIGINT);
    printf("own: %d, check: %d\n", own_calls, PyErr_CheckSignals());
    run("import sys; print('signal' in sys.modules, '_signal' in sys.modules)");
    Py_FinalizeEx();

    signal(SIGINT, SIG_DFL);
    Py_Initialize();
    raise(SIGINT);
    printf("check: %d %d\n", PyErr_CheckSignals(), PyErr_ExceptionMatches(PyExc_KeyboardInterrupt));
    PyErr_Clear();
    run("import signal, os\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    for i in range(1000): pass\n"
        "except KeyboardInterrupt:\n    print('interrupted')");
    run("signal.signal(signal.SIGUSR1, lambda *a: print('usr1', a[0] == signal.SIGUSR1))");
    raise(SIGUSR1);
    printf("check: %d\n", PyErr_CheckSignals());
    run("pass");
    PyErr_SetInterrupt();
    printf("set: %d\n", PyErr_CheckSignals());
    PyErr_Clear();
    Py_FinalizeEx();
    struct sigaction now;
    sigaction(SIGINT, NULL, &now);
    printf("after: %d", now.sa_handler == SIG_DFL);
    sigaction(SIGUSR1, NULL, &now);
    printf(" %d", now.sa_handler == SIG_DFL);
    sigaction(SIGPIPE, NULL, &now);
    printf(" %d\n", now.sa_handler == SIG_IGN);
    return 0;
}
