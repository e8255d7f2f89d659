# needs: stdlib(unicodedata)
import unicodedata as u

for c in "aÀ½٣⑦Ⅷ中가각\u0301\ud800\U0001f600\U00010fff\u2208":
    for m in (u, u.ucd_3_2_0):
        print(ascii(c), m.decimal(c, None), m.digit(c, None), m.numeric(c, None), m.category(c), m.bidirectional(c),
              m.combining(c), m.mirrored(c), m.east_asian_width(c), m.decomposition(c), m.name(c, None))
digest = 0
for i in range(0, 0x110000, 37):
    c = chr(i)
    for s in (u.name(c, ""), u.category(c), u.decomposition(c), ascii(u.normalize("NFKD", c + "\u0301"))):
        for x in s:
            digest = (digest * 31 + ord(x)) % 2**61
print(digest)
print(u.unidata_version, u.ucd_3_2_0.unidata_version, u.ucd_3_2_0.__class__)
print(u.lookup("snowman"), u.lookup(b"SPACE"), ascii(u.lookup("LATIN SMALL LETTER A WITH MACRON AND GRAVE")))
print("\N{BELL}".encode(), "\N{LATIN SMALL LETTER GHA}".encode(), "\N{NULL}".encode())
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    t = "e\u0301ﬁ½가\u1100\u1161\u11a8\u0323\u0307"
    n = u.normalize(form, t)
    print(form, ascii(n), u.is_normalized(form, t), u.is_normalized(form, n))
for f in ("u.name('ab')", "u.name(1)", "u.name('\\n')", "u.lookup('foo')", "u.lookup('x' * 300)", "u.lookup(1)",
          "u.normalize('NFX', 'a')", "u.is_normalized('NFX', 'a')", "u.decimal('a')", "u.digit('a')", "u.numeric('a')",
          "u.category('')", "u.category(1)", "u.normalize('NFC', 1)", "u.UCD()", "u.ucd_3_2_0.lookup('foo')"):
    try:
        print(f, eval(f))
    except Exception as e:
        print(f, type(e).__name__, e)
print(u.category.__text_signature__, u.name.__text_signature__, u.normalize.__doc__)
