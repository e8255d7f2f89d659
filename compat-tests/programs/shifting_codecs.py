# needs: stdlib(codecs, hashlib, io, random)
# The codecs that shift between character sets (ISO 2022, HZ): every character, random input whole, piece by piece and as
# streams, by checksums; states, error positions and messages in plain words.
import codecs
import hashlib
import io
import random

NAMES = ["iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr", "hz"]
PIECES = [b"\x1b(B", b"\x1b$B", b"\x1b$@", b"\x1b$(D", b"\x1b(J", b"\x1b(I", b"\x1b$(C", b"\x1b$)C", b"\x1b$A", b"\x1b$(A", b"\x1b.A", b"\x1b.F", b"\x1bN", b"\x1b$(O", b"\x1b$(P", b"\x1b$(Q", b"\x0e", b"\x0f", b"\n", b"~{", b"~}", b"~~", b"~\n", b"\x1b&@\x1b$B", b"\x1b(A", b"\x1b", b"\x1b[0m", b"\x1b" + b"(" * 18 + b"B", b"\x1bN\xa1", b"\x1b&@\x1b$A", b"\x1b)J", b"\x1b)B", b"\x1b$.B", b"\x1b.B"]
CHARS = "ab\n\u4e00\u304b\u309a\uac00\xe9\u03b1\uff61\xa5\u4e02\U0002000b\u20bb7\u02e9\u02e5\u3164"


def told(f, *a):
    try:
        return repr(f(*a))
    except Exception as e:
        return f"{type(e).__name__}: {e}"


class Sum:
    def __init__(self):
        self.h = hashlib.md5()

    def add(self, f, *a):
        self.h.update(told(f, *a).encode("utf-8", "surrogatepass"))


def blob(r):
    s = b""
    for _ in range(r.randrange(1, 7)):
        kind = r.randrange(5)
        if kind < 2:
            s += r.choice(PIECES)
        elif kind < 4:
            s += bytes(r.randrange(0x21, 0x7F) for _ in range(r.randrange(1, 6)))
        else:
            s += bytes(r.randrange(256) for _ in range(r.randrange(1, 3)))
    return s


for name in NAMES:
    sums = Sum()
    for c in [*range(0xD800), *range(0xE000, 0x10000), *range(0x20000, 0x20100), *range(0x2A000, 0x2A800)]:
        sums.add(chr(c).encode, name)
    print(name, "characters", sums.h.hexdigest())
    r = random.Random(5)
    sums = Sum()
    for _ in range(1000):
        b = blob(r)
        for errors in ("strict", "replace", "ignore", "backslashreplace"):
            sums.add(b.decode, name, errors)
    print(name, "decoding", sums.h.hexdigest())
    sums = Sum()
    make = codecs.getincrementaldecoder(name)
    for _ in range(500):
        b, d, at = blob(r), make(r.choice(["strict", "replace"])), 0
        while at < len(b):
            n = r.randrange(1, 4)
            sums.add(d.decode, b[at:at + n])
            sums.add(d.getstate)
            at += n
            if r.random() < 0.1:
                d.reset()
            if r.random() < 0.1:
                state, d = d.getstate(), make("replace")
                d.setstate(state)
        sums.add(d.decode, b"", True)
        sums.add(d.getstate)
    print(name, "decoding in pieces", sums.h.hexdigest())
    sums = Sum()
    make = codecs.getincrementalencoder(name)
    for _ in range(500):
        t, e, at = "".join(r.choice(CHARS) for _ in range(r.randrange(1, 9))), make(r.choice(["strict", "replace", "xmlcharrefreplace", "ignore"])), 0
        sums.add(t.encode, name, "replace")
        sums.add(t.encode, name, "xmlcharrefreplace")
        while at < len(t):
            n = r.randrange(1, 4)
            sums.add(e.encode, t[at:at + n])
            sums.add(e.getstate)
            at += n
            if r.random() < 0.1:
                e.reset()
            if r.random() < 0.1:
                state, e = e.getstate(), make("replace")
                e.setstate(state)
        sums.add(e.encode, "", True)
        sums.add(e.getstate)
    print(name, "encoding in pieces", sums.h.hexdigest())
    sums = Sum()
    for _ in range(100):
        t = "".join(r.choice(CHARS) for _ in range(r.randrange(1, 9)))

        def write():
            f = io.BytesIO()
            w = codecs.getwriter(name)(f, "replace")
            for c in t:
                w.write(c)
            w.reset()
            return f.getvalue()

        def read(b):
            s = codecs.getreader(name)(io.BytesIO(b), "replace")
            return s.read(3), s.readline(), s.readlines()

        sums.add(write)
        sums.add(read, blob(r))
    print(name, "streams", sums.h.hexdigest())
    for text in ("\u65e5\u672c\u8a9e text\n\u65e5", "\u304b\u309a\u304b", "\uac00~\u4e00~", "\xa5\u203e\uff3c"):
        print(told(text.encode, name))
    d = codecs.getincrementaldecoder(name)()
    for b in (b"\x1b$)C\x0e0!", b"\x1b.A\x1b$B", b"~{", b"\x1b$"):
        print(told(d.decode, b), told(d.getstate))
    d.reset()
    print(told(d.getstate), told(d.decode, b"\x1b", True))
    for state in ((b"123456789", 0), (b"", -1), (b"", 1 << 70), (b"", 0xFF), (1, 2), 5):
        print(told(d.setstate, state), told(d.decode, b"!"))
    e = codecs.getincrementalencoder(name)()
    for state in (0, 1 << 200, -1, 9, 3):
        print(told(e.setstate, state), told(e.getstate))
