# needs: stdlib(cffi)
"""What a C function tells a compiler of calls: where it is, and the registers' contents by kind."""

import _cdef
from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef struct { int quot, rem; } pair_t;
    enum colour { RED, GREEN };
    int abs(int);
    size_t strlen(const char *);
    double ldexp(double, int);
    float fabsf(float);
    void abort(void);
    int snprintf(char *, size_t, const char *, ...);
    pair_t div(int, int);
    extern int optind;
""")
lib = ffi.dlopen(None)


def told(function):
    found = _cdef.call_signature(function)
    return found and (found[0] == int(ffi.cast("uintptr_t", function)), *found[1:])


for name in ("abs", "strlen", "ldexp", "fabsf", "abort", "snprintf", "div"):
    print(name, told(getattr(lib, name)))
KINDS = ["_Bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long",
         "float", "double", "void *", "enum colour", "char16_t", "char32_t", "wchar_t", "long double", "__int128", "pair_t"]
for kind in KINDS:
    try:
        print(kind, told(ffi.cast(ffi.typeof(f"{ffi.getctype(kind)}(*)({ffi.getctype(kind)}, int)"), 4096)))
    except Exception as e:
        print(kind, type(e).__name__, str(e).splitlines()[0])
print(told(ffi.cast("double(*)(int, double, int, double, int, int, int, int)", 64)))
print(told(ffi.cast("int(*)(int, int, int, int, int, int, int)", 64)))
# Objects that are no C functions, and a pointer to none.
for other in (abs, len, lambda: 0, ffi.NULL, ffi.new("int *"), 5, ffi.cast("int(*)(int)", 0)):
    print(_cdef.call_signature(other))
