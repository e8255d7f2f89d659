/* TODO head comment */
#ifndef DOVETAIL_PYATOMIC_H
#define DOVETAIL_PYATOMIC_H

#ifndef Py_LIMITED_API
#  include "cpython/pyatomic.h"
#endif

#endif /* DOVETAIL_PYATOMIC_H */
