# needs: core
# The iterators of builtin types: length hints, exhaustion, pickling support, changes while iterating, copies of state.
def show(it):
    return type(it).__name__


def err(f, *a):
    try:
        print("no error:", f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


sources = {
    "list": [1, 2, 3], "tuple": (1, 2, 3), "str": "aé", "ascii": "abc", "bytes": b"abc", "bytearray": bytearray(b"abc"), "range": range(3), "longrange": range(2 ** 65, 2 ** 65 + 2), "dict": {1: 2, 3: 4}, "keys": {1: 2}.keys(), "values": {1: 2}.values(), "items": {1: 2}.items(), "set": {5}, "frozenset": frozenset([6]), "memoryview": memoryview(b"xy"), "enumerate": enumerate("q"), "zip": zip("ab", "cd"), "map": map(ord, "ab"), "filter": filter(None, [0, 1]), "reversed list": reversed([1, 2]), "reversed tuple": reversed((1, 2)), "reversed range": reversed(range(3)), "reversed dict": reversed({1: 2}), "callable": iter([3, 2, 1].pop, 2), "generator": (x for x in "g"),
}
for name, src in sources.items():
    it = iter(src)
    hint = it.__length_hint__() if hasattr(it, "__length_hint__") else "no hint"
    first = next(it)
    print(name, show(it), iter(it) is it, hint, first, list(it), next(it, "end"), next(it, "still end"))
for src in ([1, 2, 3], (1, 2, 3), "abc", b"abc", bytearray(b"abc"), range(3), {1: 2, 3: 4}, frozenset([7]), {1: 2}.items(), enumerate("ab"), zip("ab", "cd"), map(ord, "ab"), filter(None, "ab"), reversed([1, 2]), "é日", range(2 ** 70)):
    it = iter(src)
    next(it)
    r = it.__reduce__()
    print(show(it), r[0].__name__, [a if isinstance(a, (int, str, bytes, list, tuple, range)) else show(a) for a in r[1]], r[2:])
for src, state in (([1, 2, 3, 4], 2), ((1, 2, 3), 1), ("abcd", 3), (b"abc", 1), (bytearray(b"abc"), 0), (range(5), 3), (reversed([1, 2, 3]), 0), ([1, 2], 100), ([1, 2], -5), ("ab", -1), (reversed("x") if False else reversed([5, 6]), -9)):
    it = iter(src)
    it.__setstate__(state)
    print(show(it), state, list(it))
err(iter([1]).__setstate__, "x")
err(lambda: next(iter([])))
err(lambda: iter([])[0])
err(lambda: len(iter([])))
err(lambda: iter([]) + 1)
a = [1, 2, 3]
it = iter(a)
next(it)
a[:] = [10, 20]
print(list(it))
a.append(30)
print(list(it))
a = [1]
it = iter(a)
print(list(it))
a.append(2)
print(list(it))
a = [1, 2, 3]
r = reversed(a)
next(r)
a.pop()
a.pop()
print(list(r), r.__length_hint__())
b = bytearray(b"abc")
it = iter(b)
next(it)
b[:] = b"z"
print(list(it))


class Raises:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            raise ValueError("at two")
        if self.n == 4:
            raise StopIteration
        return self.n


r = Raises()
e = enumerate(r)
print(next(e))
err(next, e)
print(next(e), next(e, "end"))
z = zip("abc", Raises())
print(next(z))
err(next, z)
print(next(z, "end"))
m = map(lambda v: 10 // v, [5, 0, 2])
print(next(m))
err(next, m)
print(next(m))
f = filter(lambda v: 1 / v, [1, 0, 2])
print(next(f))
err(next, f)
print(list(f))
s = zip("ab", [1, 2, 3], strict=True)
print(next(s), next(s))
err(next, s)
print(list(zip("ab", [1, 2], strict=True)), list(zip(strict=True)), list(map(lambda *a: a, [1], [2], strict=True)))
err(lambda: list(zip([1, 2], [1], [1, 2], strict=True)))
err(lambda: list(zip([1], [1], [1, 2], strict=True)))
it = iter([1, 2, 3, 4, 5, 6])
print(list(zip(it, it)), list(zip(*[iter("abcdef")] * 3)), dict(zip("ab", iter([1, 2]))))
it = iter("abcdef")
print(next(it), "c" in it, list(it), "a" in it)
it = iter(range(10))
a, b, *c = it
print(a, b, c, list(it))
x, y = zip(*[(1, "a"), (2, "b")])
print(x, y)
big = iter(range(10 ** 12))
for _ in range(5):
    next(big)
print(big.__length_hint__(), next(big))
chained = map(lambda v: v + 1, filter(lambda v: v % 2, map(lambda v: v * 3, range(10))))
print(list(chained), sum(map(lambda v: v * v, filter(None, range(5)))), max(enumerate([3, 9, 2]), key=lambda p: p[1]), sorted(zip([3, 1, 2], "cab")), list(enumerate(zip("ab", "cd"), 5)))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        n = self.n
        while n:
            yield n
            n -= 1

    def __reversed__(self):
        return iter(range(1, self.n + 1))


print(list(Countdown(3)), list(reversed(Countdown(3))), 2 in Countdown(3), sum(Countdown(4)), [*Countdown(2)], tuple(Countdown(1)), dict(enumerate(Countdown(2))), list(zip(Countdown(2), reversed(Countdown(2)))))


def infinite():
    n = 0
    while True:
        yield n
        n += 1


print([v for v, _ in zip(infinite(), "abcd")], next(v for v in infinite() if v * v > 50))
e = enumerate("abc", start=-1)
print(list(e), list(enumerate([], 5)), enumerate("a").__next__(), type(enumerate("a")).__class_getitem__(int))
for v in iter(lambda c=iter([1, 2, 0, 3]): next(c), 0):
    print("sentinel", v)
err(lambda: list(iter(lambda: 1 / 0, 5)))


class StopEarly:
    def __call__(self):
        raise StopIteration("early")


print(list(iter(StopEarly(), 1)))
