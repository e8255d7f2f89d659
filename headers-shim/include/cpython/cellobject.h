/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_CELLOBJECT_H
#define DOVETAIL_CPYTHON_CELLOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef struct PyCellObject {
    PyObject_HEAD
    PyObject *ob_ref;
} PyCellObject;

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CELLOBJECT_H */
