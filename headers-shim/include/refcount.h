/* Reference counts.  The lower 32 bits of an object's first word are its count.  A count
   with the sign bit set is an immortal object's and never changes; how many references
   exist is then unknown and does not matter.  The upper half holds flags. */
#ifndef _Py_REFCOUNT_H
#define _Py_REFCOUNT_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Numbers. */

#define _Py_STATICALLY_ALLOCATED_FLAG 4
#define _Py_IMMORTAL_FLAGS            1

/* Where an immortal object's count starts: in the middle, so that code that still counts
   it, compiled for an older limited API, does not soon make it mortal. */
#define _Py_IMMORTAL_INITIAL_REFCNT (3ULL << 30)
#define _Py_IMMORTAL_MINIMUM_REFCNT (1ULL << 31)

#define _Py_STATIC_FLAG_BITS                                                           \
    ((Py_ssize_t)(_Py_STATICALLY_ALLOCATED_FLAG | _Py_IMMORTAL_FLAGS))
#define _Py_STATIC_IMMORTAL_INITIAL_REFCNT                                             \
    ((Py_ssize_t)_Py_IMMORTAL_INITIAL_REFCNT | (_Py_STATIC_FLAG_BITS << 48))

PyAPI_FUNC(void) Py_DecRef(PyObject *);
PyAPI_FUNC(void) Py_IncRef(PyObject *);
PyAPI_FUNC(PyObject *) Py_NewRef(PyObject *);
PyAPI_FUNC(Py_ssize_t) Py_REFCNT(PyObject *);
PyAPI_FUNC(PyObject *) Py_XNewRef(PyObject *);
PyAPI_FUNC(void) _Py_Dealloc(PyObject *);
PyAPI_FUNC(void) _Py_DecRef(PyObject *);
PyAPI_FUNC(void) _Py_IncRef(PyObject *);
PyAPI_FUNC(void) _Py_SetRefcnt(PyObject *, Py_ssize_t);

/* ---- Asking and setting. */

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030e0000
static inline Py_ssize_t _Py_REFCNT(PyObject *ob)
{
    return ob->ob_refcnt;
}
#  if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#    define Py_REFCNT(ob) _Py_REFCNT(_PyObject_CAST(ob))
#  else
#    define Py_REFCNT(ob) _Py_REFCNT(ob)
#  endif
#endif

static inline Py_ALWAYS_INLINE int _Py_IsImmortal(PyObject *op)
{
    return (int32_t)op->ob_refcnt < 0;
}
#define _Py_IsImmortal(op) _Py_IsImmortal(_PyObject_CAST(op))

static inline Py_ALWAYS_INLINE int _Py_IsStaticImmortal(PyObject *op)
{
    return (op->ob_flags & _Py_STATICALLY_ALLOCATED_FLAG) != 0;
}
#define _Py_IsStaticImmortal(op) _Py_IsStaticImmortal(_PyObject_CAST(op))

static inline void Py_SET_REFCNT(PyObject *ob, Py_ssize_t refcnt)
{
    assert(refcnt >= 0);
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030d0000
    _Py_SetRefcnt(ob, refcnt);
#else
    if (!_Py_IsImmortal(ob)) ob->ob_refcnt = (uint32_t)refcnt;
#endif
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_SET_REFCNT(ob, refcnt) Py_SET_REFCNT(_PyObject_CAST(ob), (refcnt))
#endif

/* ---- Counting.  The limited API of 3.12 and later calls the runtime; everything else
   counts in place, and so must agree with the rule for immortal objects above. */

static inline Py_ALWAYS_INLINE void Py_INCREF(PyObject *op)
{
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030c0000
    _Py_IncRef(op);
#else
    uint32_t count = op->ob_refcnt;
    /* Mortal counts may run up to the immortal start before they stop. */
    if (count >= _Py_IMMORTAL_INITIAL_REFCNT) {
        _Py_INCREF_IMMORTAL_STAT_INC();
        return;
    }
    op->ob_refcnt = count + 1;
    _Py_INCREF_STAT_INC();
#endif
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_INCREF(op) Py_INCREF(_PyObject_CAST(op))
#endif

static inline Py_ALWAYS_INLINE void Py_DECREF(PyObject *op)
{
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030c0000
    _Py_DecRef(op);
#else
    if (_Py_IsImmortal(op)) {
        _Py_DECREF_IMMORTAL_STAT_INC();
        return;
    }
    _Py_DECREF_STAT_INC();
    op->ob_refcnt -= 1;
    if (op->ob_refcnt == 0) _Py_Dealloc(op);
#endif
}
#define Py_DECREF(op) Py_DECREF(_PyObject_CAST(op))

/* The same for what may be NULL. */
static inline void Py_XINCREF(PyObject *op)
{
    if (op != _Py_NULL) Py_INCREF(op);
}

static inline void Py_XDECREF(PyObject *op)
{
    if (op != _Py_NULL) Py_DECREF(op);
}

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_XINCREF(op) Py_XINCREF(_PyObject_CAST(op))
#  define Py_XDECREF(op) Py_XDECREF(_PyObject_CAST(op))
#endif

/* Sets a variable to NULL, and only then releases what it held. */
#define Py_CLEAR(op)                                                                   \
    do {                                                                               \
        _Py_TYPEOF(&(op)) clear_place_ = &(op);                                        \
        _Py_TYPEOF(op) clear_old_ = *clear_place_;                                     \
        if (clear_old_ != _Py_NULL) {                                                  \
            *clear_place_ = _Py_NULL;                                                  \
            Py_DECREF(clear_old_);                                                     \
        }                                                                              \
    } while (0)

/* ---- A new reference to an object at hand. */

static inline PyObject *_Py_NewRef(PyObject *obj)
{
    Py_INCREF(obj);
    return obj;
}

static inline PyObject *_Py_XNewRef(PyObject *obj)
{
    Py_XINCREF(obj);
    return obj;
}

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_NewRef(obj)  _Py_NewRef(_PyObject_CAST(obj))
#  define Py_XNewRef(obj) _Py_XNewRef(_PyObject_CAST(obj))
#else
#  define Py_NewRef(obj)  _Py_NewRef(obj)
#  define Py_XNewRef(obj) _Py_XNewRef(obj)
#endif

#ifdef __cplusplus
}
#endif

#endif /* _Py_REFCOUNT_H */
