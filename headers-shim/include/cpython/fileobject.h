/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_FILEOBJECT_H
#define DOVETAIL_CPYTHON_FILEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef PyObject *(*Py_OpenCodeHookFunction)(PyObject *, void *);

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_FILEOBJECT_H */
