/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_BYTEARRAYOBJECT_H
#define DOVETAIL_CPYTHON_BYTEARRAYOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyByteArrayObject {
    PyObject_VAR_HEAD
    Py_ssize_t ob_alloc;
    char *ob_bytes;
    char *ob_start;
    Py_ssize_t ob_exports;
} PyByteArrayObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_BYTEARRAYOBJECT_H */
