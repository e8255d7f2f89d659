"""Times calls of C functions through cffi, in the mode that the argument names."""

import sys

from ffi_library import load
from pyperf import Runner

COUNT_RANGE = range(2000)
MODE = sys.argv[1]
ffi, lib = load(MODE)
text = ffi.new("char[]", b"a text of some length")


def abs_int():
    f = lib.abs
    for _ in COUNT_RANGE:
        f(-5)


def sqrt_double():
    f = lib.sqrt
    for _ in COUNT_RANGE:
        f(2.5)


def strlen_pointer():
    f, s = lib.strlen, text
    for _ in COUNT_RANGE:
        f(s)


def six_ints():
    f = lib.six
    for _ in COUNT_RANGE:
        f(1, 2, 3, 4, 5, 6)


runner = Runner()
for function in (abs_int, sqrt_double, strlen_pointer, six_ints):
    runner.bench_func(f"cffi {MODE}: {function.__name__}", function)
