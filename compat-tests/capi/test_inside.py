import os
import sys
import tempfile
import capi_inside as m
from support import *

FLOOR, CEILING, HALF_EVEN, UP = range(4)


def test_times():
    same(m.time_from(3, FLOOR), 3_000_000_000)
    same(m.time_from(1.5, FLOOR), 1_500_000_000)
    same([m.time_from(1e-9 * 2.5, r) for r in range(4)], [2, 3, 2, 3])
    same([m.time_from(-1e-9 * 2.5, r) for r in range(4)], [-3, -2, -2, -3])
    same(m.time_from_ms(1.5, FLOOR), 1_500_000)
    raises(ValueError, m.time_from, float("nan"), FLOOR, text="Invalid value NaN (not a number)")
    for huge in 2**70, 1e300, -2**70:
        raises(OverflowError, m.time_from, huge, FLOOR)
    raises(TypeError, m.time_from, "x", FLOOR)
    same(m.time_from_long(2**63 - 1), 2**63 - 1)
    raises(OverflowError, m.time_from_long, 2**63)
    raises(TypeError, m.time_from_long, 1.0, text="expect int, got float")
    same([m.time_as(1_500, r) for r in range(4)], [(1, 0), (2, 1), (2, 0), (2, 1)])
    same([m.time_as(-2_500, r) for r in range(4)], [(-3, -1), (-2, 0), (-2, 0), (-3, -1)])
    same(m.timespec_of(-1), (-1, 999_999_999))
    same([m.time_parts(-1.5, r) for r in range(4)], [(-2, (-2, 500000000), (-2, 500000)), (-1, (-2, 500000000), (-2, 500000)),
                                                     (-2, (-2, 500000000), (-2, 500000)), (-2, (-2, 500000000), (-2, 500000))])
    same(m.time_parts(7, FLOOR), (7, (7, 0), (7, 0)))
    raises(OverflowError, m.time_parts, 1e300, FLOOR, text="timestamp out of range for platform time_t")
    raises(OverflowError, m.time_parts, 2**80, FLOOR, text="timestamp out of range for platform time_t")
    same(m.time_small(), (-3_000_000_000, 71, 0, 1))


def test_pointer_table():
    same(m.pointer_table(), (500500, 42, 500, 1, 10, 490545, 0, 9955, 5))


def test_locks():
    same(m.locks(), ((0, 0, 1), (-1, 0, 0, 2), (8, 1), 2, (1, 1, 0), (-1, -2)))


def test_bytes_writers():
    for kind in range(4):
        for piece, times in (b"", 0), (b"xy", 5), (b"x" * 100, 20):
            r = m.bytes_written(piece, times, kind)
            is_(type(r), bytearray if kind & 1 else bytes)
            same(bytes(r), b"abc" + piece * times)
    same(m.bytes_found(b"abcabc", b"bc"), (101, 104, b"bcbcbcbcbc"))
    same(m.bytes_found(b"abcabc", b"x"), (-1, -1, b"x" * 10))
    same(m.bytes_found(b"abc", b""), (100, 103, b"-" * 10))


def test_files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f")
        open(path, "w").close()
        same(m.open_file(path), (0, 5, 1, 1, 0, (1, 0)))
        with open(path) as f:
            same(f.read(), "hello!")
        e = raises(FileNotFoundError, m.open_file, os.path.join(folder, "no", "f"))
        same(e.filename, os.path.join(folder, "no", "f"))
    same(m.bad_files(), (-1, 1, "No such file or directory"))
    raises(OSError, m.write_closed)
    raises(OSError, m.dup_closed)


def test_errors_and_sys():
    e = raises(ValueError, m.thread_errors, "x", text="5 'x'")
    same(e.__notes__, ["a note of C"])
    is_(m.sys_required("path"), sys.path)
    raises(RuntimeError, m.sys_required, "no_such_name", text="lost sys.no_such_name")
    same(m.sys_optional("maxsize"), (1, 1, sys.maxsize, 1))
    same(m.sys_optional("no_such_name"), (0, 0, ..., 1))
    same(m.sys_sizeof([1, 2]), sys.getsizeof([1, 2]))


def test_objects():
    class C:
        def f(self):
            pass

        @property
        def p(self):
            return "property"

        def __enter__(self):
            return 5

    c = C()
    same(m.get_method(c, "f"), (1, C.f))
    same(m.get_method(c, "p"), (0, "property"))
    c.f = "own"
    same(m.get_method(c, "f"), (0, "own"))
    raises(AttributeError, m.get_method, c, "missing")
    same(m.lookup_special(c, "__enter__")(), 5)
    is_(m.lookup_special(c, "__exit__"), ...)
    same(m.get_state(c), {"f": "own"})
    is_(m.get_state(C()), None)


def test_containers():
    d = {"a": 1}
    same(m.del_if(d, "a", 2), 0)
    same(m.del_if(d, "a", 1), 1)
    same(d, {})
    same(m.del_if(d, "a", 1), 0)
    same(m.load_global({"x": 1}, {"x": 2, "y": 3}, "x"), 1)
    same(m.load_global({"x": 1}, {"x": 2, "y": 3}, "y"), 3)
    is_(m.load_global({}, {}, "z"), ...)
    l = [1]
    same(m.list_moves(l, (2, 3)), (1, 2, 3))
    same(l, [])
    raises(TypeError, m.list_moves, l, 5)


def test_text():
    same(m.no_nul("abc\u20ac"), "abc\u20ac".encode())
    raises(ValueError, m.no_nul, "a\0b", text="embedded null character")
    same(m.encode_wide("a\u20ac", -1), ("a\u20ac".encode("utf-16-le"), "a\u20ac".encode("utf-32-le")))
    same(m.encode_wide("a\u20ac", 0), ("a\u20ac".encode("utf-16"), "a\u20ac".encode("utf-32")))
    same(m.encode_wide("a\u20ac", 1), ("a\u20ac".encode("utf-16-be"), "a\u20ac".encode("utf-32-be")))
    same(m.to_ascii("12"), "12")
    same(m.to_ascii("\u0661\u2003\u0662"), "1 2")
    same(m.to_ascii("\u0661x\u20acy"), "1x?")
    same([m.scan_identifier(s) for s in ("abc def", "1a", "\u00e9t\u00e9", "", "_1-")], [3, 0, 3, 0, 2])
    same(m.hex_digits(b"\x00\xff\x10"), "00ff10")
    same(m.tokens(), (7, 55, 35, 55, 52, 44))


def test_constant_keys():
    key = m.constant_key
    is_(key(None), None)
    same(key(5), 5)
    same(key("x"), "x")
    same(key(True), (bool, True))
    same(key(b"x"), (bytes, b"x"))
    same(key(1.5), (float, 1.5))
    same(key(-0.0), (float, -0.0, None))
    same(key(0j), (complex, 0j))
    same([len(key(z)) for z in (complex(-0.0, 0.0), complex(0.0, -0.0), complex(-0.0, -0.0))], [3, 3, 3])
    same([key(z)[2] for z in (complex(-0.0, 0.0), complex(0.0, -0.0), complex(-0.0, -0.0))], [None, False, True])
    same(key((1, 1.0)), ((1, (float, 1.0)), (1, 1.0)))
    same(key(frozenset({1})), (frozenset({1}), frozenset({1})))
    o = object()
    same(key(o), (id(o), o))


run(globals())
