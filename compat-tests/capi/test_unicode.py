import capi_unicode as m
from support import *


class S(str):
    pass


SAMPLES = ["", "a", "abc", "é", "日本語", "a😀", "\x00b"]


def test_make():
    same((m.check("a"), m.check(S()), m.check_exact(S()), m.check(b"a")), (1, 1, 0, 0))
    same(m.from_string(b"h\xc3\xa9"), "hé")
    raises(UnicodeDecodeError, m.from_string, b"\xff")
    same(m.from_string_and_size(b"a\0b"), "a\0b")
    same(m.from_object("a"), "a")
    same(type(m.from_object(S("q"))), str)
    raises(TypeError, m.from_object, b"a", text="Can't convert 'bytes' object to str implicitly")
    same(m.from_encoded_object(b"\xe9", "latin-1", NULL), "é")
    same(m.from_encoded_object(b"\xff", NULL, "replace"), "\ufffd")
    raises(TypeError, m.from_encoded_object, "a", NULL, NULL, text="decoding str is not supported")
    raises(LookupError, m.from_encoded_object, b"a", "no-such", NULL)
    same(m.from_ordinal(0x1F600), "😀")
    raises(ValueError, m.from_ordinal, 0x110000, text="chr() arg not in range(0x110000)")
    is_(m.from_ordinal(97), m.from_ordinal(97))


def test_from_format():
    same(m.from_format("u日", [1]), "text|-42|   42|42   |00042|7|123456789|-5|1099511627776|ff|FF|€|%|u日|[1]|[1]|'u\\u65e5'|abc|fallback|0x10")
    same(m.from_format_types(Thing()), "support.Thing support:Thing support.Thing support:Thing")
    same(m.from_format_types(5), "int int int int")
    raises(SystemError, m.from_format_bad, text="invalid format string: %?")
    t = Thing()
    changes(t, 0, m.from_format, "x", t)


def test_read():
    for s in SAMPLES:
        same(m.get_length(s), len(s))
        for i, c in enumerate(s):
            same(m.read_char(s, i), ord(c))
        raises(IndexError, m.read_char, s, len(s), text="string index out of range")
        same(m.as_utf8_string(s), s.encode())
        data = s.encode()
        same(m.as_utf8_and_size(s), (data, len(data.split(b"\0")[0])))
        same(m.substring(s, 1, 99), s[1:])
    raises(TypeError, m.get_length, b"a", text="bad argument type for built-in operation")
    raises(TypeError, m.read_char, 5, 0)
    same(m.substring("abcdef", 2, 4), "cd")
    same(m.substring("abc", 2, 1), "")
    raises(IndexError, m.substring, "abc", -1, 2)
    raises(UnicodeEncodeError, m.as_utf8_and_size, "\ud800")
    raises(TypeError, m.as_utf8_and_size, 5)


def test_codecs():
    for s in SAMPLES:
        same(m.decode_utf8(s.encode(), NULL), s)
        same(m.decode_utf16(s.encode("utf-16"), NULL), s)
        same(m.decode_utf32(s.encode("utf-32"), NULL), s)
        same(m.as_utf16_string(s), s.encode("utf-16"))
        same(m.as_utf32_string(s), s.encode("utf-32"))
        same(m.as_unicode_escape(s), s.encode("unicode-escape"))
        same(m.as_raw_unicode_escape(s), s.encode("raw-unicode-escape"))
        same(m.decode_fs(s.encode(), NULL), s)
        same(m.encode_fs(s), s.encode()) if "\0" not in s or True else None
    same(m.as_ascii_string("abc"), b"abc")
    raises(UnicodeEncodeError, m.as_ascii_string, "é", text="'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)")
    same(m.as_latin1_string("é"), b"\xe9")
    raises(UnicodeEncodeError, m.as_latin1_string, "日")
    same(m.as_encoded("é€", "ascii", "xmlcharrefreplace"), b"&#233;&#8364;")
    raises(LookupError, m.as_encoded, "a", "no-such", NULL, text="unknown encoding: no-such")
    raises(LookupError, m.as_encoded, "é", "ascii", "no-such-handler")
    raises(UnicodeDecodeError, m.decode_utf8, b"a\xff", NULL, text="'utf-8' codec can't decode byte 0xff in position 1: invalid start byte")
    same(m.decode_utf8(b"a\xffb", "replace"), "a\ufffdb")
    same(m.decode_utf8(b"a\xff", "surrogateescape"), "a\udcff")
    raises(UnicodeDecodeError, m.decode_ascii, b"\x80", NULL)
    same(m.decode_ascii(b"\x80", "ignore"), "")
    same(m.decode_latin1(b"\xe9", NULL), "é")
    same(m.decode_cp1252(b"\x80", NULL), "€")
    same(m.decode_unicode_escape(b"\\u65e5\\n\\x41", NULL), "日\nA")
    same(m.decode_locale(b"abc", NULL), "abc")
    same(m.decode_utf8_stateful(b"a\xc3\xa9\xe6\x97"), ("aé", 3))
    same(m.fs_converter("né"), "né".encode())
    same(m.fs_converter(b"x"), b"x")
    raises(ValueError, m.fs_converter, "a\0b", text="embedded null byte")
    raises(TypeError, m.fs_converter, 5)
    same(m.fs_decoder(b"n\xc3\xa9"), "né")
    same(m.default_encoding(), "utf-8")
    same(m.wide_char("a😀"), ("a😀", 2, 2))
    raises(TypeError, m.wide_char, b"x")


