# needs: headers(math.h)
"""math.h with its macros, held against the module math."""

import math

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    #include <math.h>
    #include <float.h>
    #include <limits.h>
""")
lib = ffi.dlopen("libm.so.6")

print(lib.M_PI == math.pi, lib.M_E == math.e, lib.M_SQRT2 == math.sqrt(2), lib.M_LN2 == math.log(2))
print(lib.DBL_MAX == 1.7976931348623157e308, lib.DBL_EPSILON == 2.0**-52, lib.DBL_MANT_DIG, lib.FLT_MAX_EXP)
print(lib.INT_MAX, lib.INT_MIN, lib.UINT_MAX, lib.LONG_MIN, lib.ULLONG_MAX, lib.CHAR_BIT)
print(lib.FP_NAN, lib.FP_INFINITE, lib.FP_ZERO, lib.FP_SUBNORMAL, lib.FP_NORMAL)
for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "cbrt", "floor", "ceil", "erf", "tgamma", "log1p"):
    ours, theirs = getattr(lib, name)(0.7), getattr(math, "gamma" if name == "tgamma" else name)(0.7)
    print(name, abs(ours - theirs) < 1e-14, end="; ")
print()
print(lib.pow(2, 0.5) == math.sqrt(2), lib.hypot(3, 4), lib.atan2(1, 1) == math.pi / 4, lib.fmod(7.5, 2), lib.copysign(3, -0.0))
exponent = ffi.new("int *")
print(lib.frexp(48.0, exponent), exponent[0], lib.ldexp(0.75, 6))
whole = ffi.new("double *")
print(lib.modf(3.25, whole), whole[0], lib.lround(2.5), lib.llrint(3.5), lib.ilogb(1024.0))
print(lib.sqrtf(2.0) == ffi.cast("float", math.sqrt(2)), float(lib.sqrtl(4)), lib.fmaf(2, 3, 4))
print(math.isnan(lib.sqrt(-1)), ffi.typeof("double_t"), lib.nan(b"") != lib.nan(b""))
try:
    lib.sqrt("two")
except TypeError as error:
    print("TypeError:", error)
try:
    lib.pow(2)
except TypeError as error:
    print("TypeError:", error)
