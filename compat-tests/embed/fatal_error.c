/* Py_FatalError before Python is initialized: the message, and the process aborts. */
#include <signal.h>
#include <unistd.h>
#include "support.h"

static void aborted(int signum)
{
    _exit(3);
}

int main(void)
{
    signal(SIGABRT, aborted);
    Py_FatalError("nothing works");
}
