/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_LOCK_H
#define DOVETAIL_CPYTHON_LOCK_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_LOCKED   1
#define _Py_UNLOCKED 0
typedef struct PyMutex {
    uint8_t _bits;
} PyMutex;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_LOCK_H */
