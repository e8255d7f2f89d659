# needs: core
# Calls: every kind of parameter and argument, defaults, binding order, and the error text of each mismatch.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def f0():
    return "f0"


def f1(a):
    return a


def f2(a, b=2):
    return a, b


def pos(a, b, /, c, d=4):
    return a, b, c, d


def kwonly(a, *, b, c=3, d):
    return a, b, c, d


def everything(a, b=1, /, c=2, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(f0(), f1(1), f1(a=2), f2(1), f2(1, 3), f2(b=1, a=2), pos(1, 2, 3), pos(1, 2, d=5, c=6), kwonly(1, b=2, d=4), everything(1, d=2), everything(1, 2, 3, 4, 5, d=6, z=7, a="kw a", b="kw b"))
for call in ("f0(1)", "f0(a=1)", "f1()", "f1(1, 2)", "f1(b=1)", "f1(1, a=2)", "f2()", "f2(1, 2, 3)", "f2(1, 2, 3, 4, c=1)", "f2(1, c=2)", "pos()", "pos(1)", "pos(1, 2)", "pos(a=1, b=2, c=3)", "pos(1, b=2, c=3)", "pos(1, 2, 3, 4, 5)", "kwonly()", "kwonly(1)", "kwonly(1, b=2)", "kwonly(1, 2, b=1, d=2)", "kwonly(1, 2, 3)", "everything()", "everything(1)", "everything(d=1)", "everything(1, d=1, **{'d': 2})", "f2(*5)", "f2(**5)", "f2(1, *None)", "f2(**{1: 2})", "f2(1, **{'a': 2})", "f2(a=1, **{'a': 2})", "f2(**{'a': 1}, **{'a': 2})", "len()", "len(1, 2)", "len(x=1)", "len(*[1, 2])", "print(nope=1)", "sorted([], nokey=1)", "int(nope=1)", "int(1, 2, 3)", "dict(1, 2)", "list(x=1)", "'a'.upper(1)", "'a'.join()", "'a'.split(nope=1)", "'a'.center()", "[].append()", "[].append(x=1)", "[].sort(1)", "{}.get()", "{}.get(1, 2, 3)", "isinstance(1)", "getattr(1)", "ord()", "chr(i=1)", "range(1, stop=2)", "str(1, 2, 3, 4)", "pow(1)", "abs()", "divmod(1)", "sum()", "sum([1], start=2, x=3)", "min(key=1)", "enumerate([], 1, 2)", "zip(strict=5, bad=1)", "object(1)", "type(1, 2)", "super(1, 2, 3)", "iter()", "next()", "round(1, 2, 3)", "hash()", "id()", "callable()", "bytes(1, 2, 3, 4)", "float(1, 2)", "complex(1, 2, 3)", "bool(1, 2)", "slice()", "set(1, 2)", "tuple(1, 2)", "property(1, 2, 3, 4, 5)", "classmethod()", "map()", "filter(1)", "reversed()", "exec()", "eval()", "compile()", "print(sep=1)", "print(end=1)", "open()", "input(1, 2)", "__import__()", "vars(1, 2)", "dir(1, 2)", "globals(1)", "setattr(1, 2)", "delattr(1)", "hasattr(1)", "bin()", "format()", "any()", "all(1)", "staticmethod()", "memoryview()", "bytearray(1, 2, 3, 4)", "pos_ = 5", "f0()()", "f1(None)()", "(lambda: 0)(1)", "(lambda a, *, b: 0)(1)"):
    print(call, end=" -> ")
    err(eval, call)
many = "def many(%s): return 'ok'" % ", ".join(f"a{i}" for i in range(6))
exec(many)
err(many_ := eval("many"))
err(many_, 1, 2, 3)
err(many_, *range(5))
err(many_, *range(6))


class K:
    def m(self, x):
        return x

    @classmethod
    def c(cls, x):
        return x

    @staticmethod
    def s(x):
        return x

    def __call__(self, x, *, y=1):
        return x, y


k = K()
for call in ("k.m()", "k.m(1, 2)", "K.m()", "K.m(1)", "k.c()", "K.c(1, 2)", "k.s()", "k()", "k(1, z=2)", "K(1)", "K.m(k)", "K().m(y=1)", "k.m(**{'x': 1, 'y': 2})"):
    print(call, end=" -> ")
    err(eval, call)
print(f2(*[1, 2]), f2(*"ab"), f2(**{"a": 1, "b": 2}), f2(*(1,), **{"b": 3}), everything(*[1], *[2, 3], 4, *[5], d=6, **{"x": 1}, y=2, **{"z": 3}), f2(*[], 1, *[]), f0(*[], **{}))


def order(tag, v=None):
    print(tag, end=" ")
    return v


print(everything(order("a", 1), *order("star", [2]), order("b", 3), d=order("d"), **order("ss", {"q": 1}), r=order("r")))


def mutable(x, acc=[]):
    acc.append(x)
    return acc


print(mutable(1), mutable(2), mutable(3, []), mutable.__defaults__)
mutable.__defaults__ = ((),)
err(mutable, 1)
f2.__defaults__ = (10, 20)
print(f2())
f2.__defaults__ = None
err(f2, 1)
kwonly.__kwdefaults__ = {"b": "B", "d": "D"}
print(kwonly(1, c=0))
err(kwonly, 1)
err(setattr, f2, "__defaults__", [1])
err(setattr, f2, "__kwdefaults__", [1])
f1.attr = "function attribute"
print(f1.attr, f1.__dict__, f1.__code__.co_argcount, everything.__code__.co_argcount, everything.__code__.co_posonlyargcount, everything.__code__.co_kwonlyargcount, everything.__code__.co_varnames, everything.__code__.co_flags & 12)
f1.__code__ = (lambda q: ("swapped", q)).__code__
print(f1(5), f1.__name__)
err(setattr, f1, "__code__", 5)
err(setattr, f1, "__code__", (lambda: k and (lambda: f)).__code__)


def collect(**kw):
    return list(kw)


print(collect(z=1, a=2, m=3), collect(**{"not an identifier": 1, "": 2, "é": 3}), collect(self=1, cls=2))


def shadow(print, len=3, *list, **dict):
    return print, len, list, dict


print(shadow(1, 2, 3, x=4))


def rec(n, /, acc=(), **kw):
    return (acc, kw) if n == 0 else rec(n - 1, acc + (n,), **kw, **{f"k{n}": n})


print(rec(4))


def defaults_at_def(x=order("default", 7), y=lambda: x_global):
    return x, y()


x_global = "global"
print(defaults_at_def())
print((lambda *a, **k: (a, k))(1, *[2], x=3), (lambda a, /, b, *, c: (a, b, c))(1, b=2, c=3), (lambda: None)(), (lambda x=1: x)(), [(lambda n: n * n)(i) for i in range(3)])


class Mapping:
    def keys(self):
        print("keys", end=" ")
        return iter(["a", "b"])

    def __getitem__(self, k):
        return k * 2


class BadMapping:
    def keys(self):
        return [1]

    def __getitem__(self, k):
        return k


print(f2(**Mapping()) if f2.__defaults__ else collect(**Mapping()))
err(lambda: collect(**BadMapping()))
err(lambda: collect(**[("a", 1)]))
a_lot = {f"k{i}": i for i in range(300)}
print(len(collect(**a_lot)), sum((lambda *a: a)(*range(1000))), max(*range(300)), len("{}" * 300 and "".join(map(str, range(300)))))
