/* Making frames by hand, and the mapping that frame.f_locals gives (PEP 667). */
#ifndef Py_CPYTHON_FRAMEOBJECT_H
#define Py_CPYTHON_FRAMEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyFrameLocalsProxyObject {
    PyObject_HEAD
    PyFrameObject *frame;
} PyFrameLocalsProxyObject;
PyAPI_FUNC(void) PyFrame_FastToLocals(PyFrameObject *);
PyAPI_FUNC(int) PyFrame_FastToLocalsWithError(PyFrameObject *);
PyAPI_FUNC(void) PyFrame_LocalsToFast(PyFrameObject *, int);
PyAPI_FUNC(PyFrameObject *) PyFrame_New(PyThreadState *, PyCodeObject *, PyObject *, PyObject *);
PyAPI_FUNC(int) _PyFrame_IsEntryFrame(PyFrameObject *);

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_FRAMEOBJECT_H */
