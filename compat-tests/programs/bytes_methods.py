# needs: core
# Every public method of bytes and bytearray; both types must agree on the shared ones.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


for T in (bytes, bytearray):
    b = T(b"Hello, World")
    p = print
    p(T, b, len(b), b[0], b[-1], b[7:], b[::-2], b[5:2], 108 in b, b"lo" in b, b"" in b)
    p(b.capitalize(), b.lower(), b.upper(), b.swapcase(), b.title(), T(b"x1 y").title())
    p(b.center(16, b"*"), b.ljust(14) + T(b"|"), b.rjust(14, b"."), T(b"-7").zfill(4), T(b"ab").center(1))
    p(b.count(b"l"), b.count(108), b.count(b"l", 4), b.count(b""), b.find(b"o"), b.find(111, 5), b.rfind(b"o"), b.index(b"W"), b.rindex(b"l"), b.find(b"zz"))
    p(b.startswith(b"He"), b.startswith((b"x", b"H")), b.endswith(b"ld"), b.endswith(b"o", 0, 5))
    p(T(b"a,b,,c").split(b","), T(b" a  b ").split(), T(b"a,b,c").split(b",", 1), T(b"a,b,c").rsplit(b",", 1), T(b"a b c").rsplit(None, 1), T(b"a\nb\r\nc\rd\x0be").splitlines(), T(b"a\nb\n").splitlines(True))
    p(b.partition(b", "), b.rpartition(b"o"), b.partition(b"z"), b.rpartition(b"z"))
    p(T(b"  x ").strip(), T(b"xxaxx").strip(b"x"), T(b"abc").lstrip(b"ab"), T(b"abc").rstrip(b"bc"), T(b"\t\n\x0b\x0c\r a").lstrip())
    p(b.removeprefix(b"Hell"), b.removesuffix(b"World"), b.removeprefix(b"x"), b.replace(b"l", b"LL"), b.replace(b"l", b"", 1), T(b"ab").replace(b"", b"-"))
    p(T(b"-").join([b"a", T(b"b"), bytearray(b"c"), memoryview(b"d")]), T(b"").join([]), T(b"a\tb").expandtabs(4), b.translate(None, b"lo"), b.translate(bytes(range(255, -1, -1)))[:3])
    p(b.decode(), T(b"h\xc3\xa9").decode("utf-8"), T(b"h\xe9").decode("latin-1"), T(b"h\xff").decode(errors="replace"), T(b"\xff").decode("ascii", "backslashreplace"), T(b"\xff\xfea\x00").decode("utf-16"))
    p(b.hex(), b.hex(":"), b.hex("-", 2), b.hex("_", -4), T(b"").hex(), T.fromhex("48 65 6c"), T.fromhex(""), T.fromhex(b"ab CD"))
    for name in ("isalpha", "isalnum", "isdigit", "islower", "isupper", "istitle", "isspace", "isascii"):
        p(name, [getattr(T(t), name)() for t in (b"", b"a", b"A", b"1", b"a1", b" \n", b"\xe9", b"Ab Cd", b"a b")])
    p(T(), T(3), T([1, 2, 255]), T("é", "utf-8"), T("a", encoding="ascii", errors="strict"), T(b"copy"), T(range(3)), T(x for x in (65, 66)), T(memoryview(b"mv")))
    p(repr(T(bytes(range(0, 40)) + b"'\"\\\x7f\x80")), repr(T(b"it's")), repr(T(b'"')), str(T(b"a")))
    p(b == bytes(b), b == bytearray(b), b != b"x", T(b"a") < b"b", T(b"ab") > b"a", T(b"a") <= T(b"a"), b == "Hello, World", T(b"a") * 3, 2 * T(b"ab"), T(b"a") + b"b", b"b" + T(b"a"), bytearray(b"c") + T(b"a"), T(b"a") * -1)
    p(list(T(b"abc")), sorted(T(b"cab")), max(T(b"abc")), sum(T(b"abc")), list(reversed(T(b"ab"))), T(b"%d-%s-%b-%x-%c-%a") % (5, b"x", b"y", 255, 65, "é"), T(b"%5.1f|%-4d|%04x") % (1.25, 3, 10), T(b"%(k)s") % {b"k": b"v"})
    p(b.__add__(b"!"), b.__mul__(0), b.__contains__(72), b.__len__(), b.__getitem__(1), b.__getitem__(slice(2)), b.__eq__(1), T(b"%s").__mod__(b"z"), T(b"a").__lt__(b"b"), next(b.__iter__()), memoryview(b).readonly)
    p(T.maketrans(b"ab", b"xy")[95:100], T(b"cab").translate(T.maketrans(b"abc", b"xyz")))
    err(T, -1)
    err(T, [256])
    err(T, [-1])
    err(T, ["a"])
    err(T, "text")
    err(T, "é", "ascii")
    err(T, None)
    err(T, 1.5)
    err(T, b"a", "utf-8")
    err(T, 1, encoding="utf-8")
    err(b.index, b"zz")
    err(b.rindex, 300)
    err(b.find, "l")
    err(b.find, 256)
    err(b.split, b"")
    err(b.split, ",")
    err(b.join, ["a"])
    err(b.join, [1])
    err(b.startswith, "H")
    err(b.decode, "ascii-nope")
    err(T(b"ab\xff").decode)
    err(T(b"ab\xe9\x80").decode)
    err(T(b"ab\xc3").decode, "utf-8")
    err(T(b"\x80").decode, "ascii")
    err(T.fromhex, "4")
    err(T.fromhex, "4g")
    err(T.fromhex, 1)
    err(T.maketrans, b"a", b"")
    err(b.translate, b"short")
    err(b.center, 5, b"xx")
    err(b.replace, "a", "b")
    err(lambda: b[100])
    err(lambda: b["a"])
    err(lambda: b + "x")
    err(lambda: "x" in b)
    err(lambda: 256 in b)
    err(lambda: b < "a")
    err(lambda: T(b"%d") % "x")
    err(lambda: T(b"%s") % "x")
    err(lambda: T(b"%s %s") % b"x")
    err(b.hex, "::")
    err(b.hex, 1)
    err(T(b"a").strip, "a")
print(hash(b"abc") == hash(bytes(bytearray(b"abc"))), {b"k": 1}[b"k"], b"a" b"b", rb"\n", b"\x41\101\n", b"abc".__getnewargs__(), b"abc".__bytes__())
err(hash, bytearray(b"x"))
err(exec, "b'abc'[0] = 1")


class B(bytes):
    def __new__(cls, *a):
        return super().__new__(cls, *a)


class HasBytes:
    def __bytes__(self):
        return b"from __bytes__"


class BadBytes:
    def __bytes__(self):
        return "no"


print(B(b"q") + b"r", type(B(b"q") + b"r"), B.fromhex("61"), type(B.fromhex("61")), bytes(HasBytes()), B(b"a") == b"a", type(B(b"x")[:]))
err(bytes, BadBytes())
