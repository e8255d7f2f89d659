/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_LISTOBJECT_H
#define DOVETAIL_CPYTHON_LISTOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyListObject {
    PyObject_VAR_HEAD
    PyObject **ob_item;
    Py_ssize_t allocated;
} PyListObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_LISTOBJECT_H */
