/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_IMPORT_H
#define DOVETAIL_CPYTHON_IMPORT_H

#ifdef __cplusplus
extern "C" {
#endif

struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};

struct _frozen {
    const char *name;
    const unsigned char *code;
    int size;
    int is_package;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_IMPORT_H */
