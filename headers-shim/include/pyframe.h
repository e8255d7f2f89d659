/* TODO head comment */
#ifndef DOVETAIL_PYFRAME_H
#define DOVETAIL_PYFRAME_H

#ifndef Py_LIMITED_API
#  include "cpython/pyframe.h"
#endif

#endif /* DOVETAIL_PYFRAME_H */
