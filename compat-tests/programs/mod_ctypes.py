# needs: stdlib(ctypes)
"""ctypes: simple types, arrays, structures, unions, pointers, buffers, foreign calls, errors."""

import ctypes
import pickle
from ctypes import *


def attempt(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


print("== simple types")
for kind in (c_bool, c_char, c_byte, c_ubyte, c_short, c_ushort, c_int, c_uint, c_long, c_ulong, c_float, c_double, c_wchar, c_size_t, c_void_p):
    print(kind.__name__, kind._type_, sizeof(kind), alignment(kind), repr(kind().value))
print(c_int(5), c_int(2**33 + 7).value, c_ubyte(-1).value, c_byte(200), c_double(1), c_char(b"x"), c_bool([]), c_wchar("é").value)
print(c_char_p(b"text").value, c_wchar_p("hé").value, c_char_p().value, c_void_p(0).value, c_void_p(7).value, bool(c_int(0)), c_float(0.1).value)
for kind, value in ((c_int, "x"), (c_int, 1.5), (c_char, b"xx"), (c_wchar, "xx"), (c_double, "1"), (c_char_p, 1.5), (c_void_p, "x")):
    attempt(kind.__name__, lambda: kind(value))
print(c_uint16.__ctype_be__(0x0102).value, bytes(c_uint16.__ctype_be__(0x0102)), c_uint16.__ctype_le__ is c_uint16)


class Own(c_int):
    pass


print(type(Own(3)).__name__, Own(3).value, isinstance(Own(), c_int))

print("== arrays")
four = (c_int * 4)(1, 2, 3)
print(list(four), four[1:3], four[::-2], len(four), sizeof(four), type(four).__name__, c_int * 4 is c_int * 4)
four[-1] = 9
four[0:2] = 7, 8
print(list(four), memoryview(four).format, memoryview(four).shape, bytes(memoryview(four))[:8])
text = create_string_buffer(b"abc", 8)
print(text.value, text.raw, len(text))
text.value = b"zz"
text[0] = b"Q"
print(text.value, text[0:3], create_string_buffer(3).raw)
wide = create_unicode_buffer("hé")
print(wide.value, len(wide), wide[1])
grid = ((c_short * 3) * 2)((1, 2, 3), (4, 5, 6))
print([list(row) for row in grid], memoryview(grid).shape, sizeof(grid))
for label, call in {
    "index": lambda: four[9], "too many": lambda: (c_int * 1)(1, 2), "bytes": lambda: setattr(text, "value", b"123456789"),
    "negative": lambda: c_int * -1, "slice": lambda: four.__setitem__(slice(0, 2), [1]), "type": lambda: four.__setitem__(0, "x"),
}.items():
    attempt(label, call)

print("== structures and unions")


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_short), ("z", c_double)]


class Line(Structure):
    _fields_ = [("start", Point), ("end", Point), ("tag", c_char * 4), ("weights", c_float * 2)]


class Bits(Structure):
    _fields_ = [("a", c_uint8, 3), ("b", c_uint8, 5), ("c", c_int, 12)]


class Word(Union):
    _fields_ = [("whole", c_uint32), ("parts", c_uint8 * 4)]


class Big(BigEndianStructure):
    _fields_ = [("one", c_uint8), ("two", c_uint32)]


class Sub(Point):
    _fields_ = [("extra", c_int)]


class Anonymous(Structure):
    _anonymous_ = ["inner"]
    _fields_ = [("inner", Word), ("other", c_int)]


p = Point(1, 2, z=3.5)
print(p.x, p.y, p.z, sizeof(Point), Point.y.offset, Point.z.size, Point.x)
line = Line(p, Point(4), b"ab", (1, 2))
line.start.y += 5
print(line.start.y, p.y, line.end.x, line.tag, list(line.weights), sizeof(Line), alignment(Line))
bits = Bits(5, 17, -3)
print(bits.a, bits.b, bits.c, sizeof(Bits), bytes(bits)[:1])
word = Word(0x01020304)
print(list(word.parts), sizeof(Word))
print(bytes(Big(1, 0x01020304)), Big(1, 2).two, Sub(1, 2, 3, 4).extra, sizeof(Sub), Anonymous(Word(5), 2).whole)
attempt("too many", lambda: Point(1, 2, 3, 4))
attempt("twice", lambda: Point(1, x=2))
attempt("field type", lambda: type("Bad", (Structure,), {"_fields_": [("a", int)]}))
attempt("value", lambda: setattr(p, "x", "no"))
attempt("final", lambda: setattr(Point, "_fields_", []))
again = pickle.loads(pickle.dumps(p))
print(again.x, again.z, bytes(Point.from_buffer_copy(bytes(p))) == bytes(p))

print("== pointers")
number = c_int(7)
q = pointer(number)
q.contents.value = 8
q[0] += 1
print(number.value, bool(q), bool(POINTER(c_int)()), POINTER(c_int) is POINTER(c_int), q._type_ is c_int)


class Node(Structure):
    pass


Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
first = Node(1)
second = Node(2, pointer(first))
print(second.next.contents.value, second.next[0].value, bool(first.next))
walk = cast(four, POINTER(c_int))
print(walk[0], walk[1:3], cast(walk, c_void_p).value == addressof(four), cast(text, c_char_p).value)
attempt("null", lambda: POINTER(c_int)().contents)
shared = bytearray(8)
view = (c_int * 2).from_buffer(shared)
view[1] = 258
print(shared, (c_int * 2).from_buffer_copy(b"\1\0\0\0\2\0\0\0")[1], c_int.from_address(addressof(view) + 4).value)
attempt("small buffer", lambda: c_int.from_buffer(bytearray(2)))
attempt("read only", lambda: c_int.from_buffer(b"1234"))

print("== calls")
C = CDLL(None)
C.strlen.restype = c_size_t
C.strlen.argtypes = [c_char_p]
M = CDLL("libm.so.6")
M.pow.restype, M.pow.argtypes = c_double, [c_double, c_double]
C.labs.restype, C.labs.argtypes = c_long, [c_long]
print(C.strlen(b"four"), C.abs(-5), M.pow(2, 10), C.labs(-(2**40)), C.toupper(97))
out = create_string_buffer(40)
print(C.snprintf(out, 40, b"%d %s %.2f", 42, b"str", c_double(1.5)), out.value)
end = c_char_p()
C.strtol.restype = c_long
print(C.strtol(b"12rest", byref(end), 10), end.value)
print(string_at(b"abc\0def", 7), string_at(out), memset(out, 65, 3) == addressof(out), out.value[:5])
memmove(out, b"QQ", 2)
print(out.value[:4], wstring_at("wide"))
C.getenv.restype = c_char_p
print(C.getenv(b"NOT_THERE_AT_ALL"), C.strchr.__name__)
pythonapi.PyLong_FromLong.restype = py_object
pythonapi.PyList_Append.argtypes = [py_object, py_object]
made = []
print(pythonapi.PyLong_FromLong(42), pythonapi.PyList_Append(made, "item"), made)
try:
    C.no_such_function_here
except AttributeError as error:
    print(str(error).split(": ")[-1])
attempt("argument", lambda: C.strlen(5.5))
attempt("count", lambda: C.strlen())
pythonapi.PyErr_SetString.argtypes = [py_object, c_char_p]
pythonapi.PyErr_SetString.restype = None
attempt("raised in C", lambda: pythonapi.PyErr_SetString(KeyError, b"from C"))
