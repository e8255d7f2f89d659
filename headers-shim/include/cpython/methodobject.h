/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_METHODOBJECT_H
#define DOVETAIL_CPYTHON_METHODOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyCFunctionObject {
    PyObject_HEAD
    PyMethodDef *m_ml;
    PyObject *m_self;
    PyObject *m_module;
    PyObject *m_weakreflist;
    vectorcallfunc vectorcall;
} PyCFunctionObject;

typedef struct PyCMethodObject {
    PyCFunctionObject func;
    PyTypeObject *mm_class;
} PyCMethodObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_METHODOBJECT_H */
