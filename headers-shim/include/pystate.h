/* TODO head comment */
#ifndef DOVETAIL_PYSTATE_H
#define DOVETAIL_PYSTATE_H

#ifdef __cplusplus
extern "C" {
#endif

#define MAX_CO_EXTRA_USERS 255
typedef enum PyGILState_STATE {
    PyGILState_LOCKED = 0,
    PyGILState_UNLOCKED = 1
} PyGILState_STATE;

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/pystate.h"
#endif

#endif /* DOVETAIL_PYSTATE_H */
