# needs: core
# Protocols on user classes: iteration, getitem fallback, contains, call, hash and equality, copy hooks, format, index, context.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Seq:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if isinstance(i, slice):
            return ("slice", i.start, i.stop, i.step)
        if i >= self.n:
            raise IndexError("past the end")
        return i * 10

    def __len__(self):
        return self.n


s = Seq(4)
print(list(s), 20 in s, 25 in s, s[1:2], s[-1], list(reversed(s)), [*s], tuple(s), max(s), sorted(s, reverse=True), list(zip(s, s)), sum(s), list(enumerate(s, 1)), "".join(map(str, s)))
it = iter(s)
print(type(it).__name__, next(it), it.__length_hint__(), list(it), it.__length_hint__())
a, b, *c = s
print(a, b, c)


class NoLen:
    def __getitem__(self, i):
        return "abc"[i]


print(list(NoLen()), "b" in NoLen(), list(iter(NoLen())))
err(reversed, NoLen())
err(len, NoLen())


class It:
    def __init__(self, *v):
        self.v = list(v)

    def __iter__(self):
        return iter(self.v)


class BadIter:
    def __iter__(self):
        return 5


class BadNext:
    def __iter__(self):
        return self


class Forever:
    def __init__(self):
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.i += 1
        if self.i > 3:
            raise StopIteration
        return self.i


print(list(It(1, 2)), 2 in It(1, 2), list(Forever()), dict.fromkeys(It("a", "b")), set(It(1, 1)), [x for x in It(3)], max(It(4, 9)), any(It(0, 1)), all(It()), sum(It(1, 2), 10))
err(list, BadIter())
err(list, BadNext())
err(lambda: [x for x in 5])
err(lambda: 1 in BadIter())
err(iter, 5)
err(iter, 5, 6)
err(next, It())
err(next, 5)
counter = Forever()
print(list(iter(lambda: next(counter), 3)), list(iter([1, 2, 3, 4].pop, 2)))
ci = iter(lambda: 1, 1)
print(list(ci), list(ci), type(ci).__name__)


class Contains:
    def __contains__(self, x):
        return x


print(5 in Contains(), 0 in Contains(), "" not in Contains())


class Call:
    def __call__(self, *a, **k):
        return a, k


print(Call()(1, 2, k=3), callable(Call()), callable(5), callable(len), callable(Call), list(map(Call(), [1])), Call.__call__(Call(), 9))
i = Call()
i.__call__ = lambda: "instance attr is not used"
print(i())


class Eq:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return isinstance(o, Eq) and self.v == o.v

    def __hash__(self):
        return hash(("Eq", self.v))


class OnlyEq:
    def __eq__(self, o):
        return True


class SubEq(Eq):
    def __eq__(self, o):
        return super().__eq__(o)


print(Eq(1) == Eq(1), Eq(1) != Eq(2), len({Eq(1), Eq(1), Eq(2)}), Eq(1) in [Eq(1)], [Eq(1)].index(Eq(1)), OnlyEq() == 5, OnlyEq() != 5, [Eq(1), Eq(2)] == [Eq(1), Eq(2)], (Eq(1),) < (Eq(1), 1))
err(hash, OnlyEq())
err(hash, SubEq(1))
print(OnlyEq.__hash__, Eq.__hash__ is not None, hash(Eq(5)) == hash(("Eq", 5)))
for h in (-1, -2, 2 ** 61, 2 ** 64 + 5, True):
    print(hash(type("H", (), {"__hash__": lambda self: h})()), end=" ")
print()


class Fmt:
    def __format__(self, spec):
        return f"<{spec}>"


class BadFmt:
    def __format__(self, spec):
        return 5


print(f"{Fmt()}", f"{Fmt():abc}", format(Fmt()), format(Fmt(), "x"), "{:>{}}".format(Fmt(), 5), f"{Fmt()!s:>3}"[:1])
err(format, BadFmt())
err(format, Fmt(), 5)


class Index:
    def __init__(self, v):
        self.v = v

    def __index__(self):
        return self.v


print([1, 2, 3][Index(1)], "abc"[Index(-1)], range(Index(3)), [0] * Index(2), (1, 2)[Index(0):Index(1)], bin(Index(5)), b"ab"[Index(1)], chr(Index(65)), list(range(Index(1), Index(7), Index(2))), bytes(Index(2)), "%d" % Index(7), "a".center(Index(3), "-"), round(1.256, Index(2)))
err(lambda: [1][Index("x")])
err(lambda: [1][Index(2 ** 100)])
err(lambda: [1] * Index(2 ** 100))
err(range, Index(None))


class Len:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return i


r = reversed(Len(3))
print(list(r), type(r).__name__, list(r), reversed(Len(2)).__length_hint__())


class Rev:
    def __reversed__(self):
        return "custom reversed"


print(reversed(Rev()))


class NoRev:
    __reversed__ = None

    def __len__(self):
        return 1

    def __getitem__(self, i):
        return 1


err(reversed, NoRev())
err(reversed, {1})
err(reversed, 5)


class Del:
    def __delitem__(self, k):
        print("del", k)

    def __setitem__(self, k, v):
        print("set", k, v)


d = Del()
d[1] = 2
del d[1], d["a":"b"]
err(lambda: d[1])
err(exec, "del x[0]", {"x": It()})
err(exec, "x[0] = 1", {"x": It()})
err(exec, "del x.nope", {"x": It()})


class Hint:
    def __init__(self, h):
        self.h = h

    def __iter__(self):
        return iter("ab")

    def __length_hint__(self):
        return self.h


print(list(Hint(100)), list(Hint(NotImplemented)))
err(list, Hint(-1))
err(list, Hint("x"))


class Boom:
    def __iter__(self):
        raise KeyError("iter boom")

    def __len__(self):
        raise ValueError("len boom")

    def __bool__(self):
        raise RuntimeError("bool boom")

    def __getattr__(self, n):
        raise LookupError("attr boom " + n)


x = Boom()
err(list, x)
err(len, x)
err(bool, x)
err(lambda: x.q)
err(hasattr, x, "q")
err(getattr, x, "q", 1)
err(lambda: 1 if x else 0)
err(lambda: [*x])
err(lambda: not x)
e = enumerate("ab", 5)
print(list(e), enumerate([], start=2 ** 70).__next__ is not None, next(enumerate("q", 2 ** 70))[0] == 2 ** 70, list(zip("ab", [1, 2], (3, 4))), list(zip()), list(map(lambda *a: a, "ab", "cd", "ef")), list(filter(None, [0, 1, "", "x"])), list(filter(lambda v: v > 1, [1, 2, 3])), list(map(str, [])))
err(lambda: list(zip("ab", "c", strict=True)))
err(lambda: list(zip("a", "bc", strict=True)))
err(lambda: list(map(lambda a, b: 0, "ab", "c", strict=True)))
err(zip, 5)
err(map, str)
err(filter, None)
err(enumerate)
err(enumerate, "a", "b")
err(lambda: list(map(5, [1])))
