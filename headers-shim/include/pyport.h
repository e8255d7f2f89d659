/* Compiler differences, smoothed: casts that also suit C++, attributes, the integer types
   the API is written in and their limits. */
#ifndef Py_PYPORT_H
#define Py_PYPORT_H

#include "exports.h"

#if UCHAR_MAX != 255
#  error "bytes of eight bits are assumed"
#endif

/* Building a part of the runtime implies seeing its internals; an extension that keeps
   to the limited API never does. */
#if defined(Py_BUILD_CORE_BUILTIN) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif
#if defined(Py_BUILD_CORE_MODULE) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif
#ifdef Py_LIMITED_API
#  undef Py_BUILD_CORE
#  undef Py_BUILD_CORE_BUILTIN
#  undef Py_BUILD_CORE_MODULE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the compiler can do. */

#ifdef __has_builtin
#  define _Py__has_builtin(x) __has_builtin(x)
#else
#  define _Py__has_builtin(x) 0
#endif
#ifdef __has_attribute
#  define _Py__has_attribute(x) __has_attribute(x)
#else
#  define _Py__has_attribute(x) 0
#endif

#ifdef __cplusplus
#  define _Py_STATIC_CAST(type, expr) static_cast<type>(expr)
#else
#  define _Py_STATIC_CAST(type, expr) ((type)(expr))
#endif
#define _Py_CAST(type, expr) ((type)(expr))

/* Through a function without parameters, so that compilers do not warn; calling the
   result is right only if its type is the function's true one. */
#define _Py_FUNC_CAST(T, func) _Py_CAST(T, _Py_CAST(void (*)(void), (func)))

#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)                         \
    || (defined(__cplusplus) && __cplusplus >= 201103L)
#  define _Py_NULL nullptr
#else
#  define _Py_NULL NULL
#endif

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#  define _Py_TYPEOF(expr) typeof(expr)
#elif defined(__GNUC__) || defined(__clang__)
#  define _Py_TYPEOF(expr) __typeof__(expr)
#endif

/* The keyword lists of argument parsers: arrays of char pointers, const in C++. */
#ifndef PY_CXX_CONST
#  ifdef __cplusplus
#    define PY_CXX_CONST const
#  else
#    define PY_CXX_CONST
#  endif
#endif

/* ---- Attributes. */

#define Py_GCC_ATTRIBUTE(x) __attribute__(x)
#define Py_ALIGNED(x)       __attribute__((aligned(x)))
#define Py_ALWAYS_INLINE    __attribute__((always_inline))
#define Py_NO_INLINE        __attribute__((noinline))
#define _Py_HOT_FUNCTION    __attribute__((hot))
#ifndef _Py_NO_RETURN
#  define _Py_NO_RETURN     __attribute__((__noreturn__))
#endif

#define Py_DEPRECATED(VERSION_UNUSED) __attribute__((__deprecated__))
#ifdef Py_BUILD_CORE
#  define _Py_DEPRECATED_EXTERNALLY(version)
#else
#  define _Py_DEPRECATED_EXTERNALLY(version) Py_DEPRECATED(version)
#endif

#if _Py__has_attribute(fallthrough)
#  define _Py_FALLTHROUGH __attribute__((fallthrough))
#else
#  define _Py_FALLTHROUGH ((void)0)
#endif
#if _Py__has_attribute(nonstring)
#  define _Py_NONSTRING __attribute__((nonstring))
#else
#  define _Py_NONSTRING
#endif

