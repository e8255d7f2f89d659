/* How an int is stored: a tag word with sign and number of digits, then digits of thirty
   bits, least significant first.  Also the export and import of digits (PEP 757). */
#ifndef Py_LONGINTREPR_H
#define Py_LONGINTREPR_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

#if PYLONG_BITS_IN_DIGIT != 30
#  error "digits have thirty bits"
#endif

typedef uint32_t digit;
typedef int32_t sdigit;
typedef int64_t stwodigits;
typedef uint64_t twodigits;
#define PyLong_SHIFT          30
#define PyLong_BASE           ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK           ((digit)(PyLong_BASE - 1))
#define _PyLong_DECIMAL_SHIFT 9
#define _PyLong_DECIMAL_BASE  ((digit)1000000000)

/* The tag's lowest two bits are 0 for positive, 1 for zero, 2 for negative numbers; a third
   is reserved; the rest is the number of digits. */
#define _PyLong_SIGN_MASK     3
#define _PyLong_NON_SIZE_BITS 3

typedef struct _PyLongValue {
    uintptr_t lv_tag;
    digit ob_digit[1];
} _PyLongValue;

struct _longobject {
    PyObject_HEAD
    _PyLongValue long_value;
};

typedef struct PyLongLayout {
    uint8_t bits_per_digit;
    uint8_t digit_size;
    int8_t digits_order;
    int8_t digit_endianness;
} PyLongLayout;

typedef struct PyLongExport {
    int64_t value;
    uint8_t negative;
    Py_ssize_t ndigits;
    const void *digits;
    Py_uintptr_t _reserved;
} PyLongExport;

typedef struct PyLongWriter PyLongWriter;
typedef struct PyLongWriter PyLongWriter;

PyAPI_FUNC(PyLongWriter *) PyLongWriter_Create(int, Py_ssize_t, void **);
PyAPI_FUNC(void) PyLongWriter_Discard(PyLongWriter *);
PyAPI_FUNC(PyObject *) PyLongWriter_Finish(PyLongWriter *);
PyAPI_FUNC(int) PyLong_Export(PyObject *, PyLongExport *);
PyAPI_FUNC(void) PyLong_FreeExport(PyLongExport *);
PyAPI_FUNC(const PyLongLayout *) PyLong_GetNativeLayout(void);
PyAPI_FUNC(PyObject *) _PyLong_Copy(PyLongObject *);
Py_DEPRECATED(3.14) PyAPI_FUNC(PyLongObject *) _PyLong_FromDigits(int, Py_ssize_t, digit *);
Py_DEPRECATED(3.14) PyAPI_FUNC(PyLongObject *) _PyLong_New(Py_ssize_t);

/* Whether the number has at most one digit ... */
static inline int _PyLong_IsCompact(const PyLongObject *op)
{
    assert(PyType_HasFeature(op->ob_base.ob_type, Py_TPFLAGS_LONG_SUBCLASS));
    return op->long_value.lv_tag >> (_PyLong_NON_SIZE_BITS + 1) == 0;
}
#define PyUnstable_Long_IsCompact _PyLong_IsCompact

/* ... and which one, with its sign. */
static inline Py_ssize_t _PyLong_CompactValue(const PyLongObject *op)
{
    Py_ssize_t magnitude = (Py_ssize_t)op->long_value.ob_digit[0];
    assert(PyUnstable_Long_IsCompact(op));
    return (1 - (Py_ssize_t)(op->long_value.lv_tag & _PyLong_SIGN_MASK)) * magnitude;
}
#define PyUnstable_Long_CompactValue _PyLong_CompactValue

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* Py_LONGINTREPR_H */
