/* TODO head comment */
#ifndef DOVETAIL_PYHASH_H
#define DOVETAIL_PYHASH_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_HASH_ALGORITHM 3
#define Py_HASH_CUTOFF    0
#define Py_HASH_EXTERNAL  0
#define Py_HASH_FNV       2
#define Py_HASH_SIPHASH13 3
#define Py_HASH_SIPHASH24 1

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pyhash.h"
#endif

#endif /* DOVETAIL_PYHASH_H */
