/* bytearray's struct, and access without checks. */
#ifndef Py_CPYTHON_BYTEARRAYOBJECT_H
#define Py_CPYTHON_BYTEARRAYOBJECT_H

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
PyAPI_DATA(char) _PyByteArray_empty_string[];

#define _PyByteArray_CAST(op)                                                          \
    (assert(PyByteArray_Check(op)), _Py_CAST(PyByteArrayObject *, op))

/* Always ends in a NUL, also when there are no bytes. */
static inline char *PyByteArray_AS_STRING(PyObject *op)
{
    return Py_SIZE(op) == 0 ? _PyByteArray_empty_string : _PyByteArray_CAST(op)->ob_start;
}
#define PyByteArray_AS_STRING(self) PyByteArray_AS_STRING(_PyObject_CAST(self))

static inline Py_ssize_t PyByteArray_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyByteArray_CAST(op));
}
#define PyByteArray_GET_SIZE(self) PyByteArray_GET_SIZE(_PyObject_CAST(self))

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_BYTEARRAYOBJECT_H */
