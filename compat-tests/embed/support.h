/* Shared by the programs of this folder: showing a PyStatus, and running a source line that prints at once. */
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void show_status(const char *what, PyStatus s)
{
    printf("%s: %s func=%s message=%s exit=%d\n", what,
           PyStatus_IsExit(s) ? "exit" : PyStatus_IsError(s) ? "error" : "ok",
           s.func ? s.func : "-", s.err_msg ? s.err_msg : "-", s.exitcode);
    fflush(stdout);
}

/* Runs source in __main__ and has it written before C goes on writing. */
static inline int run(const char *source)
{
    int status = PyRun_SimpleString(source);
    if (status == 0)
        status = PyRun_SimpleString("import sys; sys.stdout.flush()");
    return status;
}

/* For main(): what C writes comes out in order with what Python writes. */
static inline void plain_output(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
}
