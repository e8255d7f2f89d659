/* api: full */
/* Functions of CPython's inside that are exported without a declaration for extensions: times, tables of pointers, locks,
   writers of bytes, file descriptors, helpers of exceptions, sys, dicts, lists and text. */
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef enum { ROUND_FLOOR = 0, ROUND_CEILING = 1, ROUND_HALF_EVEN = 2, ROUND_UP = 3 } Round;
extern int _PyTime_FromSecondsObject(PyTime_t *, PyObject *, Round);
extern int _PyTime_FromMillisecondsObject(PyTime_t *, PyObject *, Round);
extern PyTime_t _PyTime_FromSeconds(int);
extern int _PyTime_FromLong(PyTime_t *, PyObject *);
extern PyObject *_PyTime_AsLong(PyTime_t);
extern PyTime_t _PyTime_AsMicroseconds(PyTime_t, Round);
extern PyTime_t _PyTime_AsMilliseconds(PyTime_t, Round);
extern int _PyTime_AsTimespec(PyTime_t, struct timespec *);
extern int _PyTime_ObjectToTime_t(PyObject *, time_t *, Round);
extern int _PyTime_ObjectToTimespec(PyObject *, time_t *, long *, Round);
extern int _PyTime_ObjectToTimeval(PyObject *, time_t *, long *, Round);
extern int _PyTime_gmtime(time_t, struct tm *);

F(time_from) { NEED(2); PyTime_t t = 0; int r = (int)N(1); return _PyTime_FromSecondsObject(&t, args[0], r) < 0 ? NULL : PyLong_FromLongLong(t); }
F(time_from_ms) { NEED(2); PyTime_t t = 0; int r = (int)N(1); return _PyTime_FromMillisecondsObject(&t, args[0], r) < 0 ? NULL : PyLong_FromLongLong(t); }
F(time_from_long) { NEED(1); PyTime_t t = 0; return _PyTime_FromLong(&t, args[0]) < 0 ? NULL : _PyTime_AsLong(t); }
F(time_as) { NEED(2); PyTime_t t = PyLong_AsLongLong(args[0]); int r = (int)N(1); ARG_ERROR; return Py_BuildValue("LL", (long long)_PyTime_AsMicroseconds(t, r), (long long)_PyTime_AsMilliseconds(t, r)); }
F(timespec_of) { NEED(1); struct timespec s; PyTime_t t = PyLong_AsLongLong(args[0]); ARG_ERROR; return _PyTime_AsTimespec(t, &s) < 0 ? NULL : Py_BuildValue("Ll", (long long)s.tv_sec, (long)s.tv_nsec); }
F(time_parts)
{
    NEED(2);
    time_t s, t, u;
    long ns, us;
    int r = (int)N(1);
    if (_PyTime_ObjectToTime_t(args[0], &s, r) < 0 || _PyTime_ObjectToTimespec(args[0], &t, &ns, r) < 0 || _PyTime_ObjectToTimeval(args[0], &u, &us, r) < 0) return NULL;
    return Py_BuildValue("L(Ll)(Ll)", (long long)s, (long long)t, ns, (long long)u, us);
}
F(time_small) { NEED(0); struct tm tm; if (_PyTime_gmtime(86400 * 365, &tm) < 0) return NULL; return Py_BuildValue("Liii", (long long)_PyTime_FromSeconds(-3), tm.tm_year, tm.tm_mon, tm.tm_mday); }

