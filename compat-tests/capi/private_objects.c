/* api: full, limited */
/* The life of an object by hand: allocation, reference counts, deallocation, finalizers, the trashcan, immortality, the
   allocator of arenas, limits of recursion. */
#include "support.h"
#include <stddef.h>

/* ---- objects of types made here ---- */
static int gone;
static void dealloc(PyObject *o)
{
    PyTypeObject *t = Py_TYPE(o);
    gone++;
    PyObject_Free(o);
    Py_DECREF(t);
}
static void gc_dealloc(PyObject *o)
{
    PyTypeObject *t = Py_TYPE(o);
    gone++;
    PyObject_GC_UnTrack(o);
    PyObject_GC_Del(o);
    Py_DECREF(t);
}
static int gc_traverse(PyObject *o, visitproc visit, void *arg) { Py_VISIT(Py_TYPE(o)); return 0; }
static PyType_Slot plain_slots[] = {{Py_tp_dealloc, dealloc}, {0, NULL}};
static PyType_Slot gc_slots[] = {{Py_tp_dealloc, gc_dealloc}, {Py_tp_traverse, gc_traverse}, {0, NULL}};
static PyType_Spec plain_spec = {"private_objects.Plain", 64, 0, Py_TPFLAGS_DEFAULT, plain_slots};
static PyType_Spec var_spec = {"private_objects.Var", 64, 8, Py_TPFLAGS_DEFAULT, plain_slots};
static PyType_Spec gc_spec = {"private_objects.Collected", 64, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, gc_slots};
static PyType_Spec gc_var_spec = {"private_objects.CollectedVar", 64, 8, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, gc_slots};
static PyType_Spec items_spec = {"private_objects.Items", 64, 8, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_ITEMS_AT_END, plain_slots};
static int add_types(PyObject *m)
{
    PyType_Spec *specs[] = {&plain_spec, &var_spec, &gc_spec, &gc_var_spec, &items_spec};
    for (int i = 0; i < 5; i++) {
        PyObject *t = PyType_FromSpec(specs[i]);
        if (t == NULL || PyModule_AddType(m, (PyTypeObject *)t) < 0) return -1;
        Py_DECREF(t);
    }
    return 0;
}
static PyTypeObject *type_of(PyObject *o) { return (PyTypeObject *)o; }
F(object_new) { NEED(1); return checked(_PyObject_New(type_of(args[0]))); }
F(object_new_var) { NEED(2); Py_ssize_t n = N(1); ARG_ERROR; return checked((PyObject *)_PyObject_NewVar(type_of(args[0]), n)); }
F(gc_new) { NEED(1); PyObject *o = checked(_PyObject_GC_New(type_of(args[0]))); if (o) PyObject_GC_Track(o); return o; }
F(gc_new_var) { NEED(2); Py_ssize_t n = N(1); ARG_ERROR; return checked((PyObject *)_PyObject_GC_NewVar(type_of(args[0]), n)); }
/* resize(type, from, to): the items written before are still there. */
F(gc_resize)
{
    NEED(3);
    Py_ssize_t from = N(1), to = N(2);
    ARG_ERROR;
    PyVarObject *o = _PyObject_GC_NewVar(type_of(args[0]), from);
    if (o == NULL) return checked(NULL);
    long *items = (long *)((char *)o + 64);
    for (Py_ssize_t i = 0; i < from; i++) items[i] = i * 3;
    PyVarObject *p = _PyObject_GC_Resize(o, to);
    if (p == NULL) {
        Py_DECREF(o);
        return checked(NULL);
    }
    long sum = 0;
    items = (long *)((char *)p + 64);
    for (Py_ssize_t i = 0; i < from && i < to; i++) sum += items[i];
    for (Py_ssize_t i = from; i < to; i++) items[i] = i;
    PyObject *r = Py_BuildValue("nnl", Py_SIZE(p), Py_REFCNT(p), sum);
    Py_DECREF(p);
    return checked(r);
}
F(ended) { NEED(0); int n = gone; gone = 0; return plain(n); }

