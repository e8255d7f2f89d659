/* How an int is stored: a tag word with sign and number of digits, then digits of thirty
   bits, least significant first.  Also the export and writer interfaces (PEP 757). */
#ifndef DOVETAIL_CPYTHON_LONGINTREPR_H
#define DOVETAIL_CPYTHON_LONGINTREPR_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef uint32_t digit;
typedef int32_t sdigit;
typedef int64_t stwodigits;
typedef uint64_t twodigits;
#define PyLong_SHIFT          30
#define _PyLong_DECIMAL_SHIFT 9
#define _PyLong_DECIMAL_BASE  ((digit)1000000000)
#define PyLong_BASE           ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK           ((digit)(PyLong_BASE - 1))

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

#define _PyLong_SIGN_MASK     3
#define _PyLong_NON_SIZE_BITS 3

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_LONGINTREPR_H */
