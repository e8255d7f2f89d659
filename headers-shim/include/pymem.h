/* TODO head comment */
#ifndef DOVETAIL_PYMEM_H
#define DOVETAIL_PYMEM_H

#ifndef Py_LIMITED_API
#  include "cpython/pymem.h"
#endif

#endif /* DOVETAIL_PYMEM_H */
