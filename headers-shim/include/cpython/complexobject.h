/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_COMPLEXOBJECT_H
#define DOVETAIL_CPYTHON_COMPLEXOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Py_complex {
    double real;
    double imag;
} Py_complex;

typedef struct PyComplexObject {
    PyObject_HEAD
    Py_complex cval;
} PyComplexObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_COMPLEXOBJECT_H */
