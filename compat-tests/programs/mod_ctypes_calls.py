# needs: stdlib(ctypes)
"""ctypes: callbacks, records by value, prototypes with flags, results and error checks, errno, what is kept alive."""

import _ctypes
import ctypes
import errno
import gc
import os
import sys
import threading
import weakref
from ctypes import *


def attempt(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


C = CDLL(None, use_errno=True)
M = CDLL("libm.so.6")

print("== callbacks")
Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
numbers = (c_int * 6)(5, 1, 99, 7, 33, -4)
C.qsort(numbers, len(numbers), sizeof(c_int), Compare(lambda a, b: a[0] - b[0]))
print(numbers[:])
for kind, value in ((c_byte, -3), (c_ubyte, 250), (c_short, -300), (c_ushort, 65000), (c_int, -70000), (c_uint, 4000000000), (c_longlong, -2**40),
                    (c_ulonglong, 2**63), (c_float, 1.5), (c_double, -2.25), (c_longdouble, 3.5), (c_char, b"x"), (c_bool, True), (c_char_p, None),
                    (c_void_p, 4096), (py_object, "object")):
    print(kind.__name__, CFUNCTYPE(kind, kind)(lambda v: v)(value), CFUNCTYPE(kind, c_byte, c_double, kind)(lambda a, b, v: v)(1, 2, value))
many = CFUNCTYPE(c_double, *[c_int, c_double] * 10)(lambda *a: sum(a))
print(many(*range(20)))
nothing = CFUNCTYPE(None, c_int)(lambda v: print("called with", v))
print(nothing(7))


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_double)]


class Large(Structure):
    _fields_ = [("items", c_long * 5), ("tag", c_char * 3)]


class Small(Structure):
    _fields_ = [("a", c_byte), ("b", c_short)]


class Either(Union):
    _fields_ = [("i", c_int), ("f", c_float)]


def move(p):
    p.x += 1
    return p.x + p.y


p = Point(3, 0.5)
print(CFUNCTYPE(c_double, Point)(move)(p), p.x)
print(CFUNCTYPE(c_long, Large, c_int)(lambda v, n: v.items[n] + len(v.tag))(Large((1, 2, 3, 4, 5), b"ab"), 3))
print(CFUNCTYPE(c_int, Small, Either)(lambda s, e: s.a + s.b + e.i)(Small(1, 2), Either(3)))


class Div(Structure):
    _fields_ = [("quot", c_int), ("rem", c_int)]


class LDiv(Structure):
    _fields_ = [("quot", c_long), ("rem", c_long)]


C.div.restype, C.ldiv.restype = Div, LDiv
C.ldiv.argtypes = [c_long, c_long]
d, l = C.div(17, 5), C.ldiv(-(2**40), 1000)
print(d.quot, d.rem, l.quot, l.rem)


class InAddr(Structure):
    _fields_ = [("s_addr", c_uint32.__ctype_be__)]


C.inet_ntoa.restype, C.inet_ntoa.argtypes = c_char_p, [InAddr]
print(C.inet_ntoa(InAddr(0x7F000001)))
attempt("no argtypes", lambda: CFUNCTYPE(c_int).__base__(len))
attempt("result", lambda: CFUNCTYPE(POINTER(c_int))(lambda: None))
attempt("callable", lambda: CFUNCTYPE(c_int)("x"))

for kind, name in ((c_float_complex, "csqrtf"), (c_double_complex, "csqrt"), (c_longdouble_complex, "csqrtl")):
    root = getattr(M, name)
    root.restype, root.argtypes = kind, [kind]
    print(name, root(-4), root(kind(3 + 4j)))
print("== exceptions in callbacks")
seen = []
sys.unraisablehook = lambda u: seen.append((type(u.exc_value).__name__, str(u.exc_value), u.err_msg.split(" <")[0]))


def fails(v):
    raise ValueError(v)


CFUNCTYPE(c_int, c_int)(fails)(42)
CFUNCTYPE(c_int, c_int)(lambda v: "text")(1)
print(seen)
sys.unraisablehook = sys.__unraisablehook__

print("== threads")
results = []
callback = CFUNCTYPE(c_int, c_int)(lambda v: results.append((v, threading.current_thread().name)) or v)
threads = [threading.Thread(target=callback, args=(i,), name=f"t{i}") for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results))


class Pthread(Structure):
    pass


start = CFUNCTYPE(c_void_p, c_void_p)(lambda v: v and v + 1)
handle, back = c_ulong(), c_void_p()
print(C.pthread_create(byref(handle), None, start, c_void_p(99)), C.pthread_join(handle, byref(back)), back.value)

print("== results and checks")
abs_ = C["abs"]
abs_.restype = lambda v: f"<{v}>"
print(abs_(-3))
abs_.restype = c_int
abs_.errcheck = lambda result, function, args: (result, function is abs_, args)
print(abs_(-3))
abs_.errcheck = lambda result, function, args: args
print(abs_(-3))
del abs_.errcheck
print(abs_.errcheck, abs_(-4), abs_(c_int(-5)), abs_.argtypes, abs_.restype)


class Checked(c_int):
    @classmethod
    def _check_retval_(cls, value):
        return ("checked", type(value).__name__, value.value)


abs_.restype = Checked
print(abs_(-6))
attempt("restype", lambda: setattr(abs_, "restype", 3))
attempt("argtypes", lambda: setattr(abs_, "argtypes", [3]))
attempt("errcheck", lambda: setattr(abs_, "errcheck", 3))
attempt("extra", lambda: abs_(-7, 8, 9).__class__)
attempt("unknown", lambda: abs_(object()))
attempt("float", lambda: abs_(1.5))
attempt("large", lambda: abs_(2**70))
C.strtoul.argtypes = [c_char_p, POINTER(c_char_p), c_int]
C.strtoul.restype = c_ulong
rest = c_char_p()
print(C.strtoul(b"77zz", byref(rest), 8), rest.value, C.strtoul(b"1f", None, 16))
attempt("pointer", lambda: C.strtoul(b"1", byref(c_int()), 10))
attempt("string", lambda: C.strtoul("1", None, 10))

