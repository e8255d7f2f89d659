/* TODO head comment */
#ifndef DOVETAIL_METHODOBJECT_H
#define DOVETAIL_METHODOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define METH_CLASS     0x10
#define METH_COEXIST   0x40
#define METH_FASTCALL  0x80
#define METH_KEYWORDS  2
#define METH_METHOD    0x200
#define METH_NOARGS    4
#define METH_O         8
#define METH_STACKLESS 0
#define METH_STATIC    0x20
#define METH_VARARGS   1
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef PyObject *(*PyCFunctionFast)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*PyCFunctionFastWithKeywords)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
typedef PyObject *(*PyCFunctionWithKeywords)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*PyCMethod)(PyObject *, PyTypeObject *, PyObject *const *, Py_ssize_t, PyObject *);
typedef PyCFunctionFast _PyCFunctionFast;
typedef PyCFunctionFastWithKeywords _PyCFunctionFastWithKeywords;
struct PyMethodDef {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
};

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/methodobject.h"
#endif

#endif /* DOVETAIL_METHODOBJECT_H */
