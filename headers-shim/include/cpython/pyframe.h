/* Frames. */
#ifndef DOVETAIL_CPYTHON_PYFRAME_H
#define DOVETAIL_CPYTHON_PYFRAME_H

#ifdef __cplusplus
extern "C" {
#endif

struct _PyInterpreterFrame;

#define PyUnstable_EXECUTABLE_KINDS                  5
#define PyUnstable_EXECUTABLE_KIND_BUILTIN_FUNCTION  3
#define PyUnstable_EXECUTABLE_KIND_METHOD_DESCRIPTOR 4
#define PyUnstable_EXECUTABLE_KIND_PY_FUNCTION       1
#define PyUnstable_EXECUTABLE_KIND_SKIP              0

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYFRAME_H */
