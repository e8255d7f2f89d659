/* TODO head comment */
#ifndef DOVETAIL_COMPLEXOBJECT_H
#define DOVETAIL_COMPLEXOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/complexobject.h"
#endif

#endif /* DOVETAIL_COMPLEXOBJECT_H */
