/* What stands before the user's text in a module that ffi.set_source() makes.

   The module reaches its backend through the table of functions that `_init_cffi_1_0_external_module` fills, and includes
   no header of it: one built file runs on every _cffi_backend that has these entries. */

#define _CFFI_

/* The limited API, unless the build does without: the module then runs on later versions of Python too. */
#if !defined(_CFFI_USE_EMBEDDING) && !defined(_CFFI_NO_LIMITED_API) && !defined(Py_LIMITED_API)
#  include <pyconfig.h>
#  if !defined(Py_DEBUG) && !defined(Py_TRACE_REFS) && !defined(Py_REF_DEBUG)
#    ifdef Py_GIL_DISABLED
#      define Py_LIMITED_API 0x030f0000
#    else
#      define Py_LIMITED_API
#    endif
#  endif
#endif

#include <Python.h>
#ifdef __cplusplus
extern "C" {
#endif
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "parse_c_type.h"

#define _cffi_float_complex_t   float _Complex
#define _cffi_double_complex_t  double _Complex
#define _cffi_stdcall           /* one calling convention */
#if defined(__GNUC__)
#  define _CFFI_UNUSED_FN  __attribute__((unused))
#else
#  define _CFFI_UNUSED_FN
#endif
#if defined(__cplusplus) && !defined(_Bool)
typedef bool _Bool;
#endif

struct _cffi_ctypedescr;
typedef wchar_t _cffi_wchar_t;

/* The backend's functions, in the order of its table. */
static struct _cffi_exports_s {
    void *reserved_0;
    int (*to_i8)(PyObject *);
    int (*to_u8)(PyObject *);
    int (*to_i16)(PyObject *);
    int (*to_u16)(PyObject *);
    int (*to_i32)(PyObject *);
    unsigned int (*to_u32)(PyObject *);
    long long (*to_i64)(PyObject *);
    unsigned long long (*to_u64)(PyObject *);
    int (*to_char)(PyObject *);
    PyObject *(*from_pointer)(char *, struct _cffi_ctypedescr *);
    char *(*to_pointer)(PyObject *, struct _cffi_ctypedescr *);
    void *reserved_12;
    void (*restore_errno)(void);
    void (*save_errno)(void);
    PyObject *(*from_char)(char);
    PyObject *(*from_deref)(char *, struct _cffi_ctypedescr *);
    int (*to_any)(char *, struct _cffi_ctypedescr *, PyObject *);
    PyObject *(*from_struct)(char *, struct _cffi_ctypedescr *);
    _cffi_wchar_t (*to_wchar)(PyObject *);
    PyObject *(*from_wchar)(_cffi_wchar_t);
    long double (*to_long_double)(PyObject *);
    _Bool (*to_bool)(PyObject *);
    Py_ssize_t (*prepare_pointer)(struct _cffi_ctypedescr *, PyObject *, char **);
    int (*to_array)(char *, struct _cffi_ctypedescr *, PyObject *);
    void (*call_python)(struct _cffi_externpy_s *, char *);
    int (*to_char32)(PyObject *);
    PyObject *(*from_char32)(int);
} _cffi_exports;

#define _cffi_call_python  (_cffi_exports.call_python)

/* The type at a place of the table, which the backend finishes before any function of the module runs. */
#define _cffi_type(index)  ((struct _cffi_ctypedescr *)_cffi_types[index])

/* ---------- numbers to C, by size and sign of the type */

#define _CFFI_IS_UNSIGNED(type)  (((type)-1) > 0)
#define _cffi_to_c_int(o, type)                                                                      \
    ((type)(sizeof(type) == 4 ? (_CFFI_IS_UNSIGNED(type) ? (type)_cffi_exports.to_u32(o)             \
                                                         : (type)_cffi_exports.to_i32(o))            \
          : sizeof(type) == 8 ? (_CFFI_IS_UNSIGNED(type) ? (type)_cffi_exports.to_u64(o)             \
                                                         : (type)_cffi_exports.to_i64(o))            \
          : sizeof(type) == 2 ? (_CFFI_IS_UNSIGNED(type) ? (type)_cffi_exports.to_u16(o)             \
                                                         : (type)_cffi_exports.to_i16(o))            \
          : sizeof(type) == 1 ? (_CFFI_IS_UNSIGNED(type) ? (type)_cffi_exports.to_u8(o)              \
                                                         : (type)_cffi_exports.to_i8(o))             \
          : (Py_FatalError("no integer of this size: " #type), (type)0)))

#define _cffi_to_c_char         _cffi_exports.to_char
#define _cffi_to_c_double       PyFloat_AsDouble
#define _cffi_to_c_float        PyFloat_AsDouble
#define _cffi_to_c_long_double  _cffi_exports.to_long_double
#define _cffi_to_c__Bool        _cffi_exports.to_bool
#define _cffi_to_c_wchar_t      _cffi_exports.to_wchar
#define _cffi_to_c_char16_t     (uint16_t)_cffi_exports.to_char32
#define _cffi_to_c_char32_t     _cffi_exports.to_wchar
#define _cffi_to_c_pointer      _cffi_exports.to_pointer
#define _cffi_to_c              _cffi_exports.to_any

/* ---------- C to objects */

#define _cffi_from_c_int(x, type)                                                                    \
    (!_CFFI_IS_UNSIGNED(type) ? (sizeof(type) <= sizeof(long) ? PyLong_FromLong((long)(x))           \
                                                              : PyLong_FromLongLong((long long)(x))) \
     : sizeof(type) < sizeof(long) ? PyLong_FromLong((long)(x))                                      \
                                   : PyLong_FromUnsignedLongLong((unsigned long long)(x)))

#define _cffi_from_c_double     PyFloat_FromDouble
#define _cffi_from_c_float      PyFloat_FromDouble
#define _cffi_from_c__Bool      PyBool_FromLong
#define _cffi_from_c_char       _cffi_exports.from_char
#define _cffi_from_c_wchar_t    _cffi_exports.from_wchar
#define _cffi_from_c_char16_t(x)  _cffi_exports.from_char32((int)(x))
#define _cffi_from_c_char32_t(x)  _cffi_exports.from_wchar((_cffi_wchar_t)(x))
#define _cffi_from_c_pointer    _cffi_exports.from_pointer
#define _cffi_from_c_deref      _cffi_exports.from_deref
#define _cffi_from_c_struct     _cffi_exports.from_struct

#define _cffi_restore_errno     _cffi_exports.restore_errno
#define _cffi_save_errno        _cffi_exports.save_errno

/* ---------- arguments that need memory for the time of a call */

struct _cffi_room_s {
    struct _cffi_room_s *next;
    long double memory[1];
};

/* An argument for a pointer: C data and bytes are passed as they are, other objects are copied into memory that
   `_cffi_free_rooms` gives back. */
_CFFI_UNUSED_FN static int
_cffi_pointer_argument(struct _cffi_ctypedescr *type, PyObject *o, char **result, struct _cffi_room_s **rooms)
{
    struct _cffi_room_s *room;
    Py_ssize_t size = _cffi_exports.prepare_pointer(type, o, result);
    if (size <= 0)
        return size < 0 ? -1 : 0;
    room = (struct _cffi_room_s *)PyObject_Malloc(offsetof(struct _cffi_room_s, memory) + (size_t)size);
    if (room == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    room->next = *rooms;
    *rooms = room;
    *result = (char *)room->memory;
    memset(*result, 0, (size_t)size);
    return _cffi_exports.to_array(*result, type, o) < 0 ? -1 : 0;
}

_CFFI_UNUSED_FN static void
_cffi_free_rooms(struct _cffi_room_s *rooms)
{
    while (rooms != NULL) {
        struct _cffi_room_s *room = rooms;
        rooms = room->next;
        PyObject_Free(room);
    }
}

/* ---------- what the C compiler is asked */

#define _cffi_array_len(array)  (sizeof(array) / sizeof((array)[0]))

#define _cffi_prim_int(size, is_signed)                                          \
    ((size) == 1 ? ((is_signed) ? _CFFI_PRIM_INT8 : _CFFI_PRIM_UINT8)            \
     : (size) == 2 ? ((is_signed) ? _CFFI_PRIM_INT16 : _CFFI_PRIM_UINT16)        \
     : (size) == 4 ? ((is_signed) ? _CFFI_PRIM_INT32 : _CFFI_PRIM_UINT32)        \
     : (size) == 8 ? ((is_signed) ? _CFFI_PRIM_INT64 : _CFFI_PRIM_UINT64)        \
     : _CFFI__UNKNOWN_PRIM)

#define _cffi_prim_float(size)                                                   \
    ((size) == sizeof(float) ? _CFFI_PRIM_FLOAT                                  \
     : (size) == sizeof(double) ? _CFFI_PRIM_DOUBLE                              \
     : (size) == sizeof(long double) ? _CFFI__UNKNOWN_LONG_DOUBLE                \
     : _CFFI__UNKNOWN_FLOAT_PRIM)

/* Whether a constant of which the 64 bits and "not positive" are known is the expected number. */
#define _cffi_check_int(bits, not_positive, expected)  \
    ((not_positive) == ((expected) <= 0) && (bits) == (unsigned long long)(expected))

/* ---------- the module */

static PyObject *
_cffi_init(const char *module_name, Py_ssize_t version, const struct _cffi_type_context_s *context)
{
    void *given[4];
    PyObject *module = NULL, *backend, *address;

    given[0] = (void *)module_name;
    given[1] = (void *)version;
    given[2] = (void *)&_cffi_exports;
    given[3] = (void *)context;
    backend = PyImport_ImportModule("_cffi_backend");
    if (backend == NULL)
        return NULL;
    address = PyLong_FromVoidPtr((void *)given);
    if (address != NULL) {
        module = PyObject_CallMethod(backend, "_init_cffi_1_0_external_module", "O", address);
        Py_DECREF(address);
    }
    Py_DECREF(backend);
    return module;
}

#ifdef __cplusplus
}
#endif
