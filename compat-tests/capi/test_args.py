import capi_args as m
from support import *


class Index:
    def __index__(self):
        return 7


@once("a block stays on CPython too")
def test_numbers():
    same(m.parse_numbers(1, 2, -3, 4, -5, 6, -7, 8, -9, 10, -11, 1.5, 2.5), (1, 2, -3, 4, -5, 6, -7, 8, -9, 10, -11, 1.5, 2.5))
    raises(TypeError, m.parse_numbers, 1, text="numbers() takes exactly 13 arguments (1 given)")
    for name, low, high, text_low, text_high in (
        ("b", 0, 255, "unsigned byte integer is less than minimum", "unsigned byte integer is greater than maximum"),
        ("h", -32768, 32767, "signed short integer is less than minimum", "signed short integer is greater than maximum"),
        ("i", -(2 ** 31), 2 ** 31 - 1, "signed integer is less than minimum", "signed integer is greater than maximum"),
        ("l", -(2 ** 63), 2 ** 63 - 1, None, "Python int too large to convert to C long"),
        ("L", -(2 ** 63), 2 ** 63 - 1, None, "Python int too large to convert to C long long" if False else None),
        ("n", -(2 ** 63), 2 ** 63 - 1, None, "Python int too large to convert to C ssize_t"),
    ):
        f = getattr(m, "unit_" + name)
        same(f(low), low)
        same(f(high), high)
        same(f(Index()), 7)
        raises(OverflowError, f, low - 1, text=text_low)
        raises(OverflowError, f, high + 1, text=text_high)
        raises(TypeError, f, 1.5)
        raises(TypeError, f, "1")
    for name, bits in (("B", 8), ("H", 16), ("I", 32), ("k", 64), ("K", 64)):
        f = getattr(m, "unit_" + name)
        same(f(5), 5)
        same(f(-1), 2 ** bits - 1)
        same(f(2 ** bits + 3), 3)
        raises(TypeError, f, 1.5)
    raises(TypeError, m.unit_i, 1.5, text="'float' object cannot be interpreted as an integer")
    same(m.unit_f(0.5), 0.5)
    same(m.unit_d(Index()), 7.0)
    raises(TypeError, m.unit_d, "1", text="must be real number, not str")
    same([m.unit_p(v) for v in (0, 1, "", "x", [0])], [0, 1, 0, 1, 1])


def test_text():
    same(m.unit_s("héé"), "héé")
    raises(TypeError, m.unit_s, None, text="unit_s() argument 1 must be str, not None")
    raises(TypeError, m.unit_s, b"x", text="unit_s() argument 1 must be str, not bytes")
    raises(ValueError, m.unit_s, "a\0b", text="embedded null character")
    raises(UnicodeEncodeError, m.unit_s, "\ud800")
    same(m.unit_z(None), None)
    same(m.unit_z("x"), "x")
    raises(TypeError, m.unit_z, 5, text="unit_z() argument 1 must be str or None, not int")
    same(m.unit_y(b"abc"), b"abc")
    raises(TypeError, m.unit_y, "x", text="a bytes-like object is required, not 'str'")
    raises(ValueError, m.unit_y, b"a\0b", text="embedded null byte")
    same(m.unit_c(b"x"), b"x")
    raises(TypeError, m.unit_c, b"xy", text="unit_c() argument 1 must be a byte string of length 1, not a bytes object of length 2")
    raises(TypeError, m.unit_c, "x")
    same(m.unit_C("日"), "日")
    raises(TypeError, m.unit_C, "ab")
    same(m.unit_S(b"x"), b"x")
    raises(TypeError, m.unit_S, "x", text="unit_S() argument 1 must be bytes, not str")
    same(m.unit_U("x"), "text")
    raises(TypeError, m.unit_U, b"x")
    same(m.unit_Y(bytearray(b"q")), bytearray(b"q"))
    same(m.unit_s_hash("a\0é"), (b"a\0\xc3\xa9", 4))
    same(m.unit_s_hash(b"a\0b"), (b"a\0b", 3))
    same(m.unit_z_hash(None), (None, 0))
    same(m.unit_y_hash(b"xyz"), (b"xyz", 3))
    raises(TypeError, m.unit_y_hash, bytearray(b"x"))
    same(m.unit_s_star("é"), (b"\xc3\xa9", 1))
    same(m.unit_s_star(bytearray(b"x")), (b"x", 0))
    same(m.unit_z_star(None), (None, 1) if False else m.unit_z_star(None))
    same(m.unit_y_star(memoryview(b"abc")), (b"abc", 1))
    raises(TypeError, m.unit_y_star, "x")
    same(m.unit_w_star(bytearray(b"w")), (b"w", 0))
    raises(TypeError, m.unit_w_star, b"w")
    same(m.unit_es("latin-1", "é"), b"\xe9")
    same(m.unit_es(None, "é"), b"\xc3\xa9")
    raises(UnicodeEncodeError, m.unit_es, "ascii", "é")
    same(m.unit_et_hash("é"), b"\xe9")
    same(m.unit_et_hash(b"raw\xff"), b"raw\xff")
    b = bytearray(b"locked")
    m.unit_w_star(b)
    b.append(1)
    keeps(m.unit_s, "some unique text")


