# needs: core
# Method resolution order, super in all forms, cooperative calls, C3 conflicts, changed bases.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class O:
    def who(self):
        return ["O"]


class A(O):
    def who(self):
        return ["A"] + super().who()


class B(O):
    def who(self):
        return ["B"] + super().who()


class C(A, B):
    def who(self):
        return ["C"] + super().who()


class D(B):
    def who(self):
        return ["D"] + super(D, self).who()


class E(C, D):
    def who(self):
        return ["E"] + super().who()


names = lambda c: [k.__name__ for k in c.__mro__]
print(names(E), E().who(), C().who(), E.mro() == list(E.__mro__), names(type("Z", (D, A), {})))
err(lambda: type("Bad", (A, C), {}))
err(lambda: type("Bad", (O, A), {}))
X = type("X", (), {})
Y = type("Y", (), {})
err(lambda: type("W", (type("P", (X, Y), {}), type("Q", (Y, X), {})), {}))
e = E()
print(super(A, e).who(), super(E, e).who.__self__ is e, super(A, E).who(e), super(A, E).who.__qualname__)
s = super(C, e)
print(s.__thisclass__.__name__, s.__self__ is e, s.__self_class__.__name__, repr(s), type(s).__name__)
u = super(C)
print(repr(u), u.__get__(e).who(), u.__self__)
err(super, A, 5)
err(super, 5)
err(super, 5, 5)
err(super, D, C())
err(lambda: super(O, e).who)
err(lambda: super(A, e).nope)
err(lambda: super())
err(super, A, e, 1)
err(setattr, s, "x", 1)


def no_args():
    return super()


err(no_args)


class NoCell:
    def m(x):
        del x
        return super().m()

    def n():
        super()

    @staticmethod
    def st():
        return super()


err(NoCell().m)
err(NoCell.n)
err(NoCell.st)


class P:
    attr = "P attr"

    @property
    def prop(self):
        return "P prop"

    @classmethod
    def make(cls):
        return "made", cls.__name__

    @staticmethod
    def st():
        return "P static"

    def __getitem__(self, k):
        return k

    def __setattr__(self, k, v):
        print("P set", k)
        object.__setattr__(self, k, v)


class Q(P):
    attr = "Q attr"

    @property
    def prop(self):
        return super().prop + "+Q"

    @classmethod
    def make(cls):
        return super().make() + ("Q",)

    @staticmethod
    def st():
        return super(Q, Q).st()

    def __getitem__(self, k):
        return super().__getitem__(k) * 2

    def __setattr__(self, k, v):
        print("Q set", k)
        super().__setattr__(k, v)

    def nested(self):
        return [super(Q, self).attr for _ in range(2)], (lambda: super().attr)() if False else super().attr

    def via_closure(self):
        def f():
            return __class__, super(__class__, self).attr
        return f()[1], f()[0].__name__


q = Q()
q.v = 5
print(q.prop, Q.make(), Q.st(), q[3], q.nested(), q.via_closure(), q.v)


class Base:
    def __init__(self, **kw):
        print("Base", sorted(kw))
        super().__init__(**kw)


class L(Base):
    def __init__(self, a, **kw):
        print("L", a)
        super().__init__(**kw)


class R(Base):
    def __init__(self, b, **kw):
        print("R", b)
        super().__init__(**kw)


class LR(L, R):
    pass


LR(a=1, b=2)
err(LR, a=1, b=2, c=3)


class Old:
    def f(self):
        return "old"


class Other:
    def f(self):
        return "other"


class Mover(Old):
    def g(self):
        return super().f()


m = Mover()
print(m.f(), m.g())
Mover.__bases__ = (Other,)
print(m.f(), m.g(), names(Mover), Old.__subclasses__(), Other.__subclasses__())
err(setattr, Mover, "__bases__", ())
err(setattr, Mover, "__bases__", (int,))
err(setattr, Mover, "__bases__", 5)
err(setattr, Mover, "__bases__", (Mover,))
Other.f = lambda self: "patched"
print(m.f(), m.g())
del Other.f
err(lambda: m.f())


class MetaMro(type):
    def mro(cls):
        return [cls, Old, object] if cls.__name__ == "Odd" else super().mro()


class Odd(metaclass=MetaMro):
    pass


print(names(Odd), Odd().f(), Odd.__bases__)


class Sub(int):
    def __add__(self, o):
        return Sub(super().__add__(o))

    def __repr__(self):
        return f"Sub({super().__repr__()})"


print(Sub(3) + 4, [Sub(1)], sum([Sub(1), Sub(2)], Sub(0)))


class D1(dict):
    def __getitem__(self, k):
        try:
            return super().__getitem__(k)
        except KeyError:
            return "fallback"

    def update(self, *a, **k):
        print("update called")
        super().update(*a, **k)


d = D1(a=1)
d.update(b=2)
print(d["a"], d["zz"], d)


class WithCell:
    print(sorted(n for n in locals() if "cell" in n))

    def f(self):
        return __class__


print(WithCell().f() is WithCell, WithCell.f.__closure__[0].cell_contents is WithCell, hasattr(WithCell, "__classcell__"))


class Entry:
    def __mro_entries__(self, bases):
        print("mro entries", len(bases))
        return (A, Y)


class FromEntry(Entry(), X):
    pass


print(names(FromEntry), [type(b).__name__ for b in FromEntry.__orig_bases__])
err(type, "T", (Entry(),), {})
