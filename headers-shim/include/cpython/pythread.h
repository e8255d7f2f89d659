/* The key of thread-specific storage (PEP 539). */
#ifndef Py_CPYTHON_PYTHREAD_H
#define Py_CPYTHON_PYTHREAD_H

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PYTHREAD_INVALID_THREAD_ID (~0UL)

struct _Py_tss_t {
    int _is_initialized;
    pthread_key_t _key;
};
#define Py_tss_NEEDS_INIT {0}

/* The longest time to wait for a lock, in microseconds. */
PyAPI_DATA(const long long) PY_TIMEOUT_MAX;

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_PYTHREAD_H */
