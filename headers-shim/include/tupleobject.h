/* TODO head comment */
#ifndef DOVETAIL_TUPLEOBJECT_H
#define DOVETAIL_TUPLEOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/tupleobject.h"
#endif

#endif /* DOVETAIL_TUPLEOBJECT_H */
