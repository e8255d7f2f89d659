/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_PYATOMIC_H
#define DOVETAIL_CPYTHON_PYATOMIC_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_USE_GCC_BUILTIN_ATOMICS 1

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYATOMIC_H */
