/* TODO head comment */
#ifndef DOVETAIL_AUDIT_H
#define DOVETAIL_AUDIT_H

#ifndef Py_LIMITED_API
#  include "cpython/audit.h"
#endif

#endif /* DOVETAIL_AUDIT_H */
