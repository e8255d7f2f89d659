/* The word before an object whose type manages its instance dictionary. */
#ifndef Py_INTERNAL_PYCORE_OBJECT_H
#define Py_INTERNAL_PYCORE_OBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef union PyManagedDictPointer {
    PyDictObject *dict;
} PyManagedDictPointer;

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_OBJECT_H */
