/* The part of pyatomic.h that CPython keeps in a file of this name. */
#ifndef Py_CPYTHON_PYATOMIC_GCC_H
#define Py_CPYTHON_PYATOMIC_GCC_H

#ifdef __cplusplus
extern "C" {
#endif

static inline float _Py_atomic_load_float_relaxed(const float *obj)
{
    float value; __atomic_load(obj, &value, __ATOMIC_RELAXED); return value;
}

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_PYATOMIC_GCC_H */
