/* api: full */
/* What is told of changes and of memory: watchers of dicts, types, code, functions and contexts, events fired by C code,
   exchanged allocators, the reference tracer, words kept with code, audit hooks, ordered dicts. */
#include "support.h"
#include <string.h>

/* What watchers have seen: a list, while somebody looks. */
static PyObject *seen;
static int broken;

static int note(const char *format, ...)
{
    if (broken) {
        PyErr_SetString(PyExc_RuntimeError, "broken watcher");
        return -1;
    }
    if (seen == NULL) return 0;
    va_list va;
    va_start(va, format);
    PyObject *text = PyUnicode_FromFormatV(format, va);
    va_end(va);
    int r = text == NULL ? -1 : PyList_Append(seen, text);
    Py_XDECREF(text);
    return r;
}

static int dict_told(PyDict_WatchEvent event, PyObject *d, PyObject *key, PyObject *value)
{
    static const char *names[] = {"added", "modified", "deleted", "cloned", "cleared", "deallocated"};
    if (event == PyDict_EVENT_CLONED) return note("%s %zd", names[event], PyDict_Size(key));
    if (key == NULL) return note("%s %zd", names[event], PyDict_Size(d));
    if (value == NULL) return note("%s %R", names[event], key);
    return note("%s %R %R", names[event], key, value);
}
static int second_told(PyDict_WatchEvent event, PyObject *d, PyObject *key, PyObject *value) { return note("second %d", (int)event); }
static int type_told(PyTypeObject *t) { return note("type %s", t->tp_name); }
static int code_told(PyCodeEvent event, PyCodeObject *code) { return note("code %d %U", (int)event, code->co_name); }
static int function_told(PyFunction_WatchEvent event, PyFunctionObject *f, PyObject *value)
{
    return value == NULL ? note("function %d %U", (int)event, f->func_name) : note("function %d %U %s", (int)event, f->func_name, Py_TYPE(value)->tp_name);
}
static int context_told(PyContextEvent event, PyObject *context) { return note("context %d %s", (int)event, Py_TYPE(context)->tp_name); }

F(look) { NEED(0); Py_XSETREF(seen, PyList_New(0)); broken = 0; return Py_XNewRef(seen); }
F(look_away) { NEED(0); Py_CLEAR(seen); Py_RETURN_NONE; }
F(break_watchers) { NEED(1); broken = PyObject_IsTrue(args[0]); Py_RETURN_NONE; }
F(add_watcher)
{
    NEED(1);
    switch (N(0)) {
    case 0: return status(PyDict_AddWatcher(dict_told));
    case 1: return status(PyDict_AddWatcher(second_told));
    case 2: return status(PyType_AddWatcher(type_told));
    case 3: return status(PyCode_AddWatcher(code_told));
    case 4: return status(PyFunction_AddWatcher(function_told));
    default: return status(PyContext_AddWatcher(context_told));
    }
}
F(clear_watcher)
{
    NEED(2);
    int id = (int)N(1);
    switch (N(0)) {
    case 0: case 1: return status(PyDict_ClearWatcher(id));
    case 2: return status(PyType_ClearWatcher(id));
    case 3: return status(PyCode_ClearWatcher(id));
    case 4: return status(PyFunction_ClearWatcher(id));
    default: return status(PyContext_ClearWatcher(id));
    }
}
F(watch_dict) { NEED(2); int id = (int)N(0); ARG_ERROR; return status(PyDict_Watch(id, args[1])); }
F(unwatch_dict) { NEED(2); int id = (int)N(0); ARG_ERROR; return status(PyDict_Unwatch(id, args[1])); }
F(watch_type) { NEED(2); int id = (int)N(0); ARG_ERROR; return status(PyType_Watch(id, args[1])); }
F(unwatch_type) { NEED(2); int id = (int)N(0); ARG_ERROR; return status(PyType_Unwatch(id, args[1])); }
F(set_defaults) { NEED(2); return status(PyFunction_SetDefaults(args[0], args[1])); }
F(set_kwdefaults) { NEED(2); return status(PyFunction_SetKwDefaults(args[0], args[1])); }

/* Events of a made-up language. One state for each kind of event. */
static PyMonitoringState states[8];
static uint64_t version;
static const uint8_t kinds[8] = {PY_MONITORING_EVENT_PY_START, PY_MONITORING_EVENT_LINE, PY_MONITORING_EVENT_PY_RETURN, PY_MONITORING_EVENT_RAISE,
                                 PY_MONITORING_EVENT_CALL, PY_MONITORING_EVENT_BRANCH_LEFT, PY_MONITORING_EVENT_STOP_ITERATION, PY_MONITORING_EVENT_JUMP};