/* ---- counts ---- */
F(counts)
{
    NEED(1);
    Py_ssize_t a = Py_REFCNT(args[0]);
    _Py_IncRef(args[0]);
    Py_ssize_t b = Py_REFCNT(args[0]);
    _Py_DecRef(args[0]);
    Py_ssize_t c = Py_REFCNT(args[0]);
    _Py_SetRefcnt(args[0], a + 7);
    Py_ssize_t d = Py_REFCNT(args[0]);
    _Py_SetRefcnt(args[0], a);
    return Py_BuildValue("nnnn", b - a, c - a, d - a, Py_REFCNT(args[0]) - a);
}
/* The last reference through _Py_DecRef; and the end of an object whose count is zero already. */
F(drop_last) { NEED(1); PyObject *o = _PyObject_New(type_of(args[0])); if (o == NULL) return NULL; int before = gone; _Py_DecRef(o); return plain(gone - before); }
F(dealloc) { NEED(1); PyObject *o = _PyObject_New(type_of(args[0])); if (o == NULL) return NULL; int before = gone; _Py_SetRefcnt(o, 0); _Py_Dealloc(o); return plain(gone - before); }
F(immortal_counts)
{
    NEED(1);
    Py_ssize_t a = Py_REFCNT(args[0]);
    _Py_IncRef(args[0]);
    _Py_DecRef(args[0]);
    _Py_DecRef(args[0]);
    _Py_SetRefcnt(args[0], 1);
    return plain(Py_REFCNT(args[0]) - a);
}

#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _Py_SetImmortal(PyObject *);
PyAPI_FUNC(void) _Py_SetImmortalUntracked(PyObject *);
PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *, const char *);

/* An object that its finalizer saves from its end as long as there is a list to put it in. */
static PyObject *saved;
static void save(PyObject *o) { if (saved != NULL && PyList_Append(saved, o) < 0) PyErr_WriteUnraisable(o); }
static void dealloc_or_save(PyObject *o) { if (PyObject_CallFinalizerFromDealloc(o) == 0) dealloc(o); }
static PyType_Slot saved_slots[] = {{Py_tp_dealloc, dealloc_or_save}, {Py_tp_finalize, save}, {0, NULL}};
static PyType_Spec saved_spec = {"private_objects.Saved", 64, 0, Py_TPFLAGS_DEFAULT, saved_slots};
F(saved_type) { NEED(0); return checked(PyType_FromSpec(&saved_spec)); }
F(save_in) { NEED(1); saved = A(0); return plain(0); }
F(call_finalizer) { NEED(1); PyObject_CallFinalizer(args[0]); return plain(0); }
F(item_data)
{
    NEED(1);
    PyVarObject *o = _PyObject_NewVar(type_of(args[0]), 3);
    if (o == NULL) return NULL;
    void *p = PyObject_GetItemData((PyObject *)o);
    ptrdiff_t at = (char *)p - (char *)o;
    Py_DECREF(o);
    return p ? plain(at) : checked(NULL);
}
F(extra_data)
{
    NEED(2);
    Py_ssize_t n = N(1);
    ARG_ERROR;
    PyObject *o = PyUnstable_Object_GC_NewWithExtraData(type_of(args[0]), (size_t)n);
    if (o == NULL) return checked(NULL);
    unsigned char *extra = (unsigned char *)o + type_of(args[0])->tp_basicsize;
    int zero = 1;
    for (Py_ssize_t i = 0; i < n; i++) zero &= extra[i] == 0, extra[i] = 0xff;
    PyObject *r = Py_BuildValue("nii", Py_REFCNT(o), PyObject_GC_IsTracked(o), zero);
    Py_DECREF(o);
    return r;
}
/* An object's memory made a new object again and again: the count is one. */
F(references)
{
    NEED(1);
    PyObject *o = _PyObject_New(type_of(args[0]));
    if (o == NULL) return NULL;
    Py_SET_REFCNT(o, 5);
    _Py_NewReference(o);
    Py_ssize_t a = Py_REFCNT(o);
    Py_SET_REFCNT(o, 6);
    _Py_NewReferenceNoTotal(o);
    Py_ssize_t b = Py_REFCNT(o);
    Py_SET_REFCNT(o, 3);
    _Py_ResurrectReference(o);
    _Py_ForgetReference(o);
    Py_ssize_t c = Py_REFCNT(o);
    Py_SET_REFCNT(o, 1);
    int before = gone;
    Py_DECREF(o);
    return Py_BuildValue("nnni", a, b, c, gone - before);
}
F(immortalize)
{
    NEED(1);
    int before = PyUnstable_IsImmortal(args[0]);
    _Py_SetImmortal(args[0]);
    return Py_BuildValue("iii", before, PyUnstable_IsImmortal(args[0]), PyObject_GC_IsTracked(args[0]));
}
F(immortalize_untracked)
{
    NEED(1);
    int before = PyUnstable_IsImmortal(args[0]);
    if (PyObject_GC_IsTracked(args[0])) PyObject_GC_UnTrack(args[0]);
    _Py_SetImmortalUntracked(args[0]);
    return Py_BuildValue("iii", before, PyUnstable_IsImmortal(args[0]), PyObject_GC_IsTracked(args[0]));
}
/* A list that is kept back from its end, and ended with the chain. */
F(trash)
{
    NEED(1);
    PyThreadState *ts = PyThreadState_Get();
    PyObject *list = PyList_New(1), *other = PyList_New(1);
    if (list == NULL || other == NULL) return NULL;
    PyList_SET_ITEM(list, 0, Py_NewRef(args[0]));
    PyList_SET_ITEM(other, 0, Py_NewRef(args[0]));
    Py_ssize_t before = Py_REFCNT(args[0]);
    Py_SET_REFCNT(list, 0);
    Py_SET_REFCNT(other, 0);
    _PyTrash_thread_deposit_object(ts, list);
    _PyTrash_thread_deposit_object(ts, other);
    Py_ssize_t between = Py_REFCNT(args[0]);
    int waiting = ts->delete_later != NULL;
    _PyTrash_thread_destroy_chain(ts);
    return Py_BuildValue("nini", between - before, waiting, Py_REFCNT(args[0]) - before, ts->delete_later == NULL);
}
F(recursion)
{
    NEED(0);
    PyThreadState *ts = PyThreadState_Get();
    return Py_BuildValue("ii", _Py_ReachedRecursionLimitWithMargin(ts, 0), _Py_ReachedRecursionLimitWithMargin(ts, 1 << 24));
}
F(recursive_call) { NEED(1); return status(_Py_CheckRecursiveCall(PyThreadState_Get(), PyUnicode_AsUTF8(args[0]))); }

