/* api: full */
/* Integers beneath their public functions: arithmetic on given parts, converters of generated code, digits, time_t and
   gid_t; and arithmetic of complex with real numbers. */
#include "support.h"
#include <sys/types.h>
#include <time.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header. */
PyAPI_FUNC(PyObject *) _PyLong_Add(PyLongObject *, PyLongObject *);
PyAPI_FUNC(PyObject *) _PyLong_Subtract(PyLongObject *, PyLongObject *);
PyAPI_FUNC(PyObject *) _PyLong_Multiply(PyLongObject *, PyLongObject *);
PyAPI_FUNC(PyObject *) _PyLong_DivmodNear(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyLong_Format(PyObject *, int);
PyAPI_FUNC(double) _PyLong_Frexp(PyLongObject *, int64_t *);
PyAPI_FUNC(PyObject *) _PyLong_Lshift(PyObject *, int64_t);
PyAPI_FUNC(PyObject *) _PyLong_Rshift(PyObject *, int64_t);
PyAPI_FUNC(int) _PyLong_FileDescriptor_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_Size_t_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt8_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt16_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt32_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt64_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedShort_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedInt_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLong_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLongLong_Converter(PyObject *, void *);
PyAPI_FUNC(time_t) _PyLong_AsTime_t(PyObject *);
PyAPI_FUNC(PyObject *) _PyLong_FromTime_t(time_t);
PyAPI_FUNC(PyObject *) _PyLong_FromGid(gid_t);
PyAPI_FUNC(PyObject *) _PyNumber_Index(PyObject *);
PyAPI_FUNC(Py_complex) _Py_cr_sum(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_diff(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_prod(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_quot(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_rc_diff(double, Py_complex);
PyAPI_FUNC(Py_complex) _Py_rc_quot(double, Py_complex);

#define LONGS(name, call) F(name) { NEED(2); return checked((PyObject *)call((PyLongObject *)args[0], (PyLongObject *)args[1])); }
LONGS(add, _PyLong_Add)
LONGS(subtract, _PyLong_Subtract)
LONGS(multiply, _PyLong_Multiply)
OBJ2(divmod_near, _PyLong_DivmodNear)
OBJ2(gcd, _PyLong_GCD)
F(lshift) { NEED(2); int64_t n = N(1); ARG_ERROR; return checked(_PyLong_Lshift(args[0], n)); }
F(rshift) { NEED(2); int64_t n = N(1); ARG_ERROR; return checked(_PyLong_Rshift(args[0], n)); }
F(format) { NEED(2); int base = (int)N(1); ARG_ERROR; return checked(_PyLong_Format(args[0], base)); }
F(frexp) { NEED(1); int64_t e = -99; double d = _PyLong_Frexp((PyLongObject *)args[0], &e); ARG_ERROR; return Py_BuildValue("dL", d, (long long)e); }
F(from_digits)
{
    NEED(2);
    digit digits[8];
    Py_ssize_t n = PyTuple_GET_SIZE(args[1]);
    int negative = (int)N(0);
    for (Py_ssize_t i = 0; i < n; i++) digits[i] = (digit)PyLong_AsUnsignedLong(PyTuple_GET_ITEM(args[1], i));
    ARG_ERROR;
    return checked((PyObject *)_PyLong_FromDigits(negative, n, digits));
}
OBJ1(index, _PyNumber_Index)

/* A converter writes nothing but its own bytes: the value, and whether the rest of the room is as before. */
#define CONVERTER(name, type, call)                                                                 \
    F(name)                                                                                         \
    {                                                                                               \
        NEED(1);                                                                                    \
        struct { type value; unsigned char rest[16]; } room;                                        \
        memset(&room, 0xa5, sizeof(room));                                                          \
        if (!call(args[0], &room.value)) return checked(NULL);                                      \
        int clean = 1;                                                                              \
        for (int i = 0; i < 16; i++) clean &= room.rest[i] == 0xa5;                                 \
        return checked(Py_BuildValue("Ki", (unsigned long long)room.value, clean));                 \
    }
CONVERTER(to_size, size_t, _PyLong_Size_t_Converter)
CONVERTER(to_uint8, uint8_t, _PyLong_UInt8_Converter)
CONVERTER(to_uint16, uint16_t, _PyLong_UInt16_Converter)
CONVERTER(to_uint32, uint32_t, _PyLong_UInt32_Converter)
CONVERTER(to_uint64, uint64_t, _PyLong_UInt64_Converter)
CONVERTER(to_ushort, unsigned short, _PyLong_UnsignedShort_Converter)
CONVERTER(to_uint, unsigned int, _PyLong_UnsignedInt_Converter)
CONVERTER(to_ulong, unsigned long, _PyLong_UnsignedLong_Converter)
CONVERTER(to_ulonglong, unsigned long long, _PyLong_UnsignedLongLong_Converter)
CONVERTER(to_fd, int, _PyLong_FileDescriptor_Converter)
F(as_time) { NEED(1); time_t t = _PyLong_AsTime_t(args[0]); ARG_ERROR; return PyLong_FromLongLong(t); }
F(from_time) { NEED(1); long long t = PyLong_AsLongLong(args[0]); ARG_ERROR; return checked(_PyLong_FromTime_t((time_t)t)); }
F(from_gid) { NEED(1); unsigned long g = PyLong_AsUnsignedLongMask(args[0]); ARG_ERROR; return checked(_PyLong_FromGid((gid_t)g)); }

#define COMPLEX_REAL(name, call) F(name) { NEED(2); Py_complex c = PyComplex_AsCComplex(args[0]); double d = PyFloat_AsDouble(args[1]); ARG_ERROR; errno = 0; c = call(c, d); return Py_BuildValue("Di", &c, errno); }
#define REAL_COMPLEX(name, call) F(name) { NEED(2); double d = PyFloat_AsDouble(args[0]); Py_complex c = PyComplex_AsCComplex(args[1]); ARG_ERROR; errno = 0; c = call(d, c); return Py_BuildValue("Di", &c, errno); }
COMPLEX_REAL(cr_sum, _Py_cr_sum)
COMPLEX_REAL(cr_diff, _Py_cr_diff)
COMPLEX_REAL(cr_prod, _Py_cr_prod)
COMPLEX_REAL(cr_quot, _Py_cr_quot)
REAL_COMPLEX(rc_diff, _Py_rc_diff)
REAL_COMPLEX(rc_quot, _Py_rc_quot)

static PyMethodDef methods[] = {
    M(add), M(subtract), M(multiply), M(divmod_near), M(gcd), M(lshift), M(rshift), M(format), M(frexp), M(from_digits), M(index), M(to_size),
    M(to_uint8), M(to_uint16), M(to_uint32), M(to_uint64), M(to_ushort), M(to_uint), M(to_ulong), M(to_ulonglong), M(to_fd), M(as_time), M(from_time),
    M(from_gid), M(cr_sum), M(cr_diff), M(cr_prod), M(cr_quot), M(rc_diff), M(rc_quot), END};

MODULE(capi_private_long, methods, NULL)
