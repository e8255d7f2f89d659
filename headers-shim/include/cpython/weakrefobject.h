/* A weak reference's struct.  The references to one object are a list. */
#ifndef Py_CPYTHON_WEAKREFOBJECT_H
#define Py_CPYTHON_WEAKREFOBJECT_H

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
PyAPI_FUNC(int) PyWeakref_IsDead(PyObject *);
PyAPI_FUNC(void) _PyWeakref_ClearRef(PyWeakReference *);

#define _PyWeakref_CAST(op) (assert(PyWeakref_Check(op)), _Py_CAST(PyWeakReference *, (op)))

/* A borrowed reference that may die at any time; use PyWeakref_GetRef. */
Py_DEPRECATED(3.13) static inline PyObject *PyWeakref_GET_OBJECT(PyObject *ref_obj)
{
    PyObject *target = _PyWeakref_CAST(ref_obj)->wr_object;
    return Py_REFCNT(target) > 0 ? target : Py_None;
}
#define PyWeakref_GET_OBJECT(ref) PyWeakref_GET_OBJECT(_PyObject_CAST(ref))

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_WEAKREFOBJECT_H */
