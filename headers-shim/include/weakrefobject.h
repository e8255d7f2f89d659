/* TODO head comment */
#ifndef DOVETAIL_WEAKREFOBJECT_H
#define DOVETAIL_WEAKREFOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _PyWeakReference PyWeakReference;

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/weakrefobject.h"
#endif

#endif /* DOVETAIL_WEAKREFOBJECT_H */
