# needs: core
# Sorting: stability, keys, reverse, runs and patterns, mixed types, misbehaving comparisons, sorted, min, max.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


def lcg(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield seed >> 33


rng = lcg(1)
for n in (0, 1, 2, 3, 10, 31, 32, 33, 63, 64, 65, 127, 128, 129, 500, 1000, 2500):
    a = [next(rng) % 1000 for _ in range(n)]
    b = sorted(a)
    assert all(x <= y for x, y in zip(b, b[1:])) and len(a) == len(b)
    c = a[:]
    c.sort(reverse=True)
    assert c == b[::-1]
    d = sorted(range(n), key=a.__getitem__)
    assert all(a[i] < a[j] or (a[i] == a[j] and i < j) for i, j in zip(d, d[1:]))
    e = sorted(range(n), key=a.__getitem__, reverse=True)
    assert all(a[i] > a[j] or (a[i] == a[j] and i < j) for i, j in zip(e, e[1:]))
    print(n, b[:3], b[-3:], sum(i * x for i, x in enumerate(b)))

patterns = {
    "up": list(range(300)),
    "down": list(range(300, 0, -1)),
    "same": [7] * 300,
    "saw": [i % 10 for i in range(300)],
    "organ": list(range(150)) + list(range(150, 0, -1)),
    "runs": [i for k in range(10) for i in range(k, 300, 10)],
    "swap": [*range(10, 300), 5, 4, 3],
    "alt": [i if i % 2 else -i for i in range(300)],
}
for name, p in patterns.items():
    q = sorted(p)
    print(name, q[0], q[-1], q == sorted(p[::-1]), sorted(p, key=lambda v: -v) == q[::-1], [p.index(v) for v in sorted(set(p))[:5]])


class Counted:
    calls = 0

    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        Counted.calls += 1
        return self.v < other.v


for name in ("up", "down", "same", "organ"):
    Counted.calls = 0
    sorted(map(Counted, patterns[name]))
    print(name, "compares", Counted.calls)

print(sorted(["b", "A", "a", "B", "é", "Z"]), sorted(["b", "A", "a"], key=str.lower), sorted(["bb", "a", "ccc"], key=len, reverse=True))
print(sorted([(2, "b"), (1, "z"), (2, "a")]), sorted([[2], [1, 5], [1]]), sorted([3.5, 1, 2 ** 70, -1e300, True]), sorted([b"b", b"a"]), sorted({3: 1, 1: 2}), sorted("hello"))
print(sorted([float("inf"), 1, float("-inf")]), sorted([(1, 2.5), (1, 2)]), sorted([2 ** 65, -(2 ** 65), 0]), sorted([("a", 1), ("a", 0), ("Z", 9)]))
err(sorted, [1, "a"])
err(sorted, [None, None])
err(sorted, [1j, 2j])
err(sorted, [(1, "a"), (1, 2)])
err(sorted, 5)
err(sorted, [1], 2)
err(sorted, [2, 1], key=5)
err(sorted, ["a"], key=lambda: 0)
err(sorted)
err([2, 1].sort, None)
err([1].sort, cmp=None)
print([3, 1, 2].sort(key=None, reverse=False), [3, 1].sort(reverse=1))


class Bad:
    def __lt__(self, o):
        raise ValueError("no order")


err(sorted, [Bad(), Bad()])
a = [3, 2, 1, "x", 0]
err(a.sort)
print(len(a), sorted(map(str, a)))
a = [5, 3, 4]


def peek(v):
    print("during", a)
    return v


a.sort(key=peek)
print(a)


def change(v):
    a.append(v)
    return v


err(a.sort, key=change)
print(a)


def boom(v):
    if v == 4:
        raise KeyError(v)
    return v


err(a.sort, key=boom)
print(a)
print(min(3, 1, 2), max([3, 1, 2]), min("hello"), max({"a": 1, "b": 0}), min([], default="none"), max([1, 5, 3], key=lambda v: -v), min((2, "b"), (1, "z")), max("a", "bb", key=len), max([1, 1.0]), min([True, 1]))
err(min)
err(max, [])
err(max, 5)
err(min, 1, "a")
err(max, 1, 2, default=3)
err(min, [1], key=3)
err(max, [], key=len)
print(list(reversed([1, 2])), sorted(reversed("cab")), [*reversed(range(3))], sorted([[], [0], [0, 0]], reverse=True))
words = "the quick brown fox jumps over the lazy dog again and again the fox".split()
freq = {}
for w in words:
    freq[w] = freq.get(w, 0) + 1
print(sorted(freq.items(), key=lambda kv: (-kv[1], kv[0])))
big = [(next(rng) % 50, i) for i in range(400)]
big.sort(key=lambda t: t[0])
print(all(x < y for x, y in zip(big, big[1:])), big[:4], big[-4:])
