/* TODO head comment */
#ifndef DOVETAIL_PYERRORS_H
#define DOVETAIL_PYERRORS_H

#ifndef Py_LIMITED_API
#  include "cpython/pyerrors.h"
#endif

#endif /* DOVETAIL_PYERRORS_H */
