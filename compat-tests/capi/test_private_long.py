import errno
import math
import warnings
import capi_private_long as m
from support import *

BIG = 1 << 200
NUMBERS = (0, 1, -1, 7, 255, -256, 1 << 29, (1 << 30) - 1, 1 << 30, -(1 << 31), 1 << 62, (1 << 63) - 1, -(1 << 64), BIG, -BIG + 12345)


def test_arithmetic():
    for a in NUMBERS:
        for b in NUMBERS:
            same(m.add(a, b), a + b)
            same(m.subtract(a, b), a - b)
            same(m.multiply(a, b), a * b)
            same(m.gcd(a, b), math.gcd(a, b))
            if b:
                q, r = m.divmod_near(a, b)
                same(q * b + r, a)
                true(abs(2 * r) < abs(b) or abs(2 * r) == abs(b) and q % 2 == 0, f"{a} {b} {q} {r}")
    same(m.add(True, True), 2)
    same(m.divmod_near(7, 2), (4, -1))
    same(m.divmod_near(-7, 2), (-4, 1))
    raises(ZeroDivisionError, m.divmod_near, 1, 0, text="division by zero")
    raises(TypeError, m.divmod_near, 1.5, 1, text="non-integer arguments in division")
    a = BIG + 999
    for f in (m.add, m.subtract, m.multiply, m.divmod_near, m.gcd):
        keeps(f, a, BIG * 3 + 1)


def test_shifts():
    for a in NUMBERS:
        for n in (0, 1, 29, 30, 31, 60, 200, 1000):
            same(m.lshift(a, n), a << n)
            same(m.rshift(a, n), a >> n)
    same(m.rshift(-5, 1 << 62), -1)
    same(m.lshift(0, 1 << 62), 0)
    keeps(m.lshift, BIG + 5, 7)


def test_format():
    for a in NUMBERS:
        same(m.format(a, 10), str(a))
        same(m.format(a, 16), hex(a))
        same(m.format(a, 8), oct(a))
        same(m.format(a, 2), bin(a))
    raises(ValueError, m.format, 10**5000, 10, text="Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit")
    bad_call(m.format, "x", 10)
    bad_call(m.format, 1.5, 16)


def test_parts():
    for a in NUMBERS:
        d, e = m.frexp(a)
        same((math.ldexp(d, e) == float(a), a == 0 or 0.5 <= abs(d) < 1), (True, True))
    same(m.frexp(0), (0.0, 0))
    same(m.frexp((1 << 100) - 1), (0.5, 101))
    same(m.from_digits(0, (5,)), 5)
    same(m.from_digits(1, (5,)), -5)
    same(m.from_digits(0, ()), 0)
    same(m.from_digits(1, ()), 0)
    same(m.from_digits(0, (1, 2)), 1 + (2 << 30))
    same(m.from_digits(1, (7, 0, 9)), -(7 + (9 << 60)))


def test_index():
    class Index:
        def __index__(self):
            return True

    class Sub(int):
        pass

    same(m.index(5), 5)
    is_(m.index(True), True)
    s = Sub(9)
    is_(m.index(s), s)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        is_(m.index(Index()), True)
    same([str(w.message) for w in seen], ["__index__ returned non-int (type bool).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python."])
    raises(TypeError, m.index, 1.5, text="'float' object cannot be interpreted as an integer")
    raises(SystemError, m.index, NULL, text="null argument to internal routine")
    keeps(m.index, BIG + 1)


def test_converters():
    class Index:
        def __index__(self):
            return 3

    for f, bits, name in (
        (m.to_uint8, 8, "uint8_t"),
        (m.to_uint16, 16, "uint16_t"),
        (m.to_uint32, 32, "uint32_t"),
        (m.to_uint64, 64, "uint64_t"),
        (m.to_ushort, 16, "unsigned short"),
        (m.to_uint, 32, "unsigned int"),
        (m.to_ulong, 64, "unsigned long"),
        (m.to_ulonglong, 64, "unsigned long long"),
    ):
        top = (1 << bits) - 1
        for v in (0, 1, 3, top):
            same(f(v), (v, 1))
        same(f(True), (1, 1))
        same(f(Index()), (3, 1))
        raises(ValueError, f, -1, text="Cannot convert negative int")
        raises(ValueError, f, -BIG, text="Cannot convert negative int")
        raises(OverflowError, f, top + 1, text=f"Python int too large for C {name}")
        raises(OverflowError, f, BIG, text=f"Python int too large for C {name}")
        raises(TypeError, f, 1.5)
        raises(TypeError, f, "1")
        keeps(f, BIG + 1)
    same(m.to_size(12), (12, 1))
    same(m.to_size((1 << 64) - 1), ((1 << 64) - 1, 1))
    raises(ValueError, m.to_size, -1)
    raises(OverflowError, m.to_size, 1 << 64)
    raises(TypeError, m.to_size, "x")


def test_file_descriptor():
    class File:
        def __init__(self, n):
            self.n = n

        def fileno(self):
            return self.n

    same(m.to_fd(7), (7, 1))
    f = File(9)
    same(m.to_fd(f), (9, 1))
    keeps(m.to_fd, f)
    raises(ValueError, m.to_fd, -1, text="file descriptor cannot be a negative integer (-1)")
    raises(ValueError, m.to_fd, File(-5), text="file descriptor cannot be a negative integer (-5)")
    raises(TypeError, m.to_fd, File("x"), text="fileno() returned a non-integer")
    raises(TypeError, m.to_fd, "x", text="argument must be an int, or have a fileno() method.")
    raises(OverflowError, m.to_fd, 1 << 40, text="Python int too large to convert to C int")


def test_system_types():
    for v in (0, -1, 1 << 40, (1 << 63) - 1, -(1 << 63)):
        same(m.as_time(v), v)
        same(m.from_time(v), v)
    raises(OverflowError, m.as_time, 1 << 63, text="timestamp out of range for platform time_t")
    raises(TypeError, m.as_time, "x", text="'str' object cannot be interpreted as an integer")
    same(m.from_gid(0), 0)
    same(m.from_gid((1 << 32) - 1), -1)
    same(m.from_gid((1 << 32) - 2), (1 << 32) - 2)


def test_complex_with_real():
    c = 1.5 - 2j
    same(m.cr_sum(c, 3), (4.5 - 2j, 0))
    same(m.cr_diff(c, 3), (-1.5 - 2j, 0))
    same(m.cr_prod(c, -2), (-3 + 4j, 0))
    same(m.cr_quot(c, 2), (0.75 - 1j, 0))
    same(m.cr_quot(c, 0), (0j, errno.EDOM))
    same(m.rc_diff(3, c), (1.5 + 2j, 0))
    same(m.rc_quot(5, 1 + 2j), (1 - 2j, 0))
    same(m.rc_quot(5, 2 + 1j), (2 - 1j, 0))
    same(m.rc_quot(5, 0j), (0j, errno.EDOM))
    z = m.cr_sum(complex(1, -0.0), 1)[0]
    same(math.copysign(1, z.imag), -1.0)
    z = m.rc_diff(1, complex(1, 0.0))[0]
    same(math.copysign(1, z.imag), -1.0)
    inf = math.inf
    z = m.cr_prod(complex(inf, 1), 2)[0]
    same((z.real, z.imag), (inf, 2.0))
    z = m.rc_quot(1, complex(inf, inf))[0]
    same((abs(z.real), abs(z.imag)), (0.0, 0.0))


run(globals())
