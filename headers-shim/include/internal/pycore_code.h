/* The kinds of a function's local variables, one byte each in co_localspluskinds. */
#ifndef Py_INTERNAL_PYCORE_CODE_H
#define Py_INTERNAL_PYCORE_CODE_H

#ifdef __cplusplus
extern "C" {
#endif

#define CO_FAST_ARG_POS 0x02
#define CO_FAST_ARG_KW  0x04
#define CO_FAST_ARG_VAR 0x08
#define CO_FAST_ARG     (CO_FAST_ARG_POS | CO_FAST_ARG_KW | CO_FAST_ARG_VAR)
#define CO_FAST_HIDDEN  0x10
#define CO_FAST_LOCAL   0x20
#define CO_FAST_CELL    0x40
#define CO_FAST_FREE    0x80

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_CODE_H */
