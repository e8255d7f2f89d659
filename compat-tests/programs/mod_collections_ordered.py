# needs: stdlib(collections, copy, gc, pickle, weakref)
"""collections.OrderedDict: order, comparison, mutation during iteration, subclasses, changes behind its back."""
import copy
import gc
import pickle
import weakref
from collections import OrderedDict as O


def show(label, f, *args, **kw):
    try:
        print(label, repr(f(*args, **kw)))
    except Exception as e:
        print(label, type(e).__name__, e)


d = O(a=1, b=2)
for name in sorted(O.__dict__):
    v = O.__dict__[name]
    print(name, type(v).__name__, getattr(v, "__text_signature__", None))
print(O.__doc__, O.__basicsize__, O.__module__, O.__base__)
for v in d.keys(), d.values(), d.items(), iter(d), reversed(d), reversed(d.items()):
    t = type(v)
    print(t, t.__mro__, sorted(t.__dict__), t.__basicsize__)
    show("new", t)
print(repr(d.keys()), repr(d.values()), repr(d.items()))

# Construction and updates.
show("two", O, 1, 2)
show("number", O, 1)
for bad in [1], [()], [(1,)], [(1, 2, 3)], ["ab", "cd"], ["abc"]:
    show(f"pairs {bad}", O, bad)
show("update two", d.update, 1, 2)
show("fromkeys", O.fromkeys, "abc")
show("fromkeys value", O.fromkeys, "abc", value=5)


class Mapping:
    def keys(self):
        return iter("xy")

    def __getitem__(self, k):
        return k * 2


class Items:
    def items(self):
        return [("i", 1)]


show("mapping", O, Mapping())
show("items", O, Items())
show("or", lambda: d | {"c": 3})
show("ror", lambda: {"c": 3, "a": 0} | d)
show("or number", lambda: d | 5)
e = O(d)
e |= [("z", 1)]
print(e)

# Order.
d = O((c, i) for i, c in enumerate("abcdef"))
d.move_to_end("b")
d.move_to_end("e", last=False)
print(list(d), list(reversed(d)), list(d.items())[:2], list(reversed(d.values())))
print(d.popitem(), d.popitem(last=False), d.pop("c"), d.pop("c", "gone"), list(d))
show("pop missing", d.pop, "zz")
show("move missing", d.move_to_end, "zz")
show("move in empty", O().move_to_end, "zz")
show("pop in empty", O().popitem)
show("setdefault", d.setdefault, "new")
show("setdefault old", d.setdefault, "a", 9)
d["a"] = "changed"
del d["d"]
print(d, len(d), "a" in d)
x, y = O([(1, 2), (3, 4)]), O([(3, 4), (1, 2)])
print(x == y, x != y, x == dict(y), dict(x) == y, x == O(x), x == 5, O() == {})
show("hash", hash, d)
show("less", lambda: x < y)
m = O(a=1)
m["self"] = m
print(m, O())

# Sizes, pickling, copies, attributes.
print(O().__sizeof__(), O(a=1).__sizeof__(), O.fromkeys(range(20)).__sizeof__())
d = O([("k", 1), (2, "v")])
d.attribute = 5
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    p = pickle.loads(pickle.dumps(d, protocol))
    print(protocol, p, p.__dict__, type(p).__name__)
print(copy.copy(d).__dict__, copy.deepcopy(d), d.copy(), d.copy().__dict__)
it = iter(d.items())
next(it)
print(it.__reduce__()[1], next(it), list(it), it.__reduce__()[1])
print(d.__reduce__()[:4])
d.__dict__ = {"other": 1}
print(d.other, d.__dict__)
show("dict", setattr, d, "__dict__", 5)

# Changes while it is iterated.
for change in (lambda d: d.update(q=1), lambda d: d.pop(1), lambda d: d.move_to_end(0), lambda d: d.clear(), lambda d: d.__setitem__(0, "same size"),
               lambda d: dict.__setitem__(d, "x", 1), lambda d: dict.clear(d)):
    d = O.fromkeys(range(4))
    it = iter(d)
    next(it)
    change(d)
    show("changed", lambda: list(it))
    show("again", lambda: list(it))

# Changes that the class does not see.
d = O.fromkeys("abc")
dict.__delitem__(d, "b")
show("list", list, d)
show("repr", repr, d)
show("copy", d.copy)
print(len(d), "b" in d)
d = O.fromkeys("abc")
dict.__setitem__(d, "x", 1)
print(list(d), len(d), d.get("x"))
show("pop unseen", d.pop, "x")
d = O.fromkeys("abc")
dict.clear(d)
show("cleared repr", repr, d)


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


d = O((Key(i), i) for i in range(8))
d.move_to_end(Key(0))
del d[Key(3)]
print(d, d[Key(5)])


# Subclasses.
class Sub(O):
    log = []

    def __setitem__(self, k, v):
        self.log.append(("set", k))
        super().__setitem__(k, v)

    def __getitem__(self, k):
        self.log.append(("get", k))
        return super().__getitem__(k)

    def __delitem__(self, k):
        self.log.append(("del", k))
        super().__delitem__(k)

    def __missing__(self, k):
        return ("missing", k)


s = Sub(a=1)
s.update(b=2)
s["c"] = 3
print(s["a"], s["zz"], s.pop("a"), s.popitem(), s.setdefault("d", 4), s.setdefault("d", 5), s.copy(), s | {"e": 5}, s == {"b": 2, "d": 4})
print(Sub.log)
print(type(s.copy()), type(s | {}), type({} | s), Sub.fromkeys("xy"))


class Slots(O):
    __slots__ = ("extra",)


t = Slots(a=1)
t.extra = 7
print(pickle.loads(pickle.dumps(t)).extra, t.__dict__)

# Weak references and cycles.
d = O(a=1)
r = weakref.ref(d)
d["self"] = d
d.attribute = d
del d
gc.collect()
print(r())
d = O()
key = type("K", (), {})()
key.holder = d
d[key] = 1
r = weakref.ref(key)
del d, key
gc.collect()
print(r())