F(enter_scope)
{
    NEED(0);
    if (PyMonitoring_EnterScope(states, &version, kinds, 8) < 0) return NULL;
    PyObject *all = PyTuple_New(8);
    for (int i = 0; all != NULL && i < 8; i++) PyTuple_SET_ITEM(all, i, PyLong_FromLong(states[i].active));
    return all;
}
F(exit_scope) { NEED(0); return status(PyMonitoring_ExitScope()); }
F(active) { NEED(1); Py_ssize_t i = N(0); ARG_ERROR; return plain(states[i].active); }
F(fire_start) { NEED(2); int at = (int)N(1); return status(PyMonitoring_FirePyStartEvent(&states[0], args[0], at)); }
F(fire_line) { NEED(3); int at = (int)N(1), line = (int)N(2); ARG_ERROR; return status(PyMonitoring_FireLineEvent(&states[1], args[0], at, line)); }
F(fire_return) { NEED(3); int at = (int)N(1); ARG_ERROR; return status(PyMonitoring_FirePyReturnEvent(&states[2], args[0], at, args[2])); }
F(fire_raise)
{
    NEED(3);
    int at = (int)N(1);
    ARG_ERROR;
    if (args[2] != Py_Ellipsis) PyErr_SetObject((PyObject *)Py_TYPE(args[2]), args[2]);
    int r = PyMonitoring_FireRaiseEvent(&states[3], args[0], at);
    if (r < 0) return NULL;
    int still = PyErr_Occurred() != NULL;
    PyErr_Clear();
    return plain(still);
}
F(fire_call) { NEED(4); int at = (int)N(1); ARG_ERROR; return status(PyMonitoring_FireCallEvent(&states[4], args[0], at, args[2], args[3])); }
F(fire_branch) { NEED(3); int at = (int)N(1); ARG_ERROR; return status(PyMonitoring_FireBranchLeftEvent(&states[5], args[0], at, args[2])); }
F(fire_stop) { NEED(3); int at = (int)N(1); ARG_ERROR; return status(PyMonitoring_FireStopIterationEvent(&states[6], args[0], at, args[2])); }
F(fire_jump) { NEED(3); int at = (int)N(1); ARG_ERROR; return status(PyMonitoring_FireJumpEvent(&states[7], args[0], at, args[2])); }

/* Allocators that count and pass on. */
static PyMemAllocatorEx inner[3];
static long counts[3][4];
#define DOMAIN(c) ((PyMemAllocatorEx *)(c) - inner)
static void *count_malloc(void *c, size_t n) { counts[DOMAIN(c)][0]++; PyMemAllocatorEx *a = c; return a->malloc(a->ctx, n); }
static void *count_calloc(void *c, size_t k, size_t n) { counts[DOMAIN(c)][1]++; PyMemAllocatorEx *a = c; return a->calloc(a->ctx, k, n); }
static void *count_realloc(void *c, void *p, size_t n) { counts[DOMAIN(c)][2]++; PyMemAllocatorEx *a = c; return a->realloc(a->ctx, p, n); }
static void count_free(void *c, void *p) { counts[DOMAIN(c)][3]++; PyMemAllocatorEx *a = c; a->free(a->ctx, p); }
F(count_memory)
{
    NEED(0);
    memset(counts, 0, sizeof counts);
    for (int d = 0; d < 3; d++) {
        PyMem_GetAllocator((PyMemAllocatorDomain)d, &inner[d]);
        PyMemAllocatorEx counting = {&inner[d], count_malloc, count_calloc, count_realloc, count_free};
        PyMem_SetAllocator((PyMemAllocatorDomain)d, &counting);
    }
    /* One block of each kind in each domain, and an object with a block of its own. */
    PyMem_RawFree(PyMem_RawRealloc(PyMem_RawMalloc(10), 500));
    PyMem_RawFree(PyMem_RawCalloc(3, 7));
    PyMem_Free(PyMem_Realloc(PyMem_Malloc(10), 500));
    PyMem_Free(PyMem_Calloc(3, 7));
    PyObject_Free(PyObject_Realloc(PyObject_Malloc(10), 500));
    PyObject_Free(PyObject_Calloc(3, 7));
    long objects = counts[2][0] + counts[2][1];
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 5000);
    objects = counts[2][0] + counts[2][1] - objects;
    Py_XDECREF(bytes);
    for (int d = 0; d < 3; d++) PyMem_SetAllocator((PyMemAllocatorDomain)d, &inner[d]);
    PyMemAllocatorEx now;
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &now);
    int back = now.malloc == inner[2].malloc;
    return Py_BuildValue("(iiii)(iiii)ii", counts[0][0], counts[0][1], counts[0][2], counts[0][3], counts[1][0], counts[1][1], counts[1][2], counts[1][3], objects > 0, back);
}
F(unknown_domain)
{
    NEED(0);
    PyMemAllocatorEx a;
    memset(&a, 1, sizeof a);
    PyMem_GetAllocator((PyMemAllocatorDomain)77, &a);
    PyMem_SetAllocator((PyMemAllocatorDomain)77, &a);
    return plain(a.malloc == NULL && a.free == NULL && a.ctx == NULL);
}

