/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_TRACEBACK_H
#define DOVETAIL_CPYTHON_TRACEBACK_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _traceback PyTracebackObject;
struct _traceback {
    PyObject_HEAD
    PyTracebackObject *tb_next;
    PyFrameObject *tb_frame;
    int tb_lasti;
    int tb_lineno;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_TRACEBACK_H */
