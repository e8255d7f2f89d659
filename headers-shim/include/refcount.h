/* Reference counts.  A count is 32 bits wide; one whose sign bit is set is immortal and
   is never changed. */
#ifndef DOVETAIL_REFCOUNT_H
#define DOVETAIL_REFCOUNT_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_STATICALLY_ALLOCATED_FLAG 4
#define _Py_IMMORTAL_FLAGS            1
#define _Py_IMMORTAL_INITIAL_REFCNT   (3ULL << 30)
#define _Py_IMMORTAL_MINIMUM_REFCNT   (1ULL << 31)
#define _Py_STATIC_FLAG_BITS          ((Py_ssize_t)(_Py_STATICALLY_ALLOCATED_FLAG | _Py_IMMORTAL_FLAGS))
#define _Py_STATIC_IMMORTAL_INITIAL_REFCNT \
    ((Py_ssize_t)(_Py_IMMORTAL_INITIAL_REFCNT | (_Py_STATIC_FLAG_BITS << 48)))

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_REFCOUNT_H */