/* The reference tracer: lists and dicts by event. */
static long traced[2];
static int tracer(PyObject *o, PyRefTracerEvent event, void *data)
{
    if (Py_IS_TYPE(o, &PyList_Type) || Py_IS_TYPE(o, &PyDict_Type)) ((long *)data)[event]++;
    return 0;
}
F(trace_references)
{
    NEED(0);
    void *data = NULL;
    PyRefTracer before = PyRefTracer_GetTracer(&data);
    memset(traced, 0, sizeof traced);
    if (PyRefTracer_SetTracer(tracer, traced) < 0) return NULL;
    void *mine = NULL;
    int set = PyRefTracer_GetTracer(&mine) == tracer && mine == traced;
    PyObject *list = PyList_New(0), *dict = PyDict_New();
    Py_XDECREF(list);
    Py_XDECREF(dict);
    PyRefTracer_SetTracer(before, data);
    return Py_BuildValue("iii", set, (int)traced[0], (int)traced[1]);
}

/* Words kept with code. */
static int ended;
static void end_word(void *word) { ended += (int)(Py_ssize_t)word; }
static Py_ssize_t word_index = -1;
F(code_words)
{
    NEED(1);
    if (word_index < 0) word_index = PyUnstable_Eval_RequestCodeExtraIndex(end_word);
    void *first = (void *)1, *second = NULL;
    ended = 0;
    if (PyUnstable_Code_GetExtra(args[0], word_index, &first) < 0) return NULL;
    if (PyUnstable_Code_SetExtra(args[0], word_index, (void *)5) < 0) return NULL;
    if (PyUnstable_Code_SetExtra(args[0], word_index, (void *)7) < 0) return NULL;
    if (PyUnstable_Code_GetExtra(args[0], word_index, &second) < 0) return NULL;
    return Py_BuildValue("nni", (Py_ssize_t)first, (Py_ssize_t)second, ended);
}
F(words_ended) { NEED(0); return plain(ended); }
F(bad_words)
{
    NEED(2);
    Py_ssize_t i = N(1);
    void *word;
    ARG_ERROR;
    return i == -2 ? status(PyUnstable_Code_GetExtra(args[0], 0, &word)) : status(PyUnstable_Code_SetExtra(args[0], i, NULL));
}

/* An audit hook stays for good: it only counts events of its own name. */
static int heard;
static int audit(const char *event, PyObject *event_args, void *data)
{
    if (strcmp(event, "compat.hooks.refuse") == 0) {
        PyErr_SetString(PyExc_ValueError, "refused");
        return -1;
    }
    if (strcmp(event, "compat.hooks.event") == 0 && PyTuple_Check(event_args)) *(int *)data += (int)PyTuple_GET_SIZE(event_args);
    return 0;
}
F(add_audit) { NEED(0); return status(PySys_AddAuditHook(audit, &heard)); }
F(heard_events) { NEED(0); return plain(heard); }

/* Ordered dicts. */
F(odict_new) { NEED(0); return checked(PyODict_New()); }
INT3(odict_set, PyODict_SetItem)
INT2(odict_del, PyODict_DelItem)
F(odict_checks) { NEED(1); return Py_BuildValue("iii", PyODict_Check(args[0]) != 0, PyODict_CheckExact(args[0]) != 0, PyDict_Check(args[0]) != 0); }
F(odict_reads)
{
    NEED(2);
    PyObject *v = PyODict_GetItemWithError(args[0], args[1]);
    if (v == NULL && PyErr_Occurred()) return NULL;
    return Py_BuildValue("niO", PyODict_Size(args[0]), PyODict_Contains(args[0], args[1]), v ? v : Py_Ellipsis);
}
F(odict_types)
{
    NEED(0);
    return PyTuple_Pack(5, &PyODict_Type, &PyODictIter_Type, &PyODictKeys_Type, &PyODictValues_Type, &PyODictItems_Type);
}

/* Small ones. */
F(stack_effects) { NEED(3); int op = (int)N(0), arg = (int)N(1), jump = (int)N(2); ARG_ERROR; return Py_BuildValue("ii", PyCompile_OpcodeStackEffect(op, arg), PyCompile_OpcodeStackEffectWithJump(op, arg, jump)); }
OBJ2(prep_reraise, PyUnstable_Exc_PrepReraiseStar)
F(pickle_buffer)
{
    NEED(1);
    const Py_buffer *b = PyPickleBuffer_GetBuffer(args[0]);
    return b ? Py_BuildValue("nii", b->len, b->readonly, (int)b->itemsize) : NULL;
}
F(small_stack) { NEED(0); char here; return status(PyUnstable_ThreadState_SetStackProtection(PyThreadState_Get(), &here, 10)); }

static PyMethodDef methods[] = {
    M(look), M(look_away), M(break_watchers), M(add_watcher), M(clear_watcher), M(watch_dict), M(unwatch_dict), M(watch_type), M(unwatch_type), M(set_defaults), M(set_kwdefaults),
    M(enter_scope), M(exit_scope), M(active), M(fire_start), M(fire_line), M(fire_return), M(fire_raise), M(fire_call), M(fire_branch), M(fire_stop), M(fire_jump),
    M(count_memory), M(unknown_domain), M(trace_references), M(code_words), M(words_ended), M(bad_words), M(add_audit), M(heard_events),
    M(odict_new), M(odict_set), M(odict_del), M(odict_checks), M(odict_reads), M(odict_types), M(stack_effects), M(prep_reraise), M(pickle_buffer), M(small_stack), END};
MODULE(capi_hooks, methods, NULL)
