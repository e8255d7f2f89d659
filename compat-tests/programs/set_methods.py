# needs: core
# Every public method of set and frozenset, operators, errors. Output is sorted where order is not promised.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", show(r))


def show(s):
    if isinstance(s, (set, frozenset)):
        return type(s).__name__ + str(sorted(s, key=repr))
    return repr(s)


for T in (set, frozenset):
    a, b = T([1, 2, 3]), T({3, 4})
    print(T(), T([5]), show(T("hello")), show(T(range(3))), len(a), 1 in a, 9 not in a, bool(T()), bool(a))
    for op in ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"):
        f = getattr(a, op)
        print(op, show(f(b)), show(f([3, 4, 4])), show(f(x for x in (1, 2, 3))), show(f("")), show(f({1: 2})))
    print(show(a.union()), show(a.union([9], "z", (8,))), show(a.intersection([1, 2], [2, 3])), show(a.difference([1], [2])), show(a.intersection()), show(a.copy()), a.copy() is a)
    for op in ("__and__", "__or__", "__sub__", "__xor__", "__rand__", "__ror__", "__rsub__", "__rxor__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
        print(op, show(getattr(a, op)(b)), show(getattr(a, op)(frozenset({1, 2, 3}))), show(getattr(a, op)([1])))
    print(show(a & b), show(a | b), show(a - b), show(a ^ b), a < {1, 2, 3, 4}, a <= a, a > {1}, a >= b, a == {3, 2, 1}, a != b, a == [1, 2, 3], type(a & {1}), type({1} & a), type(frozenset({1}) | a))
    print(a.__len__(), a.__contains__(1), sorted(a.__iter__()), T.__class_getitem__(int), T[int], a.__sizeof__() > 0, a.__contains__({1}) if T is set else "-")
    err(lambda: a & [1])
    err(lambda: a | "x")
    err(lambda: a < [1])
    err(lambda: a + a)
    err(lambda i=0: a[i])
    err(T, 5)
    err(T, 1, 2)
    err(T, [[1]])
    err(T, x=1)
    err(a.union, 5)
    err(a.union, [[]])
    err(a.isdisjoint, 5)
    err(a.issubset)
    err(lambda: {} in a)
    print(repr(T([1])), str(T()), T([1]) == T([1.0]), T([1, True, 1.0]), {1} in T([frozenset([1])]))

s = {1}
print(s.add(2), s.add(2), show(s), s.discard(1), s.discard(99), show(s), s.remove(2), show(s))
s.update([1, 2], "a", {3: 4})
print(show(s))
s.difference_update([1], ["a"])
print(show(s))
s.intersection_update([2, 3, 4], (2, 3))
print(show(s))
s.symmetric_difference_update([3, 4, 4])
print(show(s))
s |= {7, 8}
s &= {2, 7, 8}
s -= {2}
s ^= {8, 9}
print(show(s), s.__ior__({1}) is s, s.__iand__({1, 7}) is s, s.__isub__({7}) is s, s.__ixor__({5}) is s, show(s))
x = s.pop()
print(x in (1, 5), len(s), s.clear(), s)
err(set().pop)
err(s.remove, "gone")
err(s.remove, [])
err(s.add, [])
err(s.add, {})
err(s.add)
err(s.discard, [])
err(s.update, 5)
err(s.__ior__, [1])
err(hash, s)
err(lambda: {{1}})
err(lambda: frozenset().add)
q = {(1, 2)}
err(q.remove, (3, 4))
f = frozenset([1, 2])
g = f
g |= {3}
print(show(f), show(g), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), hash(frozenset()), {f: "key"}[frozenset([2, 1])], frozenset(f) is f, frozenset() is frozenset(), hash(frozenset([1, 2, 3])))
outer = {frozenset([1])}
print({1} in outer, show(outer), outer.discard({1}), outer)
print({1, 2} < {1, 2, 3}, {1} < {2}, {1} > {2}, set() <= set(), {1, 2} == frozenset([1, 2]), sorted([{1, 2, 3}, {1}, {1, 2}], key=len) == [{1}, {1, 2}, {1, 2, 3}])


def change(s):
    for v in s:
        s.add(v + 100)


def empty(s):
    for v in s:
        s.clear()


err(change, {1, 2})
err(empty, {1, 2})
it = iter({1})
print(it.__length_hint__(), list(it), list(it))
big = set(range(2000))
big -= set(range(0, 2000, 2))
big |= {i * 7 for i in range(500)}
print(len(big), sum(big), 7 in big, 2 in big)
for i in range(0, 4000, 3):
    big.discard(i)
print(len(big), sum(big), sum(x for x in big & set(range(100))))


class S(set):
    def __init__(self, *a):
        super().__init__(a)


class F(frozenset):
    pass


t = S(1, 2)
t.attr = 5
print(type(t | {1}), type(t & t), type({1} | t), t.attr, show(t.copy()), type(t.copy()), t == {1, 2}, F([1]) == {1}, type(F([1]) | F([2])), type(F([1]).copy()), repr(F([1])), repr(S(3)))


class H:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, o):
        return self.n == o.n

    def __repr__(self):
        return f"H{self.n}"


c = {H(i % 5) for i in range(20)}
print(sorted(c, key=lambda h: h.n), H(3) in c, H(9) in c, sorted((c - {H(1)}) & {H(2), H(7)}, key=lambda h: h.n))
print({x % 3 for x in range(10)} == {0, 1, 2}, {*"ab", *"bc"} == set("abc"), {()} == {tuple()}, len({1, 1.0, True, 2}), sum({1, 2, 3}), max({3, 9}), sorted({"b", "a"}))
r = set()
r.add(frozenset([frozenset()]))
print(r, repr({None}), repr({(1,)}), {float("nan")} == {float("nan")})
