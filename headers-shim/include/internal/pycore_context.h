/* Context objects (PEP 567). */
#ifndef Py_INTERNAL_PYCORE_CONTEXT_H
#define Py_INTERNAL_PYCORE_CONTEXT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _PyHamtObject PyHamtObject;

struct _pycontextobject {
    PyObject_HEAD
    PyContext *ctx_prev;
    PyHamtObject *ctx_vars;
    PyObject *ctx_weakreflist;
    int ctx_entered;
};

struct _pycontextvarobject {
    PyObject_HEAD
    PyObject *var_name;
    PyObject *var_default;
    PyObject *var_cached;
    uint64_t var_cached_tsid;
    uint64_t var_cached_tsver;
    Py_hash_t var_hash;
};

struct _pycontexttokenobject {
    PyObject_HEAD
    PyContext *tok_ctx;
    PyContextVar *tok_var;
    PyObject *tok_oldval;
    int tok_used;
};

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_CONTEXT_H */