def test_build_and_split():
    for a in SAMPLES:
        for b in SAMPLES:
            same(m.concat(a, b), a + b)
            same(m.append(a, b), a + b)
            same(m.append_and_del(a, b), a + b)
    raises(TypeError, m.concat, "a", b"b")
    raises(TypeError, m.concat, b"a", "b")
    raises(SystemError, m.append, "a", b"b")
    keeps(m.append_and_del, "uniq text", "other text")
    same(m.split("a b  c", NULL, -1), ["a", "b", "c"])
    same(m.split("a,b,c", ",", 1), ["a", "b,c"])
    raises(ValueError, m.split, "a", "", -1, text="empty separator")
    same(m.rsplit("a,b,c", ",", 1), ["a,b", "c"])
    same(m.splitlines("a\nb\r\n", 1), ["a\n", "b\r\n"])
    same(m.partition("a-b-c", "-"), ("a", "-", "b-c"))
    same(m.rpartition("a-b-c", "-"), ("a-b", "-", "c"))
    same(m.join("-", ["a", "日"]), "a-日")
    same(m.join("-", iter("ab")), "a-b")
    raises(TypeError, m.join, "-", ["a", 5], text="sequence item 1: expected str instance, int found")
    same(m.translate("abc", {97: "A", 98: 0x42}), "ABc")
    raises(UnicodeTranslateError, m.translate, "ab", {98: None})
    same(m.replace("aXbXc", "X", "日", 1), "a日bXc")
    same(m.replace("aa", "a", "b", -1), "bb")
    same(m.format("%s %d", ("x", 5)), "x 5")
    raises(TypeError, m.format, "%d", "x")


def test_search():
    same(m.find("abcabc", "b", 0, 99, 1), 1)
    same(m.find("abcabc", "b", 0, 99, -1), 4)
    same(m.find("abc", "x", 0, 99, 1), -1)
    raises(TypeError, m.find, "abc", 5, 0, 9, 1)
    same(m.find_char("a日b日", ord("日"), 0, 4, 1), 1)
    same(m.find_char("a日b日", ord("日"), 0, 4, -1), 3)
    same(m.find_char("abc", ord("日"), 0, 3, 1), -1)
    same(m.count_("banana", "an", 0, 99), 2)
    same(m.tailmatch("banana", "ban", 0, 99, -1), 1)
    same(m.tailmatch("banana", "na", 0, 99, 1), 1)
    same(m.tailmatch("banana", "x", 0, 99, 1), 0)
    same(m.contains("banana", "nan"), 1)
    raises(TypeError, m.contains, "a", 5)
    same(m.compare("a", "b"), -1)
    same(m.compare("b", "a"), 1)
    same(m.compare("é", "é"), 0)
    raises(TypeError, m.compare, "a", 5)
    same(m.compare_ascii("abc", b"abc"), 0)
    same(m.compare_ascii("abd", b"abc") > 0, True)
    same(m.compare_ascii("ab", b"abc") < 0, True)
    same(m.equal_to_utf8("日", "日".encode()), 1)
    same(m.equal_to_utf8("日", b"x"), 0)
    same(m.equal_to_utf8_and_size("a\0b", b"a\0b"), 1)
    same(m.equal("a", "a"), 1)
    raises(TypeError, m.equal, "a", b"a")
    same(m.richcompare("a", "b", 0), True)
    is_(m.richcompare("a", 5, 2), NotImplemented)
    same(m.is_identifier("été"), 1)
    same(m.is_identifier("1a"), 0)
    same(m.intern("some text to intern"), ("some text to intern", 1))


def test_storage():
    needs(m, "storage")
    for s, kind, is_ascii, top in (("abc", 1, 1, 127), ("é", 1, 0, 255), ("日", 2, 0, 65535), ("😀", 4, 0, 1114111), ("", 1, 1, 127)):
        same(m.storage(s), (kind, is_ascii, is_ascii, tuple(map(ord, s)), top))
        same(m.storage((s + s)[:len(s)]), (kind, is_ascii, is_ascii, tuple(map(ord, s)), top))
        same(m.zero_terminated(s), 0)
        same(m.zero_terminated(s * 3), 0)
    same(m.storage("😀abc"[1:])[0], 1)
    same(m.storage("x".join("ab"))[3], (97, 120, 98))
    same(m.storage(f"{'日'}{5}")[0], 2)
    for top in (0x7F, 0xFF, 0xFFFF, 0x10FFFF):
        same(m.new_and_write(3, top), chr(top) + "a" + chr(top))
    same(m.new_and_write(0, 0x7F), "")
    raises(SystemError, m.new_and_write, -1, 0x7F)
    same(m.from_kind_and_data(1, b"a\xe9"), "aé")
    same(m.from_kind_and_data(2, b"\xe5\x65a\0"), "日a")
    same(m.from_kind_and_data(4, b"\x00\xf6\x01\0"), "😀")
    same(m.storage(m.from_kind_and_data(4, b"a\0\0\0"))[0], 1)
    raises(SystemError, m.from_kind_and_data, 3, b"abc")
    same(m.as_ucs4("日b"), (0x65E5, 0x65E5, 0))
    same(m.fill_and_copy("日本語"), "-日本語--")
    same(m.resize("abc", 5), 5)
    same(m.resize("abc", 1), 1)
    same(m.as_utf8("é"), b"\xc3\xa9")
    same(m.writer("日"), "abécd日'日'<5>日w")
    same(m.character_classes(ord("a")), (0, 1, 0, 1, 0, 0, 0, 1, 1, 97, 65, 65, -1, -1.0))
    same(m.character_classes(ord("٣")), (0, 0, 0, 0, 1, 1, 1, 1, 1, 0x663, 0x663, 0x663, 3, 3.0))
    same(m.character_classes(0x2003)[0], 1)
    same(m.hash_buffer(b"abc"), 1)


run(globals())
