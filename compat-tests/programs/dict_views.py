# needs: core
# Dict views: keys, values, items; their set operations, mapping proxies, iterators and errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), len(v), len(i))
d["d"] = 4
print(list(k), list(v), list(i), list(reversed(k)), list(reversed(v)), list(reversed(i)))
print("a" in k, 4 in v, ("a", 1) in i, ("a", 2) in i, "a" in i, ("a",) in i, 5 in v)
print(sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}), sorted(k ^ {"a", "z"}), sorted({"a", "q"} - k), sorted({"a"} | k), sorted(["a", "y"] & k), type(k & k))
print(sorted(i & {("a", 1), ("b", 9)}), sorted(i - {("a", 1)}), sorted(i | {("x", 0)}), sorted(i ^ {("a", 1), ("n", 1)}))
print(k == {"a", "b", "c", "d"}, k == d.keys(), k != {"a"}, k <= {"a", "b", "c", "d", "e"}, k < k, k >= {"a"}, k > {"a"}, i == set(i), v == v, d.values() == d.values(), k == ["a"])
print(k.isdisjoint({"z"}), k.isdisjoint(["a"]), i.isdisjoint([]), i.isdisjoint([("a", 1)]), k.isdisjoint(k))
print(k.mapping, v.mapping, i.mapping, type(k.mapping), k.mapping == d)
err(lambda: k.mapping.__setitem__("x", 1))
err(lambda: k[0])
err(lambda: k + k)
err(lambda: v & v)
err(lambda: v < v)
err(lambda: k & 5)
err(lambda: k < ["a"])
err(hash, k)
print(hash(v) == hash(v), type(hash(v)))
err(lambda: [] in k)
err(lambda: ({}, 1) in i)
err(lambda: i & [[]])
err(type(k))
err(lambda: k.isdisjoint(5))
err(lambda: {"l": []}.items() | set())
for it in (iter(k), iter(v), iter(i), reversed(k), reversed(v), reversed(i)):
    print(type(it).__name__, it.__length_hint__(), next(it), it.__length_hint__(), list(it), next(it, "end"))
it = iter(i)
next(it)
d["new"] = 0
err(next, it)
err(next, it)
del d["new"]
it = reversed(d)
next(it)
d.pop("a")
err(next, it)
print({}.keys(), {}.values(), {}.items(), list({}.items()))
print(max(d.values()), sorted(d.items(), key=lambda kv: -kv[1]), dict(d.items()), {v: k for k, v in d.items()}, [*d.keys()], tuple(d.values()))
print(k.__len__(), k.__contains__("b"), sorted(k.__and__({"b"})), sorted(k.__or__({"b"})), sorted(k.__sub__({"b"})), sorted(k.__xor__({"b"})), k.__eq__(k), k.__ne__(k), k.__lt__({"b"}), k.__le__(k), k.__gt__(set()), k.__ge__(k))
print(sorted(k.__rand__({"b"})), sorted(k.__ror__({"b"})), sorted(k.__rsub__({"b", "x"})), sorted(k.__rxor__({"b"})), list(k.__iter__()), list(k.__reversed__()), k.__repr__())
print(v.__len__(), list(v.__iter__()), list(v.__reversed__()), i.__contains__(("b", 2)), i.__len__(), i.__repr__())


class C:
    x = 1

    def m(self):
        pass


p = C.__dict__
print(type(p), p["x"], "m" in p, p.get("zz"), p.get("zz", 5), len(p) >= 2, sorted(key for key in p.keys() if not key.startswith("__")), type(p.copy()), type(p | {"q": 1}), list(reversed(p))[-1] == next(iter(p)))
err(lambda: p.__setitem__("y", 2))
err(exec, "p['y'] = 2", {"p": p})
err(exec, "del p['x']", {"p": p})
err(lambda: p["zz"])
err(exec, "p |= {}", {"p": p})
mp = type(p)({"one": 1, "two": 2})
print(mp, repr(mp), mp == {"one": 1, "two": 2}, list(mp.items()), list(mp.values()), list(mp), mp | {"three": 3}, {"zero": 0} | mp, str(mp), "one" in mp, mp.get("one"), hash(mp) if False else "-")
err(type(p), [1])
err(type(p))
err(hash, mp)
print(type(p)[int, str], mp.__len__(), mp.__contains__("one"), mp.__getitem__("two"), mp.__or__({}), mp.__ror__({}), mp.keys() & {"one"}, mp.__eq__({}), mp.__ne__({}), list(mp.__reversed__()))

counts = {}
for word in "a b a c b a".split():
    counts[word] = counts.get(word, 0) + 1
groups = {}
for word, n in counts.items():
    groups.setdefault(n, []).append(word)
print(counts, groups, {n: sorted(g) for n, g in sorted(groups.items())})


class V:
    def __eq__(self, other):
        print("compare", other)
        return other == "match"


print(("k", "match") in {"k": V()}.items(), "match" in {"k": V()}.values(), ("k", "no") in {"k": V()}.items())
