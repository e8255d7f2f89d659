import sys
import unicodedata
import capi_private_unicode as m
from support import *

TEXTS = ("", "a", "abc", "é", "äöü" * 5, "日本語", "a\0b", "\U0001f600 smile", "x" * 300)


def test_utf8():
    for s in TEXTS:
        same(m.as_utf8(s, NULL), s.encode())
    same(m.as_utf8("a\udc80", "surrogateescape"), b"a\x80")
    same(m.as_utf8("a\udc80b", "replace"), b"a?b")
    raises(UnicodeEncodeError, m.as_utf8, "a\udc80", NULL, text="'utf-8' codec can't encode character '\\udc80' in position 1: surrogates not allowed")
    raises(LookupError, m.as_utf8, "a\udc80", "nosuch", text="unknown error handler name 'nosuch'")
    raises(TypeError, m.as_utf8, b"a", NULL, text="bad argument type for built-in operation")
    keeps(m.as_utf8, "".join(["text", "long"]), NULL)


def test_copies():
    class S(str):
        pass

    for s in TEXTS:
        c = m.copy(s)
        same(c, s)
        same(m.consistent(c), 1)
        if len(s) > 1:
            true(c is not s)
    same(m.copy(S("sub")), "sub")
    bad_call(m.copy, 5)
    s = "".join(["text", "long"])
    changes(s, 0, m.copy, s, times=10)


def test_equality():
    for a in TEXTS:
        for b in TEXTS:
            same(m.equal(a, "".join(list(b))), int(a == b))
    same(m.equal_ascii("abc", b"abc"), 1)
    same(m.equal_ascii("abc", b"abcd"), 0)
    same(m.equal_ascii("abcd", b"abc"), 0)
    same(m.equal_ascii("", b""), 1)
    same(m.equal_ascii("é", b"e"), 0)
    same(m.equal_ascii("a\0", b"a"), 0)
    keeps(m.equal, "".join(["te", "xt"]), "".join(["te", "xt"]))


def test_join():
    s = "".join(["part", "one"])
    same(m.join(", ", ("a", "b", "c")), "a, b, c")
    same(m.join("é", ["x", "日"]), "xé日")
    same(m.join(NULL, ("a", "b")), "a b")
    same(m.join("-", ()), "")
    is_(m.join("-", (s,)), s)
    keeps(m.join, s, (s, s))
    raises(TypeError, m.join, 5, ("a", "b"), text="separator: expected str instance, int found")
    raises(TypeError, m.join, "-", ("a", 5), text="sequence item 1: expected str instance, int found")


def test_intern():
    same(m.intern("some text of its own "), ("some text of its own some text of its own ", 1, 1, 1))
    same(m.intern("ünï"), ("ünïünï", 1, 1, 1))


@once("the strings are immortal: the memory stays")
def test_intern_immortal():
    r = m.intern_immortal("for ever interned ")
    same(r, ("for ever interned for ever interned ", 1, 1, 1, 1))
    is_(sys.intern("".join(["for ever interned "] * 2)), r[0])


def test_writer():
    same(m.prepare("abc", 10, 127, 0, 0), ("abc" + chr(127), 1, 1, 127, 0))
    same(m.prepare("abc", 10, 255, 0, 0), ("abc" + chr(255), 1, 1, 255, 0))
    same(m.prepare("abc", 10, 0x20AC, 0, 0), ("abc" + chr(0xFFFF), 2, 1, 0xFFFF, 0))
    same(m.prepare("abc", 10, 0x1F600, 0, 0), ("abc" + chr(0x10FFFF), 4, 1, 0x10FFFF, 0))
    same(m.prepare("日本", 100, 127, 0, 1), ("日本" + chr(0xFFFF), 2, 1, 0xFFFF, 1))
    same(m.prepare("", 5, 127, 0, 0), ("" + chr(127), 1, 1, 127, 0))
    same(m.prepare("abc", 0, 0, 2, 0), ("abc" + chr(0xFFFF), 2, 1, 0xFFFF, 0))
    same(m.prepare("abc", 0, 0, 4, 0), ("abc" + chr(0x10FFFF), 4, 1, 0x10FFFF, 0))
    raises(MemoryError, m.prepare, "abc", sys.maxsize, 127, 0, 0)
    s = "".join(["text", "long"])
    changes(s, 0, m.prepare, s, 10, 255, 0, 0)


def test_characters():
    for c in (*range(0x250), 0x2028, 0x2029, 0x2155, 0x1D7D8, 0x1F100, 0x2460, 0xFF10, 0x1F88, 0x1FB3, 0xFB01, 0x10FFFF, 0xD800, 0x3007, 0x4E07, 0x10D0):
        s = chr(c)
        single = lambda t: ord(t) if len(t) == 1 else None
        found = m.character(c)
        upper, title = single(s.upper()), single(s.title())
        same(
            found[:5],
            (len(("a" + s + "b").splitlines()) - 1, int(s.isprintable()), unicodedata.decimal(s, -1), unicodedata.digit(s, -1), float(unicodedata.numeric(s, -1))),
        )
        if upper is not None and title is not None:
            same(found[5:], (title, upper))
    same(m.character(0xDF)[5:], (ord("S"), ord("S")))  # the first of the longer form
    same(m.character(0x1F88)[5:], (0x1F88, 0x1F08))
    same(m.character(0x1C6)[5:], (0x1C5, 0x1C4))


run(globals())
