/* The smallest pieces of the evaluation loop's structs: a word of the value stack and a
   unit of bytecode. */
#ifndef Py_INTERNAL_PYCORE_STRUCTS_H
#define Py_INTERNAL_PYCORE_STRUCTS_H

#ifdef __cplusplus
extern "C" {
#endif

/* A 16-bit countdown with exponential back-off: value above, back-off in the low four bits. */
typedef struct _Py_BackoffCounter {
    uint16_t value_and_backoff;
} _Py_BackoffCounter;

/* One unit of bytecode: an instruction with its argument, or a cache word after one. */
typedef union _Py_CODEUNIT {
    uint16_t cache;
    struct {
        uint8_t code;
        uint8_t arg;
    } op;
    _Py_BackoffCounter counter;
} _Py_CODEUNIT;

typedef union _PyStackRef {
    uintptr_t bits;
} _PyStackRef;

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_STRUCTS_H */
