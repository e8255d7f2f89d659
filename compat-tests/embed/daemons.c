/* Threads that are left when Python ends: daemons of Python, and a thread of C that comes too late. */
#include <pthread.h>
#include <unistd.h>
#include "support.h"

static int release[2], late_calls;

static PyObject *wait_for_c(PyObject *self, PyObject *args)
{
    char byte;
    Py_BEGIN_ALLOW_THREADS
    if (read(release[0], &byte, 1) != 1)
        byte = 0;
    Py_END_ALLOW_THREADS
    /* Nobody gets here when Python has ended meanwhile. */
    late_calls++;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"wait", wait_for_c, METH_NOARGS, NULL}, {NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "emb_wait", NULL, -1, methods};

static PyObject *PyInit_emb_wait(void)
{
    return PyModule_Create(&def);
}

int main(void)
{
    plain_output();
    if (pipe(release) != 0)
        return 1;
    PyImport_AppendInittab("emb_wait", PyInit_emb_wait);
    Py_InitializeEx(0);
    run("import threading, time, emb_wait\n"
        "started = threading.Event()\n"
        "def work():\n    started.set()\n    emb_wait.wait()\n    print('never')\n"
        "threading.Thread(target=work, daemon=True).start()\nstarted.wait(); time.sleep(0.05)\n"
        "class Busy(threading.Thread):\n    def run(self):\n        while True: pass\n"
        "Busy(daemon=True).start()\n"
        "def slow():\n    time.sleep(0.1); print('joined', flush=True)\n"
        "threading.Thread(target=slow).start()");
    printf("end: %d\n", Py_FinalizeEx());
    if (write(release[1], "x", 1) != 1)
        return 1;
    usleep(50000);
    printf("late: %d\n", late_calls);
    Py_InitializeEx(0);
    run("import threading; print(threading.active_count())");
    if (write(release[1], "x", 1) != 1)
        return 1;
    run("import emb_wait; emb_wait.wait(); print('waited')");
    printf("late: %d\n", late_calls);
    printf("end: %d\n", Py_FinalizeEx());
    return 0;
}
