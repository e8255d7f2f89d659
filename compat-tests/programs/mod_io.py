# needs: stdlib(io, _io)
# Files and streams: raw, buffered, text, in memory; modes, newlines, encodings, seeking, errors.
import io
import _io


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


with open("a.txt", "w", encoding="utf-8") as f:
    print(f.write("line one\nzwei äöü\n三\n"), f.writelines(["x\n", "y"]), f.name, f.mode, f.encoding, f.closed, f.writable(), f.readable(), f.seekable(), f.tell())
print(f.closed)
err(f.write, "x")
err(f.read)
with open("a.txt", encoding="utf-8") as f:
    print(f.readline(), f.read(3), f.readlines(), f.read(), f.seek(0), f.readline(4), list(f)[1:])
    print(f.seek(0), next(f), end="")
    err(f.tell)
    print(f.read().count("\n"), f.seek(0, 2), type(f).__name__, type(f.buffer).__name__, type(f.buffer.raw).__name__, f.errors, f.newlines, f.line_buffering)
    err(f.write, "x")
    err(f.seek, 1, 1)
    err(f.seek, -1)
with open("a.txt", "rb") as f:
    print(f.read(5), f.peek(3)[:3], f.readline(), f.tell(), f.seek(-3, 2), f.read(), f.seek(2), f.read1(2), f.readinto(b := bytearray(4)), b, f.seek(0, 1))
with open("a.txt", "r+b", buffering=0) as f:
    print(type(f).__name__, f.read(4), f.write(b"ONE"), f.seek(0), f.readall()[:10], f.truncate(8), f.seek(0), f.read(), f.mode, f.closefd)
with open("a.txt", "a+") as f:
    print(f.tell(), f.write("appended"), f.seek(0), f.read())
with open("b.bin", "wb") as f:
    f.write(b"a\r\nb\rc\n")
for nl in (None, "", "\n", "\r", "\r\n"):
    with open("b.bin", newline=nl) as f:
        print(repr(nl), f.readlines(), repr(f.newlines))
    with open("c.txt", "w", newline=nl) as f:
        f.write("1\n2\n")
    print(open("c.txt", "rb").read()) if False else None
    with open("c.txt", "rb") as f:
        print(f.read())
for mode in ("q", "rw", "", "rt+b", "r+w", "bU", "w+r", "ab+x"):
    err(open, "a.txt", mode)
err(open, "missing/none.txt")
err(open, "none.txt")
err(open, "a.txt", "x")
err(open, "a.txt", "rb", encoding="utf-8")
err(open, "a.txt", "r", 0)
err(open, "a.txt", encoding="no-such")
err(open, "a.txt", newline="x")
err(open, 99999)
err(open, None)
err(open, "a\0b")
err(open, ".")
with open("l1.txt", "wb") as f:
    f.write("é\xff".encode("latin-1"))
err(lambda: open("l1.txt", encoding="utf-8").read())
with open("l1.txt", encoding="utf-8", errors="replace") as f, open("l1.txt", encoding="latin-1") as g, open("l1.txt", encoding="utf-8", errors="surrogateescape") as h:
    print(ascii(f.read()), g.read(), ascii(h.read()))
with open("u16.txt", "w", encoding="utf-16") as f:
    f.write("hé")
with open("u16.txt", "rb") as f, open("u16.txt", encoding="utf-16") as g:
    print(f.read(), g.read())
s = io.StringIO("one\ntwo\r\nthree", newline="")
print(s.readline(), s.readlines(), s.getvalue(), s.seek(0), s.write("ONE"), s.getvalue(), s.tell(), s.truncate(), s.getvalue(), s.seek(0), s.read(2), s.closed, s.line_buffering)
s.seek(10)
s.write("!")
print(repr(s.getvalue()))
s.close()
err(s.getvalue)
err(io.StringIO, 5)
err(io.StringIO().write, b"x")
b = io.BytesIO(b"abcdef")
print(b.read(2), b.getvalue(), b.seek(-1, 2), b.read(), b.seek(1), b.write(b"XYZ"), b.getvalue(), b.getbuffer()[0], b.tell(), b.read1(1), b.readinto(x := bytearray(9)), x, b.seek(20), b.write(b"!"), b.getvalue())
v = b.getbuffer()
err(b.write, b"longer" * 10)
v.release()
print(b.truncate(3), b.getvalue(), list(io.BytesIO(b"a\nb\n")), io.BytesIO(b"x").readlines(), b.isatty(), b.seekable())
err(b.seek, -1)
err(b.write, "x")
err(io.BytesIO, "x")


class Raw(io.RawIOBase):
    def __init__(self, data):
        self.data, self.pos, self.out = data, 0, []

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, buf):
        n = min(len(buf), 3, len(self.data) - self.pos)
        buf[:n] = self.data[self.pos:self.pos + n]
        self.pos += n
        return n

    def write(self, b):
        self.out.append(bytes(b))
        return len(b)


r = io.BufferedReader(Raw(b"0123456789\nabc\n"), 4)
print(r.peek(1), r.read(5), r.readline(), r.read1(), r.read(), r.read(), r.raw.pos)
w = io.BufferedWriter(raw := Raw(b""), 4)
print(w.write(b"ab"), raw.out, w.write(b"cdef"), raw.out, w.flush(), raw.out)
t = io.TextIOWrapper(io.BytesIO(b"caf\xc3\xa9\nnext"), encoding="utf-8")
print(t.read(4), t.readline(), t.tell(), t.read(), t.reconfigure(errors="ignore"), t.errors, t.detach().getvalue())
err(t.read)
p = io.BufferedRWPair(Raw(b"in"), Raw(b""))
print(p.read(2), p.write(b"out"), p.flush(), io.TextIOWrapper(io.BufferedReader(Raw(b"x\ny"))).readlines())
o = io.BytesIO()
t = io.TextIOWrapper(o, encoding="ascii", write_through=True, newline="\r\n")
t.write("a\nb")
print(o.getvalue())
err(t.write, "é")
err(t.write, 5)
err(io.RawIOBase().read)
err(io.IOBase().fileno)
err(io.TextIOBase().read)
err(io.BufferedReader, 5)
print(io.DEFAULT_BUFFER_SIZE, io.open is open, _io.FileIO is io.FileIO, io.SEEK_END, issubclass(io.UnsupportedOperation, OSError), io.text_encoding(None), io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\r"), isinstance(o, io.IOBase))
print("x" * 10, file=(s := io.StringIO()), end="")
print(s.getvalue(), io.open_code("c.txt").read())
big = "0123456789é\n" * 20000
with open("big.txt", "w", encoding="utf-8") as f:
    f.write(big)
with open("big.txt", encoding="utf-8") as f:
    f.seek(0)
    first = f.read(100001)
    pos = f.tell()
    rest = f.read()
    f.seek(pos)
    print(len(first), first + rest == big, f.read() == rest, sum(1 for _ in open("big.txt", encoding="utf-8")) if False else len(big.splitlines()))
with open("big.txt", encoding="utf-8") as f:
    print(sum(len(line) for line in f))
with open("w.txt", "w+", encoding="utf-8") as f:
    f.write("héllo wörld")
    f.seek(0)
    a = f.read(3)
    cookie = f.tell()
    b = f.read()
    f.seek(cookie)
    print(a, b, f.read(), f.truncate(3), f.seek(0), ascii(f.read()))
