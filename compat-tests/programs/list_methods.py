# needs: core
# Every public method of list, all forms of subscripts, and their errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


a = [1, 2]
print(a.append(3), a, a.extend("ab"), a, a.insert(1, "i"), a, a.insert(-1, "j"), a.insert(100, "k"), a)
print(a.pop(), a.pop(0), a.pop(-2), a, a.remove("a") if "a" in a else None, a)
print(a.index(2), a.index("b", 1), [1, 2, 1, 2].index(2, 2), [1, 2, 1].index(1, -2), a.count("z"), [1, 1.0, True].count(1))
print(a.reverse(), a, a.copy(), a.copy() is a, a.clear(), a)
err([].pop)
err([1].pop, 5)
err([1].pop, "a")
err([1].remove, 2)
err([1].index, 2)
err([1, 2].index, 1, 1)
err([].append)
err([].append, 1, 2)
err([].extend, 5)
err([].insert, 1)
err([].insert, "a", 1)
err([1].index)
print(list(), list("abc"), list((1, 2)), list({"k": 1}), list(range(3)), list(x * x for x in range(3)), list(b"ab"))
err(list, 5)
err(list, 1, 2)
err(list, x=1)


def assign(key, value, n=10):
    x = list(range(n))
    x[key] = value
    return x


def delete(key, n=10):
    x = list(range(n))
    del x[key]
    return x


print(assign(0, "z"), assign(-1, "z"), assign(slice(2, 5), []), assign(slice(2, 2), "new"), assign(slice(5, 2), [0]), assign(slice(None), "ab"))
print(assign(slice(None, None, 2), "abcde"), assign(slice(None, None, -3), "wxyz"), assign(slice(8, 100), (x for x in "gen")), assign(slice(-100, 2), {1: 2}))
print(delete(0), delete(-1), delete(slice(2, 8)), delete(slice(None, None, 2)), delete(slice(8, 1, -3)), delete(slice(5, 5)), delete(slice(None)))
err(assign, 10, 1)
err(assign, -11, 1)
err(assign, "a", 1)
err(assign, 1.0, 1)
err(assign, slice(0, 4, 2), [1])
err(assign, slice(0, 2), 5)
err(assign, slice(0, 2, 0), [])
err(assign, slice("a", 2), [])
err(delete, 10)
err(delete, None)
x = [1, 2, 3]
err(lambda: x[3])
err(lambda: x["a"])
err(lambda: x[1, 2])
err(lambda: x[2 ** 100])
print(x[2 ** 100:], x[-(2 ** 100):1], x[True], x[::2 ** 70])
print(x + [4], x * 2, 2 * x, x * 0, x * -1, x == [1, 2, 3], x != [1], x < [1, 3], x <= [1, 2, 3], x > [1, 2], x >= [0, 9], x == (1, 2, 3), [] < [0])
err(lambda: x + (1,))
err(lambda: x + None)
err(lambda: x * 1.5)
err(lambda: x < (1,))
err(lambda: [1, "a"] < [1, 2])
err(lambda: x - [1])
err(hash, x)
err(lambda: {x: 1})
err(lambda: x * (2 ** 62))
y = x
y += (4,)
y *= 2
print(x, x is y)
try:
    y += 5
except TypeError as e:
    print(e)
print(x.__len__(), x.__contains__(2), x.__getitem__(slice(1, 3)), x.__add__([0]), x.__mul__(1), x.__rmul__(1), x.__eq__(x), x.__ne__([]), x.__lt__([2]), x.__le__(x), x.__gt__(x), x.__ge__(x), x.__eq__(5))
print(x.__setitem__(0, "set"), x.__delitem__(-1), x, x.__iadd__([9]), x.__imul__(1), list(x.__iter__()), list(x.__reversed__()), x.__repr__(), list.__init__(x, "ab"), x)
print(list.__class_getitem__(int), list[int], x.__sizeof__() > 0)
nested = [1]
nested.append(nested)
print(nested, nested == nested, [nested, [nested]])
it = iter([1, 2, 3])
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it), list(it))
r = reversed([1, 2, 3])
print(r.__length_hint__(), next(r), list(r), next(r, "end"))
z = [1, 2, 3]
for v in z:
    if len(z) < 8:
        z.append(v * 10)
print(z)
it = iter(z)
next(it)
z.clear()
print(list(it))
big = list(range(1000))
del big[::3]
big[10:20] = big[20:10:-1]
print(len(big), sum(big), big[:25])
while len(big) > 5:
    big.pop(len(big) // 2)
print(big)


class L(list):
    def __init__(self, *a):
        super().__init__(a)
        self.tag = "t"

    def __getitem__(self, i):
        return ("item", list.__getitem__(self, i))

    def append(self, x):
        super().append(("own", x))


c = L(1, 2)
c.append(3)
print(c, c[0], c.tag, type(c[:]), type(c + [1]), type(c * 2), type(c.copy()), isinstance(c, list), c == [1, 2, ("own", 3)], len(c), sorted([3, 1]), [*c])


class Noisy:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        print("eq", self.n, getattr(o, "n", o))
        return NotImplemented


p, q = Noisy(1), Noisy(2)
print([p] == [p], [p] == [q], p in [q, p], [q, p].index(p), [p, q].count(q))


class Shrink:
    def __init__(self, target):
        self.target = target

    def __eq__(self, o):
        self.target.clear()
        return False


t = [1, 2, 3]
t.insert(0, Shrink(t))
print(5 in t, t)
err([1, 2, 3].index, 1, 2, 3, 4)
