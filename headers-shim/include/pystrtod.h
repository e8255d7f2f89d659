/* TODO head comment */
#ifndef DOVETAIL_PYSTRTOD_H
#define DOVETAIL_PYSTRTOD_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_DTSF_ADD_DOT_0 2
#define Py_DTSF_ALT       4
#define Py_DTSF_NO_NEG_0  8
#define Py_DTSF_SIGN      1
#define Py_DTST_FINITE    0
#define Py_DTST_INFINITE  1
#define Py_DTST_NAN       2

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_PYSTRTOD_H */
