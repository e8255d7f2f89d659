"""Times calls of C functions through ctypes."""

import ctypes
import os

from pyperf import Runner

COUNT_RANGE = range(2000)
library = ctypes.CDLL(os.path.join(os.path.dirname(os.path.abspath(__file__)), "libffi_bench.so"))
libc, libm = ctypes.CDLL("libc.so.6"), ctypes.CDLL("libm.so.6")
libc.strlen.argtypes, libc.strlen.restype = [ctypes.c_char_p], ctypes.c_size_t
libm.sqrt.argtypes, libm.sqrt.restype = [ctypes.c_double], ctypes.c_double
typed_abs = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(("abs", libc))
library.six.argtypes = [ctypes.c_int] * 6


def abs_plain():
    f = libc.abs
    for _ in COUNT_RANGE:
        f(-5)


def abs_typed():
    f = typed_abs
    for _ in COUNT_RANGE:
        f(-5)


def sqrt_double():
    f = libm.sqrt
    for _ in COUNT_RANGE:
        f(2.5)


def strlen_bytes():
    f = libc.strlen
    for _ in COUNT_RANGE:
        f(b"a text of some length")


def six_ints():
    f = library.six
    for _ in COUNT_RANGE:
        f(1, 2, 3, 4, 5, 6)


runner = Runner()
for function in (abs_plain, abs_typed, sqrt_double, strlen_bytes, six_ints):
    runner.bench_func("ctypes: " + function.__name__, function)
