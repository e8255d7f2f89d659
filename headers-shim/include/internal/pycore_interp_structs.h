/* The two words before every object that the cycle collector tracks. */
#ifndef Py_INTERNAL_PYCORE_INTERP_STRUCTS_H
#define Py_INTERNAL_PYCORE_INTERP_STRUCTS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyGC_Head {
    uintptr_t _gc_next;
    uintptr_t _gc_prev;
} PyGC_Head;
/* The low bits of _gc_prev are flags; the pointer is above them. */
#define _PyGC_PREV_MASK_FINALIZED  1
#define _PyGC_PREV_MASK_COLLECTING 2
#define _PyGC_PREV_SHIFT           2

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_INTERP_STRUCTS_H */
