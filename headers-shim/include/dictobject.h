/* TODO head comment */
#ifndef DOVETAIL_DICTOBJECT_H
#define DOVETAIL_DICTOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/dictobject.h"
#endif

#endif /* DOVETAIL_DICTOBJECT_H */
