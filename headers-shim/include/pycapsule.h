/* TODO head comment */
#ifndef DOVETAIL_PYCAPSULE_H
#define DOVETAIL_PYCAPSULE_H

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*PyCapsule_Destructor)(PyObject *);

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_PYCAPSULE_H */
