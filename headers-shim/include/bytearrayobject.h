/* TODO head comment */
#ifndef DOVETAIL_BYTEARRAYOBJECT_H
#define DOVETAIL_BYTEARRAYOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/bytearrayobject.h"
#endif

#endif /* DOVETAIL_BYTEARRAYOBJECT_H */
