/* api: full, limited */
/* Iterators, weak references, the collector, memory, threads and the GIL, codecs, context variables, descriptors. */
#include "support.h"
#include <pthread.h>
#include <string.h>

BOOL1(iter_check, PyIter_Check)
BOOL1(aiter_check, PyAIter_Check)
F(iter_next) { NEED(1); return found(PyIter_Next(args[0])); }
F(iter_next_item)
{
    NEED(1);
    PyObject *v = Py_Ellipsis;
    int r = PyIter_NextItem(args[0], &v);
    if (r < 0) return v == NULL ? checked(NULL) : status(-2);
    return (r == 1) == (v != NULL) ? found(v) : status(-1);
}
OBJ1(seqiter_new, PySeqIter_New)
OBJ2(calliter_new, PyCallIter_New)
OBJ1(get_aiter, PyObject_GetAIter)

F(weakref_new_ref) { NEED(2); return checked(PyWeakref_NewRef(args[0], A(1))); }
F(weakref_new_proxy) { NEED(2); return checked(PyWeakref_NewProxy(args[0], A(1))); }
F(weakref_get_ref)
{
    NEED(1);
    PyObject *o = Py_Ellipsis;
    int r = PyWeakref_GetRef(args[0], &o);
    if (r < 0) return checked(NULL);
    return (r == 1) == (o != NULL) ? found(o) : status(-1);
}

F(gc_collect) { NEED(0); return plain(PyGC_Collect() >= 0); }
F(gc_switch)
{
    NEED(0);
    int was = PyGC_IsEnabled(), a = PyGC_Disable(), b = PyGC_IsEnabled(), c = PyGC_Enable(), d = PyGC_IsEnabled();
    if (!was) PyGC_Disable();
    return Py_BuildValue("iiiii", was, a, b, c, d);
}
F(gc_flags) { NEED(1); return plain(PyObject_GC_IsTracked(args[0]) + 2 * PyObject_GC_IsFinalized(args[0])); }

F(memory)
{
    NEED(0);
    char *a = PyMem_Malloc(10), *b = PyMem_RawCalloc(3, 4), *c = PyObject_Calloc(2, 8);
    if (a == NULL || b == NULL || c == NULL) return PyErr_NoMemory();
    int zero = b[0] == 0 && b[11] == 0 && c[15] == 0;
    memset(a, 'x', 10);
    a = PyMem_Realloc(a, 100000);
    int kept = a != NULL && a[9] == 'x';
    b = PyMem_RawRealloc(b, 100);
    c = PyObject_Realloc(c, 64);
    char *nothing = PyMem_Malloc(0);
    int distinct = nothing != NULL;
    PyMem_Free(nothing);
    PyMem_Free(NULL);
    PyMem_Free(a);
    PyMem_RawFree(b);
    PyObject_Free(c);
    int *typed = PyMem_New(int, 5);
    PyMem_Resize(typed, int, 50);
    typed[49] = 7;
    int last = typed[49];
    PyMem_Del(typed);
    return Py_BuildValue("iiiii", zero, kept, distinct, last, PyMem_Malloc((size_t)PY_SSIZE_T_MAX + 1) == NULL);
}

