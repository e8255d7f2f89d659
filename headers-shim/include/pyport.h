/* Compiler and platform differences, smoothed: casts that also suit C++, attributes,
   the integer types the API is written in and their limits, and the marks of visibility
   on declarations (from exports.h). */
#ifndef DOVETAIL_PYPORT_H
#define DOVETAIL_PYPORT_H

#include "exports.h"

#if UCHAR_MAX != 255
#  error "bytes of eight bits are assumed"
#endif

/* A limited-API request below 3.2 means 3.2, the first version with a stable ABI. */
#if defined(Py_BUILD_CORE_BUILTIN) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif
#if defined(Py_BUILD_CORE_MODULE) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifndef HAVE_LONG_LONG
#  define HAVE_LONG_LONG 1
#endif
#ifndef PY_LONG_LONG
#  define PY_LONG_LONG  long long
#  define PY_LLONG_MIN  LLONG_MIN
#  define PY_LLONG_MAX  LLONG_MAX
#  define PY_ULLONG_MAX ULLONG_MAX
#endif

#define PY_INT32_T  int32_t
#define PY_INT64_T  int64_t
#define PY_UINT32_T uint32_t
#define PY_UINT64_T uint64_t

/* Bits in one digit of an int; see cpython/longintrepr.h. */
#ifndef PYLONG_BITS_IN_DIGIT
#  define PYLONG_BITS_IN_DIGIT 30
#endif

typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;

/* Sizes, lengths and indices: as wide as size_t, but signed (PEP 353). */
typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_ssize_clean_t;
#define PY_SSIZE_T_MAX ((Py_ssize_t)(((size_t)-1) >> 1))
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_SIZE_MAX    SIZE_MAX

typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
#define SIZEOF_PY_HASH_T  SIZEOF_SIZE_T
#define SIZEOF_PY_UHASH_T SIZEOF_SIZE_T

/* The printf length modifier of Py_ssize_t. */
#ifndef PY_FORMAT_SIZE_T
#  define PY_FORMAT_SIZE_T "z"
#endif

#define PY_DWORD_MAX 4294967295U

/* Threads can be started on every supported platform. */
#define Py_CAN_START_THREADS 1

#ifdef WORDS_BIGENDIAN
#  define PY_BIG_ENDIAN    1
#  define PY_LITTLE_ENDIAN 0
#else
#  define PY_BIG_ENDIAN    0
#  define PY_LITTLE_ENDIAN 1
#endif

typedef intptr_t Py_intptr_t;
typedef ssize_t Py_ssize_t;
typedef size_t Py_uhash_t;
typedef uintptr_t Py_uintptr_t;
typedef Py_ssize_t Py_hash_t;
typedef Py_ssize_t Py_ssize_clean_t;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_PYPORT_H */
