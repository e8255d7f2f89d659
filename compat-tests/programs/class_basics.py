# needs: core
# Class statements: namespaces, attributes, instance dicts, methods, deletion, mangling, dir, vars, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class A:
    """Doc of A."""
    x = 1
    print("in body", __name__, __qualname__, sorted(locals())[:3])

    def m(self, v=0):
        "Doc of m."
        return self, v

    def __private(self):
        return "mangled"

    def call_private(self):
        return self.__private(), self._A__private()

    class Inner:
        def f(self):
            return "inner"


print(A.__name__, A.__qualname__, A.__module__, A.__doc__, A.__bases__, A.__mro__, A.__dict__["x"], A.m.__doc__, A.Inner.__qualname__, A.Inner.f.__qualname__, A.__firstlineno__, A.__static_attributes__)
a = A()
print(a.call_private(), a.m(3)[1], A.m(a, 4)[1], a.m.__self__ is a, a.m.__func__ is A.m, a.m == a.m, a.m is a.m, hash(a.m) == hash(a.m), a.__class__ is A, type(a) is A)
err(a._A__missing if False else lambda: a.__private)
err(lambda: a.nope)
err(lambda: A.nope)
err(lambda: None.nope)
err(A, 1)
err(A, k=1)
err(A.m)
err(a.m, 1, 2)
err(a.m, w=1)
err(a)
err(lambda: a[0])
err(lambda: a + 1)
err(lambda: len(a))
err(lambda: iter(a))
err(lambda: next(a))
err(lambda: a < a)
err(lambda: -a)
err(lambda: 1 in a)
err(lambda: a.__enter__)
err(setattr, a, 5, 1)
err(getattr, a, 5)
a.y = 2
a.x = 3
print(a.__dict__, vars(a), A.x, hasattr(a, "y"), hasattr(a, "z"), getattr(a, "z", "def"))
del a.x
print(a.x, a.__dict__)
err(delattr, a, "x")
err(delattr, A, "nope")
A.late = lambda self: "added later"
print(a.late(), "late" in dir(a), "y" in dir(a), "y" in dir(A), [n for n in dir(A()) if not n.startswith("_")])
a.__dict__ = {"fresh": 1}
print(a.fresh, hasattr(a, "y"))
a.__dict__["via"] = "dict"
print(a.via)
err(setattr, a, "__dict__", 5)
setattr(a, "odd name", 1)
print(getattr(a, "odd name"), vars(a))
err(vars, 5)
err(lambda: vars(a)["q"])


class B(A):
    def m(self, v=0):
        return "B", super().m(v)[1]


b = B()
print(b.m(5), super(B, b).m(6)[1], isinstance(b, A), issubclass(B, A), B.__base__, A.__subclasses__(), b.call_private())
b.__class__ = A
print(type(b).__name__, b.m(1)[1])
err(setattr, b, "__class__", int)
err(setattr, b, "__class__", 5)
err(isinstance, 1, 5)
err(issubclass, 1, int)
err(issubclass, int, 1)
print(isinstance(1, (str, (int,))), isinstance(True, int | str), issubclass(bool, (int, str)), isinstance(None, int | None))
C = type("C", (A,), {"z": 9, "f": lambda self: self.z})
print(C().f(), C.__name__, C.__module__, C.__qualname__, repr(C), type("E", (), {}).__dict__.keys() >= {"__dict__", "__weakref__"})
err(type, "X")  if False else print(type("X"))
err(type, "X", ())
err(type, 5, (), {})
err(type, "X", 5, {})
err(type, "X", (5,), {})
err(type, "X", (), [])
err(type, "X", (bool,), {})
err(type, "X", (A, A), {})
err(type, "X", (int, str), {})
err(type, "X\0", (), {})
err(type("Y", (), {}), 1)
C.__name__ = "Renamed"
C.__qualname__ = "Some.Renamed"
C.__doc__ = "new doc"
print(C, C.__doc__)
err(setattr, C, "__name__", 5)
err(setattr, int, "x", 1)
err(delattr, C, "__name__")


class Init:
    def __init__(self, a, b=2, *, c):
        self.v = (a, b, c)


print(Init(1, c=3).v)
err(Init)
err(Init, 1)
err(Init, 1, 2, 3)
err(Init, 1, c=1, d=2)


class BadInit:
    def __init__(self):
        return 5


err(BadInit)


class New:
    def __new__(cls, *args, **kw):
        print("new", args, kw)
        return object.__new__(cls) if args else "not an instance"

    def __init__(self, *args):
        print("init", args)


print(type(New(1)).__name__, New())
err(object.__new__)
err(object.__new__, 5)
err(object, 1)
err(int.__new__, A)
err(object.__new__, int)


class Str:
    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"


class BadStr:
    def __str__(self):
        return 5

    def __repr__(self):
        return None


print(Str(), [Str()], f"{Str()!r}{Str()}", str(Str()), "%s %r" % (Str(), Str()), repr(Str()))
err(str, BadStr())
err(repr, BadStr())
err(lambda: [BadStr()].__repr__())
n = 0


class Body:
    n = n + 1
    global gl
    gl = "global from class body"
    for i in range(3):
        pass
    if i == 2:
        flag = True
    del i


print(Body.n, n, gl, Body.flag, hasattr(Body, "i"))
x = "module"


def outer():
    x = "function"

    class K:
        print(x)
        x = x + " body"
        y = x

        def get(self):
            return x
    return K


try:
    K = outer()
except NameError as e:
    print(type(e).__name__, e)
print(object() == object(), object().__eq__(1), object().__ne__(1), type(object().__hash__()), object().__lt__(1), object().__init__(), object().__str__()[:8], object().__format__("")[:8], object().__dir__() == sorted(object().__dir__()) or "unsorted", object().__sizeof__() > 0, object().__reduce_ex__(2)[0].__name__, object().__getstate__(), object.__subclasshook__(1), object().__class__, object.__init_subclass__())
err(format, object(), "x")