/* A foreign thread that attaches itself, calls a function, and detaches. */
struct job { PyObject *callable; int ok; int had_state; };
static void *foreign(void *p)
{
    struct job *job = p;
    for (int i = 0; i < 20; i++) {
        PyGILState_STATE s = PyGILState_Ensure();
        PyGILState_STATE inner = PyGILState_Ensure();
        job->had_state = PyGILState_GetThisThreadState() == PyThreadState_Get();
        PyObject *r = PyObject_CallFunction(job->callable, "i", i);
        if (r != NULL) job->ok++;
        else PyErr_Clear();
        Py_XDECREF(r);
        PyGILState_Release(inner);
        PyGILState_Release(s);
    }
    return NULL;
}
F(foreign_threads)
{
    NEED(1);
    pthread_t threads[4];
    struct job jobs[4];
    int total = 0, states = 0;
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){args[0], 0, 0};
        pthread_create(&threads[i], NULL, foreign, &jobs[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        total += jobs[i].ok, states += jobs[i].had_state;
    }
    Py_END_ALLOW_THREADS
    return Py_BuildValue("ii", total, states);
}
F(save_restore)
{
    NEED(0);
    PyThreadState *ts = PyEval_SaveThread();
    PyEval_RestoreThread(ts);
    PyThreadState *again = PyThreadState_Swap(NULL);
    PyThreadState_Swap(again);
    Py_BEGIN_ALLOW_THREADS
    Py_BLOCK_THREADS
    Py_UNBLOCK_THREADS
    Py_END_ALLOW_THREADS
    return Py_BuildValue("iii", ts == PyThreadState_Get(), ts == again, PyThreadState_GetInterpreter(ts) == PyInterpreterState_Get());
}
F(thread_dict) { NEED(0); return borrowed(PyThreadState_GetDict()); }
F(interpreter_parts) { NEED(0); PyInterpreterState *i = PyInterpreterState_Get(); return Py_BuildValue("LN", (long long)PyInterpreterState_GetID(i), Py_XNewRef(PyInterpreterState_GetDict(i))); }
F(thread_locks)
{
    NEED(0);
    PyThread_type_lock lock = PyThread_allocate_lock();
    int a = PyThread_acquire_lock(lock, 0), b = PyThread_acquire_lock(lock, 0), c = (int)PyThread_acquire_lock_timed(lock, 1000, 0);
    PyThread_release_lock(lock);
    int d = PyThread_acquire_lock(lock, 1);
    PyThread_release_lock(lock);
    PyThread_free_lock(lock);
    Py_tss_t *key = PyThread_tss_alloc();
    int e = PyThread_tss_create(key), f = PyThread_tss_is_created(key), g = PyThread_tss_set(key, (void *)&lock), h = PyThread_tss_get(key) == (void *)&lock;
    PyThread_tss_delete(key);
    PyThread_tss_free(key);
    return Py_BuildValue("iiiiiiiii", a, b, c, d, e, f, g, h, PyThread_get_thread_ident() != 0);
}
static int pending_ran;
static int pending(void *p) { pending_ran += (int)(Py_ssize_t)p; return 0; }
F(add_pending) { NEED(0); return status(Py_AddPendingCall(pending, (void *)5)); }
F(run_pending) { NEED(0); if (Py_MakePendingCalls() < 0) return NULL; return plain(pending_ran); }
F(set_async_exc) { NEED(2); unsigned long id = PyLong_AsUnsignedLong(args[0]); return plain(PyThreadState_SetAsyncExc(id, A(1))); }
F(initialized) { NEED(0); return Py_BuildValue("ii", Py_IsInitialized(), Py_IsFinalizing()); }
static void at_exit(void) {}
F(py_atexit) { NEED(0); return plain(Py_AtExit(at_exit)); }

