# needs: core
# Memoryviews over bytes and bytearrays: every method and attribute, casts, slices, release, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


data = bytearray(range(1, 25))
m = memoryview(data)
print(m.format, m.itemsize, m.ndim, m.shape, m.strides, m.suboffsets, m.nbytes, m.readonly, m.c_contiguous, m.f_contiguous, m.contiguous, m.obj is data, len(m))
r = memoryview(b"abcdef")
print(r.readonly, r[0], r[-1], r[1:3].tobytes(), r[::-1].tobytes(), r[::2].tolist(), bytes(r), r.hex(), r.hex(":"), r.hex("-", 2), r.tolist(), list(r))
print(r == b"abcdef", r == bytearray(b"abcdef"), r != b"x", r == memoryview(b"abcdef"), r == "abcdef", hash(r) == hash(b"abcdef"), b"c" in [r[2:3]], 99 in r)
print(r.count(97), r.index(99), r.count(0))
err(r.index, 0)
m[0] = 255
m[1:4] = b"xyz"
m[4:6] = memoryview(b"pq")
m[-4::2] = b"\0\0"
print(data)
s = m[2:20:3]
print(s.shape, s.strides, s.tolist(), s.contiguous, s.c_contiguous, s.tobytes(), s[::-1].tolist(), s[1:3].tolist())
s[0] = 7
s[1:3] = b"\x08\x09"
print(data[:12])
for fmt in "bBhHiIlLqQfdc?":
    c = m.cast(fmt)
    print(fmt, c.itemsize, len(c), c.shape, c.strides, type(c[0]).__name__, c.nbytes)
h = memoryview(bytearray(16)).cast("h")
h[0] = -2
h[1] = 32767
print(h.tolist(), h.tobytes(), h.cast("B").tolist()[:4])
err(h.__setitem__, 0, 40000)
err(h.__setitem__, 0, "x")
err(h.__setitem__, 0, 1.5)
d = memoryview(bytearray(16)).cast("d")
d[0] = 1.5
d[1] = -2
print(d.tolist(), d == memoryview(bytes(d)).cast("d"), d.obj)
g = memoryview(bytes(range(24))).cast("B", [2, 3, 4])
print(g.ndim, g.shape, g.strides, g.tolist(), g[1, 2, 3], g.nbytes, g.c_contiguous, g.f_contiguous, len(g))
g2 = memoryview(bytes(range(6))).cast("B", (2, 3))
print(g2.tolist(), g2[1, 0], g2[-1, -1], g2.tobytes(), g2.tobytes("F"), g2.tobytes(order="C"), g2.cast("B").tolist(), g2 == memoryview(bytes(range(6))).cast("B", (2, 3)))
zero = memoryview(b"\x05").cast("B", ())
print(zero.ndim, zero.shape, zero[()], zero.tolist())
err(lambda: g2[0])
err(lambda: g2[2, 0])
err(lambda: g2[0:1, 0:1])
err(lambda: g2[0, 0, 0])
err(lambda: len(zero))
ch = memoryview(bytearray(b"xy")).cast("c")
ch[0] = b"Z"
print(ch[0], ch.tolist(), ch.count(b"y"))
err(ch.__setitem__, 0, 65)
bo = memoryview(bytearray(b"\0\1")).cast("?")
bo[0] = []
print(bo.tolist())
ro = m.toreadonly()
print(ro.readonly, ro == m, m.readonly)
err(ro.__setitem__, 0, 1)
err(r.__setitem__, 0, 1)
err(m.__setitem__, 0, 256)
err(m.__setitem__, 0, b"a")
err(m.__setitem__, 100, 1)
err(m.__setitem__, slice(0, 3), b"ab")
err(m.__setitem__, slice(0, 3), "abc")
err(m.__setitem__, "k", 1)
err(m.__delitem__, 0)
err(lambda: m[100])
err(lambda: m["a"])
err(lambda: m[1.5])
err(memoryview, "text")
err(memoryview, 5)
err(m.cast, "zz")
err(m.cast, "3B")
err(m[1:].cast, "i")
err(m[::2].cast, "b")
err(m.cast, "B", [5, 5])
err(m.cast, "i", [-1])
err(h.cast, "i")
err(hash, m)
err(lambda: m < m)
with memoryview(b"ctx") as w:
    print(w.tobytes())
err(w.tobytes)
err(lambda: w[0])
err(len, w)
print(w == w, w == r)
x = bytearray(b"hold")
v = memoryview(x)
v2 = v[1:]
v.release()
err(x.append, 1)
v2.release()
x.append(1)
print(x)
v.release()
err(lambda: v.format)
err(v.__enter__)
overlap = bytearray(b"0123456789")
ov = memoryview(overlap)
ov[2:8] = ov[0:6]
print(overlap)
ov[0:6] = ov[2:8]
print(overlap)
print(bytes(memoryview(b"")), memoryview(b"").shape, memoryview(b"").tolist(), memoryview(b"ab") == memoryview(b"ab").cast("b"), b"".join([memoryview(b"q"), memoryview(b"rs")]))
err(b"".join, [memoryview(b"rs")[::-1]])
f = memoryview(b"\0\0\xc0\x7f").cast("f")
print(f == f, f.tolist(), bytes(memoryview(memoryview(b"nested"))), bytearray(memoryview(b"x")[:0]), int.from_bytes(memoryview(b"\1\2"), "big"))


class Buf:
    def __init__(self, n):
        self.data = bytearray(n)
        self.log = []

    def __buffer__(self, flags):
        self.log.append(("get", flags & 1))
        return memoryview(self.data)

    def __release_buffer__(self, view):
        self.log.append("release")
        view.release()


o = Buf(3)
with memoryview(o) as view:
    view[1] = 9
print(o.data, o.log, bytes(o), o.log[-1])
it = iter(r)
print(next(it), next(it), list(it), next(it, "end"), memoryview._from_flags(b"ab", 0).tobytes())
