# needs: core
# Bytearrays changing: every mutating method, slices, buffer locking, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


b = bytearray(b"abc")
b.append(100)
b.extend(b"ef")
b.extend([103, 104])
b.extend(x for x in (105,))
print(b, len(b))
b.insert(0, 65)
b.insert(100, 90)
b.insert(-1, 89)
print(b, b.pop(), b.pop(0), b.pop(-2), b)
b.remove(98)
b.reverse()
print(b, b.copy(), b.copy() is b)
b[0] = 120
b[1:3] = b"12345"
b[-1:] = []
b[::2] = bytes(len(b[::2]))
print(b)
del b[0]
del b[1:3]
del b[::2]
print(b)
b += b"xyz"
b *= 2
print(b)
b[2:2] = bytearray(b"ins")
b[len(b):] = (1, 2, 3)
print(b)
b[:] = b[::-1]
print(b)
b.resize(5)
print(b)
b.resize(8)
print(b)
b.clear()
print(b, len(b), bool(b))
b.__init__(b"again")
print(b, b.__iadd__(b"!"), b.__imul__(2), b.__alloc__() >= len(b), b.__delitem__(0), b.__setitem__(0, 0), b)
taken = bytearray(b"taken away")
if hasattr(taken, "take_bytes"):
    print("take_bytes present")
err(bytearray().pop)
err(bytearray(b"a").pop, 5)
err(bytearray(b"a").remove, 98)
err(bytearray(b"a").append, 256)
err(bytearray(b"a").append, "b")
err(bytearray(b"a").append, -1)
err(bytearray(b"a").extend, "text")
err(bytearray(b"a").extend, [256])
err(bytearray(b"a").extend, 5)
err(bytearray(b"a").insert, 0, 300)
err(bytearray(b"a").resize, -1)


def assign(key, value):
    x = bytearray(b"0123456789")
    x[key] = value
    return x


print(assign(3, 65), assign(slice(2, 4), b""), assign(slice(2, 4), range(5)), assign(slice(None, None, 3), b"abcd"), assign(slice(8, 2, -2), b"xyz"))
err(assign, 10, 1)
err(assign, 0, 256)
err(assign, 0, b"a")
err(assign, 0, "a")
err(assign, "k", 1)
err(assign, slice(0, 2), "ab")
err(assign, slice(0, 2), 5)
err(assign, slice(0, 6, 2), b"ab")

x = bytearray(b"locked")
with memoryview(x) as view:
    err(x.append, 1)
    err(x.extend, b"q")
    err(x.clear)
    err(x.pop)
    err(x.resize, 2)
    err(x.__delitem__, 0)
    x[0] = 76
    x[1:3] = b"OC"
    view[3:] = b"KED"
    print(x, view.tobytes())
x.append(33)
print(x)

# Growth and shrinkage at both ends.
q = bytearray()
for i in range(1000):
    q.append(i & 255)
    if i % 3 == 0:
        del q[0]
    if i % 7 == 0:
        del q[:2]
print(len(q), q[:5], q[-5:], sum(q))
q[10:600] = b""
print(len(q), sum(q))
for i in range(300):
    q[:0] = bytes([i & 255])
print(len(q), q[:4], sum(q))
e = bytearray(b"self")
e += bytes(e)
e.extend(bytes(e))
err(e.__iadd__, e)
e[2:4] = e
print(e)


class BA(bytearray):
    extra = 1


s = BA(b"sub")
s.tag = "t"
s += b"class"
print(s, type(s), s.tag, type(s[:2]), type(s + b""), s == b"subclass", repr(s), type(s.copy()))
it = iter(e)
print(next(it), next(it), it.__length_hint__())
e.clear()
print(list(it), bytearray(b"a") == bytearray(b"a"), bytearray(b"b") > b"a")
