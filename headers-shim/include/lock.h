/* A lock of one byte.  It is outside the limited API. */
#ifndef Py_LOCK_H
#define Py_LOCK_H

#ifndef Py_LIMITED_API
#  include "cpython/lock.h"
#endif

#endif /* Py_LOCK_H */
