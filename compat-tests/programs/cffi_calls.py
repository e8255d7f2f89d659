# needs: stdlib(cffi)
# Calls through cffi's in-line ABI mode: numbers, strings, structs by value, varargs, errno, callbacks from C's own
# threads, exceptions in callbacks.
import errno
import sys
import threading

import cffi

ffi = cffi.FFI()
ffi.cdef("""
typedef struct { int quot; int rem; } div_t;
typedef struct { long quot; long rem; } ldiv_t;
typedef unsigned long pthread_t;
int abs(int);
long labs(long);
double sqrt(double);
float sqrtf(float);
double pow(double, double);
double ldexp(double, int);
double frexp(double, int *);
long double fabsl(long double);
size_t strlen(const char *);
char *strchr(const char *, int);
int toupper(int);
div_t div(int, int);
ldiv_t ldiv(long, long);
int snprintf(char *, size_t, const char *, ...);
long strtol(const char *, char **, int);
double strtod(const char *, char **);
int close(int);
void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void *bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
int pthread_create(pthread_t *, void *, void *(*)(void *), void *);
int pthread_join(pthread_t, void **);
size_t wcslen(const wchar_t *);
""")
c = ffi.dlopen(None)
m = ffi.dlopen("libm.so.6")


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def show(*args):
    print(*args, flush=True)


show("-- numbers")
show(c.abs(-5), c.abs(2**31 - 1), c.labs(-(2**62)), m.sqrt(2.25), m.sqrtf(2.0), m.pow(2, 0.5), m.ldexp(0.75, 4))
show(m.sqrt(9), m.sqrt(True), attempt(m.sqrt, "9"), attempt(m.sqrt, None))
exponent = ffi.new("int *")
show(m.frexp(48.0, exponent), exponent[0])
show(float(m.fabsl(-2.5)), c.toupper(ord("a")), c.abs(True))
for bad in (2**31, -(2**31) - 1, 2**64, 1.5, "5", None, ffi.cast("long", 3), ffi.new("int *")):
    show(attempt(c.abs, bad))
show(attempt(c.abs), attempt(c.abs, 1, 2), attempt(lambda: c.abs(x=1)))


class Index:
    def __index__(self):
        return -77


show(attempt(c.abs, Index()))

show("-- pointers")
show(c.strlen(b"hello"), c.strlen(b"a\0b"), attempt(c.strlen, "text"), attempt(c.strlen, 5), attempt(c.strlen, None))
show(c.strlen([b"x", b"y", b"\0"]), c.strlen(ffi.new("char[]", b"owned")), attempt(c.strlen, ffi.new("int[3]")))
text = ffi.new("char[]", b"look here")
show(ffi.string(c.strchr(text, ord("h"))), c.strchr(b"abc", ord("z")) == ffi.NULL)
show(c.wcslen("wide é\U0001f600"), attempt(c.wcslen, b"bytes"))
buffer = ffi.new("char[]", 8)
show(c.memset(buffer, ord("x"), 7) == buffer, ffi.string(buffer))
c.memcpy(buffer, b"012", 3)
show(ffi.string(buffer))
c.memcpy(buffer, bytearray(b"abcd") and b"abcd", 4)
show(ffi.string(buffer))

show("-- structs by value")
d = c.div(17, 5)
show(d.quot, d.rem, ffi.typeof(d))
d = c.ldiv(-17, 5)
show(d.quot, d.rem)

show("-- varargs")
out = ffi.new("char[]", 100)


def put(form, *args):
    n = c.snprintf(out, 100, form, *args)
    return n, ffi.string(out)


show(put(b"plain"), put(b"%d %s", ffi.cast("int", 42), ffi.new("char[]", b"text")))
show(put(b"%.3f %ld %c", ffi.cast("double", 1.25), ffi.cast("long", -(2**40)), ffi.cast("char", b"q")))
show(put(b"%d %d %d %d %d %d %d", *[ffi.cast("int", i) for i in range(7)]))
show(put(b"%.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f", *[ffi.cast("double", i) for i in range(9)]))
show(put(b"%hd %hhu", ffi.cast("short", -3), ffi.cast("unsigned char", 200)))
show(put(b"%.2Lf", ffi.cast("long double", 2.5)))
show(attempt(put, b"%d", 42))
show(attempt(c.snprintf, out))

show("-- errno")
show(c.close(-1), ffi.errno == errno.EBADF)
ffi.errno = 0
show(c.strtol(b"99999999999999999999", ffi.NULL, 10), ffi.errno == errno.ERANGE)
ffi.errno = 5
show(c.abs(-1), ffi.errno)

