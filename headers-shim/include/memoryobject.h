/* TODO head comment */
#ifndef DOVETAIL_MEMORYOBJECT_H
#define DOVETAIL_MEMORYOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/memoryobject.h"
#endif

#endif /* DOVETAIL_MEMORYOBJECT_H */
