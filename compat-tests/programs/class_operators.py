# needs: core
# Operator dispatch: binary, reflected, in-place, NotImplemented, subclass priority, rich comparison, unary, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


names = "add sub mul matmul truediv floordiv mod pow lshift rshift and xor or".split()
symbols = "+ - * @ / // % ** << >> & ^ |".split()


def make(name, reflected=True, inplace=True, forward=True, bases=()):
    def maker(op):
        def f(self, other, *modulus):
            return op, name, getattr(other, "label", other)
        return f
    ns = {"label": name, "__repr__": lambda self: name}
    for n in names:
        if forward:
            ns[f"__{n}__"] = maker(n)
        if reflected:
            ns[f"__r{n}__"] = maker("r" + n)
        if inplace:
            ns[f"__i{n}__"] = maker("i" + n)
    return type(name, bases, ns)


A, R, B = make("A"), make("R", forward=False, inplace=False), make("B", reflected=False, inplace=False)
Sub = make("Sub", bases=(A,))
for n, s in zip(names, symbols):
    env = {"a": A(), "r": R(), "b": B(), "s": Sub()}
    print(s, [eval(f"{x} {s} {y}", env) for x, y in (("a", "1"), ("1", "a"), ("b", "r"), ("r", "a"), ("a", "s"), ("s", "a"), ("a", "r"))], end=" ")
    exec(f"a {s}= 5\nb {s}= 6\nx = 1\nx {s}= r", env)
    print(env["a"], env["b"], env["x"])
    err(eval, f"r {s} 1", env)
    err(exec, f"r {s}= 1", env)
err(lambda: divmod(A(), 1))
err(lambda: pow(R(), 2, 3))


class Log:
    def __init__(self, name, result=NotImplemented):
        self.name, self.result = name, result

    def say(op):
        def f(self, other):
            print(f"  {self.name}.{op}", end="")
            return self.result
        return f

    __add__, __radd__, __iadd__ = say("add"), say("radd"), say("iadd")
    __lt__, __gt__, __le__, __ge__, __eq__, __ne__ = map(say, ("lt", "gt", "le", "ge", "eq", "ne"))
    __hash__ = None


class SubLog(Log):
    pass


class OverLog(Log):
    def __radd__(self, other):
        print("  Over.radd", end="")
        return NotImplemented


p, q, s, o = Log("p"), Log("q"), SubLog("s"), OverLog("o")
for x, y in ((p, q), (p, s), (s, p), (p, o), (o, p)):
    err(lambda: x + y)
    err(lambda: x < y)
    print(x == y, x != y)
err(lambda: p >= 1)
err(lambda: 1 <= p)
try:
    p += q
except TypeError as e:
    print(e)
print(Log("t", "truthy") < q, Log("t", 5) == q, bool(Log("t", []) < q), 1 == Log("r", "reflected"))


class Unary:
    def __neg__(self):
        return "neg"

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return "abs"

    def __divmod__(self, o):
        return "divmod", o

    def __rdivmod__(self, o):
        return "rdivmod", o

    def __pow__(self, e, m=None):
        return "pow", e, m

    def __rpow__(self, b, m=None):
        return "rpow", b, m

    def __round__(self, n=None):
        return "round", n

    def __trunc__(self):
        return "trunc"

    def __complex__(self):
        return 1j

    def __index__(self):
        return 3

    def __len__(self):
        return 7

    def __length_hint__(self):
        return 5


u = Unary()
print(-u, +u, ~u, abs(u), divmod(u, 2), divmod(2, u), u ** 2, pow(u, 2, 3), 2 ** u, pow(2, u, 5), round(u), round(u, 2), complex(u), int(u), bool(u), len(u), hex(u), "abcdef"[u], [0] * u)
err(pow, 2, "x", 3)
err(pow, 2, 3, "x")
err(lambda: -object())
err(lambda: ~"x")
err(abs, "x")
err(lambda: not u)


class Falsy:
    def __len__(self):
        return 0


class BadLen:
    def __init__(self, v):
        self.v = v

    def __len__(self):
        return self.v


print(bool(Falsy()), not Falsy(), "yes" if Falsy() else "no", Falsy() or "or", (Falsy() and "and") == "and")
for v in (-1, "x", 2 ** 100, 1.5, None, True):
    err(len, BadLen(v))
    err(bool, BadLen(v))


class Cmp:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v

    def __eq__(self, o):
        return self.v == o.v


c, d = Cmp(1), Cmp(2)
print(c < d, c > d, c == Cmp(1), c != d, sorted([d, c])[0] is c, max(c, d) is d)
err(lambda: c <= d)
err(hash, c)


class NoNe:
    def __ne__(self, o):
        return "custom ne"


print(NoNe() != 1, NoNe() == 1, 1 != NoNe())


class NoneOps:
    __add__ = None
    __iter__ = None
    __contains__ = None
    __hash__ = None
    __eq__ = None
    __radd__ = None


n = NoneOps()
err(lambda: n + 1)
err(lambda: 1 + n)
err(lambda: iter(n))
err(lambda: 1 in n)
err(lambda: hash(n))
err(lambda: n == 1)
i = [1]
j = i
i += [2]
i *= 2
print(j, i is j)
x = (1,)
y = x
x += (2,)
print(x, y)


class Container:
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        print("get", k)
        return self.d.get(k, 0)

    def __setitem__(self, k, v):
        print("set", k, v)
        self.d[k] = v


k = Container()
k["a"] += 1
k["a"], k["b"] = k["b"], k["a"]
k[len(k.d)] -= 5
print(1 < 2 < 3, 1 < 3 < 2, 1 < 2 > 0 == 0, (1 < 2) == True, 1 in [1] == True, "a" < "b" <= "b" != "c")


def side(v):
    print("side", v, end=" ")
    return v


print(side(1) < side(5) < side(3) < side(9))
err(eval, "2 + 'a' * []")
err(eval, "{} | 5")
err(eval, "[] - 1")
err(eval, "'%d' % 'x'")
err(eval, "print >> 5")
err(eval, "1 @ 1")
err(eval, "None + 1")
err(eval, "3 + (lambda: 0)")
err(eval, "1 if 1 < 'a' else 0")
