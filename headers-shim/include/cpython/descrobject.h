/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_DESCROBJECT_H
#define DOVETAIL_CPYTHON_DESCROBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define PyWrapperFlag_KEYWORDS 1
typedef PyObject *(*wrapperfunc)(PyObject *, PyObject *, void *);
typedef PyObject *(*wrapperfunc_kwds)(PyObject *, PyObject *, void *, PyObject *);
struct wrapperbase {
    const char *name;
    int offset;
    void *function;
    wrapperfunc wrapper;
    const char *doc;
    int flags;
    PyObject *name_strobj;
};

typedef struct PyDescrObject {
    PyObject_HEAD
    PyTypeObject *d_type;
    PyObject *d_name;
    PyObject *d_qualname;
} PyDescrObject;

typedef struct PyMethodDescrObject {
    PyDescrObject d_common;
    PyMethodDef *d_method;
    vectorcallfunc vectorcall;
} PyMethodDescrObject;

typedef struct PyMemberDescrObject {
    PyDescrObject d_common;
    PyMemberDef *d_member;
} PyMemberDescrObject;

typedef struct PyGetSetDescrObject {
    PyDescrObject d_common;
    PyGetSetDef *d_getset;
} PyGetSetDescrObject;

typedef struct PyWrapperDescrObject {
    PyDescrObject d_common;
    struct wrapperbase *d_base;
    void *d_wrapped;
} PyWrapperDescrObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_DESCROBJECT_H */
