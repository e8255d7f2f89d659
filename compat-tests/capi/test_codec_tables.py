import capi_codec_tables as m
from support import *


def test_charmap():
    table = {97: "x", 98: 0x20AC, 99: None}
    same(m.decode_charmap(b"ab", table, NULL), "x€")
    raises(UnicodeDecodeError, m.decode_charmap, b"abc", table, NULL, text="'charmap' codec can't decode byte 0x63 in position 2: character maps to <undefined>")
    same(m.decode_charmap(b"abd", table, "ignore"), "x€")
    same(m.decode_charmap(b"\x00\x02", "ab\u20ac", "strict"), "a€")
    same(m.decode_charmap(b"\xe9", NULL, NULL), "é")
    raises(TypeError, m.decode_charmap, b"a", {97: 1.5}, NULL, text="character mapping must return integer, None or str")
    raises(TypeError, m.decode_charmap, b"a", {97: 0x110000}, NULL, text="character mapping must be in range(0x110000)")
    same(m.as_charmap("ab", {97: b"xx", 98: 0x41}), b"xxA")
    raises(UnicodeEncodeError, m.as_charmap, "ac", {97: b"x"}, text="'charmap' codec can't encode character '\\x63' in position 1: character maps to <undefined>")
    raises(TypeError, m.as_charmap, "a", {97: "x"}, text="character mapping must return integer, bytes or None, not str")
    t = Thing()
    raises(TypeError, m.decode_charmap, b"a", {97: t}, NULL)
    keeps(m.decode_charmap, b"a", {97: t}, NULL)


def test_encoding_map():
    table = "".join(map(chr, range(128))) + "€" * 128
    e = m.build_encoding_map(table)
    same(type(e).__name__ in ("EncodingMap", "dict"), True)
    same(m.as_charmap("a€", e), b"a\xff" if type(e) is dict else m.as_charmap("a€", e))
    import codecs
    same(codecs.charmap_encode("abc", "strict", e), (b"abc", 3))
    raises(TypeError, m.build_encoding_map, b"x")


def test_utf7():
    same(m.decode_utf7(b"Hi +AOk-!", NULL), "Hi é!")
    raises(UnicodeDecodeError, m.decode_utf7, b"+AO\xff", NULL)
    same(m.utf7_stateful(b"a+AOk", NULL), ("a", 1))
    same(m.utf7_stateful(b"a+AOk-b", NULL), ("aéb", 7))


def test_halves():
    le = "a€😀".encode("utf-16-le")
    same(m.utf16_stateful(le, NULL, -1), ("a€😀", 8, -1))
    same(m.utf16_stateful(le[:-1], NULL, -1), ("a€", 4, -1))
    same(m.utf16_stateful(le[:-2], NULL, -1), ("a€", 4, -1))
    same(m.utf16_stateful(b"\xfe\xff\x00a", NULL, 0), ("a", 4, 1))
    raises(UnicodeDecodeError, m.utf16_stateful, b"\x00\xdca\x00", NULL, -1, text="'utf-16-le' codec can't decode bytes in position 0-1: illegal encoding")
    be = "a😀".encode("utf-32-be")
    same(m.utf32_stateful(be, NULL, 1), ("a😀", 8, 1))
    same(m.utf32_stateful(be[:-1], NULL, 1), ("a", 4, 1))
    same(m.utf32_stateful(b"\xff\xfe\x00\x00a\x00\x00\x00", NULL, 0), ("a", 8, -1))
    raises(UnicodeDecodeError, m.utf32_stateful, b"\x00\x11\x00\x00", "strict", 1)
    same(m.utf32_stateful(b"\x00\x11\x00\x00\x00\x00\x00a", "replace", 1), ("\ufffda", 8, 1))


def test_raw_unicode_escape():
    same(m.decode_raw_unicode_escape(rb"\u20ac\n\xe9", NULL), "€\\n\\xe9")
    raises(UnicodeDecodeError, m.decode_raw_unicode_escape, rb"\u20", NULL, text="'rawunicodeescape' codec can't decode bytes in position 0-3: truncated \\uXXXX escape")


def test_error_fields():
    e = UnicodeDecodeError("utf-8", b"abcdef", 0, 1, "old")
    same(m.decode_error_fields(e), "'utf-8' codec can't decode bytes in position 2-3: new reason")
    same((e.start, e.end, e.reason), (2, 4, "new reason"))
    t = UnicodeTranslateError("abc", 1, 3, "because")
    same(m.translate_error_fields(t), (1, 3, "abc", "because", "can't translate character '\\x61' in position 0: why"))
    raises(TypeError, m.wrong_error, ValueError("x"))


def test_old_codecs():
    needs(m, "as_decoded_object")
    raises(TypeError, m.as_decoded_unicode, "a", "utf-8", NULL)
    same(m.as_encoded_object("é", "latin-1", NULL), b"\xe9")
    same(m.as_encoded_unicode("abc", "rot13", NULL), "nop")
    same(m.as_decoded_object("nop", "rot13", NULL), "abc")
    same(m.as_decoded_unicode("nop", "rot13", NULL), "abc")
    raises(TypeError, m.as_encoded_unicode, "é", "latin-1", NULL)
    raises(TypeError, m.as_encoded_object, b"x", "latin-1", NULL, text="bad argument type for built-in operation")


def test_character_tables():
    needs(m, "private_classes")
    same(m.private_classes(ord("a")), (1, 0, 0, 1, 0, 0, 0, 0, 97))
    same(m.private_classes(ord("É")), (1, 0, 0, 0, 0, 0, 1, 0, ord("é")))
    same(m.private_classes(0x01C5), (1, 0, 0, 0, 0, 1, 0, 0, 0x01C6))
    same(m.private_classes(0x0663), (0, 1, 1, 0, 1, 0, 0, 0, 0x0663))
    same(m.private_classes(0x2003), (0, 0, 0, 0, 0, 0, 0, 1, 0x2003))
    for c in (0, 9, 32, ord("0"), ord("A"), ord("f"), ord("z"), 0x85, 0xE9, 255):
        b = bytes([c])
        same(m.ascii_tables(c), tuple(int(x) for x in (b.isalpha(), b.isdigit(), c in b"0123456789abcdefABCDEF", b.isspace(), b.isalnum(), b.lower()[0], b.upper()[0], c in b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f ")))
    raises(RuntimeError, m.get_size, "abc", text="PyUnicode_GetSize has been removed.")


run(globals())
