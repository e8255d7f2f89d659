# needs: package(cffi)
"""cffi's own wheel in ABI mode: declarations, memory, structs, calls into libc and libm, callbacks, errors."""

import gc
import sys

import cffi
import _cffi_backend

ffi = cffi.FFI()
print(cffi.__version__ == _cffi_backend.__version__, type(ffi).__name__)


def attempt(label, call):
    try:
        print(label, "->", repr(call()))
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", str(error).splitlines()[0])


ffi.cdef("""
    typedef unsigned int count_t;
    enum colour { RED, GREEN = 5, BLUE };
    struct point { int x, y; };
    typedef struct { struct point at; double weight; char name[8]; unsigned flags : 3; unsigned rest : 5; count_t *counts; } item_t;
    union word { uint32_t whole; uint8_t parts[4]; };
    struct node { int value; struct node *next; };
    struct tail { int n; int items[]; };
    size_t strlen(const char *);
    double sqrt(double);
    double pow(double, double);
    int abs(int);
    char *getenv(const char *);
    int snprintf(char *, size_t, const char *, ...);
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
    void *memcpy(void *, const void *, size_t);
    int setenv(const char *, const char *, int);
    long strtol(const char *, char **, int);
    div_t_like no_such_function(int);
""".replace("    div_t_like no_such_function(int);\n", "    int no_such_function(int);\n"))
C = ffi.dlopen(None)
M = ffi.dlopen("libm.so.6")

print("== types")
for text in ("int", "unsigned long long *", "char[5]", "struct point", "item_t *", "enum colour", "int(*)(int, char)", "_Bool", "wchar_t", "void *", "float", "struct tail", "uint8_t[2][3]"):
    t = ffi.typeof(text)
    print(t, t.kind, t.cname, ffi.sizeof(t) if t.kind != "function" else "-", ffi.alignof(t))
point_t = ffi.typeof("struct point")
print([(name, field.type.cname, field.offset) for name, field in point_t.fields], ffi.typeof("enum colour").elements, ffi.typeof("enum colour").relements)
print(ffi.typeof("int(*)(int, ...)").ellipsis, ffi.typeof("int[4]").length, ffi.typeof("int*").item is ffi.typeof("int"), ffi.offsetof("item_t", "weight"))
print(ffi.getctype("char[3]", "*p"), ffi.getctype("int(*)(void)", "name"))
attempt("unknown type", lambda: ffi.typeof("nothing_t"))
attempt("syntax", lambda: ffi.cdef("int int;"))
attempt("sizeof function", lambda: ffi.sizeof("int(int)"))

print("== memory")
p = ffi.new("struct point *", {"x": 3, "y": -4})
print(p.x, p.y, p[0].x, ffi.sizeof(p[0]), p != ffi.NULL, bool(ffi.NULL), ffi.typeof(p).cname)
p.x += 10
q = ffi.new("struct point[3]", [(1, 2), {"y": 9}])
print([(e.x, e.y) for e in q], len(q), (q + 1).y, ffi.addressof(q[1], "y")[0], q + 2 - q)
item = ffi.new("item_t *")
item.at = p[0]
item.name = b"abc"
item.flags, item.rest, item.weight = 5, 17, 2.5
counts = ffi.new("count_t[]", [7, 8])
item.counts = counts
print(item.at.x, ffi.string(item.name), item.flags, item.rest, item.counts[1], bytes(ffi.buffer(item.name)), ffi.unpack(counts, 2))
word = ffi.new("union word *", {"whole": 0x01020304})
tail = ffi.new("struct tail *", (3, [1, 2, 3]))
print(list(word.parts), tail.items[2])
c = ffi.new("char[]", b"hello")
buffer = ffi.buffer(c)
buffer[0:1] = b"J"
print(ffi.string(c), len(c), buffer[1:3], ffi.string(c, 2), memoryview(buffer).nbytes, c[0:3])
w = ffi.new("wchar_t[]", "wïde\U0001f600")
print(ffi.string(w), len(w), ffi.new("char16_t[]", "a\U0001f600")[1:3], ffi.string(ffi.cast("enum colour", 5)), ffi.cast("int", 2**33 + 1), int(ffi.cast("uint8_t", -1)))
a = ffi.from_buffer("int[]", bytearray(b"\1\0\0\0\2\0\0\0"))
a[1] = 77
print(list(a), ffi.cast("char *", a)[4], float(ffi.cast("float", 0.1)), ffi.cast("long", ffi.NULL), complex(1) == 1)
ffi.memmove(c, b"BYE", 3)
grid = ffi.new("int[2][2]", [[1, 2], [3, 4]])
print(ffi.string(c), ffi.new("bool *", True)[0], grid[1][0], ffi.new("float *", 0.5)[0])
first = ffi.new("struct node *", {"value": 1})
second = ffi.new("struct node *", {"value": 2, "next": first})
print(second.next.value, second.next.next == ffi.NULL)
attempt("out of range", lambda: q[3])
attempt("negative", lambda: q[-1])
attempt("overflow", lambda: ffi.new("signed char *", 200))
attempt("wrong type", lambda: ffi.new("int *", "x"))
attempt("bitfield", lambda: setattr(item, "flags", 9))
attempt("no field", lambda: p.z)
attempt("too long", lambda: ffi.new("char[2]", b"abc"))
attempt("incompatible", lambda: setattr(item, "counts", p))
attempt("initializers", lambda: ffi.new("struct point *", [1, 2, 3]))
attempt("read only", lambda: ffi.from_buffer("char[]", b"abc", require_writable=True))

