# needs: package(cffi)
"""cffi's own wheel, where it is asked for: its compiled backend, beside the one that the runtime brings."""

import sys

sys._xoptions["cffi"] = "wheel"

import _cffi_backend
import cffi

print(_cffi_backend.__file__.endswith(".so"), "site-packages" in cffi.__file__ or "packages" in cffi.__file__)
ffi = cffi.FFI()
ffi.cdef("""
    typedef struct { int x; double weight; char name[8]; } item;
    int abs(int);
    size_t strlen(const char *);
    int snprintf(char *, size_t, const char *, ...);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
""")
lib = ffi.dlopen(None)
print(lib.abs(-5), lib.strlen(b"four"), type(lib.abs).__name__, ffi.typeof("item[3]"), ffi.sizeof("item"))
item = ffi.new("item *", [3, 1.5, b"name"])
print(item.x, item.weight, ffi.string(item.name), ffi.buffer(item)[:4])
out = ffi.new("char[]", 20)
print(lib.snprintf(out, 20, b"%d-%s", ffi.cast("int", 7), ffi.new("char[]", b"x")), ffi.string(out))


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]


numbers = ffi.new("int[]", [5, 3, 9, 1])
lib.qsort(numbers, 4, 4, compare)
print(list(numbers))
for call in (lambda: lib.abs("x"), lambda: lib.absent, lambda: ffi.new("item *", {"y": 1}), lambda: numbers[4]):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
