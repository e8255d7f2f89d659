/* The head every object starts with, the shapes of type slots, and the flags of types:
   the heart of the object model. */
#ifndef DOVETAIL_OBJECT_H
#define DOVETAIL_OBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define _PyObject_MIN_ALIGNMENT 4

/* What every object starts with.  The count is 32 bits wide on 64-bit machines; see
   refcount.h for what the other half of the word is for. */
struct _object {
    __extension__ union {
        int64_t ob_refcnt_full;
        __extension__ struct {
#if PY_BIG_ENDIAN
            uint16_t ob_flags;
            uint16_t ob_overflow;
            uint32_t ob_refcnt;
#else
            uint32_t ob_refcnt;
            uint16_t ob_overflow;
            uint16_t ob_flags;
#endif
        };
        char _aligner __attribute__((aligned(_PyObject_MIN_ALIGNMENT)));
    };
    PyTypeObject *ob_type;
};

#define PyObject_HEAD     PyObject ob_base;
#define PyObject_VAR_HEAD PyVarObject ob_base;

typedef struct PyVarObject {
    PyObject ob_base;
    Py_ssize_t ob_size;
} PyVarObject;
typedef enum PySendResult {
    PYGEN_ERROR = -1,
    PYGEN_RETURN = 0,
    PYGEN_NEXT = 1
} PySendResult;
typedef void (*freefunc)(void *);
typedef struct PyType_Slot {
    int slot;
    void *pfunc;
} PyType_Slot;

typedef struct PyType_Spec {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;

typedef PyObject *(*allocfunc)(PyTypeObject *, Py_ssize_t);
typedef PyObject *(*binaryfunc)(PyObject *, PyObject *);
typedef PyObject *(*descrgetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*descrsetfunc)(PyObject *, PyObject *, PyObject *);
typedef void (*destructor)(PyObject *);
typedef PyObject *(*getattrfunc)(PyObject *, char *);
typedef PyObject *(*getattrofunc)(PyObject *, PyObject *);
typedef PyObject *(*getiterfunc)(PyObject *);
typedef Py_hash_t (*hashfunc)(PyObject *);
typedef int (*initproc)(PyObject *, PyObject *, PyObject *);
typedef int (*inquiry)(PyObject *);
typedef PyObject *(*iternextfunc)(PyObject *);
typedef Py_ssize_t (*lenfunc)(PyObject *);
typedef PyObject *(*newfunc)(PyTypeObject *, PyObject *, PyObject *);
typedef int (*objobjargproc)(PyObject *, PyObject *, PyObject *);
typedef int (*objobjproc)(PyObject *, PyObject *);
typedef PyObject *(*reprfunc)(PyObject *);
typedef PyObject *(*richcmpfunc)(PyObject *, PyObject *, int);
typedef int (*setattrfunc)(PyObject *, char *, PyObject *);
typedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*ssizeargfunc)(PyObject *, Py_ssize_t);
typedef int (*ssizeobjargproc)(PyObject *, Py_ssize_t, PyObject *);
typedef PyObject *(*ssizessizeargfunc)(PyObject *, Py_ssize_t, Py_ssize_t);
typedef int (*ssizessizeobjargproc)(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
typedef PyObject *(*ternaryfunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*unaryfunc)(PyObject *);
typedef PyObject *(*vectorcallfunc)(PyObject *, PyObject *const *, size_t, PyObject *);
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
#define Py_CONSTANT_ELLIPSIS                3
#define Py_CONSTANT_EMPTY_BYTES             8
#define Py_CONSTANT_EMPTY_STR               7
#define Py_CONSTANT_EMPTY_TUPLE             9
#define Py_CONSTANT_FALSE                   1
#define Py_CONSTANT_NONE                    0
#define Py_CONSTANT_NOT_IMPLEMENTED         4
#define Py_CONSTANT_ONE                     6
#define Py_CONSTANT_TRUE                    2
#define Py_CONSTANT_ZERO                    5
#define Py_EQ                               2
#define Py_GE                               5
#define Py_GT                               4
#define Py_INVALID_SIZE                     (-1L)
#define Py_LE                               1
#define Py_LT                               0
#define Py_NE                               3
#define Py_PRINT_RAW                        1
#define Py_TPFLAGS_BASETYPE                 0x400UL
#define Py_TPFLAGS_BASE_EXC_SUBCLASS        0x40000000UL
#define Py_TPFLAGS_BYTES_SUBCLASS           0x8000000UL
#define Py_TPFLAGS_DEFAULT                  0
#define Py_TPFLAGS_DICT_SUBCLASS            0x20000000UL
#define Py_TPFLAGS_DISALLOW_INSTANTIATION   0x80UL
#define Py_TPFLAGS_HAVE_FINALIZE            1UL
#define Py_TPFLAGS_HAVE_GC                  0x4000UL
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
#define Py_TPFLAGS_HAVE_VECTORCALL          0x800UL
#define Py_TPFLAGS_HAVE_VERSION_TAG         0x40000UL
#define Py_TPFLAGS_HEAPTYPE                 0x200UL
#define Py_TPFLAGS_IMMUTABLETYPE            0x100UL
#define Py_TPFLAGS_INLINE_VALUES            4
#define Py_TPFLAGS_IS_ABSTRACT              0x100000UL
#define Py_TPFLAGS_ITEMS_AT_END             0x800000UL
#define Py_TPFLAGS_LIST_SUBCLASS            0x2000000UL
#define Py_TPFLAGS_LONG_SUBCLASS            0x1000000UL
#define Py_TPFLAGS_MANAGED_DICT             0x10
#define Py_TPFLAGS_MANAGED_WEAKREF          8
#define Py_TPFLAGS_MAPPING                  0x40
#define Py_TPFLAGS_METHOD_DESCRIPTOR        0x20000UL
#define Py_TPFLAGS_PREHEADER                0x18
#define Py_TPFLAGS_READY                    0x1000UL
#define Py_TPFLAGS_READYING                 0x2000UL
#define Py_TPFLAGS_SEQUENCE                 0x20
#define Py_TPFLAGS_TUPLE_SUBCLASS           0x4000000UL
#define Py_TPFLAGS_TYPE_SUBCLASS            0x80000000UL
#define Py_TPFLAGS_UNICODE_SUBCLASS         0x10000000UL
#define Py_TPFLAGS_VALID_VERSION_TAG        0x80000UL
#define Py_TP_USE_SPEC                      ((void *)0)
#define _PyObject_MIN_ALIGNMENT             4
#define _Py_TPFLAGS_HAVE_VECTORCALL         0x800UL
#define _Py_TPFLAGS_MATCH_SELF              0x400000UL
#define _Py_TPFLAGS_STATIC_BUILTIN          2

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/object.h"
#endif

#endif /* DOVETAIL_OBJECT_H */
