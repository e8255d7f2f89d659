# needs: core
# Strings of each storage width meeting one another: concatenation, slices, comparison, search, building up.
samples = ["", "a", "abc", "\x7f", "é", "aéz", "\xff", "Ā", "aĀé", "日本語", "\uffff", "😀", "a😀é日", "\U0010ffff", "\ud800", "\udc80x"]
for s in samples:
    print(ascii(s), len(s), [ord(c) for c in s], s.isascii(), ascii(s * 2), ascii(s[::-1]), ascii(s + "!"), s == s[:], s in "x" + s)

print([[i for i, t in enumerate(samples) if s < t] for s in samples])
order = sorted(samples)
print(ascii(order))
print(ascii("".join(samples)))
print(ascii("|".join(samples)))
print(ascii("日".join(samples)), len("😀".join(samples)))

count = 0
for a in samples:
    for b in samples:
        c = a + b
        assert len(c) == len(a) + len(b)
        assert c[:len(a)] == a and c[len(a):] == b
        assert c.startswith(a) and c.endswith(b) and a in c and b in c
        assert c.find(b) <= len(a) and c.rfind(a) >= 0
        assert (a == b) == (list(a) == list(b)) and (a < b) == (list(map(ord, a)) < list(map(ord, b)))
        assert hash(c) == hash("".join([a, b])) and c == f"{a}{b}" == "%s%s" % (a, b) == "{}{}".format(a, b)
        assert c.replace(a, "") == c.replace(a, "", -1)
        if b:
            assert len((b + c).split(b)) == (b + c).count(b) + 1
            assert b.join((b + c + b).split(b)) == b + c + b
        count += 1
print("checked", count)

s = ""
for i in range(0, 0x3000, 97):
    s += chr(i)
    t = s[::-1]
    assert t[::-1] == s
print(len(s), ascii(s[-3:]), s.isprintable(), sum(map(ord, s)))
s = "x" * 1000
for i in range(10):
    s = s + "é" if i == 3 else s + "日" if i == 6 else s + "😀" if i == 8 else s + "y"
print(len(s), ascii(s[995:]), s.count("y"), s.find("😀"), s[:1000] == "x" * 1000, s[:1000].isascii())

wide = "😀" + "a" * 50 + "é" * 50 + "日" * 50
for part in (wide[1:51], wide[51:101], wide[101:], wide[:1], wide[40:110]):
    print(ascii(part[:4]), len(part), part.isascii(), part == "".join(list(part)), part.upper() == "".join(c.upper() for c in part))
print(ascii(wide.strip("😀日")), len(wide.encode()), len(wide.encode("utf-16")), wide.encode().decode() == wide, wide.encode("utf-32").decode("utf-32") == wide)

for cp in (0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF):
    c = chr(cp)
    print(hex(cp), c.encode("utf-8"), c.encode("utf-16-be"), c.encode("utf-16-le").decode("utf-16-le") == c, ascii(c), c.encode("utf-8").decode() == c, ord(c) == cp)
for bad in (-1, 0x110000, 2 ** 40, "a", 1.0):
    try:
        chr(bad)
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)
for bad in ("", "ab", 1, b"ab", None):
    try:
        ord(bad)
    except TypeError as e:
        print(type(e).__name__, e)
print(ord(b"a"), ord(bytearray(b"b")))

needle_cases = [("a" * 100 + "b", "ab"), ("ab" * 60 + "c", "abc"), ("x" * 300, "x" * 50 + "y"), ("é" * 200 + "a", "éa"), ("abcabcabd" * 30, "abcabcabdabcabcabd"), ("日a" * 150 + "日日", "日日")]
for hay, needle in needle_cases:
    print(hay.find(needle), hay.rfind(needle), hay.count(needle), needle in hay, len(hay.replace(needle, "")), len(hay.split(needle)), hay.partition(needle)[0] == hay[:max(hay.find(needle), 0)] or needle not in hay)
keys = {"é": 1, "日": 2, "a": 3, "😀": 4}
print(keys["\xe9"], keys["\u65e5"], keys["".join(["", "a"])], keys["\U0001f600"], "e\u0301" in keys)
upper = "".join(chr(i) for i in range(0x100) if chr(i).upper() != chr(i))
print(ascii(upper.upper()))
print(ascii("".join(c for c in map(chr, range(0x100)) if c.isalnum() and not c.isascii())))
print([hex(i) for i in range(0x3100) if chr(i).isspace()])
print(sum(chr(i).isalpha() for i in range(0x3000)), sum(chr(i).isdigit() for i in range(0x3000)), sum(chr(i).isupper() for i in range(0x3000)), sum(chr(i).isprintable() for i in range(0x3000)), sum(chr(i).isidentifier() for i in range(0x3000)))