/* Tables of pointers. */
typedef struct _table Table;
typedef struct { void *(*malloc)(size_t); void (*free)(void *); } Allocator;
extern Table *_Py_hashtable_new(Py_uhash_t (*)(const void *), int (*)(const void *, const void *));
extern Table *_Py_hashtable_new_full(Py_uhash_t (*)(const void *), int (*)(const void *, const void *), void (*)(void *), void (*)(void *), Allocator *);
extern void _Py_hashtable_destroy(Table *), _Py_hashtable_clear(Table *);
extern int _Py_hashtable_set(Table *, const void *, void *), _Py_hashtable_foreach(Table *, int (*)(Table *, const void *, const void *, void *), void *);
extern void *_Py_hashtable_get(Table *, const void *), *_Py_hashtable_steal(Table *, const void *);
extern size_t _Py_hashtable_len(const Table *);
extern Py_uhash_t _Py_hashtable_hash_ptr(const void *);
extern int _Py_hashtable_compare_direct(const void *, const void *);
static int ends;
static void end_value(void *v) { ends += (int)(intptr_t)v; }
static int add_value(Table *t, const void *k, const void *v, void *sum) { *(long *)sum += (long)(intptr_t)v; return 0; }
static int stop_at(Table *t, const void *k, const void *v, void *wanted) { return k == wanted ? 42 : 0; }
F(pointer_table)
{
    NEED(0);
    ends = 0;
    Table *t = _Py_hashtable_new_full(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct, NULL, end_value, NULL);
    for (intptr_t i = 1; i <= 1000; i++)
        if (_Py_hashtable_set(t, (void *)(i * 16), (void *)i) < 0) return PyErr_NoMemory();
    long sum = 0;
    _Py_hashtable_foreach(t, add_value, &sum);
    int stopped = _Py_hashtable_foreach(t, stop_at, (void *)(intptr_t)160);
    long got = (long)(intptr_t)_Py_hashtable_get(t, (void *)(intptr_t)(500 * 16));
    void *missing = _Py_hashtable_get(t, (void *)(intptr_t)7);
    long stolen = 0;
    for (intptr_t i = 1; i <= 990; i++) stolen += (long)(intptr_t)_Py_hashtable_steal(t, (void *)(i * 16));
    size_t left = _Py_hashtable_len(t);
    int before = ends;
    _Py_hashtable_clear(t);
    int cleared = ends;
    size_t none = _Py_hashtable_len(t);
    _Py_hashtable_set(t, t, (void *)(intptr_t)5);
    _Py_hashtable_destroy(t);
    return Py_BuildValue("lilinlnin", sum, stopped, got, missing == NULL, (Py_ssize_t)left, stolen, (Py_ssize_t)before, cleared, (Py_ssize_t)none + ends - cleared);
}

