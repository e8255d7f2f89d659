/* Thread-specific storage's key (PEP 539). */
#ifndef DOVETAIL_CPYTHON_PYTHREAD_H
#define DOVETAIL_CPYTHON_PYTHREAD_H

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PYTHREAD_INVALID_THREAD_ID (~0UL)

#define NATIVE_TSS_KEY_T pthread_key_t

struct _Py_tss_t {
    int _is_initialized;
    pthread_key_t _key;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYTHREAD_H */
