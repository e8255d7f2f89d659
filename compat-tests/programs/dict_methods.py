# needs: core
# Every public method of dict, construction forms, order, changing during iteration, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


print({}, dict(), dict(a=1, b=2), dict([("x", 1), ["y", 2]]), dict({"k": "v"}), dict({"a": 1}, a=2, b=3), dict(zip("ab", (1, 2))), dict(["ab", "cd"]), dict(x for x in [(1, 2)]))
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], "v"), dict.fromkeys({"k": 1}, 0), {}.fromkeys((), 5))
err(dict, 5)
err(dict, [1])
err(dict, [(1,)])
err(dict, [(1, 2, 3)])
err(dict, ["abc"])
err(dict, 1, 2)
err(dict, [([], 1)])
err(dict, None)
err(dict.fromkeys, 5)
d = {"a": 1, "b": 2, "c": 3}
print(d.get("a"), d.get("z"), d.get("z", 9), d.pop("b"), d.pop("z", None), d.setdefault("d"), d.setdefault("a", 100), d)
print(d.popitem(), d, d.copy() == d, d.copy() is d, d.update([("q", 5)]), d.update({"a": 0}, r=6), d.update(), d)
err(d.pop, "zz")
err(d.pop, [])
err(d.pop)
err({}.popitem)
err(d.get)
err(d.get, [])
err(d.setdefault)
err(d.update, 5)
err(d.update, [1])
err(d.update, {}, {})
err(lambda: d["nope"])
err(lambda: d[("tuple", 1)])
err(lambda: d[{}])
err(lambda: d.__delitem__("nope"))
err(lambda: [] in d)
err(lambda: {[]: 1})
err(lambda: d < d)
err(lambda: d + d)
err(lambda: d.attr)
err(hash, d)
print(d | {"a": "new", "n": 1}, {"z": 0} | d, d.__or__({}), d.__ror__({"f": 1}), d.__or__([]))
e = dict(d)
e |= {"in": 1}
e |= [("pair", 2)]
print(e, e.__ior__({"x": 1}) is e)
err(lambda: d | [("a", 1)])
err(lambda: e.__ior__(5))
print(d == {"a": 0, "c": 3, "q": 5, "r": 6}, d != {}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {1: "a"} == {1.0: "a"}, {} == [], len(d), "a" in d, "zz" in d, list(d), list(reversed(d)), bool({}), bool(d))
print(d.__len__(), d.__contains__("a"), d.__getitem__("a"), d.__eq__({}), d.__ne__({}), d.__setitem__("s", 1), d.__delitem__("s"), list(d.__iter__()), list(d.__reversed__()), d.__repr__(), d.__sizeof__() > 0, dict[str, int], dict.__class_getitem__(int))
d.clear()
print(d)

o = {}
for i in range(20):
    o[i * 7 % 20] = i
for i in (3, 9, 14):
    del o[i]
o[3] = "again"
print(o, list(o)[-1])
while len(o) > 3:
    o.popitem()
print(o)
print({1: "int", 1.0: "float", True: "bool"}, {0: "a", False: "b"}, {"a": 1, "a": 2})


def grow(x):
    for k in x:
        x[str(k)] = 1


def shrink(x):
    for k in x:
        del x[k]


def replace(x):
    for k in x:
        x[k] = "new"
    return x


def swap(x):
    for k in x:
        del x[k]
        x[str(k)] = 1


err(grow, {1: 1})
err(shrink, {1: 1, 2: 2})
err(replace, {1: 1, 2: 2})
err(swap, {1: 1, 2: 2})
it = iter({1: 1, 2: 2})
print(it.__length_hint__(), next(it), list(it), next(it, "end"))


class K:
    def __init__(self, n, h):
        self.n, self.h = n, h

    def __hash__(self):
        return self.h

    def __eq__(self, o):
        if isinstance(o, K):
            return self.n == o.n
        return NotImplemented

    def __repr__(self):
        return f"K{self.n}"


c = {K(i, i % 3): i for i in range(12)}
print(c, c[K(7, 1)], K(7, 2) in c, K(100, 1) in c, c.pop(K(4, 1)), len(c))
for i in range(11, -1, -2):
    c.pop(K(i, i % 3), None)
print(c)


class Raises:
    def __hash__(self):
        return 5

    def __eq__(self, o):
        raise RuntimeError("eq failed")


bad = {Raises(): 1}
err(lambda: bad[5])
err(lambda: 5 in bad)
err(bad.__setitem__, 5, 0)


class NoHash:
    __hash__ = None


class BadHash:
    def __hash__(self):
        return "x"


class HugeHash:
    def __hash__(self):
        return 2 ** 100


err(lambda: {NoHash(): 1})
err(lambda: {BadHash(): 1})
h = HugeHash()
print({h: "huge"}[h], hash(h) == hash(2 ** 100))


class Missing(dict):
    def __missing__(self, key):
        return f"missing {key}"


m = Missing(a=1)
print(m["a"], m["b"], m.get("b"), "b" in m, m, type(m.copy()), type(m | {}), Missing.fromkeys("q"), "%(zz)s" % m, "{a} {zz}".format_map(m))


class Keys:
    def keys(self):
        return ["k1", "k2"]

    def __getitem__(self, k):
        return k.upper()


print(dict(Keys()), {**Keys()}, {"x": 0} | dict(Keys()), dict(Keys(), k1=5))
r = {"self": None}
r["self"] = r
print(r)
n = {i: str(i) for i in range(5000)}
for i in range(0, 5000, 2):
    del n[i]
print(len(n), sum(n), n[4999], 4998 in n, list(n)[:5], sum(len(v) for v in n.values()))
