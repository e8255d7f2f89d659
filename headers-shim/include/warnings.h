/* TODO head comment */
#ifndef DOVETAIL_WARNINGS_H
#define DOVETAIL_WARNINGS_H

#ifndef Py_LIMITED_API
#  include "cpython/warnings.h"
#endif

#endif /* DOVETAIL_WARNINGS_H */
