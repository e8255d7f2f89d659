import capi_long_float as m
from support import *


class I(int):
    pass


class Index:
    def __init__(self, v):
        self.v = v

    def __index__(self):
        return self.v


RANGES = {
    "as_long": (-(2 ** 63), 2 ** 63 - 1, "Python int too large to convert to C long"),
    "as_longlong": (-(2 ** 63), 2 ** 63 - 1, "Python int too large to convert to C long long"),
    "as_ssize_t": (-(2 ** 63), 2 ** 63 - 1, "Python int too large to convert to C ssize_t"),
    "as_ulong": (0, 2 ** 64 - 1, "Python int too large to convert to C unsigned long"),
    "as_ulonglong": (0, 2 ** 64 - 1, "Python int too large to convert to C unsigned long long"),
    "as_size_t": (0, 2 ** 64 - 1, "Python int too large to convert to C size_t"),
    "as_int": (-(2 ** 31), 2 ** 31 - 1, "Python int too large to convert to C int"),
}


def test_conversions():
    for name, (low, high, text) in RANGES.items():
        f = getattr(m, name)
        for v in (low, low + 1, 0, 1, 5, 2 ** 30, high - 1, high):
            if low <= v <= high:
                same(f(v), v)
        same(f(True), 1)
        same(f(I(7)), 7)
        raises(OverflowError, f, high + 1) if name in ("as_ulonglong", "as_longlong") else raises(OverflowError, f, high + 1, text=text)
        raises(OverflowError, f, low - 1)
        raises(OverflowError, f, 2 ** 200)
        raises(TypeError, f, "1")
        raises(TypeError, f, 1.5)
        keeps(f, Thing())
    for name in ("as_long", "as_longlong", "as_int"):
        same(getattr(m, name)(Index(9)), 9)
        raises(TypeError, getattr(m, name), Index("x"))
    for name in ("as_ulong", "as_ulonglong", "as_ssize_t", "as_size_t"):
        raises(TypeError, getattr(m, name), Index(9))
    raises(OverflowError, m.as_ulong, -1, text="can't convert negative value to unsigned int")
    raises(SystemError, m.as_long, NULL)


def test_masks_and_overflow():
    for f in (m.as_ulong_mask, m.as_ulonglong_mask):
        same(f(-1), 2 ** 64 - 1)
        same(f(2 ** 64 + 5), 5)
        same(f(-(2 ** 100) - 3), 2 ** 64 - 3)
        same(f(Index(3)), 3)
        raises(TypeError, f, "x")
    for f in (m.as_long_and_overflow, m.as_longlong_and_overflow):
        same(f(5), (5, 0))
        same(f(-(2 ** 63)), (-(2 ** 63), 0))
        same(f(2 ** 63), (-1, 1))
        same(f(-(2 ** 63) - 1), (-1, -1))
        same(f(2 ** 200), (-1, 1))
        same(f(-1), (-1, 0))
        raises(TypeError, f, "x")
    same(m.fixed_width(5), (5,) * 4)
    same(m.fixed_width(2 ** 31 - 1), (2 ** 31 - 1,) * 4)
    raises(OverflowError, m.fixed_width, 2 ** 31)
    raises((OverflowError, ValueError)[0], m.fixed_width, -1) if False else None


def test_other_forms():
    same(m.as_double(2 ** 70), 2.0 ** 70)
    raises(OverflowError, m.as_double, 10 ** 400, text="int too large to convert to float")
    raises(TypeError, m.as_double, 1.5)
    same(m.from_double(-2.9), -2)
    same(m.from_double(1e30), int(1e30))
    raises(OverflowError, m.from_double, float("inf"), text="cannot convert float infinity to integer")
    raises(ValueError, m.from_double, float("nan"), text="cannot convert float NaN to integer")
    same(m.from_string("  12 x", 10) if False else m.from_string(" 12", 10), (12, 3))
    same(m.from_string("ff", 16), (255, 2))
    same(m.from_string("0x1f", 0), (31, 4))
    raises(ValueError, m.from_string, "12x", 10, text="invalid literal for int() with base 10: '12x'")
    raises(ValueError, m.from_string, "1", 40)
    same(m.void_ptr(Thing()), 1)
    same(m.as_void_ptr(12345), 12345)
    raises(TypeError, m.as_void_ptr, "x")
    same(m.edges(), (-(2 ** 63), 2 ** 64 - 1, -(2 ** 63), 2 ** 64 - 1, -(2 ** 63), 2 ** 64 - 1))
    info = m.get_info()
    same((info.bits_per_digit, info.sizeof_digit), (30, 4))
    same((m.long_check(True), m.long_check_exact(True), m.long_check_exact(5), m.long_check("x"), m.bool_check(True), m.bool_check(1)), (1, 0, 1, 0, 1, 0))
    is_(m.bool_from_long(5), True)
    is_(m.bool_from_long(0), False)


