/* TODO head comment */
#ifndef DOVETAIL_CEVAL_H
#define DOVETAIL_CEVAL_H

#ifdef __cplusplus
extern "C" {
#endif

#define FVC_ASCII     3
#define FVC_MASK      3
#define FVC_NONE      0
#define FVC_REPR      2
#define FVC_STR       1
#define FVS_HAVE_SPEC 4
#define FVS_MASK      4

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/ceval.h"
#endif

#endif /* DOVETAIL_CEVAL_H */
