/* Generators, coroutines and asynchronous generators. */
#ifndef DOVETAIL_CPYTHON_GENOBJECT_H
#define DOVETAIL_CPYTHON_GENOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef struct _PyGenObject PyGenObject;
typedef struct _PyCoroObject PyCoroObject;
typedef struct _PyAsyncGenObject PyAsyncGenObject;

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_GENOBJECT_H */
