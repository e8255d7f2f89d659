/* TODO head comment */
#ifndef DOVETAIL_MONITORING_H
#define DOVETAIL_MONITORING_H

#ifndef Py_LIMITED_API
#  include "cpython/monitoring.h"
#endif

#endif /* DOVETAIL_MONITORING_H */