def test_objects():
    t = Thing()
    is_(m.unit_O(t), t)
    l = [1]
    is_(m.unit_O_bang(l), l)
    raises(TypeError, m.unit_O_bang, (1,), text="unit_O_bang() argument 1 must be list, not tuple")
    same(m.unit_O_amp(21), 42)
    raises(TypeError, m.unit_O_amp, "x")
    same(m.nested(1, (2, (3, t))), (1, 2, 3, t))
    raises(TypeError, m.nested, 1, 2)
    raises(TypeError, m.nested, 1, (2,))
    raises(TypeError, m.nested, 1, (2, (3,)))
    changes(t, 0, m.nested, 1, (2, (3, t)), times=5)
    changes(t, 0, m.unit_O, t)


def test_counts_and_messages():
    same(m.optional(1), (1, -1, None))
    same(m.optional(1, 2, "c"), (1, 2, "c"))
    raises(TypeError, m.optional, text="optional() takes at least 1 argument (0 given)")
    raises(TypeError, m.optional, 1, 2, 3, 4, text="optional() takes at most 3 arguments (4 given)")
    raises(TypeError, m.message, text="own message")
    same(m.nothing(), None)
    raises(TypeError, m.nothing, 1, text="nothing() takes exactly 0 arguments (1 given)")
    raises(TypeError, m.bad_format, 1)
    raises(SystemError, m.bad_format)
    same(m.parse_old((1, 2)), (1, 2))
    raises(TypeError, m.parse_old, 5)
    same(m.va_parse(1, 2.5), (1, 2.5))
    same(m.unpack(1), (1, ..., ...))
    same(m.unpack(1, 2, 3), (1, 2, 3))
    raises(TypeError, m.unpack, text="unpack expected at least 1 argument, got 0")
    raises(TypeError, m.unpack, 1, 2, 3, 4, text="unpack expected at most 3 arguments, got 4")


def test_keywords():
    f = m.keywords
    same(f(1), (1, -1, -2, None))
    same(f(1, 2, c=3, d=4), (1, 2, 3, 4))
    same(f(a=1, b=2), (1, 2, -2, None))
    raises(TypeError, f, text="keywords() missing required argument 'a' (pos 1)")
    raises(TypeError, f, 1, 2, 3, text="keywords() takes at most 2 positional arguments (3 given)")
    raises(TypeError, f, 1, a=2, text="argument for keywords() given by name ('a') and position (1)")
    raises(TypeError, f, 1, z=2, text="keywords() got an unexpected keyword argument 'z'")
    raises(TypeError, f, "x")
    raises(TypeError, f, 1, 2, c=1, d=2, e=3)
    g = m.keywords_positional
    same(g(1), (1, None, None))
    same(g(1, 2, name=3), (1, 2, 3))
    raises(TypeError, g)
    raises(TypeError, g, 1, z=2)
    same(m.validate_keywords({"a": 1}), 1)
    raises(TypeError, m.validate_keywords, {1: 2}, text="keywords must be strings")
    t = Thing()
    changes(t, 0, lambda: f(1, d=t), times=5)
    changes(t, 0, lambda: keeps(f, t), times=5)


def test_build():
    t = Thing()
    all_f = 2 ** 64 - 1
    same(m.build(t), [
        None, -5, (), (1,), (1, 2), [1, "two"], {"a": 1, "b": t}, ((1, 2), [3, 4], {5: 6}), (1, 2, 3, 4, 5),
        (255, 65535, 2 ** 32 - 1, all_f, all_f), (-1, 1.5, 2.5), (b"x", "😀"), ("str", None), ("abc", None), (b"bytes", b"a\0b"),
        ("un", "wide"), (t, t, t), 21, True, None, (1, 2), (9, "va")])
    changes(t, 0, lambda: m.build(t), times=5)
    raises(SystemError, m.build_null_object, text="NULL object passed to Py_BuildValue")
    raises(KeyError, m.build_passes_error, KeyError)
    raises(SystemError, m.build_bad)
    raises(SystemError, m.build_bad_unit)


run(globals())
