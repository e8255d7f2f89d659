# needs: stdlib(typing)
# Type parameters and type aliases (PEP 695, 696): generic functions and classes, laziness, scopes, defaults, repr, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def first[T](items: list[T]) -> T:
    return items[0]


def bound[T: int, *Ts, **P, U: (str, bytes) = str](a: T, *args: *Ts) -> U:
    return T, Ts, P, U


print(first([5]), first.__type_params__, first.__annotations__, bound.__type_params__)
T, Ts, P, U = bound(1)
print(T.__name__, T.__bound__, T.__constraints__, T.__default__, T.has_default(), T.__covariant__, T.__contravariant__, T.__infer_variance__, type(T).__name__)
print(U.__bound__, U.__constraints__, U.__default__, U.has_default(), Ts, Ts.__name__, type(Ts).__name__, Ts.has_default(), P, P.args, P.kwargs, type(P).__name__, P.args.__origin__ is P)
print(repr(T), T.__module__, T.evaluate_bound is not None, T.evaluate_constraints, U.evaluate_default(1), T == T, hash(T) == hash(T), [*Ts])
err(setattr, T, "__name__", "x")
err(lambda: T())
err(type, "X", (type(T),), {})


class Box[T, U = int]:
    attr: T
    params = T

    def __init__(self, v: T):
        self.v = v

    def method[V](self, other: V) -> tuple[T, V]:
        return T, V

    class Inner:
        def get(self):
            return T


print(Box.__type_params__, Box.__parameters__, [b.__name__ for b in Box.__mro__], Box(5).v, Box(1).method(2), Box.method.__type_params__, Box.params is Box.__type_params__[0], Box.Inner().get(), Box.__orig_bases__)
print(Box[int], Box[int, str], Box[int](5).v, Box[int].__origin__ is Box, Box[int].__args__, Box[str](1).__orig_class__, Box.__annotations__, Box.method.__annotations__)


class Child[K](Box[K, str], list):
    pass


print(Child.__orig_bases__, [b.__name__ for b in Child.__mro__], Child[int].__parameters__)
type Alias = int | str
type Gen[A, B = A] = dict[A, list[B]]
type Recursive = list[Recursive] | None
type Lazy = undefined_name
print(Alias, repr(Gen), Alias.__name__, Alias.__value__, Alias.__type_params__, Gen.__type_params__, Gen.__value__, Recursive.__value__, type(Alias).__name__, Alias.__module__, Alias.__parameters__, Gen.__parameters__)
print(Gen[int, str], Gen[int].__args__, Gen[int].__origin__ is Gen, Alias | None, list[Alias], Alias.evaluate_value(1), Alias.__qualname__ if hasattr(Alias, "__qualname__") else "no qualname")
err(lambda: Lazy.__value__)
undefined_name = "now defined"
print(Lazy.__value__)
err(lambda: Alias[int])
err(lambda: Alias())
err(setattr, Alias, "__value__", 1)
err(isinstance, 1, Alias)
err(lambda: type(Alias)())
err(lambda: type(Alias)("N", int, type_params=[1]))
print(type(Alias)("Made", int), type(Alias)("M2", int, type_params=(T,)).__type_params__)


def lazy_bound[T: undefined_bound, U: (undefined_a, undefined_b) = undefined_default]():
    return T, U


T, U = lazy_bound()
err(lambda: T.__bound__)
err(lambda: U.__constraints__)
err(lambda: U.__default__)
undefined_bound = int
print(T.__bound__)


def outer[T](x):
    def inner[U]():
        return T, U

    class Local[V]:
        a = T
        b = V

        def m(self):
            return T, V
    type LA[W] = tuple[T, W, x]
    return inner(), Local.a, Local.b, Local().m(), LA.__value__


print(outer("x"))
T = "global T"


def shadows[T]():
    return T


class ClassScope:
    T = "class T"

    def uses_global(self):
        return T

    def uses_own[T](self):
        return T

    def default_sees_class[U](self, x=T) -> T:
        return x

    type A = T
    lst = [T for _ in range(1)]