F(codec_encode) { NEED(2); return checked(PyCodec_Encode(args[0], PyUnicode_AsUTF8AndSize(args[1], NULL), NULL)); }
F(codec_decode) { NEED(2); return checked(PyCodec_Decode(args[0], PyUnicode_AsUTF8AndSize(args[1], NULL), "strict")); }
F(codec_known) { NEED(1); return plain(PyCodec_KnownEncoding(PyUnicode_AsUTF8AndSize(args[0], NULL))); }
F(codec_parts) { NEED(1); const char *e = PyUnicode_AsUTF8AndSize(args[0], NULL); PyObject *a = PyCodec_Encoder(e), *b = a ? PyCodec_Decoder(e) : NULL; return b ? Py_BuildValue("NN", a, b) : NULL; }
F(codec_register) { NEED(1); return status(PyCodec_Register(args[0])); }
F(codec_unregister) { NEED(1); return status(PyCodec_Unregister(args[0])); }
F(codec_register_error) { NEED(2); return status(PyCodec_RegisterError(PyUnicode_AsUTF8AndSize(args[0], NULL), args[1])); }
F(codec_lookup_error) { NEED(1); return checked(PyCodec_LookupError(PyUnicode_AsUTF8AndSize(args[0], NULL))); }
OBJ1(codec_strict, PyCodec_StrictErrors)
OBJ1(codec_ignore, PyCodec_IgnoreErrors)
OBJ1(codec_replace, PyCodec_ReplaceErrors)
OBJ1(codec_backslash, PyCodec_BackslashReplaceErrors)
OBJ1(codec_xml, PyCodec_XMLCharRefReplaceErrors)
OBJ1(codec_name, PyCodec_NameReplaceErrors)
F(fs_path) { NEED(1); return checked(PyOS_FSPath(args[0])); }
F(file_line) { NEED(2); int n = (int)N(1); ARG_ERROR; return checked(PyFile_GetLine(args[0], n)); }
F(file_write) { NEED(2); int r = PyFile_WriteString("text ", args[0]); return r < 0 ? status(-1) : status(PyFile_WriteObject(args[1], args[0], Py_PRINT_RAW)); }
F(os_snprintf) { NEED(1); char b[8]; int n = PyOS_snprintf(b, sizeof b, "%s", PyUnicode_AsUTF8AndSize(args[0], NULL)); return Py_BuildValue("si", b, n); }
F(os_strcmp) { NEED(2); const char *a = PyUnicode_AsUTF8AndSize(args[0], NULL), *b = PyUnicode_AsUTF8AndSize(args[1], NULL); return plain(PyOS_mystricmp(a, b) + 1000 * PyOS_mystrnicmp(a, b, 1)); }
static PyObject *gs_get(PyObject *o, void *c) { return Py_BuildValue("Os", o, (char *)c); }
static PyGetSetDef gs = {"made", gs_get, NULL, "A getset.", "closure"};
F(descr_getset) { NEED(1); return checked(PyDescr_NewGetSet((PyTypeObject *)args[0], &gs)); }
static PyMemberDef mb = {"basic", Py_T_PYSSIZET, 32, Py_READONLY, NULL};
F(descr_member) { NEED(1); return checked(PyDescr_NewMember((PyTypeObject *)args[0], &mb)); }
OBJ2(wrapper_new, PyWrapper_New)
#ifndef Py_LIMITED_API
F(weakref_checks) { NEED(1); return plain(PyWeakref_Check(args[0]) + 2 * PyWeakref_CheckRef(args[0]) + 4 * PyWeakref_CheckRefExact(args[0]) + 8 * PyWeakref_CheckProxy(args[0])); }
F(weakref_dead) { NEED(1); return plain(PyWeakref_IsDead(args[0])); }
F(gen_checks) { NEED(1); return plain(PyGen_Check(args[0]) + 2 * PyGen_CheckExact(args[0]) + 4 * PyCoro_CheckExact(args[0]) + 8 * PyAsyncGen_CheckExact(args[0])); }
F(context_vars)
{
    NEED(1);
    PyObject *var = PyContextVar_New("var", NULL), *with_default = PyContextVar_New("other", args[0]), *a = NULL, *b = NULL, *c = NULL;
    if (var == NULL || with_default == NULL) return NULL;
    if (PyContextVar_Get(var, NULL, &a) < 0 || PyContextVar_Get(with_default, NULL, &b) < 0) return NULL;
    PyObject *token = PyContextVar_Set(var, args[0]);
    if (token == NULL || PyContextVar_Get(var, Py_None, &c) < 0 || PyContextVar_Reset(var, token) < 0) return NULL;
    PyObject *d = NULL;
    if (PyContextVar_Get(var, Py_True, &d) < 0) return NULL;
    PyObject *r = Py_BuildValue("iNNNii", a == NULL, b, c, d, PyContextVar_CheckExact(var), PyContextToken_CheckExact(token));
    Py_DECREF(var);
    Py_DECREF(with_default);
    Py_DECREF(token);
    return r;
}
F(contexts)
{
    NEED(0);
    PyObject *a = PyContext_New(), *b = PyContext_CopyCurrent(), *c = a ? PyContext_Copy(a) : NULL;
    if (c == NULL || b == NULL) return NULL;
    int in = PyContext_Enter(a), out = in < 0 ? -1 : PyContext_Exit(a);
    return Py_BuildValue("iiiNNN", in, out, PyContext_CheckExact(a), a, b, c);
}
F(mutex) { NEED(0); PyMutex m = {0}; PyMutex_Lock(&m); int a = PyMutex_IsLocked(&m); PyMutex_Unlock(&m); return plain(a * 10 + PyMutex_IsLocked(&m)); }
F(critical_section) { NEED(1); Py_ssize_t n; Py_BEGIN_CRITICAL_SECTION(args[0]); n = PyObject_Size(args[0]); Py_END_CRITICAL_SECTION(); return status(n); }
F(times)
{
    NEED(0);
    PyTime_t a, b, c;
    if (PyTime_Monotonic(&a) < 0 || PyTime_Time(&b) < 0 || PyTime_PerfCounter(&c) < 0) return NULL;
    return plain(a > 0 && b > 1500000000LL * 1000000000 && c >= 0 && PyTime_AsSecondsDouble(1500000000) == 1.5);
}
F(thread_state_fields)
{
    NEED(0);
    PyThreadState *ts = PyThreadState_GetUnchecked();
    return Py_BuildValue("iii", ts == PyThreadState_Get(), ts->interp == PyInterpreterState_Get(), PyGILState_Check());
}
#endif

static PyMethodDef methods[] = {
    M(iter_check), M(aiter_check), M(iter_next), M(iter_next_item), M(seqiter_new), M(calliter_new), M(get_aiter), M(weakref_new_ref),
    M(weakref_new_proxy), M(weakref_get_ref), M(gc_collect), M(gc_switch), M(gc_flags), M(memory), M(foreign_threads), M(save_restore),
    M(thread_dict), M(interpreter_parts), M(thread_locks), M(add_pending), M(run_pending), M(set_async_exc), M(initialized), M(py_atexit),
    M(codec_encode), M(codec_decode), M(codec_known), M(codec_parts), M(codec_register), M(codec_unregister), M(codec_register_error),
    M(codec_lookup_error), M(codec_strict), M(codec_ignore), M(codec_replace), M(codec_backslash), M(codec_xml), M(codec_name), M(fs_path),
    M(file_line), M(file_write), M(os_snprintf), M(os_strcmp), M(descr_getset), M(descr_member), M(wrapper_new),
#ifndef Py_LIMITED_API
    M(weakref_checks), M(weakref_dead), M(gen_checks), M(context_vars), M(contexts), M(mutex), M(critical_section), M(times), M(thread_state_fields),
#endif
    END};

MODULE(capi_iter_gc_runtime, methods, NULL)
