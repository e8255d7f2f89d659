# needs: core
# Tuples: methods, packing and unpacking, comparison, hashing, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


t = (1, "a", 2.5, None, 1)
print(t, len(t), t[0], t[-1], t[1:3], t[::-1], t[::2], (), (1,), tuple(), tuple("ab"), tuple([1, 2]), tuple(range(3)), tuple(x for x in "xy"), tuple({"k": 1}))
print(t.count(1), t.count("z"), t.index("a"), t.index(1, 1), (1, 2, 1).index(1, -1, 5), 2.5 in t, "b" not in t)
err(t.index, "zz")
err(t.index, 1, 1, 3)
err(t.index)
err(t.count)
err(lambda: t[5])
err(lambda: t[-6])
err(lambda i="a": t[i])
err(lambda: t + [1])
err(lambda: t + 1)
err(lambda: t * 1.0)
err(lambda: t * "a")
err(lambda: t < [1])
err(lambda: (1, "a") < (1, 2))
err(lambda: t.append)
err(tuple, 5)
err(tuple, 1, 2)
err(tuple, x=1)
err(hash, (1, []))
err(exec, "t = (1,); t[0] = 2")
err(exec, "t = (1,); del t[0]")
err(setattr, t, "x", 1)
print(t + (3,), t * 2, 0 * t, (1, 2) * -1, (1, 2) == (1, 2), (1, 2) != (2, 1), (1, 2) < (1, 3), (1,) < (1, 0), (2,) > (1, 9), (1, 2) <= (1, 2), (1, 2) >= (1,), (1, 2) == [1, 2])
print(hash((1, 2)) == hash((1.0, 2.0)), hash(()) == hash(()), hash((1, 2)) != hash((2, 1)), {(1, 2): "v"}[1, 2], {(): "empty"}[()], hash((1, 2)), hash(()), hash((1, (2, 3), -1)))
print(t.__len__(), t.__contains__(1), t.__getitem__(0), t.__add__((9,)), t.__mul__(1), t.__rmul__(1), t.__eq__(t), t.__ne__(()), (1,).__lt__((2,)), (1,).__le__((1,)), (1,).__gt__((0,)), (1,).__ge__((2,)), t.__getnewargs__(), t.__repr__(), next(t.__iter__()))
print(tuple[int, ...], tuple.__class_getitem__(str), tuple(t) is t, t[:] is t, tuple([]) is tuple())
a, b = 1, 2
a, b = b, a
print(a, b)
(a, (b, c)), d = (1, [2, 3]), "d"
print(a, b, c, d)
first, *rest = "abcd"
*init, last = range(4)
x, *mid, y = [1, 2]
print(first, rest, init, last, x, mid, y)
[p, q] = {"k1": 1, "k2": 2}
(s,) = [5]
*all_, = "xyz"
print(p, q, s, all_)
head, (second, *others), *tail = 1, "uvw", 3, 4
print(head, second, others, tail)


def unpack2(v):
    a, b = v
    return a, b


def unpack_star(v):
    a, b, *c, d = v
    return a, b, c, d


for v in ([], [1], [1, 2, 3], "abc", 5, None, {"k": 1}, {1, 2, 3}, iter([1, 2, 3]), (i for i in range(1)), range(5)):
    err(unpack2, v)
for v in ([], [1, 2], (1, 2, 3), "abcdef", 5, iter("ab")):
    err(unpack_star, v)


def gen():
    yield 1
    yield 2
    raise ValueError("in gen")


err(unpack2, gen())
it = iter([1, 2, 3, 4, 5])
print(1, *it, 6, *(), *"x")
print((*range(3), *[7], *{}), [*"ab", *(1,)], {*[1], *(1,)}, {**{"a": 1}, **{"a": 2, "b": 3}}, (*[],))
err(lambda: [*5])
err(lambda: (1, *None))
err(lambda: {**5})
err(lambda: {*1})
i = 0
lst = [0, 0, 0]
i, lst[i] = 1, "evaluated left to right"
print(i, lst)


class Rec:
    def __setitem__(self, k, v):
        print("set", k, v)

    def __setattr__(self, k, v):
        print("attr", k, v)


r = Rec()
r.a, r["k"], *r.rest = "xyzw"
for r.loop, (r[0], *others) in [(1, "ab"), (2, "cde")]:
    print(others)


class T(tuple):
    def __new__(cls, *a):
        return super().__new__(cls, a)

    @property
    def first(self):
        return self[0]


n = T(1, 2)
n.attr = "dict"
print(n, n.first, n.attr, type(n + (3,)), type(n[:]), n == (1, 2), hash(n) == hash((1, 2)), tuple(n) is n, type(tuple(n)), isinstance(n, tuple))
loop = ([],)
loop[0].append(loop)
print(loop)
it = iter((1, 2, 3))
print(it.__length_hint__(), next(it), list(it), next(it, "end"))
try:
    u = ([1],)
    u[0] += [2]
except TypeError as e:
    print(e, u)
nested = ()
for _ in range(50):
    nested = (nested,)
print(len(str(nested)), nested == nested, hash(nested) == hash(nested))
