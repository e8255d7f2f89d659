/* TODO head comment */
#ifndef DOVETAIL_OBJIMPL_H
#define DOVETAIL_OBJIMPL_H

#ifndef Py_LIMITED_API
#  include "cpython/objimpl.h"
#endif

#endif /* DOVETAIL_OBJIMPL_H */