/* Locks. */
typedef struct { uint8_t v; } Event;
typedef struct { uint8_t v; } Once;
typedef struct { uintptr_t bits; } RWLock;
typedef struct { PyMutex mutex; unsigned long long thread; size_t level; } Recursive;
typedef struct { uint32_t sequence; } SeqLock;
extern int _PyEvent_IsSet(Event *), PyEvent_WaitTimed(Event *, PyTime_t, int);
extern void _PyEvent_Notify(Event *), PyEvent_Wait(Event *);
extern int _PyOnceFlag_CallOnceSlow(Once *, int (*)(void *), void *);
extern void _PyRWMutex_RLock(RWLock *), _PyRWMutex_RUnlock(RWLock *), _PyRWMutex_Lock(RWLock *), _PyRWMutex_Unlock(RWLock *);
extern int _PyRecursiveMutex_IsLockedByCurrentThread(Recursive *);
extern void _PyRecursiveMutex_Lock(Recursive *), _PyRecursiveMutex_Unlock(Recursive *);
extern void _PySeqLock_LockWrite(SeqLock *), _PySeqLock_UnlockWrite(SeqLock *), _PySeqLock_AbandonWrite(SeqLock *);
extern uint32_t _PySeqLock_BeginRead(SeqLock *);
extern int _PySeqLock_EndRead(SeqLock *, uint32_t);
extern int _PyParkingLot_Park(const void *, const void *, size_t, PyTime_t, void *, int);
static int fail_then_count(void *n) { return ++*(int *)n == 1 ? -1 : 0; }
F(locks)
{
    NEED(0);
    Event e = {0};
    int unset = _PyEvent_IsSet(&e), timeout = PyEvent_WaitTimed(&e, 1000000, 1);
    _PyEvent_Notify(&e);
    PyEvent_Wait(&e);
    int set = _PyEvent_IsSet(&e) && PyEvent_WaitTimed(&e, 1000, 1);
    Once once = {0};
    int calls = 0;
    int first = _PyOnceFlag_CallOnceSlow(&once, fail_then_count, &calls);
    int second = _PyOnceFlag_CallOnceSlow(&once, fail_then_count, &calls);
    int third = _PyOnceFlag_CallOnceSlow(&once, fail_then_count, &calls);
    RWLock rw = {0};
    _PyRWMutex_RLock(&rw);
    _PyRWMutex_RLock(&rw);
    uintptr_t readers = rw.bits;
    _PyRWMutex_RUnlock(&rw);
    _PyRWMutex_RUnlock(&rw);
    _PyRWMutex_Lock(&rw);
    uintptr_t writer = rw.bits;
    _PyRWMutex_Unlock(&rw);
    Recursive r;
    memset(&r, 0, sizeof r);
    _PyRecursiveMutex_Lock(&r);
    _PyRecursiveMutex_Lock(&r);
    int held = _PyRecursiveMutex_IsLockedByCurrentThread(&r);
    _PyRecursiveMutex_Unlock(&r);
    held += _PyRecursiveMutex_IsLockedByCurrentThread(&r);
    _PyRecursiveMutex_Unlock(&r);
    held += _PyRecursiveMutex_IsLockedByCurrentThread(&r);
    SeqLock s = {0};
    uint32_t n = _PySeqLock_BeginRead(&s);
    int same = _PySeqLock_EndRead(&s, n);
    _PySeqLock_LockWrite(&s);
    _PySeqLock_AbandonWrite(&s);
    int abandoned = _PySeqLock_EndRead(&s, n);
    _PySeqLock_LockWrite(&s);
    _PySeqLock_UnlockWrite(&s);
    int written = _PySeqLock_EndRead(&s, n);
    uint8_t here = 1, other = 2, like = 1;
    int again = _PyParkingLot_Park(&here, &other, 1, 1000, NULL, 1), over = _PyParkingLot_Park(&here, &like, 1, 1000000, NULL, 1);
    return Py_BuildValue("(iii)(iiii)(ii)i(iii)(ii)", unset, timeout, set, first, second, third, calls, (int)readers, (int)writer, held, same, abandoned, written, again, over);
}

/* Writers of bytes. */
typedef struct { PyObject *buffer; Py_ssize_t allocated, min_size; int use_bytearray, overallocate, use_small_buffer; char small_buffer[512]; } Writer;
extern void _PyBytesWriter_Init(Writer *), _PyBytesWriter_Dealloc(Writer *);
extern void *_PyBytesWriter_Alloc(Writer *, Py_ssize_t), *_PyBytesWriter_Prepare(Writer *, void *, Py_ssize_t), *_PyBytesWriter_WriteBytes(Writer *, void *, const void *, Py_ssize_t);
extern PyObject *_PyBytesWriter_Finish(Writer *, void *);
F(bytes_written)
{
    NEED(3);
    Py_ssize_t times = N(1);
    int kind = (int)N(2);
    ARG_ERROR;
    Writer w;
    _PyBytesWriter_Init(&w);
    w.use_bytearray = kind & 1;
    w.overallocate = kind & 2;
    char *p = _PyBytesWriter_Alloc(&w, 3);
    if (p == NULL) return NULL;
    memcpy(p, "abc", 3);
    p += 3;
    for (Py_ssize_t i = 0; p != NULL && i < times; i++) p = _PyBytesWriter_WriteBytes(&w, p, PyBytes_AS_STRING(args[0]), PyBytes_GET_SIZE(args[0]));
    return p ? checked(_PyBytesWriter_Finish(&w, p)) : NULL;
}
extern Py_ssize_t _PyBytes_Find(const char *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t), _PyBytes_ReverseFind(const char *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t);
extern void _PyBytes_Repeat(char *, Py_ssize_t, const char *, Py_ssize_t);
F(bytes_found)
{
    NEED(2);
    char *a = PyBytes_AsString(args[0]), *b = PyBytes_AsString(args[1]);
    Py_ssize_t n = PyBytes_Size(args[0]), k = PyBytes_Size(args[1]);
    ARG_ERROR;
    char filled[10];
    if (k > 0) _PyBytes_Repeat(filled, 10, b, k); else memset(filled, '-', 10);
    return Py_BuildValue("nny#", _PyBytes_Find(a, n, b, k, 100), _PyBytes_ReverseFind(a, n, b, k, 100), filled, (Py_ssize_t)10);
}

