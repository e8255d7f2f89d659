# needs: core
# Recursion errors in Python code, in slots, repr, comparison; deep but legal nesting; recovery afterwards.
def err(f, *a):
    try:
        f(*a)
        print("no error")
    except RecursionError as e:
        print("RecursionError", str(e).startswith("maximum recursion depth exceeded"))
    except BaseException as e:
        print(type(e).__name__, str(e)[:80])


def down(n):
    return down(n + 1)


def mutual_a(n):
    return mutual_b(n)


def mutual_b(n):
    return mutual_a(n + 1)


def with_finally():
    try:
        return with_finally()
    finally:
        pass


def with_handler(n=0):
    try:
        return with_handler(n + 1)
    except RecursionError:
        return n


err(down, 0)
err(mutual_a, 0)
err(with_finally)
print(with_handler() > 100)
err(lambda: (lambda f: f(f))(lambda f: f(f)))


class Loops:
    def __repr__(self):
        return repr(self)

    def __str__(self):
        return str(self)

    def __eq__(self, o):
        return self == o

    def __hash__(self):
        return hash(self)

    def __lt__(self, o):
        return self < o

    def __add__(self, o):
        return self + o

    def __getattr__(self, n):
        return getattr(self, n + "x")

    def __getitem__(self, i):
        return self[i]

    def __len__(self):
        return len(self)

    def __bool__(self):
        return bool(self)

    def __call__(self):
        return self()

    def __iter__(self):
        return iter(self)

    def __contains__(self, v):
        return v in self

    def __format__(self, s):
        return format(self, s)

    def __index__(self):
        return self.__index__()

    def __int__(self):
        return int(self)

    def __enter__(self):
        with self:
            pass

    def __exit__(self, *a):
        pass

    def __setattr__(self, k, v):
        setattr(self, k, v)

    def __delattr__(self, k):
        delattr(self, k)


x = Loops()


def enter():
    with x:
        pass


for f in (lambda: repr(x), lambda: str(x), lambda: x == 1, lambda: hash(x), lambda: x < 1, lambda: x + 1, lambda: x.attr, lambda: x[0], lambda: len(x), lambda: bool(x), lambda: x(), lambda: iter(x), lambda: 1 in x, lambda: format(x, "s"), lambda: [1][x], lambda: int(x), enter, lambda: setattr(x, "a", 1), lambda: delattr(x, "a"), lambda: f"{x}", lambda: "%s" % x, lambda: sorted([x, x]), lambda: {x: 1}, lambda: [x] == [1]):
    err(f)


class New:
    def __new__(cls):
        return cls()


class Desc:
    def __get__(self, o, t):
        return t.attr


class HasDesc:
    attr = Desc()


class Meta(type):
    def __call__(cls):
        return cls()


class WithMeta(metaclass=Meta):
    pass


class GetAttribute:
    def __getattribute__(self, n):
        return self.n


def gen():
    yield from gen()


err(New)
err(lambda: HasDesc().attr)
err(WithMeta)
err(lambda: GetAttribute().q)
err(lambda: list(gen()))
a = []
a.append(a)
b = [a]
d = {}
d["d"] = d
t = (a,)
a.append(t)
print(a, d, t, b)
c1, c2 = [], []
c1.append(c2)
c2.append(c1)
err(lambda: c1 == c2)
d1, d2 = {}, {}
d1[1] = d2
d2[1] = d1
err(lambda: d1 == d2)
deep = []
for _ in range(100000):
    deep = [deep]
err(lambda: repr(deep))
other = []
for _ in range(100000):
    other = [other]
err(lambda: deep == other)
del deep, other
deep = ()
for _ in range(50000):
    deep = (deep, None)
err(lambda: hash(deep))
del deep


class Node:
    def __init__(self, nxt):
        self.nxt = nxt


n = None
for _ in range(100000):
    n = Node(n)
del n
print("long chains are freed")
it = iter([])
for _ in range(20000):
    it = iter(map(None, it)) if False else (v for v in it)
del it
d = {}
for i in range(50000):
    d = {i: d}
del d
cell_chain = None
for i in range(20000):
    cell_chain = (lambda c: lambda: c)(cell_chain)
del cell_chain
exc = None
for i in range(20000):
    e = ValueError(i)
    e.__context__ = exc
    exc = e
del exc, e
print("deep structures of all kinds are freed")


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(900))
print(sum(depth(i) for i in range(0, 900, 100)))
src = "(" * 80 + "1" + ")" * 80
print(eval(src), eval("[" * 80 + "]" * 80) != [], eval("-" * 50 + "1"), eval("not " * 50 + "1"), eval("1" + " + 1" * 500), eval("x" + ".real" * 200, {"x": 5}))
for bad in ("(" * 300 + ")" * 300, "[" * 250 + "]" * 250):
    try:
        compile(bad, "s", "eval")
        print("compiled")
    except (SyntaxError, MemoryError, RecursionError) as e:
        print(type(e).__name__, str(e)[:60])
code = ""
for i in range(19):
    code += "    " * i + f"for v{i} in [{i}]:\n"
code += "    " * 19 + "print('innermost', v0, v18)\n"
exec(code)
try:
    compile(code.replace("        print", "        if 1:\n" + "    " * 20 + "print") + "".join("    " * i + f"for w{i} in []:\n" for i in range(22)) + "    " * 22 + "pass\n", "s", "exec")
    print("compiled")
except SyntaxError as e:
    print(type(e).__name__, e.msg)
nested = "def f0():\n"
for i in range(1, 30):
    nested += " " * i + f"def f{i}():\n"
nested += " " * 30 + "return 'deep function'\n"
for i in range(29, 0, -1):
    nested += " " * i + f"return f{i}()\n"
exec(nested)
print(f0())
exec("if 1:\n" + "".join(" " * (i + 1) + "if 1:\n" for i in range(90)) + " " * 92 + "print('deep indent')")
print(eval("lambda: " * 40 + "1")()()().__name__)
print(eval("{'a': " * 60 + "1" + "}" * 60)["a"]["a"] is not None, eval("(lambda x: x)(" * 60 + "5" + ")" * 60), eval("1 if 1 else " * 60 + "2"))
err(down, 0)
print("still alive", depth(500))
