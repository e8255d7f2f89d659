/* TODO head comment */
#ifndef DOVETAIL_SETOBJECT_H
#define DOVETAIL_SETOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/setobject.h"
#endif

#endif /* DOVETAIL_SETOBJECT_H */
