/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_MODSUPPORT_H
#define DOVETAIL_CPYTHON_MODSUPPORT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _PyOnceFlag {
    uint8_t v;
} _PyOnceFlag;

typedef struct _PyArg_Parser _PyArg_Parser;
struct _PyArg_Parser {
    const char *format;
    const char *const *keywords;
    const char *fname;
    const char *custom_msg;
    _PyOnceFlag once;
    int is_kwtuple_owned;
    int pos;
    int min;
    int max;
    PyObject *kwtuple;
    struct _PyArg_Parser *next;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_MODSUPPORT_H */
