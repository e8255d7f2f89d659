# needs: stdlib(cffi)
"""cffi without a compiler: declarations, types, data, calls, callbacks, modules of Python text."""

import contextlib
import io
import sys
import warnings

import cffi
from cffi import FFI


def refused(function, *args, **kwds):
    try:
        result = function(*args, **kwds)
    except Exception as e:
        print("  refused:", type(e).__name__, str(e).splitlines()[0][:110])
    else:
        print("  took it:", result)


ffi = FFI()
ffi.cdef("""
    #define LIMIT 42
    #define MASK 0xFFul
    enum color { RED, GREEN = 5, BLUE };
    typedef enum { ON = -1, OFF } state_t;
    typedef struct point { int x, y; struct point *next; } point_t;
    struct nested { char name[8]; point_t corner[2]; union { int i; float f; }; unsigned int low : 3, high : 5; };
    typedef int (*compare_t)(const void *, const void *);
    typedef struct hidden hidden_t;
    int abs(int);
    size_t strlen(const char *);
    double atof(const char *);
    char *getenv(const char *);
    void qsort(void *, size_t, size_t, compare_t);
    int snprintf(char *, size_t, const char *, ...);
    long long llabs(long long);
    int toupper(int);
    static const int SEVEN = 7;
""")
print(ffi.list_types())
C = ffi.dlopen(None)
print(C.abs(-3), C.strlen(b"four"), C.atof(b"2.5"), C.llabs(-2**40), chr(C.toupper(ord("a"))))
print(C.LIMIT, C.MASK, C.RED, C.GREEN, C.BLUE, C.ON, C.OFF, C.SEVEN)
print(sorted(n for n in dir(C) if n.isupper()))
print(ffi.typeof("point_t *"), ffi.typeof("struct nested").fields[2][0] or "(no name)", ffi.sizeof("struct nested"))
print([(name, field.offset, field.bitshift, field.bitsize) for name, field in ffi.typeof("struct nested").fields])
print(ffi.alignof("double"), ffi.offsetof("struct nested", "corner", 1, "y"), ffi.getctype("compare_t", "f[3]"))
print(ffi.getctype("int[5]", "*"), ffi.getctype("char *", "name"), ffi.typeof("hidden_t").kind)
for text in ["int(*)(char, ...)", "unsigned long long", "const char *const *", "short[2][3]", "enum color", "state_t", "int8_t *"]:
    t = ffi.typeof(text)
    print(" ", text, "->", t.cname, t.kind)

p = ffi.new("point_t *", {"x": 1, "y": 2})
q = ffi.new("point_t[]", [(3, 4), (5, 6)])
p.next = q
print(p.x, p.next[1].y, len(q), ffi.sizeof(q), ffi.addressof(q, 1) == q + 1)
n = ffi.new("struct nested *", {"name": b"abc", "low": 5, "high": 9})
n.corner[0] = (7, 8)
n.f = 1.0
print(ffi.string(n.name), n.corner[0].x, hex(n.i), n.low, n.high)
refused(setattr, n, "low", 8)
refused(ffi.new, "hidden_t *")
refused(ffi.new, "int", 3)
refused(setattr, p, "x", 2**31)
refused(setattr, p, "z", 1)
refused(getattr, C, "no_such_function_at_all")
refused(C.abs, "1")
refused(C.abs, 1, 2)
refused(lambda: ffi.NULL[0])

values = ffi.new("int[]", [5, 3, 9, 1])


@ffi.callback("compare_t")
def compare(a, b):
    return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]


