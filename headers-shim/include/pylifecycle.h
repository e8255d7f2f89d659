/* TODO head comment */
#ifndef DOVETAIL_PYLIFECYCLE_H
#define DOVETAIL_PYLIFECYCLE_H

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*PyOS_sighandler_t)(int);

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pylifecycle.h"
#endif

#endif /* DOVETAIL_PYLIFECYCLE_H */
