/* TODO head comment */
#ifndef DOVETAIL_TRACEBACK_H
#define DOVETAIL_TRACEBACK_H

#ifndef Py_LIMITED_API
#  include "cpython/traceback.h"
#endif

#endif /* DOVETAIL_TRACEBACK_H */
