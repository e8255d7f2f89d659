/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_CLASSOBJECT_H
#define DOVETAIL_CPYTHON_CLASSOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef struct PyMethodObject {
    PyObject_HEAD
    PyObject *im_func;
    PyObject *im_self;
    PyObject *im_weakreflist;
    vectorcallfunc vectorcall;
} PyMethodObject;

typedef struct PyInstanceMethodObject {
    PyObject_HEAD
    PyObject *func;
} PyInstanceMethodObject;

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CLASSOBJECT_H */