#ifdef __clang__
#  define _Py_COMP_DIAG_PUSH _Pragma("clang diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS                                              \
      _Pragma("clang diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("clang diagnostic pop")
#else
#  define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS                                              \
      _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")
#endif

/* Sanitizers: which one is on, and how to keep one off a function. */
#ifdef __has_feature
#  if __has_feature(address_sanitizer)
#    define _Py_ADDRESS_SANITIZER
#  endif
#  if __has_feature(memory_sanitizer)
#    define _Py_MEMORY_SANITIZER
#  endif
#  if __has_feature(thread_sanitizer)
#    define _Py_THREAD_SANITIZER
#  endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(_Py_ADDRESS_SANITIZER)
#  define _Py_ADDRESS_SANITIZER
#endif
#if defined(__SANITIZE_THREAD__) && !defined(_Py_THREAD_SANITIZER)
#  define _Py_THREAD_SANITIZER
#endif

#ifdef _Py_ADDRESS_SANITIZER
#  define _Py_NO_SANITIZE_ADDRESS __attribute__((no_sanitize_address))
#else
#  define _Py_NO_SANITIZE_ADDRESS
#endif
#ifdef _Py_THREAD_SANITIZER
#  define _Py_NO_SANITIZE_THREAD __attribute__((no_sanitize_thread))
#else
#  define _Py_NO_SANITIZE_THREAD
#endif
#ifdef _Py_MEMORY_SANITIZER
#  define _Py_NO_SANITIZE_MEMORY         __attribute__((no_sanitize_memory))
#  define _Py_MSAN_UNPOISON(PTR, SIZE)   (__msan_unpoison(PTR, SIZE))
#  define _Py_MSAN_UNPOISON_STRING(STR)  (__msan_unpoison_string(STR))
#else
#  define _Py_NO_SANITIZE_MEMORY
#  define _Py_MSAN_UNPOISON(PTR, SIZE)
#  define _Py_MSAN_UNPOISON_STRING(STR)
#endif
#ifdef __clang__
#  define _Py_NO_SANITIZE_UNDEFINED __attribute__((no_sanitize("undefined")))
#else
#  define _Py_NO_SANITIZE_UNDEFINED __attribute__((no_sanitize_undefined))
#endif

/* Functions local to a file. */
#define Py_LOCAL(type)        static type
#define Py_LOCAL_INLINE(type) static inline type

/* ---- Integers. */

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

/* Long long literals. */
#ifndef Py_LL
#  define Py_LL(x) x##LL
#endif
#ifndef Py_ULL
#  define Py_ULL(x) Py_LL(x##U)
#endif

/* Bits in one digit of an int; see cpython/longintrepr.h. */
#ifndef PYLONG_BITS_IN_DIGIT
#  define PYLONG_BITS_IN_DIGIT 30
#endif

typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;

/* Sizes, lengths and indices: as wide as size_t, but signed (PEP 353). */
typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_ssize_clean_t;
#ifdef SSIZE_MAX
#  define PY_SSIZE_T_MAX SSIZE_MAX
#else
#  define PY_SSIZE_T_MAX INTPTR_MAX
#endif
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

#ifdef WORDS_BIGENDIAN
#  define PY_BIG_ENDIAN    1
#  define PY_LITTLE_ENDIAN 0
#else
#  define PY_BIG_ENDIAN    0
#  define PY_LITTLE_ENDIAN 1
#endif

/* Shifts a signed number so that the sign comes in from the left. */
#define Py_ARITHMETIC_RIGHT_SHIFT(TYPE, I, J) ((I) >> (J))

/* Narrows a value that is known to fit. */
#define Py_SAFE_DOWNCAST(VALUE, WIDE, NARROW) _Py_STATIC_CAST(NARROW, (VALUE))

/* ---- Odds and ends that older extensions use. */

/* Expands its argument once more. */
#define Py_FORCE_EXPANSION(X) X

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_MEMCPY memcpy
#endif

#define Py_VA_COPY va_copy

/* There are always threads, and the stack always grows down. */
#ifndef WITH_THREAD
#  define WITH_THREAD
#endif
#define Py_CAN_START_THREADS 1
#ifndef _Py_STACK_GROWS_DOWN
#  define _Py_STACK_GROWS_DOWN 1
#endif

#ifdef __cplusplus
}
#endif

#endif /* Py_PYPORT_H */
