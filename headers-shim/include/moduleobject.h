/* Modules, and how an extension describes one: in one phase or in several (PEP 489). */
#ifndef Py_MODULEOBJECT_H
#define Py_MODULEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyModuleDef_Base {
    PyObject_HEAD
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
} PyModuleDef_Base;
#define PyModuleDef_HEAD_INIT                                                          \
    {                                                                                  \
        PyObject_HEAD_INIT(_Py_NULL) _Py_NULL, 0, _Py_NULL,                            \
    }

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03050000
struct PyModuleDef_Slot {
    int slot;
    void *value;
};
#  define Py_mod_create 1
#  define Py_mod_exec   2
#  if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030c0000
#    define Py_mod_multiple_interpreters 3
#  endif
#  if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030d0000
#    define Py_mod_gil 4
#  endif
#  ifndef Py_LIMITED_API
#    define _Py_mod_LAST_SLOT 4
#  endif
#endif

/* Values of Py_mod_multiple_interpreters and of Py_mod_gil. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030c0000
#  define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED ((void *)0)
#  define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED     ((void *)1)
#  define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED       ((void *)2)
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030d0000
#  define Py_MOD_GIL_USED     ((void *)0)
#  define Py_MOD_GIL_NOT_USED ((void *)1)
#endif

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
PyAPI_DATA(PyTypeObject) PyModule_Type;

PyAPI_FUNC(PyModuleDef *) PyModule_GetDef(PyObject *);
PyAPI_FUNC(PyObject *) PyModule_GetDict(PyObject *);
Py_DEPRECATED(3.2) PyAPI_FUNC(const char *) PyModule_GetFilename(PyObject *);
PyAPI_FUNC(PyObject *) PyModule_GetFilenameObject(PyObject *);
PyAPI_FUNC(const char *) PyModule_GetName(PyObject *);
PyAPI_FUNC(void *) PyModule_GetState(PyObject *);
PyAPI_FUNC(PyObject *) PyModule_New(const char *);

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03030000
PyAPI_FUNC(PyObject *) PyModule_GetNameObject(PyObject *);
PyAPI_FUNC(PyObject *) PyModule_NewObject(PyObject *);
#endif

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03050000
PyAPI_DATA(PyTypeObject) PyModuleDef_Type;

PyAPI_FUNC(PyObject *) PyModuleDef_Init(PyModuleDef *);
#endif

#define PyModule_Check(op)      PyObject_TypeCheck((op), &PyModule_Type)
#define PyModule_CheckExact(op) Py_IS_TYPE((op), &PyModule_Type)

#ifdef __cplusplus
}
#endif

#endif /* Py_MODULEOBJECT_H */
