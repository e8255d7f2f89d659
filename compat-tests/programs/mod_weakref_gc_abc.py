# needs: stdlib(weakref, _weakref, gc, abc, _abc)
# Weak references of all kinds, the collector's module, abstract base classes.
import abc
import gc
import weakref
import _abc
import _weakref


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


class O:
    def __init__(self, n=0):
        self.n = n

    def method(self):
        return self.n

    def __eq__(self, other):
        return isinstance(other, O) and self.n == other.n

    def __hash__(self):
        return hash(self.n)


o = O(5)
log = []
r = weakref.ref(o)
r2 = weakref.ref(o, lambda ref: log.append("first"))
r3 = weakref.ref(o, lambda ref: log.append("second"))
print(r() is o, r is weakref.ref(o), r == r2, hash(r) == hash(o), weakref.getweakrefcount(o), r.__callback__, callable(r2.__callback__), _weakref.getweakrefs(o)[0] is r, type(r).__name__)
p = weakref.proxy(o)
print(p.n, p.method(), type(p).__name__, p == o, isinstance(p, O), p.__class__ is O)
p.n = 6
print(o.n, hash(r) == hash(5))
err(hash, p)
m = weakref.WeakMethod(o.method)
print(m()(), m == weakref.WeakMethod(o.method))
fin = weakref.finalize(o, log.append, "finalized")
print(fin.alive, fin.peek()[2], fin.atexit)
d, k, s = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
d["a"] = o
k[o] = "value"
s.add(o)
print(dict(d) == {"a": o}, list(k.values()), len(s), o in s, "a" in d, d.get("z"), list(d.valuerefs())[0]() is o, k.keyrefs()[0]() is o)
del o
print(log, r(), m(), len(d), len(k), len(s), fin.alive, hash(r), r == r2, r == r)
err(lambda: p.n)
err(weakref.ref, 5)
err(weakref.ref, [])
err(weakref.proxy, None)
err(hash, weakref.ref(O()))


class Ref(weakref.ref):
    def __new__(cls, o, extra):
        self = super().__new__(cls, o)
        self.extra = extra
        return self

    def __init__(self, o, extra):
        super().__init__(o)


x = O(1)
print(Ref(x, "e").extra, Ref(x, 1) is Ref(x, 1), weakref.proxy(print.__class__) is not None, weakref.ref(len)() is len, weakref.ref(O)() is O, weakref.ref({1}.__class__)() is set, weakref.ref(lambda: 0)())
cp = weakref.proxy(f := lambda v: v + 1)
print(cp(1), type(cp).__name__)
bad = O(2)
weak = weakref.ref(bad, lambda r: 1 / 0)
import sys
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__)
del bad
sys.unraisablehook = sys.__unraisablehook__

gc.collect()
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.get_threshold(), gc.set_threshold(700, 10, 10), gc.get_threshold(), len(gc.get_count()), gc.get_debug(), gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked({}), gc.is_tracked((1,)), gc.is_finalized(O()), sorted(gc.get_stats()[0]), gc.garbage, gc.freeze(), gc.get_freeze_count() > 0, gc.unfreeze(), gc.get_freeze_count())


class Cycle:
    def __init__(self, name):
        self.me, self.name = self, name

    def __del__(self):
        print("del", self.name)


for i in range(2):
    Cycle(i)
print(gc.collect() >= 2, gc.collect())
a, b = [], []
a.append(b)
b.append(a)
w = weakref.ref(c := Cycle("watched"), lambda r: print("weak callback"))
del c
gc.collect()
print(w())
print(b in gc.get_referrers(a), b in gc.get_referents(a), any(v is a for v in gc.get_objects()))
del a, b


class Resurrect:
    saved = None

    def __init__(self):
        self.me = self

    def __del__(self):
        Resurrect.saved = self


Resurrect()
gc.collect()
print(Resurrect.saved is not None, gc.is_finalized(Resurrect.saved))
w = weakref.ref(Resurrect.saved)
Resurrect.saved.me = None
Resurrect.saved = None
print(w() is None)
events = []
gc.callbacks.append(lambda phase, info: events.append((phase, sorted(info))))
gc.collect()
gc.callbacks.clear()
print(events)
err(gc.collect, 5)
err(gc.set_threshold, "x")
err(gc.get_objects, generation=9)


class Base(abc.ABC):
    @abc.abstractmethod
    def f(self):
        return "base f"

    @property
    @abc.abstractmethod
    def p(self):
        pass

    @classmethod
    def __subclasshook__(cls, c):
        if cls is Base:
            return True if any("quack" in b.__dict__ for b in c.__mro__) else NotImplemented
        return NotImplemented


class Half(Base):
    def f(self):
        return super().f() + " extended"


class Full(Half):
    p = 5


class Duck:
    def quack(self):
        pass


err(Base)
err(Half)
print(Full().f(), Base.__abstractmethods__ == {"f", "p"}, issubclass(Duck, Base), isinstance(Duck(), Base), isinstance(5, Base), Half.__abstractmethods__)
print(Base.register(int) is int, isinstance(5, Base), issubclass(bool, Base), issubclass(int, Half), abc.get_cache_token() >= 1, _abc.get_cache_token() == abc.get_cache_token())
err(Base.register, 5)
err(issubclass, 5, Base)
Half.p = 1
abc.update_abstractmethods(Half)
print(Half().f(), inspect_ := abc.ABCMeta.__name__, abc.ABC.__doc__ is not None)
err(Full.register, Base)
