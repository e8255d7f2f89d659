/* TODO head comment */
#ifndef DOVETAIL_PYTHONRUN_H
#define DOVETAIL_PYTHONRUN_H

#ifndef Py_LIMITED_API
#  include "cpython/pythonrun.h"
#endif

#endif /* DOVETAIL_PYTHONRUN_H */
