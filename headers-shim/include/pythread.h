/* Threads, locks and thread-specific storage. */
#ifndef DOVETAIL_PYTHREAD_H
#define DOVETAIL_PYTHREAD_H

#ifdef __cplusplus
extern "C" {
#endif

typedef void *PyThread_type_lock;

typedef enum PyLockStatus {
    PY_LOCK_FAILURE = 0,
    PY_LOCK_ACQUIRED = 1,
    PY_LOCK_INTR = 2
} PyLockStatus;
typedef struct _Py_tss_t Py_tss_t;
typedef void *PyThread_type_lock;
#define NOWAIT_LOCK 0
#define WAIT_LOCK   1

typedef struct _Py_tss_t Py_tss_t;

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pythread.h"
#endif

#endif /* DOVETAIL_PYTHREAD_H */
