# needs: core
# Comprehensions of all kinds: nesting, conditions, scopes, class bodies, closures, laziness, walrus, unpacking.
print([x * x for x in range(6)], [x for x in range(20) if x % 2 if x % 3], [(x, y) for x in range(3) for y in range(x)], [[i * j for j in range(3)] for i in range(3)])
print({x % 3 for x in range(9)} == {0, 1, 2}, {k: v for k, v in zip("abc", range(3))}, {k: [v] * k for k, v in {1: "a", 2: "b"}.items()}, sum(x for x in range(10)), max((x * 7) % 10 for x in range(10)))
x = "outer"
print([x for x in range(3)], x)
print([y for y in [x]], [(x, z) for z in "ab" for x in [z.upper()]], x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs], [f() for f in [lambda i=i: i for i in range(3)]])


class C:
    n = 3
    items = [1, 2, 3]
    doubled = [v * 2 for v in items]
    pairs = [(v, w) for v in items for w in (10, 20)]
    try:
        bad = [v * n for v in items]
    except NameError as e:
        message = str(e)
    here = __qualname__


print(C.doubled, C.pairs, C.message if hasattr(C, "message") else C.bad, C.here)


def scope():
    a = 10
    r = [a + b for b in range(3)]
    c = [lambda: a + b for b in range(3)]
    a = 100
    return r, [f() for f in c]


print(scope())


def nested_free(n):
    return [[[n + a + b + c for c in range(2)] for b in range(2)] for a in range(2)]


print(nested_free(5))
g = (print("evaluated", i) or i for i in [1, 2, 3])
print(type(g).__name__, next(g), list(g), list(g))


def loud(n):
    print("outermost", n)
    return range(n)


lazy = (a for a in loud(2) for b in loud(1))
print("made")
print(list(lazy))
try:
    (q for q in 5)
except TypeError as e:
    print(e)
h = (1 / d for d in (1, 0, 2))
print(next(h))
try:
    next(h)
except ZeroDivisionError as e:
    print(e)
print(list(h))
print([last := v for v in range(4)], last, [(s := s0 + 1) for s0 in range(3)], s, any((found := w) > 2 for w in [1, 2, 3, 4]), found)


def walrus():
    total = 0
    partial = [total := total + v for v in range(5)]
    return partial, total


print(walrus())
print([a for a, *b in ["abc", "de"]], [b for a, *b in ["abc", "de"]], [p + q for p, q in [(1, 2), (3, 4)]], {a: b for a, (b, c) in {"k": (1, 2)}.items()}, [v for [v] in [[1], [2]]])
print([i for i in range(5) if i if i % 2 == 0], [i if i % 2 else -i for i in range(5)], [i for i in (lambda: [7, 8])()], [i or "zero" for i in range(2)], [(lambda t: t * 2)(i) for i in range(3)])
print(list(map(lambda f: f(2), [lambda v, k=k: v ** k for k in range(4)])), [m for m in [n for n in range(3)]], [[m for m in range(n)] for n in range(3)], [*[1, 2], *(v for v in "ab")], dict((v, v * v) for v in range(3)), tuple(v for v in "xyz"), "".join(c for c in "a1b2" if c.isalpha()))


def gen_scope():
    for i in range(2):
        yield [i for i in range(i + 2)], i


print(list(gen_scope()))


def deleted():
    v = 5
    r = [v for v in range(2)]
    try:
        del v
        return r, [v for _ in range(1)]
    except NameError as e:
        return r, type(e).__name__, str(e)


print(deleted())


def shadow_args(v, w):
    return [v for v in w], v, {w: v for w in w}, w


print(shadow_args(1, [2, 3]))


def raises(items):
    try:
        return [10 // v for v in items]
    except ZeroDivisionError as e:
        return "caught", e.__traceback__.tb_lineno > 0
    finally:
        print("finally")


print(raises([1, 2]), raises([1, 0]))


def restores():
    i = "kept"
    try:
        [1 // i for i in [1, 0]]
    except ZeroDivisionError:
        pass
    return i


print(restores())
print([locals_ for locals_ in [sorted(k for k in locals() if k in ("fs", "h"))]])


def loc():
    a = 1
    return [sorted(locals()) for b in range(1)]


print(loc())
primes = [p for p in range(2, 60) if all(p % d for d in range(2, int(p ** 0.5) + 1))]
print(primes, [primes[i:i + 4] for i in range(0, len(primes), 4)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [v for row in matrix for v in row], list(zip(*matrix)), sum(a * b for a, b in zip(*matrix)))
print({(a, b): a * b for a in range(1, 3) for b in range(1, 3)}, {w: len(w) for w in "one three five".split() if len(w) > 3}, {len(w) for w in "a bb cc d".split()} == {1, 2}, {v: k for k, v in {"a": 1}.items()})
order = []
r = {order.append(("k", i)) or i: order.append(("v", i)) or i for i in range(2)}
print(order, r)
print([y for x in [[1, 2], [3]] for y in x if y != 2 for _ in range(y)], len([0 for _ in range(1000)]), sum(1 for _ in range(1000)))
global_name = 5


def uses_global():
    global global_name
    return [global_name := global_name + i for i in range(3)], global_name


print(uses_global(), global_name)