print("== as parameters")


class AsInt:
    _as_parameter_ = -12


class AsAs:
    _as_parameter_ = AsInt()


class Adapter:
    @classmethod
    def from_param(cls, value):
        return c_int(-len(value))


abs_.restype, abs_.argtypes = c_int, None
print(abs_(AsInt()), abs_(AsAs()))
abs_.argtypes = [c_int]
print(abs_(AsAs()), abs_(True))
abs_.argtypes = [Adapter]
print(abs_("four"))
attempt("adapter", lambda: abs_(4))
print(c_int.from_param(5), c_double.from_param(1.5), c_char.from_param(b"a"), c_char_p.from_param(None), POINTER(c_int).from_param(None))
attempt("kind", lambda: POINTER(c_int).from_param(pointer(c_short(1))))
attempt("byref", lambda: POINTER(c_int).from_param(byref(c_short(1))))
attempt("void", lambda: c_void_p.from_param(1.5))

print("== flags")
proto = CFUNCTYPE(c_int, c_char_p, c_char_p, c_size_t, use_errno=True)
compare = proto(("strncmp", C), ((1, "left"), (1, "right", b"abc"), (1, "n", 3)))
print(compare(b"abc"), compare(left=b"abd", n=2), compare(b"a", b"a", 1))
attempt("missing", compare)
attempt("too many", lambda: compare(b"a", b"b", 1, 2))
modf = CFUNCTYPE(c_double, c_double, POINTER(c_double))(("modf", M), ((1, "value"), (2, "whole")))
print(modf(3.25))
frexp = CFUNCTYPE(c_double, c_double, POINTER(c_int))(("frexp", M), ((1, "value"), (3, "exponent")))
print(frexp(8.0, c_int()))
attempt("out", lambda: CFUNCTYPE(c_int, c_int)(("abs", C), ((2, "v"),)))
attempt("length", lambda: CFUNCTYPE(c_int, c_int)(("abs", C), ()))
attempt("form", lambda: CFUNCTYPE(c_int, c_int)(("abs", C), ("x",)))

print("== errno")
set_errno(0)
print(C.close(-1), errno.errorcode[get_errno()], set_errno(5), get_errno())
worker = threading.Thread(target=lambda: results.append(get_errno()))
worker.start()
worker.join()
print(results[-1], get_errno())

print("== what is kept alive")


class Text(Structure):
    _fields_ = [("first", c_char_p), ("second", c_char_p), ("inner", Point)]


t = Text(b"one", b"two")
print(t._objects, t.inner._b_base_ is t, t._b_needsfree_, t.inner._b_needsfree_)
t.inner = Point(1, 2)
print(t._objects)
number = c_int(4)
q = pointer(number)
print(q._objects == {"1": number}, q.contents is q.contents, addressof(q.contents) == addressof(number))
texts = (c_char_p * 2)(b"a", b"b")
pp = cast(texts, POINTER(c_char_p))
print(pp[1], texts._objects["0"], pp._objects is texts._objects)


def function(v):
    return v


holder = weakref.ref(function)
made = CFUNCTYPE(c_int, c_int)(function)
del function
print(holder() is not None, made(3))
made.cycle = made
del made
gc.collect()
print(holder())

print("== layouts")


class Packed(Structure):
    _pack_, _layout_ = 1, "ms"
    _fields_ = [("a", c_byte), ("b", c_longlong), ("c", c_int, 3), ("d", c_int, 30)]


class Bits(Structure):
    _fields_ = [("a", c_uint, 3), ("b", c_int, 5), ("c", c_ulonglong, 40), ("d", c_bool, 1)]


class BigBits(BigEndianStructure):
    _fields_ = [("a", c_uint16, 4), ("b", c_uint16, 12), ("f", c_float)]


for kind in (Packed, Bits, BigBits, Text, Large * 2):
    print(sizeof(kind), alignment(kind), memoryview(kind()).format, memoryview(kind()).shape)
print([(f.name, f.byte_offset, f.byte_size, f.bit_offset, f.bit_size, f.is_bitfield, f.size) for f in (Packed.b, Packed.d, Bits.c, BigBits.b)])
b = Bits(9, -3, 2**39 + 1, True)
print(b.a, b.b, b.c, b.d, bytes(b).hex(), bytes(BigBits(3, 0x123, 1.5)).hex())
resized = c_int(5)
resize(resized, 40)
print(sizeof(resized), resized.value)
attempt("resize", lambda: resize(resized, 1))
attempt("part", lambda: resize(t.inner, 100))
print(_ctypes.buffer_info(c_short * 3 * 2), c_longdouble(2.5).value, bytes(c_longdouble(1))[:10].hex(), c_double_complex(1 + 2j).value)
attempt("too large", lambda: c_char * sys.maxsize * 2)
attempt("abstract", Structure)
attempt("pickle", lambda: t.__reduce__())
attempt("hash", lambda: hash(number))
print(os.path.basename(next((n for n in _ctypes.dllist() if "libm" in n), "none")), POINTER(c_int).__name__, c_int.__pointer_type__ is POINTER(c_int))
print(PYFUNCTYPE(c_long, py_object)(("PyLong_AsLong", pythonapi))(12))
attempt("raised", lambda: PYFUNCTYPE(c_long, py_object)(("PyLong_AsLong", pythonapi))("x"))
