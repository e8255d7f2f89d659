/* TODO head comment */
#ifndef DOVETAIL_ABSTRACT_H
#define DOVETAIL_ABSTRACT_H

#ifdef __cplusplus
extern "C" {
#endif

#define PY_VECTORCALL_ARGUMENTS_OFFSET 9223372036854775808UL

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/abstract.h"
#endif

#endif /* DOVETAIL_ABSTRACT_H */
