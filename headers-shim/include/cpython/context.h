/* Context variables (PEP 567). */
#ifndef DOVETAIL_CPYTHON_CONTEXT_H
#define DOVETAIL_CPYTHON_CONTEXT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef struct _pycontextobject PyContext;
typedef struct _pycontextvarobject PyContextVar;
typedef struct _pycontexttokenobject PyContextToken;

typedef enum PyContextEvent {
    Py_CONTEXT_SWITCHED = 1
} PyContextEvent;
typedef struct _pycontextobject PyContext;
typedef struct _pycontexttokenobject PyContextToken;
typedef struct _pycontextvarobject PyContextVar;
typedef int (*PyContext_WatchCallback)(PyContextEvent, PyObject *);

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CONTEXT_H */
