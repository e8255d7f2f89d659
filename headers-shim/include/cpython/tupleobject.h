/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_TUPLEOBJECT_H
#define DOVETAIL_CPYTHON_TUPLEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyTupleObject {
    PyObject_VAR_HEAD
    Py_hash_t ob_hash;
    PyObject * ob_item[1];
} PyTupleObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_TUPLEOBJECT_H */
