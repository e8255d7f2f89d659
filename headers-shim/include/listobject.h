/* TODO head comment */
#ifndef DOVETAIL_LISTOBJECT_H
#define DOVETAIL_LISTOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/listobject.h"
#endif

#endif /* DOVETAIL_LISTOBJECT_H */
