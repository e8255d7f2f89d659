# needs: core
# Slice and range objects: attributes, methods, arithmetic corner cases, big values, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), slice(1, 2), slice("a", [1], None), s == slice(1, 10, 2), s != slice(1), s < slice(2, 0, 0), slice(1) <= slice(1), hash(s) == hash(slice(1, 10, 2)))
for args in [(None,), (3,), (-3,), (2, None), (None, None, -1), (-1, None, -2), (100, -100, -1), (-100, 100, 3), (5, 2), (2, 5, -1), (2 ** 70, None), (None, -(2 ** 70), -(2 ** 70))]:
    print(slice(*args), slice(*args).indices(7), list(range(*slice(*args).indices(7))) == list(range(7))[slice(*args)], "abcdefg"[slice(*args)])
err(slice)
err(slice, 1, 2, 3, 4)
err(slice, x=1)
err(slice(1).indices)
err(slice(1).indices, -1)
err(slice(1).indices, "a")
err(slice("a").indices, 5)
err(slice(0, 5, 0).indices, 5)
err(setattr, s, "start", 0)
err(hash, slice([]))
err(lambda: slice(1) < 5)
err(lambda: slice("a") < slice(1))
err(lambda: [1, 2][slice("a", "b")])
err(lambda: "abc"[::0])
err(lambda: (1, 2)[1.0:])


class Idx:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        print("index", self.n)
        return self.n


print("abcdef"[Idx(1):Idx(5):Idx(2)], [1, 2, 3][Idx(-1)], slice(Idx(1)).indices(3), {slice(1, 2): "hashable"}[slice(1, 2)])


class Get:
    def __getitem__(self, k):
        return k


g = Get()
print(g[1], g[1:2], g[:], g[::2], g[1:2, ...], g[()], g[1, 2:3, None], g[*[1, 2], 3], g[-1:], g[lambda: 0] is not None, g["a":"b"])


class Store:
    def __setitem__(self, k, v):
        print("set", k, v)

    def __delitem__(self, k):
        print("del", k)


t = Store()
t[1:2] = "x"
t[1:2, 3] = "y"
t[:] = "z"
del t[1:2]
del t[::3], t[5]

r = range(2, 20, 3)
print(r, r.start, r.stop, r.step, len(r), r[0], r[-1], r[1:3], r[::-1], r[::2], r[10:], list(r), 5 in r, 6 in r, "a" in r, 5.0 in r, r.index(8), r.count(8), r.count(9), bool(range(0)), bool(r))
print(range(5), range(0), list(range(5, 0, -1)), list(range(0, 5, -1)), range(0, 5, 1), range(1, 1, 2) == range(0), range(0, 3, 2) == range(0, 4, 2), range(1) != range(2), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), range(3) == [0, 1, 2])
print(list(reversed(range(1, 10, 3))), list(reversed(range(0))), range(10)[2:8][1:3], range(10)[::-2], range(True), range(3)[-1], range(10, 0, -1)[2:5], 3 in range(10, 0, -1), range(5).__len__(), range(5).__contains__(3), range(5).__getitem__(2), range(2).__bool__(), next(range(5).__iter__()), next(range(5).__reversed__()), range(1, 2).__repr__(), range(3).__eq__(range(3)))
err(range)
err(range, 1, 2, 0)
err(range, 1.5)
err(range, "a")
err(range, 1, 2, 3, 4)
err(range, stop=5)
err(lambda: r[10])
err(lambda i="a": r[i])
err(r.index, 9)
err(r.index, "q")
err(lambda: r + r)
err(lambda: r < r)
err(setattr, r, "start", 1)
err(lambda: type("R", (range,), {}))
big = range(2 ** 70, 2 ** 70 + 10, 3)
print(big, len(big), big[0], big[-1], list(big)[1] - 2 ** 70, 2 ** 70 + 3 in big, 2 ** 70 + 4 in big, big.index(2 ** 70 + 6), big[1:3], list(reversed(big))[0] - 2 ** 70)
huge = range(0, 2 ** 70)
err(len, huge)
print(huge[2 ** 65], 2 ** 69 in huge, huge[-1] == 2 ** 70 - 1, range(-(2 ** 80), 2 ** 80, 2 ** 79)[2], list(range(-(2 ** 63), -(2 ** 63) + 3)), list(range(2 ** 63 - 2, 2 ** 63 + 2))[-1])
it = iter(range(5))
print(it.__length_hint__(), next(it), next(it), it.__length_hint__(), list(it), next(it, "end"))
it = iter(range(2 ** 65, 2 ** 65 + 3))
print(it.__length_hint__(), next(it) - 2 ** 65, [v - 2 ** 65 for v in it])
print(sum(range(1001)), sum(range(0, 100, 7)), max(range(5, 50, 5)), min(range(5, 50, 5)), sorted(range(5, 0, -1)), tuple(range(3)), set(range(3)) == {0, 1, 2}, list(map(lambda a, b: a * b, range(3), range(3, 6))), list(zip(range(2), range(5))))
total = 0
for i in range(100):
    for j in range(i, 100, 7):
        total += i ^ j
print(total)
for i in range(3):
    i = 10
print(i)
print(..., Ellipsis is ..., repr(...), type(...), bool(...), type(...)() is ..., None is type(None)(), NotImplemented, type(NotImplemented))
err(bool, NotImplemented)
err(type(...), 1)
