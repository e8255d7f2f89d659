/* Monitoring of code that is not Python's (PEP 669).  It is outside the limited API. */
#ifndef Py_MONITORING_H
#define Py_MONITORING_H

#ifndef Py_LIMITED_API
#  include "cpython/monitoring.h"
#endif

#endif /* Py_MONITORING_H */
