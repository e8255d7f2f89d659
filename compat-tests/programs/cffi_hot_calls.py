# needs: stdlib(cffi)
"""Calls of C functions in loops: each call site warms up, and then meets what it has not seen."""

import sys
import threading

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    int abs(int);
    double ldexp(double, int);
    unsigned long long strtoull(const char *, char **, int);
    size_t strlen(const char *);
    char *strchr(const char *, int);
    void free(void *);
""")
lib = ffi.dlopen(None)


def warm(function, *args):
    """The last of many results of one call site."""
    for _ in range(300):
        result = function(*args)
    return result


def echo(c_type, *values):
    """A C function that gives back its argument, with values of all sorts."""
    callback = ffi.callback(f"{c_type}({c_type})", lambda value: value)
    function = ffi.cast(f"{c_type}(*)({c_type})", callback)
    results = []
    for value in values:
        for times in range(100):
            try:
                result = function(value)
            except Exception as e:
                result = f"{type(e).__name__}: {e}"
        results.append(result)
    print(c_type, results)


print(warm(lib.abs, -5), warm(lib.ldexp, 0.5, 4), warm(lib.ldexp, 3, 2), warm(lib.strlen, b"bytes"))
print(warm(lib.strtoull, b"18446744073709551615", ffi.NULL, 10), warm(lib.strtoull, b"4611686018427387904", ffi.NULL, 10))
text = ffi.new("char[]", b"one two")
print(ffi.string(warm(lib.strchr, text, 116)), warm(lib.strchr, text, ord("x")) == ffi.NULL, warm(lib.free, ffi.NULL))

echo("signed char", -128, 127, 128, -129, True, 1.5, "x")
echo("unsigned char", 0, 255, 256, -1)
echo("short", -(2**15), 2**15 - 1, 2**15)
echo("unsigned short", 2**16 - 1, 2**16)
echo("int", -(2**31), 2**31 - 1, 2**31, 2**100)
echo("unsigned int", 2**32 - 1, 2**32, -1)
echo("long long", -(2**61), 2**61, -(2**61) - 1, 2**61 - 1, 2**62, -(2**63), 2**63 - 1, 2**63)
echo("unsigned long long", 2**61, 2**62, 2**63, 2**64 - 1, 2**64, -1)
echo("_Bool", 0, 1, 2, True, False)
echo("char", b"a", b"\xff", 97, "a", b"ab")
echo("wchar_t", "a", "\U0001f600", 97)
echo("double", 1, 1.5, -(2**53), 2**53, 2**53 + 1, 2**62, 2**100, 10**400, True, "1", float("inf"))
echo("float", 1, 0.1, 2**60, True, 1e300)
echo("void *", ffi.NULL, 0)
echo("struct unseen *", ffi.NULL, text)


def changing():
    """One call site, many callables."""
    results = []
    table = [lib.abs] * 80 + [abs] * 3 + [lib.abs, lambda x: x * 10, int, lib.strlen, lib.abs, ffi.cast("int(*)(int)", 0), 5]
    for function in table:
        try:
            results.append(function(-7))
        except Exception as e:
            results.append(f"{type(e).__name__}: {str(e).split('0x')[0]}")
    print(results[-10:])


changing()


def miscounted(*args):
    for number in range(200):
        try:
            lib.abs(-1) if number < 150 else lib.abs(*args)
        except TypeError as e:
            message = str(e)
    print(message)
    for number in range(200):
        try:
            if number < 150:
                lib.ldexp(1.0, 2)
            else:
                lib.ldexp(1.0)
        except TypeError as e:
            message = str(e)
    print(message)


miscounted()
miscounted(1, 2)


class Number:
    def __init__(self, value):
        self.value = value

    def __int__(self):
        return self.value

    __index__ = __int__

    def __float__(self):
        return self.value / 2


def converted():
    """Arguments whose conversion runs Python code."""
    results = []
    for number in range(150):
        try:
            results.append((lib.abs(Number(-number)), lib.ldexp(Number(number), 1)))
        except TypeError as e:
            results.append(str(e))
    print(results[-1], len(results))


converted()


def counted(function, *args):
    """References to the arguments before and after."""
    before = [sys.getrefcount(a) for a in args]
    warm(function, *args)
    return [sys.getrefcount(a) for a in args] == before


print(counted(lib.strlen, text), counted(lib.ldexp, 1234.5, 2), counted(lib.strchr, text, 10**6))


@ffi.callback("int(int)", error=-1, onerror=lambda kind, error, trace: print("reported:", kind.__name__, error))
def picky(number):
    if number == 140:
        raise ValueError(number)
    return number


def raising():
    function = ffi.cast("int(*)(int)", picky)
    return [function(n) for n in range(200)][139:142]


print(raising())


def deep(n):
    """Python under C under Python."""
    return n if n == 0 else 1 + under_c(n - 1)


kept = ffi.callback("int(int)", deep)
under_c = ffi.cast("int(*)(int)", kept)


print(deep(30))
total = 0


def work():
    global total
    for _ in range(20_000):
        n = lib.abs(-1)
        with lock:
            total += n


lock = threading.Lock()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)
