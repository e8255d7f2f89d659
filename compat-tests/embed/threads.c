/* Threads of C that run Python: PyGILState, states made by hand, the main thread waiting without the lock. */
#include <pthread.h>
#include "support.h"

#define THREADS 4
static int done[THREADS];

static void *worker(void *arg)
{
    int me = (int)(intptr_t)arg;
    for (int i = 0; i < 50; i++) {
        PyGILState_STATE outer = PyGILState_Ensure();
        PyGILState_STATE inner = PyGILState_Ensure();
        PyObject *main = PyImport_AddModule("__main__");
        PyObject *globals = PyModule_GetDict(main);
        PyObject *value = PyRun_String("add(1)", Py_eval_input, globals, globals);
        if (value != NULL)
            done[me]++;
        Py_XDECREF(value);
        PyGILState_Release(inner);
        PyGILState_Release(outer);
    }
    return NULL;
}

static PyInterpreterState *interpreter;
static int by_hand;

static void *with_state(void *arg)
{
    PyThreadState *state = PyThreadState_New(interpreter);
    PyEval_RestoreThread(state);
    by_hand = PyRun_SimpleString("import threading; add(1000); names.append(threading.current_thread().name[:6])");
    PyThreadState_Clear(state);
    PyThreadState_DeleteCurrent();
    return NULL;
}

int main(void)
{
    plain_output();
    for (int round = 0; round < 2; round++) {
        Py_InitializeEx(0);
        memset(done, 0, sizeof done);
        run("total = 0\nnames = []\ndef add(n):\n    global total\n    total += n\n");
        interpreter = PyInterpreterState_Get();
        printf("main: %d\n", interpreter == PyInterpreterState_Main());
        PyThreadState *saved = PyEval_SaveThread();
        printf("held: %d\n", PyGILState_Check());
        pthread_t threads[THREADS], other;
        for (int i = 0; i < THREADS; i++)
            pthread_create(&threads[i], NULL, worker, (void *)(intptr_t)i);
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        pthread_create(&other, NULL, with_state, NULL);
        pthread_join(other, NULL);
        PyEval_RestoreThread(saved);
        printf("held: %d\n", PyGILState_Check());
        for (int i = 0; i < THREADS; i++)
            printf("%d ", done[i]);
        printf("by hand %d\n", by_hand);
        run("print(total, names)");
        printf("end %d\n", Py_FinalizeEx());
    }
    return 0;
}