print(shadows(), ClassScope().uses_global(), ClassScope().uses_own(), ClassScope().default_sees_class(), ClassScope.A.__value__, ClassScope.default_sees_class.__annotations__, ClassScope.lst)


async def coro[T](x: T) -> T:
    return T


def gen[T]():
    yield T


c = coro(1)
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
print(list(gen()), coro.__type_params__)


def deco(f):
    print("decorating", f.__name__, f.__type_params__)
    return f


@deco
def decorated[T](x: T):
    pass


@deco
class DecoratedClass[T]:
    pass


class Meta(type):
    def __new__(mcs, name, bases, ns, flag=None):
        print("meta", name, [str(b) for b in bases], flag)
        return super().__new__(mcs, name, bases, ns)


class WithMeta[T](metaclass=Meta, flag=5):
    pass


for bad in ("def f[T, T](): pass", "class A[T: (yield)]: pass", "def f[T: await x](): pass", "type A = yield", "def f[T: (x := 1)](): pass", "class A[T=int, U]: pass", "def f[*Ts: int](): pass", "def f[](): pass", "type A[T] = T = 1", "class A[T]:\n nonlocal T", "def f[__debug__](): pass", "def f[T]():\n nonlocal T", "type __debug__ = 1", "def f[**P = [int]](): pass", "def f[*Ts = *tuple[int]](): pass", "lambda[T]: 1"):
    try:
        compile(bad, "s", "exec")
        print(repr(bad), "compiled")
    except SyntaxError as e:
        print(repr(bad), "|", e.msg)
type = type
type X = type
print(X.__value__, type(5))
print(list[int], dict[str, int], tuple[int, ...], type[int], list[int] == list[int], hash(list[int]) == hash(list[int]), list[int].__origin__, list[int].__args__, list[int].__parameters__, list[int](), dict[str, int](a=1), list[int] | None, isinstance([], list), tuple[()], list[list[int]], list["fwd"], set[int].__class__, list[int].__unpacked__, *tuple[int, str].__args__)
err(isinstance, [], list[int])
err(issubclass, list, list[int])
err(lambda: list[int][str])
T1, T2 = Box.__type_params__
print(list[T1], list[T1].__parameters__, list[T1][int], dict[T1, T2][int, str], dict[T1, list[T2]][int, str], list[T1 | None][int])
err(lambda: dict[T1, T2][int])
err(lambda: list[T1][int, str])
u = int | str | None
print(u, u.__args__, u == (str | int | None), int | int, hash(u) == hash(str | None | int), isinstance(5, u), isinstance(b"", u), issubclass(bool, u), u | float, u.__parameters__, (int | list[str]), T1 | int, type(u).__name__, u.__origin__, u.__qualname__, type(u)[int, str], (list[T1] | None)[int])
err(lambda: int | 5)
err(lambda: isinstance(1, int | list[int]))
err(lambda: 5 | int)
GA = type(list[int])
print(GA(int, (str,)), GA(list, int), repr(GA(list, (int, ...))), next(iter(tuple[int])), GA.__name__, list[int].__mro_entries__(()), list[int].append.__name__, list[int].__reduce__()[1])

# Generic is made by what its companions in the bases are made by.
import typing

print("__new__" in vars(typing.Generic), typing.Generic.__new__ is object.__new__)


class Slotted:
    __slots__ = ("x",)


class Joined(Slotted, typing.Generic[typing.TypeVar("V")]):
    pass


class Table(dict, typing.Generic[typing.TypeVar("V")]):
    pass


print(Joined.__base__.__name__, type(Joined.__new__(Joined)).__name__, type(Joined[int]()).__name__)
print(Table(a=1), Table.__new__(Table))
for make in (lambda: typing.Generic(), lambda: typing.Generic(1), lambda: Joined(1)):
    try:
        print(type(make()).__name__)
    except TypeError as e:
        print(e)
