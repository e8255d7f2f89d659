/* TODO head comment */
#ifndef DOVETAIL_FRAMEOBJECT_H
#define DOVETAIL_FRAMEOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/frameobject.h"
#endif

#endif /* DOVETAIL_FRAMEOBJECT_H */
