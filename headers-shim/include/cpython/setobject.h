/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_SETOBJECT_H
#define DOVETAIL_CPYTHON_SETOBJECT_H

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
    Py_ssize_t fill;
    Py_ssize_t used;
    Py_ssize_t mask;
    setentry *table;
    Py_hash_t hash;
    Py_ssize_t finger;
    setentry smalltable[8];
    PyObject *weakreflist;
} PySetObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_SETOBJECT_H */
