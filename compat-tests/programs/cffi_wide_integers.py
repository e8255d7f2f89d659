# needs: stdlib(cffi)
"""Integers of 128 bits: in variables, structs, arrays, casts and calls. CPython's cffi refuses them."""

import contextlib
import io
import os
import tempfile

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef __int128 wide_t;
    typedef unsigned __int128 uwide_t;
    struct pair { char first; wide_t low; uwide_t high; };
    wide_t __divti3(wide_t, wide_t);
    uwide_t __udivti3(uwide_t, uwide_t);
""")
print([(t, ffi.sizeof(t), ffi.alignof(t), ffi.typeof(t).cname) for t in ("wide_t", "uwide_t", "__int128[3]", "unsigned __int128 *")])
print([(name, field.offset) for name, field in ffi.typeof("struct pair").fields])


def tried(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


p = ffi.new("struct pair *", {"low": -(2**127), "high": 2**128 - 1})
print(p.low, p.high)
for name, value in [("low", 2**127 - 1), ("low", 2**127), ("low", -(2**127) - 1), ("high", 2**128), ("high", -1), ("high", 5), ("low", 1.5)]:
    print(name, value, tried(setattr, p, name, value), getattr(p, name))
items = ffi.new("wide_t[]", [1, -1, 2**100])
print(list(items), ffi.unpack(items, 3), items[2] == 2**100)
for value in (2**130 + 7, -1, 3.9, b"A", True, ffi.cast("int", -3), ffi.cast("void *", 4096)):
    print(value, int(ffi.cast("wide_t", value)), int(ffi.cast("uwide_t", value)))
print(bool(ffi.cast("wide_t", 2**64)), bool(ffi.cast("wide_t", 0)), ffi.cast("wide_t", 2**64) == ffi.cast("wide_t", 2**64))
print(int(ffi.cast("long long", ffi.cast("wide_t", 2**64 + 5))), float(ffi.cast("double", ffi.cast("wide_t", 2**80))))
print(hash(ffi.cast("wide_t", 2**90)) == hash(2**90), repr(ffi.cast("wide_t", -(2**90))))
lib = ffi.dlopen("libgcc_s.so.1")
print(lib.__divti3(-(2**120), 3), lib.__udivti3(2**128 - 1, 10), tried(lib.__divti3, 2**127, 1))
for _ in range(200):
    result = lib.__divti3(10**30, 10**10)
print(result)
twice = ffi.callback("wide_t(wide_t)", lambda n: n * 2)
print(twice(2**100), twice(-5))
other = FFI()
other.cdef("__int128 f(void);")
other.set_source("_wide", None)
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
    refusal = tried(other.emit_python_code, os.path.join(folder, "_wide.py"))
print(refusal)
