/* api: full */
/* Threads and the lock by their old and inner functions, tracing of all threads, frames as the evaluation loop has them,
   generators taken apart. */
#include "support.h"
#include <frameobject.h>
#include <pthread.h>
#include <unistd.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header of 3.14. */
PyAPI_FUNC(void) PyEval_AcquireLock(void);
PyAPI_FUNC(void) PyEval_ReleaseLock(void);
PyAPI_FUNC(int) PyEval_ThreadsInitialized(void);
PyAPI_FUNC(PyThreadState *) _PyThreadState_GetCurrent(void);
PyAPI_FUNC(PyObject *) _PyThreadState_GetDict(PyThreadState *);
PyAPI_FUNC(PyThreadState *) _PyThreadState_Prealloc(PyInterpreterState *);
PyAPI_FUNC(void) _PyEval_StopTheWorld(PyInterpreterState *);
PyAPI_FUNC(void) _PyEval_StartTheWorld(PyInterpreterState *);
PyAPI_FUNC(int) _PyFrame_IsEntryFrame(PyFrameObject *);
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *);
PyAPI_FUNC(PyObject *) _PyGen_yf(PyGenObject *);
PyAPI_FUNC(PyObject *) _PyCoro_GetAwaitableIter(PyObject *);

/* ---- the lock ---- */
static int thread_ran;
static void *waits_for_lock(void *interp)
{
    PyThreadState *ts = PyThreadState_New(interp);
    PyEval_AcquireThread(ts);
    thread_ran = PyGILState_Check() && PyThreadState_Get() == ts;
    PyThreadState_Clear(ts);
    PyThreadState_DeleteCurrent();
    return NULL;
}
static int ran(void)
{
    for (int i = 0; i < 2000 && !*(volatile int *)&thread_ran; i++) usleep(5000);
    return *(volatile int *)&thread_ran;
}
/* A thread that waits for the lock runs while this one has given it up, in each of the ways there are. */
F(lock)
{
    NEED(1);
    int way = (int)N(0);
    ARG_ERROR;
    pthread_t t;
    PyThreadState *ts = PyThreadState_Get();
    thread_ran = 0;
    if (pthread_create(&t, NULL, waits_for_lock, ts->interp) != 0) return PyErr_SetFromErrno(PyExc_OSError);
    usleep(20000);
    int before = *(volatile int *)&thread_ran, after;
    if (way == 0) {
        PyEval_ReleaseLock();
        after = ran();
        PyEval_AcquireLock();
    } else {
        PyEval_ReleaseThread(ts);
        after = ran();
        PyEval_AcquireThread(ts);
    }
    int same = PyThreadState_Get() == ts && PyGILState_Check();
    Py_BEGIN_ALLOW_THREADS
    pthread_join(t, NULL);
    Py_END_ALLOW_THREADS
    return Py_BuildValue("iii", before, after, same);
}
F(initialized) { NEED(0); PyEval_InitThreads(); return plain(PyEval_ThreadsInitialized()); }
/* A state made beforehand and used by this very thread for a while. */
F(preallocated)
{
    NEED(1);
    PyThreadState *mine = PyThreadState_Get(), *other = _PyThreadState_Prealloc(mine->interp);
    if (other == NULL) return PyErr_NoMemory();
    int listed = 0;
    for (PyThreadState *t = PyInterpreterState_ThreadHead(mine->interp); t != NULL; t = PyThreadState_Next(t)) listed += (t == other) + 10 * (t == mine);
    PyThreadState *old = PyThreadState_Swap(other);
    PyObject *r = PyObject_CallNoArgs(args[0]);
    int was = old == mine, current = _PyThreadState_GetCurrent() == other;
    PyThreadState_Clear(other);
    PyThreadState_Swap(mine);
    PyThreadState_Delete(other);
    int gone = 1;
    for (PyThreadState *t = PyInterpreterState_ThreadHead(mine->interp); t != NULL; t = PyThreadState_Next(t)) gone &= t != other;
    return r ? Py_BuildValue("Niiii", r, listed, was, current, gone) : checked(NULL);
}
F(count_threads)
{
    NEED(0);
    int n = 0;
    for (PyThreadState *t = PyInterpreterState_ThreadHead(PyInterpreterState_Get()); t != NULL; t = PyThreadState_Next(t)) n += t->interp == PyInterpreterState_Get();
    return plain(n);
}
F(state_dict)
{
    NEED(0);
    PyObject *a = _PyThreadState_GetDict(PyThreadState_Get()), *b = PyThreadState_GetDict();
    return Py_BuildValue("Oii", a, a == b, _PyThreadState_GetCurrent() == PyThreadState_Get());
}
F(current_frames) { NEED(0); return checked(_PyThread_CurrentFrames()); }
F(stop_the_world)
{
    NEED(1);
    PyInterpreterState *i = PyInterpreterState_Get();
    _PyEval_StopTheWorld(i);
    PyObject *r = PyLong_FromSsize_t(Py_REFCNT(args[0]) > 0);
    _PyEval_StartTheWorld(i);
    return checked(r);
}

/* ---- tracing ---- */
static long events[8];
static PyThreadState *seen_states[8];
static int seen;
static int trace(PyObject *o, PyFrameObject *f, int what, PyObject *arg)
{
    if (what < 8) events[what]++;
    PyThreadState *ts = PyThreadState_Get();
    int known = 0;
    for (int i = 0; i < seen; i++) known |= seen_states[i] == ts;
    if (!known && seen < 8) seen_states[seen++] = ts;
    if (PyList_Check(o) && what == PyTrace_CALL) {
        PyCodeObject *code = PyFrame_GetCode(f);
        int r = PyList_Append(o, code->co_name);
        Py_DECREF(code);
        return r;
    }
    return 0;
}
F(trace_all)
{
    NEED(2);
    int profile = (int)N(0);
    ARG_ERROR;
    seen = 0;
    memset(events, 0, sizeof(events));
    if (profile) PyEval_SetProfileAllThreads(A(1) ? trace : NULL, A(1));
    else PyEval_SetTraceAllThreads(A(1) ? trace : NULL, A(1));
    ARG_ERROR;
    Py_RETURN_NONE;
}
F(traced) { NEED(0); return Py_BuildValue("iiiii", seen, events[PyTrace_CALL] > 0, events[PyTrace_RETURN] > 0, events[PyTrace_LINE] > 0, events[PyTrace_C_CALL] > 0); }

/* ---- frames ---- */
F(frame_here)
{
    NEED(0);
    struct _PyInterpreterFrame *f = PyThreadState_Get()->current_frame;
    PyObject *code = PyUnstable_InterpreterFrame_GetCode(f);
    return Py_BuildValue("Nii", code, PyUnstable_InterpreterFrame_GetLasti(f), PyUnstable_InterpreterFrame_GetLine(f));
}
F(is_entry) { NEED(1); return plain(_PyFrame_IsEntryFrame((PyFrameObject *)args[0])); }

/* ---- generators ---- */
F(set_stop) { NEED(1); int r = _PyGen_SetStopIterationValue(args[0]); if (r == 0) return checked(NULL); return plain(r); }
F(yield_from) { NEED(1); return found(_PyGen_yf((PyGenObject *)args[0])); }
OBJ1(awaitable_iter, _PyCoro_GetAwaitableIter)

static PyMethodDef methods[] = {
    M(lock), M(initialized), M(preallocated), M(count_threads), M(state_dict), M(current_frames), M(stop_the_world), M(trace_all), M(traced),
    M(frame_here), M(is_entry), M(set_stop), M(yield_from), M(awaitable_iter), END};

MODULE(capi_eval_threads, methods, NULL)