print("== calls")
print(C.strlen(b"four"), M.sqrt(2.25), M.pow(2, 10), C.abs(-5), C.strlen(c), M.sqrt.__class__.__name__)
out = ffi.new("char[50]")
n = C.snprintf(out, 50, b"%d %s %.2f %c", ffi.cast("int", 42), ffi.new("char[]", b"str"), ffi.cast("double", 1.5), ffi.cast("char", b"z"))
print(n, ffi.string(out), C.setenv(b"CFFI_TEST", b"value", 1), ffi.string(C.getenv(b"CFFI_TEST")), C.getenv(b"NOT_THERE_AT_ALL") == ffi.NULL)
end = ffi.new("char **")
text = ffi.new("char[]", b"12rest")
print(C.strtol(text, end, 10), ffi.string(end[0]), C.BLUE, C.GREEN)
attempt("argument count", lambda: C.strlen())
attempt("argument type", lambda: C.strlen(5))
attempt("vararg", lambda: C.snprintf(out, 50, b"%d", 5))
try:
    C.no_such_function(1)
except AttributeError as error:
    print(str(error).split(": ")[0], str(error).split(": ")[-1])
attempt("not declared", lambda: C.fopen)
attempt("no library", lambda: ffi.dlopen("no_such_library.so"))
C.strtol(b"9" * 40, ffi.NULL, 10)
print(ffi.errno)


@ffi.callback("int(const void *, const void *)")
def compare(left, right):
    left, right = ffi.cast("int *", left)[0], ffi.cast("int *", right)[0]
    return (left > right) - (left < right)


numbers = ffi.new("int[]", [5, 3, 9, -1, 7])
C.qsort(numbers, len(numbers), ffi.sizeof("int"), compare)
print(list(numbers), ffi.typeof(compare).cname)
seen = []


def on_error(kind, value, traceback):
    seen.append((kind.__name__, str(value)))
    return -7


fails = ffi.callback("int(int)", lambda n: 1 // n, error=-1, onerror=on_error)
print(fails(1), fails(0), seen)

print("== handles and destructors")
obj = {"key": "value"}
handle = ffi.new_handle(obj)
print(ffi.from_handle(handle) is obj, ffi.from_handle(ffi.cast("void *", handle)) is obj)
freed = []
managed = ffi.gc(ffi.new("int *", 5), lambda pointer: freed.append(pointer[0]))
print(managed[0], freed)
del managed
gc.collect()
print(freed)
with ffi.new("int *", 3) as scoped:
    print(scoped[0])
released = ffi.from_buffer(bytearray(4))
ffi.release(released)
fast = ffi.new_allocator(should_clear_after_alloc=False)
print(fast("int[2]", [1, 2])[1], hash(p) == hash(p), p == ffi.cast("struct point *", p), sorted([q + 2, q])[0] == q)
ffi.dlclose(M)
attempt("closed library", lambda: M.abs)
