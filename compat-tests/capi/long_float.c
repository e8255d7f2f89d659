/* api: full, limited */
/* PyLong_*, PyBool_*, PyFloat_*, PyComplex_*. */
#include "support.h"

BOOL1(long_check, PyLong_Check)
BOOL1(long_check_exact, PyLong_CheckExact)
/* Each conversion from Python and back: (value, whether an error was set beside a value). */
#define FROM_PY(name, ctype, convert, back)                                                         \
    F(name)                                                                                         \
    {                                                                                               \
        NEED(1);                                                                                    \
        ctype v = convert(A(0));                                                                    \
        if (v == (ctype)-1 && PyErr_Occurred()) return NULL;                                        \
        return checked(back(v));                                                                    \
    }
FROM_PY(as_long, long, PyLong_AsLong, PyLong_FromLong)
FROM_PY(as_longlong, long long, PyLong_AsLongLong, PyLong_FromLongLong)
FROM_PY(as_ulong, unsigned long, PyLong_AsUnsignedLong, PyLong_FromUnsignedLong)
FROM_PY(as_ulonglong, unsigned long long, PyLong_AsUnsignedLongLong, PyLong_FromUnsignedLongLong)
FROM_PY(as_ulong_mask, unsigned long, PyLong_AsUnsignedLongMask, PyLong_FromUnsignedLong)
FROM_PY(as_ulonglong_mask, unsigned long long, PyLong_AsUnsignedLongLongMask, PyLong_FromUnsignedLongLong)
FROM_PY(as_ssize_t, Py_ssize_t, PyLong_AsSsize_t, PyLong_FromSsize_t)
FROM_PY(as_size_t, size_t, PyLong_AsSize_t, PyLong_FromSize_t)
FROM_PY(as_int, int, PyLong_AsInt, PyLong_FromLong)
FROM_PY(as_double, double, PyLong_AsDouble, PyFloat_FromDouble)
F(as_long_and_overflow)
{
    NEED(1);
    int overflow = 77;
    long v = PyLong_AsLongAndOverflow(A(0), &overflow);
    if (v == -1 && PyErr_Occurred()) return NULL;
    return Py_BuildValue("li", v, overflow);
}
F(as_longlong_and_overflow)
{
    NEED(1);
    int overflow = 77;
    long long v = PyLong_AsLongLongAndOverflow(A(0), &overflow);
    if (v == -1 && PyErr_Occurred()) return NULL;
    return Py_BuildValue("Li", v, overflow);
}
F(fixed_width)
{
    NEED(1);
    int32_t a;
    uint32_t b;
    int64_t c;
    uint64_t d;
    if (PyLong_AsInt32(args[0], &a) < 0) return NULL;
    if (PyLong_AsUInt32(args[0], &b) < 0) return NULL;
    if (PyLong_AsInt64(args[0], &c) < 0) return NULL;
    if (PyLong_AsUInt64(args[0], &d) < 0) return NULL;
    return Py_BuildValue("NNNN", PyLong_FromInt32(a), PyLong_FromUInt32(b), PyLong_FromInt64(c), PyLong_FromUInt64(d));
}
F(as_native_bytes)
{
    NEED(3);
    unsigned char buffer[64];
    Py_ssize_t n = N(1);
    int flags = (int)N(2);
    ARG_ERROR;
    for (int i = 0; i < 64; i++) buffer[i] = 0xAA;
    Py_ssize_t need = PyLong_AsNativeBytes(args[0], buffer, n, flags);
    if (need < 0) return NULL;
    if (buffer[n] != 0xAA) PyErr_SetString(PyExc_AssertionError, "wrote past the end");
    return checked(Py_BuildValue("ny#", need, (char *)buffer, n));
}
F(from_native_bytes)
{
    NEED(2);
    char *data;
    Py_ssize_t n;
    int flags = (int)N(1);
    ARG_ERROR;
    if (PyBytes_AsStringAndSize(args[0], &data, &n) < 0) return NULL;
    return checked(PyLong_FromNativeBytes(data, (size_t)n, flags));
}
F(from_unsigned_native_bytes)
{
    NEED(2);
    char *data;
    Py_ssize_t n;
    int flags = (int)N(1);
    ARG_ERROR;
    if (PyBytes_AsStringAndSize(args[0], &data, &n) < 0) return NULL;
    return checked(PyLong_FromUnsignedNativeBytes(data, (size_t)n, flags));
}
F(from_double) { NEED(1); double d = PyFloat_AsDouble(args[0]); ARG_ERROR; return checked(PyLong_FromDouble(d)); }
F(from_string)
{
    NEED(2);
    int base = (int)N(1);
    const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL);
    char *end = NULL;
    if (s == NULL || PyErr_Occurred()) return NULL;
    PyObject *v = PyLong_FromString(s, &end, base);
    return v ? Py_BuildValue("Nn", v, (Py_ssize_t)(end - s)) : checked(NULL);
}
F(void_ptr)
{
    NEED(1);
    PyObject *n = PyLong_FromVoidPtr((void *)args[0]);
    void *back = n ? PyLong_AsVoidPtr(n) : NULL;
    Py_XDECREF(n);
    return plain(back == (void *)args[0]);
}
F(as_void_ptr) { NEED(1); void *p = PyLong_AsVoidPtr(args[0]); return p == NULL && PyErr_Occurred() ? NULL : plain((long long)(Py_ssize_t)p); }
F(get_info) { NEED(0); return checked(PyLong_GetInfo()); }
F(edges)
{
    NEED(0);
    return Py_BuildValue("NNNNNN", PyLong_FromLong(LONG_MIN), PyLong_FromUnsignedLong(ULONG_MAX), PyLong_FromLongLong(LLONG_MIN),
                         PyLong_FromUnsignedLongLong(ULLONG_MAX), PyLong_FromSsize_t(PY_SSIZE_T_MIN), PyLong_FromSize_t(SIZE_MAX));
}
BOOL1(bool_check, PyBool_Check)
F(bool_from_long) { NEED(1); long v = PyLong_AsLong(args[0]); ARG_ERROR; return checked(PyBool_FromLong(v)); }

