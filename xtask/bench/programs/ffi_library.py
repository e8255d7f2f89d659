"""The library that the cffi benchmarks call, in API mode (a compiled module) or ABI mode (loaded at run time).

Dovetail needs no compiled module: its declarations are the headers themselves, in both modes. `python ffi_library.py FILE`
writes the C source of CPython's module.
"""

import os
import sys

DOVETAIL = hasattr(sys, "dovetail")
HERE = os.path.dirname(os.path.abspath(__file__))
if not DOVETAIL:
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), "cffi"))

from cffi import FFI

DECLARATIONS = """
    struct point { int x, y; double weight; char name[16]; };
    int six(int a, int b, int c, int d, int e, int f);
    int call_many(int (*function)(int), int count);
    int abs(int number);
    double sqrt(double number);
    size_t strlen(const char *text);
"""


def builder():
    ffi = FFI()
    ffi.cdef(DECLARATIONS)
    ffi.set_source("ffi_module", "#include <stdlib.h>\n#include <math.h>\n#include <string.h>\n#include \"ffi_bench.c\"\n")
    return ffi


def load(mode):
    """The pair of ffi and lib."""
    if mode == "api" and not DOVETAIL:
        import ffi_module

        return ffi_module.ffi, ffi_module.lib
    ffi = FFI()
    if DOVETAIL:
        ffi.cdef(f'#include <stdlib.h>\n#include <math.h>\n#include <string.h>\n#include "{HERE}/ffi_bench.h"\n')
    else:
        ffi.cdef(DECLARATIONS)
    return ffi, ffi.dlopen(os.path.join(HERE, "libffi_bench.so"))


if __name__ == "__main__":
    builder().emit_c_code(sys.argv[1])