C.qsort(values, len(values), ffi.sizeof("int"), compare)
print(list(values), ffi.unpack(values, 3), bytes(ffi.buffer(values, 4)))
room = ffi.new("char[]", 32)
length = C.snprintf(room, 32, b"%d %s %.2f", ffi.cast("int", 42), ffi.new("char[]", b"text"), ffi.cast("double", 1.5))
print(length, ffi.string(room), ffi.string(room, 4))
data = bytearray(b"abcdef")
view = ffi.from_buffer("char[]", data)
view[0] = b"X"
ffi.memmove(data, b"YZ", 2)
print(data, len(view), ffi.typeof(view))
handle = ffi.new_handle(["any", "object"])
print(ffi.from_handle(handle), ffi.cast("state_t", -1), int(ffi.cast("uint8_t", 300)))
gone = []
temporary = ffi.gc(ffi.new("int *"), lambda cdata: gone.append("gone"))
ffi.release(temporary)
print(gone, ffi.init_once(lambda: "once", "tag"), ffi.init_once(lambda: "twice", "tag"))
print(ffi.string(ffi.cast("enum color", 5)), ffi.string(ffi.cast("enum color", 77)), ffi.errno)

print("errors")
for text in ["int f(int;", "struct s { int a }", "long abs(int);", "int foo(...);", "void f(void) {}", "#define LIMIT 43"]:
    try:
        ffi.cdef(text)
    except (cffi.CDefError, cffi.FFIError) as e:
        print(" ", type(e).__name__, text in str(e) or "abs" in str(e) or "foo" in str(e) or "FuncDef" in str(e) or "LIMIT" in str(e))
refused(ffi.cast, "nobody_knows", 0)
refused(ffi.include, ffi)
refused(FFI().cdef, 5)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    FFI().cdef("int loose;")
print([str(w.message)[:40] for w in seen])

other = FFI()
other.include(ffi)
other.cdef("struct line { point_t from, to; };")
line = other.new("struct line *", {"from": {"x": 9}})
print(line[0].__getattribute__("from").x, other.typeof("point_t") is ffi.typeof("point_t"))
packed = FFI()
packed.cdef("struct tight { char a; int b; };", packed=True)
print(packed.sizeof("struct tight"))
FFI().cdef("int abs(int);")
ffi.cdef("struct later;")
refused(ffi.sizeof, "struct later")
ffi.cdef("struct later { short s; };")
print(ffi.sizeof("struct later"))
partial = FFI()
partial.cdef("struct some { int a; ...; }; enum dots { P, ... };")
refused(partial.new, "struct some *")
refused(getattr, partial.dlopen(None), "P")

print("texts")
for after in (b"", b"\0", b"\0\x01\x80\xff", b"\0\0\x80"):
    arrays = [ffi.new("char[40]", bytes([(i * 37 + n) % 255 + 1 for i in range(n)]) + after) for n in range(34)]
    print([len(ffi.string(a)) for a in arrays] == list(range(34)), all(ffi.string(a) == ffi.buffer(a)[:len(ffi.string(a))] for a in arrays))
    print([len(ffi.string(ffi.new("char[]", bytes([n]) * n + after))) for n in (1, 7, 8, 9, 128, 255)], [len(ffi.string(a, 9)) for a in arrays[6:12]])

print("a module")
builder = FFI()
builder.cdef("""
    typedef struct { int quot, rem; } div_pair;
    struct tree { struct tree *left; int value : 4; };
    enum kind { LEAF = 3, NODE };
    #define DEPTH -9
    int abs(int); char *strchr(const char *, int);
""")
builder.set_source("_made_module", None)
text = io.StringIO()
with contextlib.redirect_stdout(io.StringIO()):
    builder.emit_python_code(text)
print(text.getvalue().splitlines()[0])
module = type(sys)("_made_module")
exec(compile(text.getvalue(), "_made_module.py", "exec"), module.__dict__)
lib = module.ffi.dlopen(None)
print(lib.abs(-8), module.ffi.string(lib.strchr(b"key=value", ord("="))), lib.LEAF, lib.NODE, lib.DEPTH)
print(module.ffi.typeof("struct tree").fields[1][1].bitsize, module.ffi.new("div_pair *", [7, 1]).rem)
refused(builder.emit_c_code, io.StringIO())
refused(builder.set_source, "again", None)
