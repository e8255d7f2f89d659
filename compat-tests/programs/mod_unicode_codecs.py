# needs: stdlib(codecs, _codecs, unicodedata, locale, _locale, string, _string, encodings)
# Codecs, Unicode data, formatting helpers behind string.Formatter, the C locale.
import codecs
import io
import locale
import string
import unicodedata as u
import _codecs
import _string


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


text = "aé€😀"
for enc in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7", "utf-8-sig", "unicode-escape", "raw-unicode-escape"):
    b = text.encode(enc)
    print(enc, b, b.decode(enc) == text, codecs.lookup(enc).name)
for enc in ("ascii", "latin-1", "cp1252", "iso8859-15", "koi8-r", "cp437", "mac-roman", "cp037", "cp1251", "hz" if False else "iso8859-7"):
    ok = [i for i in range(256) if bytes([i]).decode(enc, "replace") != "\ufffd"]
    print(enc, len(ok), bytes(ok).decode(enc).encode(enc) == bytes(ok), ascii(bytes([0xA4, 0x80]).decode(enc, "replace")), "€é".encode(enc, "replace"))
for enc in ("utf8", "UTF_8", "latin1", "iso-8859-1", "L1", "us-ascii", "646", "u16"):
    print(enc, codecs.lookup(enc).name, end=" ")
print()
for handler in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass"):
    for s, enc in (("é\udc80€", "ascii"), ("\ud800", "utf-8"), ("\udcff", "latin-1")):
        err(s.encode, enc, handler)
    for b, enc in ((b"a\xffb\xc3", "utf-8"), (b"\x80", "ascii"), (b"\xed\xa0\x80", "utf-8"), (b"a\0\xd8", "utf-16-le"), (b"\0\0\x11\0", "utf-32-le")):
        try:
            print(ascii(b.decode(enc, handler)), end="; ")
        except (UnicodeError, TypeError) as e:
            print(type(e).__name__, e, end="; ")
    print()
codecs.register_error("test.hex", lambda e: ("".join(f"<{ord(c):x}>" for c in e.object[e.start:e.end]), e.end))
print("é€".encode("ascii", "test.hex"), codecs.lookup_error("ignore")(UnicodeDecodeError("x", b"abc", 0, 2, "r")))
err(codecs.lookup, "none")
err(codecs.lookup_error, "none")
err(codecs.register_error, "x", 5)
dec = codecs.getincrementaldecoder("utf-8")()
print([dec.decode(bytes([b])) for b in "é😀".encode()], dec.getstate(), dec.reset())
dec.decode(b"\xc3")
err(dec.decode, b"", True)
enc = codecs.getincrementalencoder("utf-16")()
print(enc.encode("a"), enc.encode("b"), list(codecs.iterencode(["é", "x"], "utf-8")), "".join(codecs.iterdecode([b"\xc3", b"\xa9"], "utf-8")))
with codecs.open("c.txt", "w", "utf-16") if False else io.open("c.txt", "w", encoding="utf-16") as f:
    f.write(text)
r = codecs.getreader("utf-16")(open("c.txt", "rb"))
print(r.read(), r.close(), codecs.encode("abc", "rot13"), codecs.encode(b"ab", "hex"), codecs.decode(b"YWI=", "base64"), codecs.encode(b"x" * 50, "zlib")[:2], codecs.decode("b\\xe9\\n", "unicode-escape"), codecs.escape_decode(b"a\\x41\\n"), codecs.escape_encode(b"\n\xff"), codecs.charmap_encode("ab", "strict", {97: b"X", 98: 89}), codecs.charmap_decode(b"ab", "strict", {97: "X", 98: "YZ"}), codecs.charmap_build("".join(map(chr, range(256)))).__class__.__name__, _codecs.utf_8_encode("é"), codecs.utf_16_ex_decode(b"\xff\xfea\0", "strict", 0, True), codecs.BOM_UTF8, codecs.BOM_UTF16)
err("x".encode, "hex")
err(b"x".decode, "rot13")
print("xn--mnchen-3ya".encode().decode("idna"), "münchen.de".encode("idna"), "bücher".encode("punycode"), "日本".encode("shift-jis"), "日本".encode("euc-jp"), "中文".encode("gb2312"), "한".encode("euc-kr"), "中".encode("big5"), "日".encode("iso2022-jp"), "中文".encode("gb18030"))
print(u.unidata_version, [(u.name(c), u.category(c), u.bidirectional(c), u.combining(c), u.east_asian_width(c), u.mirrored(c), u.decomposition(c)) for c in "aéÅ日(\u0301٣½ﬁ"])
print(u.lookup("GREEK SMALL LETTER ALPHA"), u.lookup("latin small letter a"), u.decimal("٣"), u.digit("²"), u.numeric("½"), u.numeric("a", "none"), u.name("\x00", "unnamed"), ascii(u.normalize("NFD", "éÅ한")), ascii(u.normalize("NFC", "e\u0301A\u030a")), ascii(u.normalize("NFKD", "ﬁ²①")), ascii(u.normalize("NFKC", "ﬁ½")), u.is_normalized("NFC", "é"), u.name("한"), u.name("中"), u.name("\U0001F600"), u.lookup("CJK UNIFIED IDEOGRAPH-4E2D"), u.ucd_3_2_0.unidata_version, u.lookup("KEYCAP DIGIT ONE") if False else "-")
for call in ("u.name('\\x00')", "u.lookup('no such')", "u.decimal('a')", "u.digit('a')", "u.numeric('a')", "u.name('ab')", "u.normalize('NFX', 'a')", "u.category('')", "u.name(5)"):
    print(call, end=" -> ")
    err(eval, call)
counts = {}
for i in range(0x110000):
    c = u.category(chr(i))
    counts[c] = counts.get(c, 0) + 1
print(sorted(counts.items()))
print(sum(len(u.normalize("NFD", chr(i))) for i in range(0x3000)), sum(len(u.normalize("NFKC", chr(i))) for i in range(0xF900, 0x10000)), sum(u.combining(chr(i)) > 0 for i in range(0x3000)), sum(len(chr(i).upper()) + len(chr(i).casefold()) for i in range(0x20000) if not 0xD800 <= i < 0xE000))
print(locale.setlocale(locale.LC_ALL, "C"), locale.localeconv()["decimal_point"], locale.strcoll("a", "b"), locale.strxfrm("a"), locale.format_string("%d", 1000, grouping=True), locale.str(1.5), locale.atof("1.5"), locale.nl_langinfo(locale.RADIXCHAR), locale.getlocale(locale.LC_NUMERIC), locale.normalize("de_DE"))
err(locale.setlocale, locale.LC_ALL, "no_SUCH")
print(list(_string.formatter_parser("a{b!r:>{w}}c{{}}")), _string.formatter_field_name_split("a.b[c][0].d")[0], list(_string.formatter_field_name_split("a.b[c][0].d")[1]))
err(lambda: list(_string.formatter_parser("{")))


class Fmt(string.Formatter):
    def get_value(self, key, args, kwargs):
        return f"<{key}>"


print(Fmt().format("{a} {0} {b!r}", 1), string.Formatter().format("{0:>{1}}", "x", 4), string.Template("$a ${b}c $$").substitute(a=1, b=2), string.Template("$x $y").safe_substitute(x=1), string.capwords("ab cd"), string.ascii_letters, string.punctuation, string.whitespace, string.hexdigits, string.Template("$a $b").get_identifiers())
err(string.Template("$a").substitute)
err(string.Template("$1").substitute)
