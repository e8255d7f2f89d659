# needs: core
# Annotations (PEP 649, 749): deferred evaluation, __annotate__, scopes, conditional and simple annotations, formats.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def f(a: int, b: later = 1, /, *args: str, c: "quoted", **kw: dict[str, int]) -> tuple[int, ...]:
    x: not_evaluated = 1
    y: 1 / 0
    z: int
    return x


print(f(1, c=2), f.__annotate__ is not None, type(f.__annotate__).__name__)
err(lambda: f.__annotations__)
later = "defined later"
print(f.__annotations__, f.__annotations__ is f.__annotations__, f.__annotate__(1))
err(f.__annotate__, 2)
err(f.__annotate__, 3)
err(f.__annotate__, 4)
err(f.__annotate__)
err(f.__annotate__, "x")
f.__annotations__["added"] = 1
print("added" in f.__annotations__, "added" in f.__annotate__(1))
f.__annotations__ = {"replaced": True}
print(f.__annotations__, f.__annotate__)
del f.__annotations__
print(f.__annotations__)
f.__annotate__ = lambda fmt: {"fmt": fmt}
print(f.__annotations__)
f.__annotate__ = None
print(f.__annotations__)
err(setattr, f, "__annotate__", 5)
f.__annotate__ = lambda fmt: 5
err(lambda: f.__annotations__)


def plain(a, b):
    pass


print(plain.__annotations__, plain.__annotate__)


class A:
    x: int
    y: str = "default"
    z: "forward"
    self_ref: A
    lazy: list[B]
    if True:
        cond: float
    if False:
        never: float
    for i in range(2):
        looped: int = i
    (paren): int = 5
    _private: int
    __mangled: int

    def m(self) -> A:
        return self


print(A.__annotate__ is not None, A.y, hasattr(A, "x"), A.paren)
err(lambda: A.__annotations__)


class B(A):
    pass


print(A.__annotations__, B.__annotations__, B.__annotate__ is None, A.m.__annotations__)
print(sorted(A.__dict__["__annotations_cache__"] if "__annotations_cache__" in A.__dict__ else A.__annotations__)[:3], "__annotations__" in A.__dict__)
A.__annotations__["new"] = 1
print("new" in A.__annotations__)
A.__annotations__ = {"set": 2}
print(A.__annotations__)
del A.__annotations__
print(A.__annotations__)
err(lambda: delattr(A, "__annotations__"))
A.__annotate__ = lambda fmt: {"via": fmt}
print(A.__annotations__)
err(setattr, int, "__annotations__", {})
print(int.__annotations__ if hasattr(int, "__annotations__") else "int has none", type.__annotations__ if hasattr(type, "__annotations__") else "type has none")
module_var: int = 5
module_only: undefined_module_thing
if module_var:
    conditional: str = "c"
else:
    not_run: str
print("__annotate__" in globals(), "__conditional_annotations__" in globals())
err(lambda: __annotations__)
err(lambda: __annotate__(1))
undefined_module_thing = "now"
print(__annotate__(1))


def scope(param):
    class Local:
        a: param
        b: Local

        def m(self, x: param, y: Local) -> __class__:
            return x

    def g(x: param, y: Local):
        pass
    return Local, g


L, g = scope("from scope")
print(L.__annotations__ == {"a": "from scope", "b": L}, g.__annotations__["x"], L.m.__annotations__["y"] is L)


class ClassVars:
    T = int
    a: T
    T2 = T
    b: T2 = 3

    def m(self, x: T) -> T2:
        pass
    T = str


print(ClassVars.__annotations__, ClassVars.m.__annotations__)
obj = type("O", (), {})()
lst = [0]


def say(v):
    print("evaluated", v)
    return v


obj.attr: say("annotation not evaluated") = say("value")
lst[say(0)]: say("not evaluated") = say(9)
(simple): int = 1
print(obj.attr, lst)
value: tuple = 1, 2
star: list = [*value, 3]
print(value, star)


def local_unbound():
    v: int
    try:
        v
    except UnboundLocalError as e:
        print(e)


local_unbound()


def inner_function_annotation(x: (lambda: say("lambda"))(), y: [i for i in range(3)], z: f"{module_var}"):
    pass


print(inner_function_annotation.__annotations__)


def with_walrus():
    pass


for bad in ("def f(x: (y := 1)): pass", "def f(x: (yield)): pass", "x: (yield) = 1", "def f(x: await y): pass", "x, y: int", "[x]: int", "def f(): global x; x: int = 1", "def f(x): nonlocal y; y: int", "(a, b): int = 1", "x: int = y: int", "None: int", "f(): int"):
    try:
        compile(bad, "s", "exec")
        print(repr(bad), "compiled")
    except SyntaxError as e:
        print(repr(bad), "|", e.msg)
ns = {}
exec("from __future__ import annotations\nx: int = 1\ndef f(a: b.c[d], *, e: 'q' = 1, g: x if y else z, h: lambda q: q+1, i: {1: 2}, j: f'{x!r:>{y}}', k: (1,), l: -x ** 2, m: a < b <= c, n: not (a and b or c), o: [*x, y[1:2, ...]], p: (yield_), q: x.y(z, *a, **b), r: [i for i in j if k], s: ..., t: 1_000, u: 0xff, v: 'it''s', w: b'x', x: 1e10, y: 1j) -> None: pass\nclass C:\n    y: undefined[0] = 2\n", ns)
for k, v in ns["f"].__annotations__.items():
    print(k, v)
print(ns["C"].__annotations__, ns["__annotations__"], ns["f"].__annotate__ is None)
