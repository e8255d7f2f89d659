/* Which hash function str and bytes use. */
#ifndef Py_HASH_H
#define Py_HASH_H

#ifdef __cplusplus
extern "C" {
#endif

/* Shorter strings than this would use a simpler function; zero means never. */
#ifndef Py_HASH_CUTOFF
#  define Py_HASH_CUTOFF 0
#endif

#define Py_HASH_EXTERNAL  0
#define Py_HASH_SIPHASH24 1
#define Py_HASH_FNV       2
#define Py_HASH_SIPHASH13 3

#ifndef Py_HASH_ALGORITHM
#  define Py_HASH_ALGORITHM Py_HASH_SIPHASH13
#endif

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pyhash.h"
#endif

#endif /* Py_HASH_H */
