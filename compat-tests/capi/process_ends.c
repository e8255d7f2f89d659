/* api: full, limited */
/* Signals, forks and the ways a process ends. What ends or doubles a process is asked for by name in a process that the
   test starts. */
#include "support.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static void at_exit_of_c(void) { (void)!write(1, "at exit of C\n", 13); }
static int handled;
static void handler(int n) { handled = n; }
F(set_signal)
{
    NEED(1);
    int n = (int)N(0);
    ARG_ERROR;
    handled = 0;
    PyOS_sighandler_t old = PyOS_setsig(n, handler), mine = PyOS_getsig(n);
    if (old == SIG_ERR) return Py_BuildValue("s", "refused");
    raise(n);
    int seen = handled;
    PyOS_sighandler_t again = PyOS_setsig(n, old);
    return Py_BuildValue("iiii", seen == n, mine == handler, again == handler, PyOS_getsig(n) == old);
}
/* fork(way): a process made with what C must call around fork(); the child says what it can do. */
F(fork)
{
    NEED(2);
    int old_way = (int)N(0), status_of_child = 0;
    ARG_ERROR;
    fflush(NULL);
    PyOS_BeforeFork();
    pid_t pid = fork();
    if (pid == 0) {
        if (old_way) PyOS_AfterFork();
        else PyOS_AfterFork_Child();
        PyObject *r = PyObject_CallNoArgs(args[1]);
        long code = r ? PyLong_AsLong(r) : 99;
        _exit((int)code);
    }
    PyOS_AfterFork_Parent();
    if (pid < 0) return PyErr_SetFromErrno(PyExc_OSError);
    pid_t got;
    Py_BEGIN_ALLOW_THREADS
    got = waitpid(pid, &status_of_child, 0);
    Py_END_ALLOW_THREADS
    return Py_BuildValue("iii", got == pid, WIFEXITED(status_of_child), WEXITSTATUS(status_of_child));
}
F(exit) { NEED(1); int n = (int)N(0); ARG_ERROR; Py_AtExit(at_exit_of_c); Py_Exit(n); Py_RETURN_NONE; }
F(fatal) { NEED(1); (Py_FatalError)(PyUnicode_AsUTF8AndSize(args[0], NULL)); Py_RETURN_NONE; }
F(fatal_unlocked) { NEED(0); PyEval_SaveThread(); (Py_FatalError)("without the lock"); Py_RETURN_NONE; }
F(finalize) { NEED(0); Py_AtExit(at_exit_of_c); Py_Finalize(); int alive = Py_IsInitialized(); Py_Finalize(); _exit(alive ? 1 : 7); }
F(finalize_ex) { NEED(0); Py_AtExit(at_exit_of_c); int r = Py_FinalizeEx(), again = Py_FinalizeEx(); _exit(Py_IsInitialized() ? 1 : 10 + r + again); }

#ifndef Py_LIMITED_API
/* Exported, but declared by no public header. */
PyAPI_FUNC(void) _Py_FatalRefcountErrorFunc(const char *, const char *);
PyAPI_FUNC(void) _Py_DumpStack(int);
PyAPI_FUNC(void) _Py_InitDumpStack(void);
PyAPI_FUNC(void) _PyThreadState_Init(PyThreadState *);

F(fatal_in) { NEED(2); _Py_FatalErrorFunc(A(0) ? PyUnicode_AsUTF8(args[0]) : NULL, PyUnicode_AsUTF8(args[1])); Py_RETURN_NONE; }
F(fatal_macro) { NEED(0); Py_FatalError("by the macro"); Py_RETURN_NONE; }
F(fatal_refcount) { NEED(1); _Py_FatalRefcountErrorFunc("some_function", PyUnicode_AsUTF8(args[0])); Py_RETURN_NONE; }
F(assert_failed)
{
    NEED(3);
    _PyObject_AssertFailed(args[0], A(1) ? PyUnicode_AsUTF8(args[1]) : NULL, A(2) ? PyUnicode_AsUTF8(args[2]) : NULL, "file.c", 77, "function_of_c");
    Py_RETURN_NONE;
}
F(init_state) { NEED(0); _PyThreadState_Init(PyThreadState_Get()); Py_RETURN_NONE; }
F(dump_stack)
{
    NEED(0);
    char room[4096];
    int ends[2];
    if (pipe(ends) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    _Py_InitDumpStack();
    _Py_DumpStack(ends[1]);
    close(ends[1]);
    Py_ssize_t n = read(ends[0], room, sizeof(room) - 1);
    close(ends[0]);
    return PyUnicode_DecodeLatin1(room, n < 0 ? 0 : n, NULL);
}
F(wakeup_fd) { NEED(1); int n = (int)N(0); ARG_ERROR; return plain(PySignal_SetWakeupFd(n)); }
static void ended(void *data)
{
    char line[64];
    int n = snprintf(line, sizeof(line), "the end of %s\n", (char *)data);
    (void)!write(1, line, n);
}
F(at_exit) { NEED(1); return status(PyUnstable_AtExit(PyInterpreterState_Get(), ended, N(0) == 1 ? "one" : "two")); }
#endif

static PyMethodDef methods[] = {
    M(set_signal), M(fork), M(exit), M(fatal), M(fatal_unlocked), M(finalize), M(finalize_ex),
#ifndef Py_LIMITED_API
    M(fatal_in), M(fatal_macro), M(fatal_refcount), M(assert_failed), M(init_state), M(dump_stack), M(wakeup_fd), M(at_exit),
#endif
    END};

MODULE(capi_process_ends, methods, NULL)
