/* TODO head comment */
#ifndef DOVETAIL_MARSHAL_H
#define DOVETAIL_MARSHAL_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_MARSHAL_VERSION 5

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_MARSHAL_H */
