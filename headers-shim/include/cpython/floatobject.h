/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_FLOATOBJECT_H
#define DOVETAIL_CPYTHON_FLOATOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyFloatObject {
    PyObject_HEAD
    double ob_fval;
} PyFloatObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_FLOATOBJECT_H */
