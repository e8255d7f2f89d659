# needs: core
# Metaclasses: __prepare__, __new__, __init__, __call__, conflicts, instance checks, __init_subclass__, __set_name__, class keywords.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", mcs.__name__, name, [b.__name__ for b in bases], kw)
        return {"prepared": True}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, [k for k in ns if not k.startswith("__")], kw)
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k)
        return super().__call__(*a, **k)

    def __repr__(cls):
        return f"<meta {cls.__name__}>"

    def __len__(cls):
        return 42

    def __getitem__(cls, k):
        return cls.__name__, k

    def __iter__(cls):
        return iter("abc")

    def __contains__(cls, v):
        return v == "in"

    def __add__(cls, o):
        return "class add"

    def __eq__(cls, o):
        return cls is o

    def __hash__(cls):
        return 7

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return "meta attr " + name

    @property
    def prop(cls):
        return "meta prop of " + cls.__name__

    def method(cls):
        return "meta method", cls.__name__


class A(metaclass=Meta, flag=1):
    x = 1

    def __init__(self, *a):
        self.a = a


class B(A):
    pass


print(A, B, len(A), A["k"], list(A), "in" in A, 5 in A, A + 1, A.anything, A.prop, B.method(), type(B).__name__, A.prepared, hash(A))
print(A(1, 2).a, isinstance(B(), A), type(A) is Meta, isinstance(A, Meta), isinstance(A, type))
err(lambda: A(1).prop)
err(lambda: A(1).method)


class M2(type):
    pass


err(lambda: M2("X", (A,), {}))
err(exec, "class X(A, metaclass=M2): pass", {"A": A, "M2": M2})
err(exec, "class X(metaclass=5): pass", {})
err(exec, "class X(metaclass=type, metaclass=type): pass", {})
err(exec, "class X(object, flag=1): pass", {})
err(exec, "class X(5): pass", {})
err(exec, "class X(**{'metaclass': type}): pass\nprint('ok kw unpack')", {})


def function_meta(name, bases, ns, **kw):
    print("function meta", name, bases, sorted(k for k in ns if not k.startswith("__")), kw)
    return "not a class"


class F(metaclass=function_meta, k=2):
    y = 1


print(F)


class BadPrepare(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return 5


err(exec, "class X(metaclass=BP): pass", {"BP": BadPrepare})


class Ordered(type):
    class Ns(dict):
        def __init__(self):
            self.log = []

        def __setitem__(self, k, v):
            self.log.append(k)
            super().__setitem__(k, v)

        def __missing__(self, k):
            if k == "magic":
                return "from missing"
            raise KeyError(k)

    @classmethod
    def __prepare__(mcs, name, bases):
        return mcs.Ns()

    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, dict(ns))
        cls.order = [k for k in ns.log if not k.startswith("__")]
        return cls


class O(metaclass=Ordered):
    b = 1
    a = magic
    c = print
    b = 2


print(O.order, O.a)


class Registry:
    found = {}

    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        Registry.found[key or cls.__name__] = cls.__name__
        cls.key = key


class R1(Registry, key="one"):
    pass


class R2(Registry):
    pass


class R3(R1, key="three"):
    pass


print(Registry.found, R3.key, R2.key)
err(exec, "class R4(Registry, other=1): pass", {"Registry": Registry})
err(exec, "class R4(object, other=1): pass", {})


class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, obj, cls=None):
        return f"{self.name} of {cls.__name__}"


class Host:
    one = Named()
    two = Named()


print(Host.one, Host().two)
Host.three = Named()
err(lambda: Host.three)


class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("bad set_name")


try:
    class Host2:
        attr = BadName()
except ValueError as e:
    print(type(e).__name__, e, e.__notes__)


class Checker(type):
    def __instancecheck__(cls, obj):
        return obj == "yes"

    def __subclasscheck__(cls, sub):
        return sub is str


class Virtual(metaclass=Checker):
    pass


print(isinstance("yes", Virtual), isinstance("no", Virtual), issubclass(str, Virtual), issubclass(int, Virtual), isinstance(Virtual(), Virtual), isinstance(5, (Virtual, int)))


class Singleton(type):
    made = {}

    def __call__(cls, *a):
        if cls not in Singleton.made:
            Singleton.made[cls] = super().__call__(*a)
        return Singleton.made[cls]


class One(metaclass=Singleton):
    pass


print(One() is One(), type(type(One)), Singleton.made == {One: One()})


class G:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


print(G[int], G["x", 1], G.__class_getitem__("direct"))
err(lambda: int[0])
err(lambda: A(1)["k"])


class CellMeta(type):
    def __new__(mcs, name, bases, ns):
        ns.pop("__classcell__", None) if name == "Lost" else None
        return super().__new__(mcs, name, bases, ns)


try:
    class Lost(metaclass=CellMeta):
        def f(self):
            return __class__
except (RuntimeError, TypeError) as e:
    print(type(e).__name__, str(e).split(" at 0x")[0])
print(type.__call__(int, "5"), type.__prepare__(), type.mro(int), type.__subclasses__(bool), type.__instancecheck__(int, True), type.__subclasscheck__(int, bool), type.__or__(int, str), int | None, type.__dir__(G)[:0], "mro" in dir(type))
print(type(int), type(type), type.__base__, isinstance(type, object), isinstance(object, type), issubclass(type, object), type.__basicsize__ > 0, int.__flags__ & (1 << 24) != 0, bool.__itemsize__, int.__itemsize__, object.__dictoffset__, object.__weakrefoffset__, int.__text_signature__, len.__text_signature__)