show("-- callbacks")
calls = []


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    a, b = ffi.cast("int *", a)[0], ffi.cast("int *", b)[0]
    calls.append((a, b))
    return (a > b) - (a < b)


numbers = ffi.new("int[]", [5, 3, 9, -1, 7])
c.qsort(numbers, 5, 4, compare)
show(list(numbers), len(calls) > 4, repr(compare).split(" 0x")[0])
key = ffi.new("int *", 9)
show(ffi.cast("int *", c.bsearch(key, numbers, 5, 4, compare)) - ffi.cast("int *", numbers))
for text, function, args in (
    ("double(float, signed char, unsigned short)", lambda a, b, c: a + b + c, (1.5, -2, 65535)),
    ("char(char)", lambda x: x.upper(), (b"q",)),
    ("_Bool(int)", lambda x: x > 3, (4,)),
    ("void(void)", lambda: None, ()),
    ("void(int)", lambda x: x, (5,)),
    ("unsigned long long(long long)", lambda x: x + 2**63, (5,)),
    ("long double(long double)", lambda x: x, (2.5,)),
    ("div_t(int, div_t)", lambda n, d: (d.quot * n, d.rem + n), (3, (10, 20))),
    ("wchar_t(wchar_t)", lambda x: chr(ord(x) + 1), ("é",)),
    ("void *(void *)", lambda p: p + 1 if p else p, (ffi.NULL,)),
    ("int(int, int, int, int, int, int, int, int, double, float)", lambda *a: int(sum(a)), tuple(range(8)) + (0.5, 8.5)),
):
    made = ffi.callback(text, function, error=None)
    sys.unraisablehook = lambda a: show("unraisable", a.err_msg.split(" 0x")[0], repr(a.exc_value))
    result = attempt(made, *args)
    if text.startswith("div_t"):
        result = (result.quot, result.rem)
    if text.startswith("long double"):
        result = float(result)
    show(text, result)

show("-- exceptions")


def fail(x):
    raise ValueError(f"no {x}")


seen = []


def onerror(exception, value, traceback):
    seen.append((exception.__name__, str(value), traceback.tb_frame.f_code.co_name))
    if "5" in str(value):
        return 55
    if "6" in str(value):
        raise KeyError("in onerror")


show(ffi.callback("int(int)", fail, error=42)(1), ffi.callback("int(int)", fail)(2))
handled = ffi.callback("int(int)", fail, error=-1, onerror=onerror)
show(handled(3), handled(5), handled(6), seen)
show(ffi.callback("int(int)", lambda x: "text", error=7)(1), ffi.callback("short(int)", lambda x: 70000, error=8)(1))
show(attempt(ffi.callback, "int(int)", 5), attempt(ffi.callback, "int(int, ...)", fail), attempt(ffi.callback, "int", fail))
show(attempt(ffi.callback, "int(int)", fail, 1, 2), attempt(ffi.callback, "int(int)", fail, "text"))

show("-- threads of C")
local = threading.local()
names = []


@ffi.callback("void *(void *)")
def body(argument):
    local.value = getattr(local, "value", 0) + 1
    names.append((threading.current_thread() is threading.main_thread(), local.value))
    total = sum(range(1000))
    ffi.cast("long *", argument)[0] = total
    c.close(-1)
    ffi.cast("long *", argument)[1] = ffi.errno
    return ffi.cast("void *", 77)


ffi.errno = 3
for i in range(5):
    thread, answer, result = ffi.new("pthread_t *"), ffi.new("long[2]"), ffi.new("void **")
    show(c.pthread_create(thread, ffi.NULL, body, answer), c.pthread_join(thread[0], result))
    show(list(answer) == [499500, errno.EBADF], int(ffi.cast("long", result[0])), ffi.errno)
show(names)
threads, answers = [], []
for i in range(20):
    threads.append(ffi.new("pthread_t *"))
    answers.append(ffi.new("long[2]"))
    c.pthread_create(threads[-1], ffi.NULL, body, answers[-1])
for t in threads:
    c.pthread_join(t[0], ffi.NULL)
show(all(a[0] == 499500 for a in answers), len(names))

show("-- dead and wrong")
f = ffi.cast("int(*)(int)", 0)
show(attempt(f, 1), bool(f), attempt(ffi.cast("int *", 0), 1))
g = ffi.cast("int(*)(int)", c.abs)
show(g(-3), g == c.abs, hash(g) == hash(c.abs), type(g) is type(c.abs), g is c.abs, c.abs is c.abs)
show(attempt(getattr, c, "no_such_function_here"))
h = ffi.new("int(*[2])(int)", [c.abs, c.toupper])
show(h[0](-8), h[1](ord("z")), attempt(lambda: h[2]))