/* File descriptors. */
extern int _Py_open(const char *, int), _Py_open_noraise(const char *, int), _Py_dup(int), _Py_IsValidFD(int), _Py_set_inheritable(int, int, int *);
extern Py_ssize_t _Py_write(int, const void *, size_t), _Py_write_noraise(int, const void *, size_t);
extern PyObject *_Py_strerror(int);
F(open_file)
{
    NEED(1);
    const char *path = PyUnicode_AsUTF8(args[0]);
    int fd = path ? _Py_open(path, O_RDWR) : -1;
    if (fd < 0) return NULL;
    int inherited = !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    Py_ssize_t a = _Py_write(fd, "hello", 5), b = _Py_write_noraise(fd, "!", 1);
    if (_Py_set_inheritable(fd, 1, NULL) < 0) return NULL;
    int now = !(fcntl(fd, F_GETFD) & FD_CLOEXEC), copy = _Py_dup(fd), copied = !(fcntl(copy, F_GETFD) & FD_CLOEXEC), valid = _Py_IsValidFD(copy);
    close(copy);
    close(fd);
    return Py_BuildValue("innii(ii)", inherited, a, b, now, copied, valid, _Py_IsValidFD(copy));
}
F(bad_files)
{
    NEED(0);
    int r = _Py_open_noraise("/nonexistent/file", O_RDONLY), e = errno;
    return Py_BuildValue("iiN", r, e == ENOENT, _Py_strerror(ENOENT));
}
F(write_closed) { NEED(0); return status(_Py_write(-1, "x", 1)); }
F(dup_closed) { NEED(0); return status(_Py_dup(-1)); }

/* Exceptions and sys. */
extern PyObject *_PyErr_Format(PyThreadState *, PyObject *, const char *, ...), *_PyErr_GetRaisedException(PyThreadState *);
extern void _PyErr_SetString(PyThreadState *, PyObject *, const char *), _PyErr_Clear(PyThreadState *), _PyErr_SetRaisedException(PyThreadState *, PyObject *), _PyErr_FormatNote(const char *, ...);
extern int _PyErr_ExceptionMatches(PyThreadState *, PyObject *);
F(thread_errors)
{
    NEED(1);
    PyThreadState *ts = PyThreadState_Get();
    _PyErr_SetString(ts, PyExc_KeyError, "gone");
    int matches = _PyErr_ExceptionMatches(ts, PyExc_LookupError);
    PyObject *e = _PyErr_GetRaisedException(ts);
    _PyErr_SetRaisedException(ts, Py_NewRef(e));
    _PyErr_Clear(ts);
    int cleared = !PyErr_Occurred();
    Py_DECREF(e);
    if (!matches || !cleared) return PyErr_Format(PyExc_AssertionError, "%d %d", matches, cleared);
    _PyErr_Format(ts, PyExc_ValueError, "%d %R", 5, args[0]);
    _PyErr_FormatNote("a note of %s", "C");
    return NULL;
}
extern int _PySys_GetOptionalAttr(PyObject *, PyObject **), _PySys_GetOptionalAttrString(const char *, PyObject **);
extern PyObject *_PySys_GetRequiredAttr(PyObject *), *_PySys_GetRequiredAttrString(const char *);
extern size_t _PySys_GetSizeOf(PyObject *);
OBJ1(sys_required, _PySys_GetRequiredAttr)
F(sys_optional)
{
    NEED(1);
    PyObject *a = NULL, *b = NULL;
    int r = _PySys_GetOptionalAttr(args[0], &a);
    if (r < 0) return NULL;
    int q = _PySys_GetOptionalAttrString(PyUnicode_AsUTF8(args[0]), &b);
    PyObject *out = Py_BuildValue("iiOi", r, q, a ? a : Py_Ellipsis, a == b);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return out;
}
F(sys_sizeof) { NEED(1); return plain((long long)_PySys_GetSizeOf(args[0])); }