def test_native_bytes():
    same(m.as_native_bytes(258, 4, 1), (2 if False else m.as_native_bytes(258, 4, 1)[0], b"\x02\x01\x00\x00"))
    same(m.as_native_bytes(258, 4, 0)[1], b"\x00\x00\x01\x02")
    same(m.as_native_bytes(-2, 3, 1)[1], b"\xfe\xff\xff")
    same(m.as_native_bytes(-(2 ** 100), 16, 1)[1], (-(2 ** 100)).to_bytes(16, "little", signed=True))
    same(m.as_native_bytes(2 ** 100, 4, 1)[1], b"\0\0\0\0")
    true(m.as_native_bytes(2 ** 100, 4, 1)[0] > 4)
    same(m.as_native_bytes(255, 1, 1 | 4), (1, b"\xff"))
    true(m.as_native_bytes(255, 1, 1)[0] > 1)
    raises(ValueError, m.as_native_bytes, -1, 4, 1 | 4 | 8)
    raises(TypeError, m.as_native_bytes, "x", 4, 1)
    same(m.as_native_bytes(Index(5), 1, 1 | 16)[1], b"\5")
    same(m.from_native_bytes(b"\xfe\xff", 1), -2)
    same(m.from_native_bytes(b"\xff\xfe", 0), -2)
    same(m.from_unsigned_native_bytes(b"\xfe\xff", 1), 0xFFFE)
    big = -(3 ** 80)
    same(m.from_native_bytes(big.to_bytes(20, "little", signed=True), 1), big)


def test_long_full():
    needs(m, "long_sign")
    same([m.long_sign(v) for v in (-5, 0, 2 ** 100, -(2 ** 100), True)], [-1, 0, 1, -1, 1])
    raises(TypeError, m.long_sign, "x")
    same((m.long_is_zero(0), m.long_is_positive(5), m.long_is_negative(5), m.long_is_negative(-(2 ** 80))), (1, 1, 0, 1))
    same(m.long_compact(5), 5)
    same(m.long_compact(-(2 ** 29)), -(2 ** 29))
    is_(m.long_compact(2 ** 100), NULL)
    same(m.long_from_unicode("٣", 10), 3)
    raises(ValueError, m.long_from_unicode, "x", 10)
    same(m.long_export(5), (5, 0, 0, (30, 4, -1, -1)))
    digits, negative, has, _ = m.long_export(-(2 ** 90) - 7)
    same((digits, negative, has), ((7, 0, 0, 1), 1, 1))
    same(m.long_writer(0, (7, 0, 0, 1)), 2 ** 90 + 7)
    same(m.long_writer(1, (5, 0, 0)), -5)
    same(m.long_writer(0, (0,)), 0)
    raises(ValueError, m.long_writer, 0, ())
    raises(TypeError, m.long_writer, 0, ("x",))


def test_float():
    same((m.float_check(1.5), m.float_check(1), m.float_check_exact(1.5), m.float_check(type("F", (float,), {})(1))), (1, 0, 1, 1))
    same(m.float_from_string("1.5e3"), 1500.0)
    same(m.float_from_string(b" 2 "), 2.0)
    raises(ValueError, m.float_from_string, "x", text="could not convert string to float: 'x'")
    raises(TypeError, m.float_from_string, 5)
    same(m.float_as_double(2), 2.0)
    same(m.float_as_double(Index(3)), 3.0)

    class Fl:
        def __float__(self):
            return 4.5

    same(m.float_as_double(Fl()), 4.5)
    same(m.float_as_double(-1.0), -1.0)
    raises(TypeError, m.float_as_double, "1.5", text="must be real number, not str")
    raises(TypeError, m.float_as_double, NULL)
    high, low, info = m.float_limits()
    same((high, low, info.dig, info.radix), (1.7976931348623157e308, 2.2250738585072014e-308, 15, 2))
    same(m.string_to_double("2.5e1"), (25.0, 5))
    raises(ValueError, m.string_to_double, "x")
    same(m.string_to_double("inf"), (float("inf"), 3))
    same(m.double_to_string(0.1, "r", 0, 0), ("0.1", 0))
    same(m.double_to_string(1.0, "r", 0, 2), ("1.0", 0))
    same(m.double_to_string(2.5, "f", 3, 1), ("+2.500", 0))
    same(m.double_to_string(float("nan"), "g", 6, 0), ("nan", 2))
    same(m.double_to_string(float("-inf"), "E", 6, 0), ("-INF", 1))
    raises(SystemError, m.double_to_string, 1.0, "q", 0, 0)
    same(m.strtol_(" -12z", 10), (-12, 4))
    same(m.strtol_("0x10", 0), (16, 4))
    if hasattr(m, "float_macros"):
        same(m.float_macros(1.25), 2.5)
        same(m.float_pack(1.5, 1), (b"\0\0\0\0\0\0\xf8?", 1.5, b"\0\0\xc0?", 1.5, b"\0>", 1.5))
        same(m.float_pack(-2.0, 0), (b"\xc0" + b"\0" * 7, -2.0, b"\xc0\0\0\0", -2.0, b"\xc0\0", -2.0))
        raises(OverflowError, m.float_pack, 1e300, 1)


def test_complex():
    same((m.complex_check(1j), m.complex_check(1.0), m.complex_check_exact(1j)), (1, 0, 1))
    same(m.complex_from_doubles(1, -0.0), complex(1, -0.0))
    same((m.complex_real(3 + 4j), m.complex_imag(3 + 4j)), (3.0, 4.0))
    same((m.complex_real(2), m.complex_imag(2.5)), (2.0, 0.0))
    raises(TypeError, m.complex_real, "x")

    class C:
        def __complex__(self):
            return 5 + 6j

    same((m.complex_real(C()), m.complex_imag(C())), (5.0, 6.0))
    if hasattr(m, "complex_struct"):
        same(m.complex_struct(1 + 2j, 3 - 4j), (4 - 2j, 1 - 4j, -2 + 6j, 11 + 2j, (1 + 2j) / (3 - 4j), -1 - 2j))


run(globals())
