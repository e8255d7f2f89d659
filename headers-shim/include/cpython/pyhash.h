/* The numbers of the numeric hash, which is the value modulo a Mersenne prime, and the
   description of the string hash (PEP 456). */
#ifndef Py_CPYTHON_HASH_H
#define Py_CPYTHON_HASH_H

#ifdef __cplusplus
extern "C" {
#endif

#define PyHASH_MULTIPLIER 1000003UL
#define PyHASH_BITS       61
#define PyHASH_MODULUS    (((size_t)1 << PyHASH_BITS) - 1)
#define PyHASH_INF        314159
#define PyHASH_IMAG       PyHASH_MULTIPLIER

/* Names from before 3.13. */
#define _PyHASH_MULTIPLIER PyHASH_MULTIPLIER
#define _PyHASH_BITS       PyHASH_BITS
#define _PyHASH_MODULUS    PyHASH_MODULUS
#define _PyHASH_INF        PyHASH_INF
#define _PyHASH_IMAG       PyHASH_IMAG

typedef struct PyHash_FuncDef {
    Py_hash_t (*const hash)(const void *, Py_ssize_t);
    const char *name;
    const int hash_bits;
    const int seed_bits;
} PyHash_FuncDef;
PyAPI_FUNC(PyHash_FuncDef *) PyHash_GetFuncDef(void);
PyAPI_FUNC(Py_hash_t) PyObject_GenericHash(PyObject *);
PyAPI_FUNC(Py_hash_t) Py_HashBuffer(const void *, Py_ssize_t);
PyAPI_FUNC(Py_hash_t) Py_HashPointer(const void *);
PyAPI_FUNC(Py_hash_t) _Py_HashDouble(PyObject *, double);

Py_DEPRECATED(3.14) static inline Py_hash_t _Py_HashPointer(const void *ptr)
{
    return Py_HashPointer(ptr);
}

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_HASH_H */
