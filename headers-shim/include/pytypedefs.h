/* Names of the structs that many headers mention, so that none has to wait for another's
   contents. */
#ifndef Py_PYTYPEDEFS_H
#define Py_PYTYPEDEFS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyCodeObject PyCodeObject;
typedef struct _frame PyFrameObject;
typedef struct PyGetSetDef PyGetSetDef;
typedef struct _is PyInterpreterState;
typedef struct _longobject PyLongObject;
typedef struct PyMemberDef PyMemberDef;
typedef struct PyMethodDef PyMethodDef;
typedef struct PyModuleDef PyModuleDef;
typedef struct PyModuleDef_Slot PyModuleDef_Slot;
typedef struct _object PyObject;
typedef struct _ts PyThreadState;
typedef struct _typeobject PyTypeObject;

#ifdef __cplusplus
}
#endif

#endif /* Py_PYTYPEDEFS_H */
