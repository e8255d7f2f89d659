/* TODO head comment */
#ifndef DOVETAIL_SLICEOBJECT_H
#define DOVETAIL_SLICEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PySliceObject {
    PyObject_HEAD
    PyObject *start;
    PyObject *stop;
    PyObject *step;
} PySliceObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_SLICEOBJECT_H */
