/* Numbers of the hash function. */
#ifndef DOVETAIL_CPYTHON_PYHASH_H
#define DOVETAIL_CPYTHON_PYHASH_H

#ifdef __cplusplus
extern "C" {
#endif

#define PyHASH_MULTIPLIER 1000003UL
#define PyHASH_BITS       61
#define PyHASH_MODULUS    (((size_t)1 << PyHASH_BITS) - 1)
#define PyHASH_INF        314159
#define PyHASH_IMAG       PyHASH_MULTIPLIER

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

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYHASH_H */
