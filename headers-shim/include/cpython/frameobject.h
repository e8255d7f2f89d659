/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_FRAMEOBJECT_H
#define DOVETAIL_CPYTHON_FRAMEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyFrameLocalsProxyObject {
    PyObject_HEAD
    PyFrameObject *frame;
} PyFrameLocalsProxyObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_FRAMEOBJECT_H */