static PyObjectArenaAllocator former;
static void *arena_alloc(void *c, size_t n) { return former.alloc(former.ctx, n); }
static void arena_free(void *c, void *p, size_t n) { former.free(former.ctx, p, n); }
F(arenas)
{
    NEED(0);
    PyObjectArenaAllocator mine = {&former, arena_alloc, arena_free}, seen, last;
    PyObject_GetArenaAllocator(&former);
    PyObject_SetArenaAllocator(&mine);
    PyObject_GetArenaAllocator(&seen);
    PyObject *list = PyList_New(0);
    for (long i = 0; list != NULL && i < 50000; i++) {
        PyObject *n = PyFloat_FromDouble((double)i);
        if (n == NULL || PyList_Append(list, n) < 0) Py_CLEAR(list);
        Py_XDECREF(n);
    }
    Py_XDECREF(list);
    PyObject_SetArenaAllocator(&former);
    PyObject_GetArenaAllocator(&last);
    void *room = former.alloc(former.ctx, 1 << 20);
    if (room != NULL) former.free(former.ctx, room, 1 << 20);
    return Py_BuildValue("iiiii", list != NULL, seen.ctx == &former, seen.alloc == arena_alloc && seen.free == arena_free, last.alloc == former.alloc, room != NULL);
}
F(dump) { NEED(1); _PyObject_Dump(args[0]); return plain(0); }
F(break_point) { NEED(0); _Py_BreakPoint(); return plain(1); }
#endif

static PyMethodDef methods[] = {
    M(object_new), M(object_new_var), M(gc_new), M(gc_new_var), M(gc_resize), M(ended), M(counts), M(drop_last), M(dealloc), M(immortal_counts),
#ifndef Py_LIMITED_API
    M(saved_type), M(save_in), M(call_finalizer), M(item_data), M(extra_data), M(references), M(immortalize), M(immortalize_untracked), M(trash), M(recursion), M(recursive_call),
    M(arenas), M(dump), M(break_point),
#endif
    END};

MODULE(capi_private_objects, methods, add_types)