BOOL1(float_check, PyFloat_Check)
BOOL1(float_check_exact, PyFloat_CheckExact)
OBJ1(float_from_string, PyFloat_FromString)
FROM_PY(float_as_double, double, PyFloat_AsDouble, PyFloat_FromDouble)
F(float_limits) { NEED(0); return Py_BuildValue("ddN", PyFloat_GetMax(), PyFloat_GetMin(), PyFloat_GetInfo()); }
BOOL1(complex_check, PyComplex_Check)
BOOL1(complex_check_exact, PyComplex_CheckExact)
F(complex_from_doubles) { NEED(2); double a = PyFloat_AsDouble(args[0]), b = PyFloat_AsDouble(args[1]); ARG_ERROR; return checked(PyComplex_FromDoubles(a, b)); }
FROM_PY(complex_real, double, PyComplex_RealAsDouble, PyFloat_FromDouble)
FROM_PY(complex_imag, double, PyComplex_ImagAsDouble, PyFloat_FromDouble)
F(string_to_double)
{
    NEED(1);
    const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL);
    char *end = NULL;
    if (s == NULL) return NULL;
    double d = PyOS_string_to_double(s, &end, NULL);
    if (d == -1.0 && PyErr_Occurred()) return NULL;
    return Py_BuildValue("dn", d, (Py_ssize_t)(end - s));
}
F(double_to_string)
{
    NEED(4);
    double d = PyFloat_AsDouble(args[0]);
    int precision = (int)N(2), flags = (int)N(3), type = -1;
    const char *code = PyUnicode_AsUTF8AndSize(args[1], NULL);
    if (code == NULL || PyErr_Occurred()) return NULL;
    char *s = PyOS_double_to_string(d, code[0], precision, flags, &type);
    if (s == NULL) return NULL;
    PyObject *r = Py_BuildValue("si", s, type);
    PyMem_Free(s);
    return r;
}
F(strtol_)
{
    NEED(2);
    int base = (int)N(1);
    const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL);
    char *end = NULL;
    if (s == NULL || PyErr_Occurred()) return NULL;
    long v = PyOS_strtol(s, &end, base);
    return Py_BuildValue("ln", v, (Py_ssize_t)(end - s));
}
#ifndef Py_LIMITED_API
F(long_sign) { NEED(1); int sign = 7; if (PyLong_GetSign(A(0), &sign) < 0) return NULL; return plain(sign); }
BOOL1(long_is_zero, PyLong_IsZero)
BOOL1(long_is_positive, PyLong_IsPositive)
BOOL1(long_is_negative, PyLong_IsNegative)
F(long_compact)
{
    NEED(1);
    if (!PyUnstable_Long_IsCompact((PyLongObject *)args[0])) return Py_NewRef(Py_Ellipsis);
    return PyLong_FromSsize_t(PyUnstable_Long_CompactValue((PyLongObject *)args[0]));
}
F(long_from_unicode) { NEED(2); int b = (int)N(1); ARG_ERROR; return checked(PyLong_FromUnicodeObject(args[0], b)); }
F(long_export)
{
    NEED(1);
    PyLongExport e;
    if (PyLong_Export(args[0], &e) < 0) return NULL;
    const PyLongLayout *layout = PyLong_GetNativeLayout();
    PyObject *digits;
    if (e.digits != NULL) {
        digits = PyTuple_New(e.ndigits);
        for (Py_ssize_t i = 0; digits != NULL && i < e.ndigits; i++)
            PyTuple_SET_ITEM(digits, i, PyLong_FromUnsignedLong(((const uint32_t *)e.digits)[i]));
    } else {
        digits = PyLong_FromLongLong(e.value);
    }
    PyObject *r = Py_BuildValue("Nii(iiii)", digits, e.negative, e.digits != NULL, layout->bits_per_digit, layout->digit_size,
                                layout->digits_order, layout->digit_endianness);
    PyLong_FreeExport(&e);
    return checked(r);
}
F(long_writer)
{
    NEED(2);
    void *digits;
    int negative = (int)N(0);
    ARG_ERROR;
    Py_ssize_t n = PyTuple_GET_SIZE(args[1]);
    PyLongWriter *w = PyLongWriter_Create(negative, n, &digits);
    if (w == NULL) return NULL;
    for (Py_ssize_t i = 0; i < n; i++) ((uint32_t *)digits)[i] = (uint32_t)PyLong_AsUnsignedLong(PyTuple_GET_ITEM(args[1], i));
    if (PyErr_Occurred()) {
        PyLongWriter_Discard(w);
        return NULL;
    }
    return checked(PyLongWriter_Finish(w));
}
F(float_macros) { NEED(1); return PyFloat_FromDouble(PyFloat_AS_DOUBLE(args[0]) + ((PyFloatObject *)args[0])->ob_fval); }
F(float_pack)
{
    NEED(2);
    char b[8];
    int le = (int)N(1);
    double d = PyFloat_AsDouble(args[0]);
    ARG_ERROR;
    if (PyFloat_Pack8(d, b, le) < 0) return NULL;
    PyObject *eight = PyBytes_FromStringAndSize(b, 8);
    double e = PyFloat_Unpack8(b, le);
    if (PyFloat_Pack4(d, b, le) < 0) { Py_DECREF(eight); return NULL; }
    PyObject *four = PyBytes_FromStringAndSize(b, 4);
    double f = PyFloat_Unpack4(b, le);
    if (PyFloat_Pack2(d, b, le) < 0) { Py_DECREF(eight); Py_DECREF(four); return NULL; }
    return Py_BuildValue("NdNdNd", eight, e, four, f, PyBytes_FromStringAndSize(b, 2), PyFloat_Unpack2(b, le));
}
F(complex_struct)
{
    NEED(2);
    Py_complex a = PyComplex_AsCComplex(args[0]), b = PyComplex_AsCComplex(args[1]);
    ARG_ERROR;
    return Py_BuildValue("NDDDDD", PyComplex_FromCComplex(_Py_c_sum(a, b)), &(Py_complex){a.real, b.imag}, (Py_complex[]){_Py_c_diff(a, b)},
                         (Py_complex[]){_Py_c_prod(a, b)}, (Py_complex[]){_Py_c_quot(a, b)}, (Py_complex[]){_Py_c_neg(a)});
}
#endif

static PyMethodDef methods[] = {
    M(long_check), M(long_check_exact), M(as_long), M(as_longlong), M(as_ulong), M(as_ulonglong), M(as_ulong_mask), M(as_ulonglong_mask),
    M(as_ssize_t), M(as_size_t), M(as_int), M(as_double), M(as_long_and_overflow), M(as_longlong_and_overflow), M(fixed_width),
    M(as_native_bytes), M(from_native_bytes), M(from_unsigned_native_bytes), M(from_double), M(from_string), M(void_ptr), M(as_void_ptr),
    M(get_info), M(edges), M(bool_check), M(bool_from_long), M(float_check), M(float_check_exact), M(float_from_string),
    M(float_as_double), M(float_limits), M(complex_check), M(complex_check_exact), M(complex_from_doubles), M(complex_real),
    M(complex_imag), M(string_to_double), M(double_to_string), M(strtol_),
#ifndef Py_LIMITED_API
    M(long_sign), M(long_is_zero), M(long_is_positive), M(long_is_negative), M(long_compact), M(long_from_unicode), M(long_export),
    M(long_writer), M(float_macros), M(float_pack), M(complex_struct),
#endif
    END};

MODULE(capi_long_float, methods, NULL)
