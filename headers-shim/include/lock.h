/* TODO head comment */
#ifndef DOVETAIL_LOCK_H
#define DOVETAIL_LOCK_H

#ifndef Py_LIMITED_API
#  include "cpython/lock.h"
#endif

#endif /* DOVETAIL_LOCK_H */
