/* TODO head comment */
#ifndef DOVETAIL_BYTESOBJECT_H
#define DOVETAIL_BYTESOBJECT_H

#ifndef Py_LIMITED_API
#  include "cpython/bytesobject.h"
#endif

#endif /* DOVETAIL_BYTESOBJECT_H */
