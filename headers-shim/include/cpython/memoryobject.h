/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_MEMORYOBJECT_H
#define DOVETAIL_CPYTHON_MEMORYOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_MANAGED_BUFFER_FREE_FORMAT 2
#define _Py_MANAGED_BUFFER_RELEASED    1
#define _Py_MEMORYVIEW_C               2
#define _Py_MEMORYVIEW_FORTRAN         4
#define _Py_MEMORYVIEW_PIL             16
#define _Py_MEMORYVIEW_RELEASED        1
#define _Py_MEMORYVIEW_RESTRICTED      32
#define _Py_MEMORYVIEW_SCALAR          8
typedef struct _PyManagedBufferObject {
    PyObject_HEAD
    int flags;
    Py_ssize_t exports;
    Py_buffer master;
} _PyManagedBufferObject;

typedef struct PyMemoryViewObject {
    PyObject_VAR_HEAD
    _PyManagedBufferObject *mbuf;
    Py_hash_t hash;
    int flags;
    Py_ssize_t exports;
    Py_buffer view;
    PyObject *weakreflist;
    Py_ssize_t ob_array[1];
} PyMemoryViewObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_MEMORYOBJECT_H */
