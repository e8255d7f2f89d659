/* The module object. */
#ifndef DOVETAIL_INTERNAL_PYCORE_MODULEOBJECT_H
#define DOVETAIL_INTERNAL_PYCORE_MODULEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyModuleObject {
    PyObject_HEAD
    PyObject *md_dict;
    PyModuleDef *md_def;
    void *md_state;
    PyObject *md_weaklist;
    PyObject *md_name;
} PyModuleObject;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_INTERNAL_PYCORE_MODULEOBJECT_H */
