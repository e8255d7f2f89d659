/* TODO head comment */
#ifndef DOVETAIL_MODSUPPORT_H
#define DOVETAIL_MODSUPPORT_H

#ifdef __cplusplus
extern "C" {
#endif

#define PYTHON_ABI_STRING    "3"
#define PYTHON_ABI_VERSION   3
#define PYTHON_API_STRING    "1013"
#define PYTHON_API_VERSION   1013
#define Py_CLEANUP_SUPPORTED 131072

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/modsupport.h"
#endif

#endif /* DOVETAIL_MODSUPPORT_H */
