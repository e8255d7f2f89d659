/* Small macros for any C: assertions at compile time, rounding, marks on names, and the
   documentation strings of modules. */
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H

#ifdef __cplusplus
extern "C" {
#endif

/* A declaration of type T aligned to N bytes. */
#ifndef _Py_ALIGNED_DEF
#  ifdef __cplusplus
#    define _Py_ALIGNED_DEF(N, T) alignas(N) alignas(T) T
#  elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#    define _Py_ALIGNED_DEF(N, T) _Alignas(N) _Alignas(T) T
#  else
#    define _Py_ALIGNED_DEF(N, T) __attribute__((aligned(N))) T
#  endif
#endif

/* ---- Numbers.  Arguments may be evaluated twice. */

#define Py_MIN(x, y) ((x) > (y) ? (y) : (x))
#define Py_MAX(x, y) ((x) > (y) ? (x) : (y))
#define Py_ABS(x)    ((x) < 0 ? -(x) : (x))

/* The absolute value in an unsigned type, also of the smallest number. */
#define _Py_ABS_CAST(T, x) ((x) < 0 ? (T)((T)(-((x) + 1)) + 1u) : (T)(x))

#define _Py_IS_TYPE_SIGNED(type) ((type)(-1) <= 0)

/* Makes a char an index that is never negative. */
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))

/* Rounding to a multiple of a power of two: sizes, then addresses. */
#define _Py_SIZE_ROUND_DOWN(n, a) ((size_t)(n) & ~((size_t)(a) - 1))
#define _Py_SIZE_ROUND_UP(n, a)   _Py_SIZE_ROUND_DOWN((size_t)(n) + ((size_t)(a) - 1), a)
#define _Py_ALIGN_DOWN(p, a)      ((void *)((uintptr_t)(p) & ~((uintptr_t)(a) - 1)))
#define _Py_ALIGN_UP(p, a)        _Py_ALIGN_DOWN((uintptr_t)(p) + ((uintptr_t)(a) - 1), a)
#define _Py_IS_ALIGNED(p, a)      (((uintptr_t)(p) & ((uintptr_t)(a) - 1)) == 0)

/* ---- Text. */

#define _Py_XSTRINGIFY(x) #x
/* Expands macros in its argument first. */
#define Py_STRINGIFY(x) _Py_XSTRINGIFY(x)

#define PyDoc_VAR(name)         static const char name[]
#define PyDoc_STRVAR(name, str) PyDoc_VAR(name) = PyDoc_STR(str)
#ifdef WITH_DOC_STRINGS
#  define PyDoc_STR(str) str
#else
#  define PyDoc_STR(str) ""
#endif

/* ---- Compile time. */

/* As an expression, 0. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && !defined(__cplusplus)
#  define Py_BUILD_ASSERT_EXPR(cond)                                                   \
      ((void)sizeof(struct { int unused_; _Static_assert(cond, #cond); }), 0)
#else
#  define Py_BUILD_ASSERT_EXPR(cond) (sizeof(char[(cond) ? 1 : -1]) - 1)
#endif
/* As a statement. */
#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L)                         \
    || (defined(__cplusplus) && __cplusplus >= 201103L)
#  define Py_BUILD_ASSERT(cond) do { static_assert((cond), #cond); } while (0)
#else
#  define Py_BUILD_ASSERT(cond) do { (void)Py_BUILD_ASSERT_EXPR(cond); } while (0)
#endif

#define Py_MEMBER_SIZE(type, member) sizeof(((type *)0)->member)
#define _Py_CONTAINER_OF(ptr, type, member)                                            \
    (type *)((char *)(ptr) - offsetof(type, member))

/* The number of an array's elements; where the compiler can tell, not of a pointer's. */
#if defined(__GNUC__) && !defined(__cplusplus) && !defined(__STRICT_ANSI__)
#  define Py_ARRAY_LENGTH(array)                                                       \
      (sizeof(array) / sizeof((array)[0])                                              \
       + Py_BUILD_ASSERT_EXPR(!__builtin_types_compatible_p(                           \
             _Py_TYPEOF(array), _Py_TYPEOF(&(array)[0]))))
#else
#  define Py_ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* ---- Hints. */

/* A parameter that is not used, whose name is changed so that it cannot be. */
#define Py_UNUSED(name) _unused_##name __attribute__((unused))

/* Where control never comes. */
#define Py_UNREACHABLE() __builtin_unreachable()

/* Something that cannot be assigned to. */
#define _Py_RVALUE(EXPR) ((void)0, (EXPR))

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030e0000
PyAPI_FUNC(uint32_t) Py_PACK_FULL_VERSION(int, int, int, int, int);
PyAPI_FUNC(uint32_t) Py_PACK_VERSION(int, int);
#endif

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030e0000
#  define Py_PACK_FULL_VERSION  _Py_PACK_FULL_VERSION
#  define Py_PACK_VERSION(X, Y) Py_PACK_FULL_VERSION(X, Y, 0, 0, 0)
#endif

#ifdef __cplusplus
}
#endif

#endif /* Py_PYMACRO_H */
