/* Memory that is not an object's.  PyMem_ functions want the interpreter's lock, PyMem_Raw
   functions do not; what one family allocates, the same family frees. */
#ifndef Py_PYMEM_H
#define Py_PYMEM_H

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(void *) PyMem_Calloc(size_t, size_t);
PyAPI_FUNC(void) PyMem_Free(void *);
PyAPI_FUNC(void *) PyMem_Malloc(size_t);
PyAPI_FUNC(void *) PyMem_Realloc(void *, size_t);

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030d0000
PyAPI_FUNC(void *) PyMem_RawCalloc(size_t, size_t);
PyAPI_FUNC(void) PyMem_RawFree(void *);
PyAPI_FUNC(void *) PyMem_RawMalloc(size_t);
PyAPI_FUNC(void *) PyMem_RawRealloc(void *, size_t);
#endif

/* Arrays: NULL, and for Resize the loss of the old address, when the size overflows or
   memory runs out. */
#define PyMem_New(type, n)                                                             \
    ((size_t)(n) <= PY_SSIZE_T_MAX / sizeof(type)                                      \
         ? (type *)PyMem_Malloc((n) * sizeof(type))                                    \
         : NULL)
#define PyMem_Resize(p, type, n)                                                       \
    ((p) = (size_t)(n) <= PY_SSIZE_T_MAX / sizeof(type)                                \
         ? (type *)PyMem_Realloc((p), (n) * sizeof(type))                              \
         : NULL)

/* Older names. */
#define PyMem_MALLOC(n)          PyMem_Malloc((n))
#define PyMem_NEW(type, n)       PyMem_New(type, (n))
#define PyMem_REALLOC(p, n)      PyMem_Realloc((p), (n))
#define PyMem_RESIZE(p, type, n) PyMem_Resize((p), type, (n))
#define PyMem_FREE(p)            PyMem_Free((p))
#define PyMem_Del(p)             PyMem_Free((p))
#define PyMem_DEL(p)             PyMem_Free((p))

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pymem.h"
#endif

#endif /* Py_PYMEM_H */
