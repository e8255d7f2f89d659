/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_WEAKREFOBJECT_H
#define DOVETAIL_CPYTHON_WEAKREFOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

struct _PyWeakReference {
    PyObject_HEAD
    PyObject *wr_object;
    PyObject *wr_callback;
    Py_hash_t hash;
    PyWeakReference *wr_prev;
    PyWeakReference *wr_next;
    vectorcallfunc vectorcall;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_WEAKREFOBJECT_H */
