# needs: core
# Descriptors, property, classmethod, staticmethod, __getattr__ and friends, attribute lookup order.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Data:
    def __init__(self, name):
        self.name = name

    def __get__(self, obj, cls=None):
        return ("get", self.name, obj is not None, cls.__name__ if cls else None)

    def __set__(self, obj, value):
        print("set", self.name, value)

    def __delete__(self, obj):
        print("delete", self.name)


class NonData:
    def __get__(self, obj, cls):
        return "nondata"


class OnlySet:
    def __set__(self, obj, v):
        obj.__dict__["only"] = v * 2


class H:
    d = Data("d")
    n = NonData()
    only = OnlySet()
    plain = "class value"


h = H()
h.__dict__.update(d="dict d", n="dict n", plain="dict plain")
print(h.d, h.n, h.plain, H.d, H.n)
h.d = 5
del h.d
h.n = "new"
print(h.n, h.__dict__["n"])
del h.n
print(h.n)
print(type(h.only).__name__)
h.only = 4
print(h.only)
err(delattr, h, "only")
H.d = "replaced"
print(h.d)


class P:
    def __init__(self):
        self._x = 0

    @property
    def x(self):
        "The x."
        return self._x

    @x.setter
    def x(self, v):
        if v < 0:
            raise ValueError("negative")
        self._x = v

    @x.deleter
    def x(self):
        self._x = None

    @property
    def ro(self):
        return "read only"

    wo = property(None, lambda self, v: print("wo", v))
    full = property(fget=lambda s: 1, fset=None, fdel=lambda s: print("fdel"), doc="documented")
    raising = property(lambda self: self.missing)


p = P()
p.x = 5
p.x += 2
print(p.x, P.x.__doc__, P.full.__doc__, P.x.fget.__name__, P.x.fset is not None, P.ro.fset, P.x.__name__, type(P.x).__name__, P.x.__isabstractmethod__)
del p.x
print(p.x)
p.wo = 3
del p.full
err(setattr, p, "x", -1)
err(setattr, p, "ro", 1)
err(delattr, p, "ro")
err(lambda: p.wo)
err(setattr, p, "full", 1)
err(lambda: p.raising)
err(property().__get__, p)
err(property().__set__, p, 1)
err(property().__delete__, p)
err(property, 1, 2, 3, 4, 5)
print(P.x.__get__(p, P), P.x.__get__(None, P) is P.x, property().getter(len).fget is len, P.ro.setter(print).fset is print, P.ro.deleter(id).fdel is id)
q = property(lambda s: 1)
q.__doc__ = "settable"
q.__set_name__(P, "q")
print(q.__doc__, q.__name__)


class SubProp(property):
    "sub doc"


print(SubProp(lambda s: 1).__doc__, SubProp(lambda s: 1, doc="own").__doc__)


class M:
    @classmethod
    def c(cls, *a):
        "class doc"
        return cls.__name__, a

    @staticmethod
    def s(*a):
        return a

    def i(self):
        return "instance"

    alias = i
    builtin = len
    lam = lambda self: "lambda"


class N(M):
    pass


print(M.c(1), M().c(2), N.c(3), M.s(1), M().s(2), N().alias(), M.builtin("abc"), M().builtin("abcd") if True else 0, M().lam())
cm, sm = M.__dict__["c"], M.__dict__["s"]
print(type(cm).__name__, type(sm).__name__, cm.__func__.__name__, cm.__wrapped__.__name__, sm.__func__ is sm.__wrapped__, cm.__doc__, cm.__name__, cm.__get__(None, N)(), sm.__get__(None, M)(1), sm(5), cm.__isabstractmethod__, sm.__isabstractmethod__)
err(cm)
err(classmethod)
err(staticmethod, 1, 2)
print(repr(sm).split(" at ")[0][:40], repr(cm).split(" at ")[0][:40], classmethod(5).__get__(None, int).__self__ if False else "-", staticmethod(5).__get__(None, int))
f = M.i
print(f.__get__(M())(), f.__get__(None, M) is f, type(f.__get__(M())).__name__, type(M.s).__name__)
err(f.__get__, None)
err(f.__get__, None, None)
Method = type(M().i)
mm = Method(print, "bound")
mm("arg")
err(Method, 5, 1)
err(Method, print, None)
err(Method, print)
print(Method(len, "xyz")(), mm.__self__, mm.__func__ is print, mm == Method(print, "bound"), mm != Method(print, "x"), Method(f, M()).__name__, Method(f, M()).__doc__)
err(setattr, M().i, "attr", 1)


class Ga:
    def __init__(self):
        self.real = "real"

    def __getattr__(self, name):
        if name == "bad":
            raise AttributeError("custom message")
        return "getattr " + name

    @property
    def prop(self):
        raise AttributeError("inside prop")


g = Ga()
print(g.real, g.virtual, g.prop, getattr(g, "bad", "default"), hasattr(g, "bad"), hasattr(g, "any"))
err(lambda: g.bad)


class Gb:
    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError("hidden")
        return "intercepted " + name

    def __setattr__(self, name, v):
        print("setattr", name, v)

    def __delattr__(self, name):
        print("delattr", name)

    def __dir__(self):
        return ["z", "a"]


b = Gb()
b.x = 1
del b.x
print(b.anything, b.__dict__, dir(b), len([b]), object.__getattribute__(b, "__dict__"))
err(lambda: b.secret)
b.y: int = 5


class Both:
    def __getattribute__(self, name):
        raise AttributeError("first")

    def __getattr__(self, name):
        return "second " + name


print(Both().q)


class DirBad:
    def __dir__(self):
        return 5


err(dir, DirBad())
print(sorted(n for n in dir(h) if not n.startswith("__")), dir()[:0])
v = vars(type(h))
print("n" in v, len.__get__("abc")() if hasattr(len, "__get__") else "no get", str.upper.__get__("abc")(), str.upper.__objclass__, str.upper.__name__, int.real.__get__(5), type(int.real).__name__, type(str.upper).__name__, type(str.__add__).__name__, type("".upper).__name__, type("".__add__).__name__, type(dict.__dict__["fromkeys"]).__name__)
err(str.upper, 5)
err(str.upper)
err(int.real.__get__, "x")
err(lambda: int.real.__set__(5, 1))
err(list.append, (), 1)
print(repr(str.upper), repr(str.__add__), repr(int.real), repr("".upper)[:28], str.join.__qualname__, str.__add__.__qualname__, list.append.__text_signature__, repr(dict.__dict__["fromkeys"]), repr(type.__dict__["__doc__"]), str.__dict__["maketrans"].__func__.__name__)
