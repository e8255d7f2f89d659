/* TODO head comment */
#ifndef DOVETAIL_FLOATOBJECT_H
#define DOVETAIL_FLOATOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/floatobject.h"
#endif

#endif /* DOVETAIL_FLOATOBJECT_H */