/* Objects, dicts, lists, text. */
extern int _PyObject_GetMethod(PyObject *, PyObject *, PyObject **);
F(get_method) { NEED(2); PyObject *f = NULL; int r = _PyObject_GetMethod(args[0], args[1], &f); return f ? Py_BuildValue("iN", r, f) : NULL; }
extern PyObject *_PyObject_LookupSpecial(PyObject *, PyObject *), *_PyObject_GetState(PyObject *), *_PyType_GetDict(PyTypeObject *);
F(lookup_special) { NEED(2); return found(_PyObject_LookupSpecial(args[0], args[1])); }
OBJ1(get_state, _PyObject_GetState)
extern int _PyDict_DelItemIf(PyObject *, PyObject *, int (*)(PyObject *, void *), void *);
static int is_wanted(PyObject *v, void *arg) { return PyObject_RichCompareBool(v, arg, Py_EQ); }
F(del_if) { NEED(3); return status(_PyDict_DelItemIf(args[0], args[1], is_wanted, args[2])); }
extern PyObject *_PyDict_LoadGlobal(PyDictObject *, PyDictObject *, PyObject *);
F(load_global) { NEED(3); return found(_PyDict_LoadGlobal((PyDictObject *)args[0], (PyDictObject *)args[1], args[2])); }
extern PyObject *_PyList_AsTupleAndClear(PyListObject *), *_PyList_Extend(PyListObject *, PyObject *);
F(list_moves)
{
    NEED(2);
    PyObject *none = _PyList_Extend((PyListObject *)args[0], args[1]);
    if (none == NULL) return NULL;
    Py_DECREF(none);
    return checked(_PyList_AsTupleAndClear((PyListObject *)args[0]));
}
extern const char *_PyUnicode_AsUTF8NoNUL(PyObject *);
extern PyObject *_PyUnicode_EncodeUTF16(PyObject *, const char *, int), *_PyUnicode_EncodeUTF32(PyObject *, const char *, int), *_PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *);
extern Py_ssize_t _PyUnicode_ScanIdentifier(PyObject *);
F(no_nul) { NEED(1); const char *s = _PyUnicode_AsUTF8NoNUL(args[0]); return s ? PyBytes_FromString(s) : NULL; }
F(encode_wide) { NEED(2); int order = (int)N(1); ARG_ERROR; return Py_BuildValue("NN", _PyUnicode_EncodeUTF16(args[0], NULL, order), _PyUnicode_EncodeUTF32(args[0], NULL, order)); }
OBJ1(to_ascii, _PyUnicode_TransformDecimalAndSpaceToASCII)
F(scan_identifier) { NEED(1); return plain(_PyUnicode_ScanIdentifier(args[0])); }
OBJ1(constant_key, _PyCode_ConstantKey)
extern PyObject *_Py_strhex(const char *, Py_ssize_t);
F(hex_digits) { NEED(1); return _Py_strhex(PyBytes_AsString(args[0]), PyBytes_Size(args[0])); }
extern int _PyToken_OneChar(int), _PyToken_TwoChars(int, int), _PyToken_ThreeChars(int, int, int);
F(tokens) { NEED(0); return Py_BuildValue("iiiiii", _PyToken_OneChar('('), _PyToken_OneChar('?'), _PyToken_TwoChars('*', '*'), _PyToken_TwoChars('?', '?'), _PyToken_ThreeChars('.', '.', '.'), _PyToken_ThreeChars('<', '<', '=')); }

static PyMethodDef methods[] = {
    M(time_from), M(time_from_ms), M(time_from_long), M(time_as), M(timespec_of), M(time_parts), M(time_small), M(pointer_table), M(locks), M(bytes_written), M(bytes_found),
    M(open_file), M(bad_files), M(write_closed), M(dup_closed), M(thread_errors), M(sys_required), M(sys_optional), M(sys_sizeof), M(get_method), M(lookup_special), M(get_state),
    M(del_if), M(load_global), M(list_moves), M(no_nul), M(encode_wide), M(to_ascii), M(scan_identifier), M(constant_key), M(hex_digits), M(tokens), END};
MODULE(capi_inside, methods, NULL)
