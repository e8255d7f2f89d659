# needs: stdlib(io)
# Text streams: decoding in chunks, newlines, positions, reconfiguring, errors; streams in memory; buffered streams.
import io


def err(f, *a, **k):
    try:
        print("no error:", repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__ + ":", *e.args)


print("newlines")
data = b"one\r\ntwo\rthree\nfour\r\n\r\nfive"
for newline in None, "", "\n", "\r", "\r\n":
    for chunk in 1, 2, 3, 8192:
        f = io.TextIOWrapper(io.BytesIO(data), "ascii", newline=newline)
        f._CHUNK_SIZE = chunk
        print(repr(newline), chunk, f.readlines(), f.newlines)
    f = io.TextIOWrapper(io.BytesIO(), "ascii", newline=newline)
    f.write("a\nb\r\nc\r")
    f.flush()
    s = io.StringIO("a\nb\r\nc\r", newline)
    print(f.buffer.getvalue(), list(s), repr(s.getvalue()), s.newlines)

print("positions")
text = "aé€😀\nzweite Zeile äöü\n" * 3 + "Ende"
for encoding in "utf-8", "latin-1", "utf-16", "utf-8-sig", "utf-32-be", "cp1252":
    t = text if encoding.startswith("utf") else "aé\nzweite Zeile äöü\n" * 3
    raw = io.BytesIO(t.encode(encoding))
    for chunk in 1, 5, 16, 8192:
        f = io.TextIOWrapper(raw, encoding)
        f._CHUNK_SIZE = chunk
        places = []
        while True:
            places.append((f.tell(), len("".join(p for _, p in places))))
            part = f.read(7)
            places[-1] = (places[-1][0], part)
            if not part:
                break
        whole = "".join(p for _, p in places)
        ok = whole == t
        for place, part in reversed(places):
            f.seek(place)
            ok = ok and f.read(len(part)) == part
        f.seek(0)
        f.readline()
        at = f.tell()
        rest = f.read()
        f.seek(at)
        print(encoding, chunk, ok, f.read() == rest, f.seek(0, 2) == len(raw.getvalue()))
        f.detach()

print("read and write")
f = io.TextIOWrapper(io.BufferedRandom(io.BytesIO(b"hello world\nbye\n")), "utf-8")
print(f.readline(), f.tell(), f.seek(0), f.write("HELLO"), f.flush(), f.buffer.raw.getvalue())
f.seek(0)
print(list(f))
err(f.seek, 1, 1)
err(f.seek, -1)
err(f.reconfigure, encoding="ascii")
g = io.TextIOWrapper(io.BytesIO(), "utf-8")
g.write("é")
g.reconfigure(encoding="latin-1", newline="\r\n")
g.write("é\n")
g.reconfigure(errors="xmlcharrefreplace", line_buffering=True)
g.write("€\n")
print(g.buffer.getvalue(), g.encoding, g.errors, g.line_buffering, g.write_through)
b = g.detach()
err(g.write, "x")
err(g.read)
print(g.errors, repr(g), b.getvalue())

print("errors")
for errors in "strict", "ignore", "replace", "backslashreplace", "surrogateescape":
    f = io.TextIOWrapper(io.BytesIO(b"ab\xff\xc3\xa9\xe2\x82"), "utf-8", errors)
    err(f.read)
    f = io.TextIOWrapper(io.BytesIO(), "ascii", errors)
    err(f.write, "a\udcff")
    f.flush()
    print(f.buffer.getvalue())
err(io.TextIOWrapper, io.BytesIO(), "no-such-encoding")
err(io.TextIOWrapper, io.BytesIO(), "utf-8", newline="x")
f = io.TextIOWrapper(io.BytesIO(b"a\nb\n"), "utf-8")
next(f)
err(f.tell)
print(list(f), f.tell())
f.close()
for m in f.read, f.readline, f.tell, f.flush, f.__next__, f.isatty:
    err(m)

print("decoder")
d = io.IncrementalNewlineDecoder(None, True)
print([d.decode(x) for x in ("a\r", "\n", "b\r", "c", "\n\r")], d.getstate(), d.decode("", True), d.newlines)
d.setstate((b"", 1))
print(repr(d.decode("\n")), d.reset(), d.newlines)

print("memory")
s = io.StringIO("abc")
s.seek(5)
s.write("é€😀")
s.seek(1)
s.write("ZZ")
print(repr(s.getvalue()), s.tell(), s.truncate(4), s.read(), repr(s.getvalue()), s.__getstate__())
b = io.BytesIO(b"abcdef")
with b.getbuffer() as v:
    v[1:3] = b"XY"
    err(b.write, b"0123456789")
    err(b.close)
print(b.getvalue(), b.seek(-2, 2), b.read1(), b.readlines(), b.seek(3), b.truncate(), b.getvalue())
b.seek(6)
b.write(b"!")
print(b.getvalue(), b.__getstate__())
shared = b"x" * 100
b = io.BytesIO(shared)
print(b.getvalue() is shared, b.read() is shared)
b.write(b"y")
print(len(shared), len(b.getvalue()))

print("buffered")


class Raw(io.RawIOBase):
    def __init__(self, parts):
        self.parts = list(parts)
        self.written = []

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, b):
        if not self.parts:
            return 0
        part = self.parts.pop(0)
        if part is None:
            return None
        b[: len(part)] = part
        return len(part)

    def write(self, b):
        if len(self.written) == 2:
            return None
        self.written.append(bytes(b[:5]))
        return min(5, len(b))


r = io.BufferedReader(Raw([b"abc", b"d\nef", None, b"gh\n", b"i"]), 4)
print(r.peek(), r.read1(2), r.readline(), r.read(1), r.read(), r.readline(), r.read(), r.read())
w = io.BufferedWriter(Raw([]), 4)
print(w.write(b"ab"), w.raw.written)
try:
    w.write(b"0123456789abcdef")
except BlockingIOError as e:
    print(e.args[1:], e.characters_written, w.raw.written)
w.raw.written.clear()
print(w.flush(), w.raw.written)
p = io.BufferedRWPair(Raw([b"in"]), Raw([]))
print(p.read(5), p.write(b"out"), p.flush(), p.closed, p.close(), p.closed)
rw = io.BufferedRandom(io.BytesIO(b"asdfghjkl"))
print(rw.read(4), rw.write(b"123f"), rw.seek(0), rw.read(), rw.tell(), rw.seek(-4, 2), rw.truncate(), rw.raw.getvalue())
err(io.BufferedReader, io.BytesIO(), -1)
err(r.seek, 0)
err(r.write, b"")
r.close()
err(r.read)
err(w.detach().close)
err(w.flush)
