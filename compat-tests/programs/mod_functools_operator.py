# needs: stdlib(functools, _functools, operator, _operator)
# functools and operator: partial, reduce, caches, cmp_to_key, total_ordering, singledispatch, wraps; every operator function.
import functools
import operator as op
import _functools
import _operator


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def show(*a, **k):
    return a, k


p = functools.partial(show, 1, k=2)
print(p(3, z=4), p(k=5), p.func is show, p.args, p.keywords, functools.partial(p, 9)(8), functools.partial(p, 9).args, type(p).__name__)
p.attr = "set"
print(p.attr, p.__dict__, repr(functools.partial(int, base=2)), functools.partial(int, base=2)("101"), functools.partial(show)())
print(functools.partial(show, functools.Placeholder, 2)(1, 3), repr(functools.Placeholder))
err(functools.partial)
err(functools.partial, 5)
err(functools.partial(show, functools.Placeholder, 2))
err(functools.partial, show, functools.Placeholder)


class C:
    def method(self, a, b):
        return a, b

    bound = functools.partialmethod(method, 1)
    part = functools.partial(show, "p")

    @functools.cached_property
    def cached(self):
        print("computed")
        return 42

    @functools.singledispatchmethod
    def kind(self, v):
        return "default"

    @kind.register
    def _(self, v: int):
        return "int"


c = C()
print(c.bound(2), c.cached, c.cached, c.__dict__, c.kind(5), c.kind("x"))
print(functools.reduce(op.add, [1, 2, 3]), functools.reduce(op.mul, [1, 2, 3], 10), functools.reduce(lambda a, b: a + b, "abc"), functools.reduce(op.add, [], "init"), functools.reduce(op.add, [1, 2], initial=5))
err(functools.reduce, op.add, [])
err(functools.reduce, op.add, 5)
calls = []


@functools.lru_cache(maxsize=3)
def square(x, *, k=0):
    calls.append(x)
    return x * x + k


print([square(v) for v in (1, 2, 3, 1, 2, 4, 1, 3)], calls, square.cache_info(), square.cache_parameters(), square.__wrapped__(9), square(1, k=5), square(1.0))
square.cache_clear()
print(square.cache_info())
err(square, [])


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info())
typed = functools.lru_cache(typed=True)(lambda v: type(v).__name__)
print(typed(1), typed(1.0), typed(True), typed.cache_info(), functools.lru_cache(maxsize=0)(lambda: 1).cache_info())
err(functools.lru_cache, maxsize="x")
key = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=key), key(1) < key(2), key(1) == key(1), key(1).obj)
err(lambda: key(1) < 5)
err(hash, key(1))


@functools.total_ordering
class T:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __lt__(self, o):
        return self.v < o.v


print(T(1) <= T(1), T(2) > T(1), T(2) >= T(3))


def wrapped(f):
    @functools.wraps(f)
    def inner(*a):
        "inner doc"
        return f(*a)
    return inner


@wrapped
def documented(a: int):
    "own doc"


print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__, documented.__annotations__)


@functools.singledispatch
def dispatch(v):
    return "object"


@dispatch.register(int)
def _(v):
    return "int"


@dispatch.register
def _(v: list | tuple):
    return "list or tuple"


print(dispatch(1), dispatch(True), dispatch([]), dispatch(()), dispatch("s"), dispatch.dispatch(bool).__name__, len(dispatch.registry))

for name, args in (("lt", (1, 2)), ("le", (2, 2)), ("eq", (1, 1)), ("ne", (1, 1)), ("ge", (1, 2)), ("gt", (2, 1)), ("not_", ([],)), ("truth", ("x",)), ("is_", (None, None)), ("is_not", (1, None)), ("is_none", (None,)), ("is_not_none", (None,)), ("abs", (-1,)), ("add", (1, 2)), ("and_", (6, 3)), ("floordiv", (7, 2)), ("index", (5,)), ("inv", (5,)), ("invert", (5,)), ("lshift", (1, 4)), ("mod", (7, 4)), ("mul", (3, 4)), ("neg", (5,)), ("or_", (4, 1)), ("pos", (5,)), ("pow", (2, 5)), ("rshift", (16, 2)), ("sub", (5, 3)), ("truediv", (1, 4)), ("xor", (5, 1)), ("concat", ("a", "b")), ("contains", ([1], 1)), ("countOf", ([1, 1], 1)), ("getitem", ("abc", 1)), ("indexOf", ("abc", "c")), ("length_hint", ([1, 2],)), ("iadd", ([1], [2])), ("iand", (6, 3)), ("iconcat", ([1], [2])), ("ifloordiv", (7, 2)), ("ilshift", (1, 2)), ("imod", (7, 4)), ("imul", (2, 3)), ("ior", (4, 1)), ("ipow", (2, 3)), ("irshift", (8, 1)), ("isub", (5, 1)), ("itruediv", (1, 2)), ("ixor", (5, 4)), ("call", (len, "abc"))):
    print(name, getattr(op, name)(*args), getattr(_operator, name)(*args) == getattr(op, name)(*args), end="; ")
print()
d = {"k": 1}
print(op.setitem(d, "z", 2), op.delitem(d, "k"), d, _operator._compare_digest(b"a", b"b"))
err(op.matmul, 1, 2)
err(op.concat, 1, 2)
err(op.indexOf, "abc", "z")
err(op.length_hint, 5, "x")
err(op.add, 1)
err(_operator._compare_digest, "é", "é")
i, a, m = op.itemgetter(1, "x" if False else 0), op.attrgetter("real", "imag"), op.methodcaller("split", ",", maxsplit=1)
print(i("abc"), op.itemgetter(slice(1, 3))("abcd"), op.itemgetter("k")({"k": 5}), a(3 + 4j), op.attrgetter("__class__.__name__")(5), m("a,b,c"), repr(i), repr(a), repr(m))
err(op.itemgetter)
err(op.itemgetter(5), "abc")
err(op.attrgetter, 5)
err(op.attrgetter("nope"), 5)
err(op.methodcaller)
err(op.methodcaller(5) if False else op.methodcaller, 5)
err(op.methodcaller("nope"), 5)
print(sorted([(1, "b"), (0, "z")], key=op.itemgetter(1)), max("a bb".split(), key=op.methodcaller("__len__")), _functools.reduce is functools.reduce, list(map(op.add, [1, 2], [3, 4])))
