/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_BYTESOBJECT_H
#define DOVETAIL_CPYTHON_BYTESOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyBytesObject {
    PyObject_VAR_HEAD
    Py_hash_t ob_shash;
    char ob_sval[1];
} PyBytesObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_BYTESOBJECT_H */
