/* Making frames by hand, and the mapping that frame.f_locals gives.  Python.h does not
   include this file. */
#ifndef Py_FRAMEOBJECT_H
#define Py_FRAMEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#include "pyframe.h"

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/frameobject.h"
#endif

#endif /* Py_FRAMEOBJECT_H */
