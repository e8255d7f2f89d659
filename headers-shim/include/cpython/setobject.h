/* set's struct.  Small sets keep their table in the object. */
#ifndef Py_CPYTHON_SETOBJECT_H
#define Py_CPYTHON_SETOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define PySet_MINSIZE 8

typedef struct setentry {
    PyObject *key;
    Py_hash_t hash;
} setentry;
typedef struct PySetObject {
    PyObject_HEAD
    Py_ssize_t fill; /* used and deleted entries */
    Py_ssize_t used;
    Py_ssize_t mask; /* the table's size less one */
    setentry *table;
    Py_hash_t hash; /* of a frozenset */
    Py_ssize_t finger; /* where pop() looks next */
    setentry smalltable[PySet_MINSIZE];
    PyObject *weakreflist;
} PySetObject;

#define _PySet_CAST(so) (assert(PyAnySet_Check(so)), _Py_CAST(PySetObject *, so))

static inline Py_ssize_t PySet_GET_SIZE(PyObject *so)
{
    return _PySet_CAST(so)->used;
}
#define PySet_GET_SIZE(so) PySet_GET_SIZE(_PyObject_CAST(so))

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_SETOBJECT_H */
