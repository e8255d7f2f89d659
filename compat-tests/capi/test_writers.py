import capi_writers as m
from support import *

TEXT = "aé日😀"


def test_public_writer():
    for s in ("", "abc", "é", "日", "😀", "long " * 100):
        same(m.write_str(s), "<" + s + ">")
        same(m.write_utf8(s.encode()), "<" + s + ">")
        same(m.write_repr(s), "<" + repr(s) + ">")
    same((m.write_str(5), m.write_repr(...), m.write_ascii(b"ascii")), ("<5>", "<<NULL>>", "<ascii>"))
    same(m.write_utf8(b"up to zero\0not", -1), "<up to zero>")
    raises(UnicodeDecodeError, m.write_utf8, b"a\xff")
    same([m.write_substring(TEXT, a, b) for a, b in ((0, 4), (1, 3), (2, 2), (4, 4))], ["<aé日😀>", "<é日>", "<>", "<>"])
    raises(ValueError, m.write_substring, TEXT, -1, 2)
    raises(ValueError, m.write_substring, TEXT, 3, 2)
    raises(ValueError, m.write_substring, TEXT, 0, 5)
    raises(TypeError, m.write_substring, b"x", 0, 1)
    same([m.write_wide(n) for n in (0, 1, 4, -1)], ["<>", "<a>", "<aé日😀>", "<aé日😀>"])
    same([m.write_ucs4(n) for n in (0, 2, 4)], ["<>", "<aé>", "<aé日😀>"])
    raises(ValueError, m.write_ucs4, -1, text="size must be positive")
    same([m.write_char(c) for c in (0, 65, 0xE9, 0xD800, 0x10FFFF)], ["<\0>", "<A>", "<é>", "<\ud800>", "<\U0010ffff>"])
    raises(ValueError, m.write_char, 0x110000, text="character must be in range(0x110000)")
    same(m.write_format(5, "r"), "<5 'r' end>")
    raises(ValueError, m.writer_create, -1, text="length must be positive")
    same(m.writer_create(100), 1)


def test_stateful_writer():
    same(m.write_stateful("aé".encode(), None), ("aé", 3))
    same(m.write_stateful("日".encode()[:2], None), ("", 0))
    same(m.write_stateful(b"a" + "日".encode()[:2], None), ("a", 1))
    same(m.write_stateful(b"a\xffb", "replace"), ("a�b", 3))
    raises(UnicodeDecodeError, m.write_stateful, b"a\xffb", None)


def test_old_writer():
    same(m.old_writer("é", "12345"), (2, "xé23asciié日"))
    same(m.old_writer("😀", "日本語"), (4, "x😀本語asciié日"))
    s = "one string"
    is_(m.old_writer_one(s), s)
    same(m.old_writer_one(""), "")


def test_numbers_of_text():
    same(m.string_to_double("1.5e3xyz", ...), (1500.0, 5))
    same(m.string_to_double("1e400", ...), (float("inf"), 5))
    raises(OverflowError, m.string_to_double, "1e400", OverflowError, text="value too large to convert to float: '1e400'")
    same(m.string_to_double("-inf", OverflowError), (float("-inf"), 4))
    raises(ValueError, m.string_to_double, " 1", ..., text="could not convert string to float: ' 1'")
    same([m.strtoul_(s, b) for s, b in (("12z", 10), ("0x1F", 0), ("0x1F", 16), ("0o17", 0), ("0b11", 0), ("077", 8), ("zz", 36), ("", 10), ("000", 0), ("0xg", 0))],
         [(12, 2), (31, 4), (31, 4), (15, 4), (3, 4), (63, 3), (1295, 2), (0, 0), (0, 3), (0, 1)])
    same(m.strtoul_("99999999999999999999", 10), (2 ** 64 - 1, 20))
    same([m.strtol_(s, 10) for s in ("-5", "+7", "  -9223372036854775808", "9223372036854775808", "-9223372036854775809")],
         [(-5, 2), (7, 2), (-(2 ** 63), 22), (2 ** 63 - 1, 19), (2 ** 63 - 1, 20)])
    same([m.compare(*a) for a in (("abc", "ABD", 2), ("a", "A", 5), ("b", "A", 0), ("", "x", 1))], [(-1, 0), (0, 0), (1, 0), (-1, -1)])
    same(m.locale(b"abc"), ("abc", 3, b"abc"))


def test_marshal():
    for o in (None, 5, 2 ** 100, "é", b"x", (1, [2.5, {"k": {3}}]), 1j, True, ...):
        same(m.marshal_both(o) if o is not ... else ..., o)
    same(m.marshal_file([1, "two"]), (-77777, [1, "two"]))
    raises(ValueError, m.marshal_both, object())
    raises(EOFError, m.marshal_read, b"")
    raises(ValueError, m.marshal_read, b"?")


def test_imports():
    import sys
    is_(m.importer("/no/such/folder"), None)
    same(m.importer("/").__class__.__name__, "FileFinder")
    is_(m.importer("/"), sys.path_importer_cache["/"])
    same(m.frozen("no_such_module"), 0)
    same(m.frozen("__hello__"), 1)


def test_small_families():
    same(m.clocks(), (1, 1, 1, 1.5))
    d = m.ordered("a", "b")
    same((type(d).__name__, dict(d)), ("OrderedDict", {"b": "a"}))
    same(m.statuses(), ((0, 0, 0), (1, 0, 1, "message"), (0, 1, 1, 5), (1, 1, "memory allocation failed")))
    r, size = m.complex_power(2 + 0j, 3 + 0j)
    same((r, size), (8 + 0j, 2.0))
    r, size = m.complex_power(3 + 4j, 0j)
    same((r, size), (1 + 0j, 5.0))
    same(m.hash_function(b"abc"), (hash(b"abc"), "siphash13", 64, 128))
    same(m.generic_hash(object()), 1)
    same(m.wide_facts(), (0x030E0000, 0x030E01F0))


def test_unicode_error_positions():
    e = UnicodeEncodeError("ascii", "abc", -3, 99, "why")
    same(m.unicode_parts(e, 2), (0, 3, "why"))
    same(e.start, 2)
    e = UnicodeEncodeError("ascii", "abc", 77, -5, "why")
    same(m.unicode_parts(e, 1), (2, 1, "why"))
    e = UnicodeEncodeError("ascii", "", 5, 5, "why")
    same(m.unicode_parts(e, 1), (0, 0, "why"))
    raises(TypeError, m.unicode_parts, UnicodeDecodeError("a", b"", 0, 0, ""), 1)


def test_codec_factories():
    import io
    e, d = m.incremental("utf-8")
    same((e.encode("é"), d.decode(b"\xc3"), d.decode(b"\xa9\xff")), (b"\xc3\xa9", "", "é�"))
    stream = io.BytesIO(b"\xc3\xa9")
    r, w = m.streams("utf-8", stream)
    same(r.read(), "é")
    w.write("日")
    same(stream.getvalue(), b"\xc3\xa9" + "日".encode())
    raises(LookupError, m.streams, "no-such", stream)


run(globals())
