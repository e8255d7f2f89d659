# needs: core
# __slots__: layout, inheritance, dict and weakref slots, conflicts, class assignment, deletion.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class P:
    __slots__ = ("x", "y", "__private")

    def __init__(self, x=0, y=0):
        self.x, self.y = x, y
        self.__private = "p"


p = P(1, 2)
print(p.x, p.y, p._P__private, P.__slots__, type(P.x).__name__, repr(P.x), hasattr(p, "__dict__"))
err(setattr, p, "z", 1)
err(lambda: p.z)
err(lambda: p.__dict__)
err(vars, p)
del p.x
err(lambda: p.x)
err(delattr, p, "x")
p.x = 5
print(p.x, P.x.__get__(p), P.x.__set__(p, 6), p.x, P.x.__delete__(p), hasattr(p, "x"), P.x.__name__, P.x.__objclass__, P.x.__get__(None, P) is P.x)
err(P.x.__get__, 5)
err(P.x.__set__, object(), 1)


class Q(P):
    __slots__ = ("z",)


class R(P):
    pass


q, r = Q(1, 2), R(3, 4)
q.z = 3
r.z = 9
print(q.z, q.x, hasattr(q, "__dict__"), r.__dict__, r.x, R.__dictoffset__ != 0, Q.__dictoffset__)
err(setattr, q, "w", 1)


class S:
    __slots__ = "single"


s = S()
s.single = 1
print(s.single, S.__slots__)


class D:
    __slots__ = ["__dict__", "a"]


d = D()
d.a, d.b = 1, 2
print(d.__dict__, d.a)


class W:
    __slots__ = ("__weakref__",)


print(W.__weakrefoffset__ != 0, P.__weakrefoffset__, R.__weakrefoffset__ != 0)


class DocSlots:
    __slots__ = {"a": "doc of a", "b": None}


print(DocSlots.a.__doc__, DocSlots.b.__doc__, DocSlots.__slots__)
for body in ("__slots__ = ('a', 'a')", "__slots__ = ('x',); x = 1", "__slots__ = (5,)", "__slots__ = 5", "__slots__ = ('1a',)", "__slots__ = ('__dict__', '__dict__')", "__slots__ = ('a b',)", "__slots__ = ('',)", "__slots__ = ('é', 'class')", "__slots__ = ()", "__slots__ = (c for c in 'ab')"):
    err(exec, f"class T:\n {body}\nprint(T.__slots__ if not hasattr(T.__slots__, 'send') else 'gen', len(T.__dict__) > 0)", {})
err(exec, "class T(int):\n __slots__ = ('a',)", {})
err(exec, "class T(int):\n __slots__ = ()\nprint(T(5))", {})
err(exec, "class T(tuple):\n __slots__ = ('a',)", {})
err(exec, "class T(list):\n __slots__ = ('a',)\nt = T([1]); t.a = 5; print(t, t.a)", {})


class A1:
    __slots__ = ("a",)


class A2:
    __slots__ = ("b",)


class A3:
    __slots__ = ()


err(type, "Multi", (A1, A2), {})
print(type("Ok", (A1, A3), {"__slots__": ()})().__slots__)


class Same1:
    __slots__ = ("a", "b")


class Same2:
    __slots__ = ("a", "b")


class Diff:
    __slots__ = ("a", "c")


o = Same1()
o.a = "kept"
o.__class__ = Same2
print(type(o).__name__, o.a)
err(setattr, o, "__class__", Diff)
err(setattr, o, "__class__", P)


class Plain1:
    pass


class Plain2:
    def hello(self):
        return "hello " + self.n


x = Plain1()
x.n = "n"
x.__class__ = Plain2
print(x.hello())
err(setattr, x, "__class__", Same1)
err(setattr, x, "__class__", int)
err(lambda: setattr(5, "__class__", bool))


class Shadow(P):
    __slots__ = ("x",)


sh = Shadow()
sh.x = "sub"
P.x.__set__(sh, "base")
print(sh.x, P.x.__get__(sh))


class Getter:
    __slots__ = ("a",)

    def __getattr__(self, name):
        return "fallback " + name


g = Getter()
print(g.a, g.b)
g.a = 1
print(g.a)
print(object.__reduce_ex__(p, 2)[2], p.__getstate__(), r.__getstate__(), d.__getstate__(), x.__getstate__(), W().__getstate__())


class Cls:
    __slots__ = ("v",)
    shared = "class attr"

    def __eq__(self, other):
        return isinstance(other, Cls) and self.v == other.v

    def __hash__(self):
        return hash(self.v)


c1, c2 = Cls(), Cls()
c1.v = c2.v = 3
print(c1 == c2, {c1: 1}[c2], c1.shared)
err(setattr, c1, "shared", 1)
objs = []
for i in range(200):
    t = P(i, -i)
    objs.append(t)
print(sum(t.x for t in objs), sum(t.y for t in objs))
cyc = D()
cyc.a = cyc
cyc.b = [cyc]
print(cyc.a is cyc, cyc.b[0] is cyc)
