# needs: core
# Lifetime seen from Python: __del__ at the last reference, order, resurrection, errors in __del__ do not escape.
class D:
    live = 0

    def __init__(self, name):
        self.name = name
        D.live += 1

    def __del__(self):
        D.live -= 1
        print("del", self.name)


def scope():
    a = D("local")
    print("in scope")


scope()
print("after scope")
a = D("rebound")
a = None
b = D("shared")
c = b
del b
print("still one reference")
del c
l = [D("in list 0"), D("in list 1")]
l.clear()
d = {"k": D("in dict")}
d["k"] = 1
t = (D("in tuple"),)
del t
s = {D("in set")}
s.clear()
l = [D("popped")]
l.pop()
l = [D("sliced away"), 1]
l[:1] = []
D("temporary")
print("after temporary")
D("attr of temporary").name
f = lambda x=D("default"): x
del f


def closure():
    v = D("cell")
    return lambda: v


g = closure()
del g


def generator():
    v = D("in generator")
    yield 1
    print("not reached")


g = generator()
next(g)
del g
print("generator gone")
g = generator()
next(g)
g.close()
print("generator closed")


class Holder:
    pass


h = Holder()
h.d = D("attribute")
del h
h = Holder()
h.d = D("overwritten")
h.d = None


def raises():
    v = D("frame of an exception")
    raise ValueError


try:
    raises()
except ValueError as e:
    print("handling")
print("after handling")
try:
    raises()
except ValueError as e:
    kept = e
print("kept", kept.__traceback__ is not None)
kept.__traceback__ = None
print("traceback dropped")


class Resurrect:
    saved = []

    def __del__(self):
        print("resurrecting")
        Resurrect.saved.append(self)


r = Resurrect()
del r
print(len(Resurrect.saved))
Resurrect.saved.clear()
print("finalizer ran only once")


class Order:
    def __init__(self, name, child=None):
        self.name, self.child = name, child

    def __del__(self):
        print("order", self.name)


o = Order("outer", Order("middle", Order("inner")))
del o
for i in range(3):
    x = D(f"loop {i}")
del x


def args(a, b):
    print("args")


args(D("arg a"), D("arg b"))
print("comprehension", len([D(f"c{i}") for i in range(2)]))
x, y = D("unpacked x"), D("unpacked y")
x, y = y, x
del x
del y
with_value = [D("in expression")][0].name + "!"
print(with_value)
i = iter([D("iterated 0"), D("iterated 1")])
next(i)
print("advanced")
del i


class Desc:
    def __get__(self, o, t):
        return D("from descriptor")

    def __del__(self):
        print("descriptor gone")


class HasDesc:
    v = Desc()


HasDesc().v
del HasDesc.v


def recursion(n):
    v = D(f"depth {n}")
    if n:
        recursion(n - 1)


recursion(2)
m = map(lambda v: v, [D("mapped")])
print(next(m).name)
del m
e = ValueError(D("exception argument"))
del e
b = (lambda d: d.name)
print(b(D("argument only")))
bound = D("bound method").__init__
print("bound alive")
del bound
import_order = [D("first"), D("second"), D("third")]
del import_order
z = zip([D("zipped")], [1])
del z
p = D.live
print("live", p)


def swallow():
    try:
        return D("returned in try")
    finally:
        print("finally before caller")


swallow()
print("end of program")
last = D("alive at exit")
