/* PyMutex: a lock of one byte, whose uncontended path needs no call.  It may be zeroed or
   static, and must not be copied while in use. */
#ifndef Py_CPYTHON_LOCK_H
#define Py_CPYTHON_LOCK_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_UNLOCKED 0
#define _Py_LOCKED   1

typedef struct PyMutex {
    uint8_t _bits;
} PyMutex;
PyAPI_FUNC(int) PyMutex_IsLocked(PyMutex *);
PyAPI_FUNC(void) PyMutex_Lock(PyMutex *);
PyAPI_FUNC(void) PyMutex_Unlock(PyMutex *);

/* The functions above do the waiting and the waking. */
static inline void _PyMutex_Lock(PyMutex *m)
{
    uint8_t free_ = _Py_UNLOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&m->_bits, &free_, _Py_LOCKED)) PyMutex_Lock(m);
}
#define PyMutex_Lock _PyMutex_Lock

static inline void _PyMutex_Unlock(PyMutex *m)
{
    uint8_t alone = _Py_LOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&m->_bits, &alone, _Py_UNLOCKED)) PyMutex_Unlock(m);
}
#define PyMutex_Unlock _PyMutex_Unlock

static inline int _PyMutex_IsLocked(PyMutex *m)
{
    return _Py_atomic_load_uint8(&m->_bits) & _Py_LOCKED ? 1 : 0;
}
#define PyMutex_IsLocked _PyMutex_IsLocked

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_LOCK_H */
