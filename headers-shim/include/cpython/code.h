/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_CODE_H
#define DOVETAIL_CPYTHON_CODE_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

#define CO_ASYNC_GENERATOR         0x200
#define CO_COROUTINE               0x80
#define CO_FUTURE_ABSOLUTE_IMPORT  0x40000
#define CO_FUTURE_ANNOTATIONS      0x1000000
#define CO_FUTURE_BARRY_AS_BDFL    0x400000
#define CO_FUTURE_DIVISION         0x20000
#define CO_FUTURE_GENERATOR_STOP   0x800000
#define CO_FUTURE_PRINT_FUNCTION   0x100000
#define CO_FUTURE_UNICODE_LITERALS 0x200000
#define CO_FUTURE_WITH_STATEMENT   0x80000
#define CO_GENERATOR               0x20
#define CO_HAS_DOCSTRING           0x4000000
#define CO_ITERABLE_COROUTINE      0x100
#define CO_MAXBLOCKS               0x15
#define CO_METHOD                  0x8000000
#define CO_NESTED                  0x10
#define CO_NEWLOCALS               2
#define CO_NO_MONITORING_EVENTS    0x2000000
#define CO_OPTIMIZED               1
#define CO_VARARGS                 4
#define CO_VARKEYWORDS             8
typedef enum PyCodeEvent {
    PY_CODE_EVENT_CREATE = 0,
    PY_CODE_EVENT_DESTROY = 1
} PyCodeEvent;
typedef enum _PyCodeLocationInfoKind {
    PY_CODE_LOCATION_INFO_SHORT0 = 0,
    PY_CODE_LOCATION_INFO_ONE_LINE0 = 10,
    PY_CODE_LOCATION_INFO_ONE_LINE1 = 11,
    PY_CODE_LOCATION_INFO_ONE_LINE2 = 12,
    PY_CODE_LOCATION_INFO_NO_COLUMNS = 13,
    PY_CODE_LOCATION_INFO_LONG = 14,
    PY_CODE_LOCATION_INFO_NONE = 15
} _PyCodeLocationInfoKind;
typedef struct _PyCoCached {
    PyObject *_co_code;
    PyObject *_co_varnames;
    PyObject *_co_cellvars;
    PyObject *_co_freevars;
} _PyCoCached;

typedef struct _PyExecutorArray {
    int size;
    int capacity;
    struct _PyExecutorObject * executors[1];
} _PyExecutorArray;

struct PyCodeObject {
    PyObject_VAR_HEAD
    PyObject *co_consts;
    PyObject *co_names;
    PyObject *co_exceptiontable;
    int co_flags;
    int co_argcount;
    int co_posonlyargcount;
    int co_kwonlyargcount;
    int co_stacksize;
    int co_firstlineno;
    int co_nlocalsplus;
    int co_framesize;
    int co_nlocals;
    int co_ncellvars;
    int co_nfreevars;
    uint32_t co_version;
    PyObject *co_localsplusnames;
    PyObject *co_localspluskinds;
    PyObject *co_filename;
    PyObject *co_name;
    PyObject *co_qualname;
    PyObject *co_linetable;
    PyObject *co_weakreflist;
    _PyExecutorArray *co_executors;
    _PyCoCached *_co_cached;
    uintptr_t _co_instrumentation_version;
    struct _PyCoMonitoringData *_co_monitoring;
    Py_ssize_t _co_unique_id;
    int _co_firsttraceable;
    void *co_extra;
    char co_code_adaptive[1];
};

struct _opaque {
    int computed_line;
    const uint8_t *lo_next;
    const uint8_t *limit;
};

typedef struct _line_offsets {
    int ar_start;
    int ar_end;
    int ar_line;
    struct _opaque opaque;
} PyCodeAddressRange;

typedef int (*PyCode_WatchCallback)(PyCodeEvent, PyCodeObject *);

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CODE_H */
