/* Module definitions (PEP 489). */
#ifndef DOVETAIL_MODULEOBJECT_H
#define DOVETAIL_MODULEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyModuleDef_Base {
    PyObject_HEAD
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
} PyModuleDef_Base;

struct PyModuleDef_Slot {
    int slot;
    void *value;
};

struct PyModuleDef {
    PyModuleDef_Base m_base;
    const char *m_name;
    const char *m_doc;
    Py_ssize_t m_size;
    PyMethodDef *m_methods;
    PyModuleDef_Slot *m_slots;
    traverseproc m_traverse;
    inquiry m_clear;
    freefunc m_free;
};
#define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED ((void *)0)
#define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED     ((void *)1)
#define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED       ((void *)2)
#define Py_MOD_GIL_USED                            ((void *)0)
#define Py_MOD_GIL_NOT_USED                        ((void *)1)

#define Py_MOD_GIL_NOT_USED                        ((void *)1)
#define Py_MOD_GIL_USED                            ((void *)0)
#define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED ((void *)0)
#define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED     ((void *)1)
#define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED       ((void *)2)
#define Py_mod_create                              1
#define Py_mod_exec                                2
#define Py_mod_gil                                 4
#define Py_mod_multiple_interpreters               3
#define _Py_mod_LAST_SLOT                          4

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_MODULEOBJECT_H */
