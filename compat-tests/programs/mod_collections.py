# needs: stdlib(collections, _collections)
# deque, defaultdict, OrderedDict, Counter, namedtuple, ChainMap, UserDict and the abstract classes.
from collections import *
import collections.abc as abc


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


d = deque([1, 2, 3])
d.append(4)
d.appendleft(0)
d.extend("ab")
d.extendleft("xy")
print(d, len(d), d[0], d[-1], d.pop(), d.popleft(), d.count(1), d.index(3), 2 in d, list(reversed(d)), d.copy() == d, d.maxlen)
d.rotate(2)
print(d)
d.rotate(-3)
d.insert(1, "ins")
d.remove(2)
d.reverse()
d[0] = "set"
del d[1]
print(d, d + deque([1]), deque([1]) * 3, deque("ab") < deque("b"), deque([1]) == [1])
m = deque(range(10), maxlen=3)
m.append(99)
m.appendleft(98)
print(m, m.maxlen, repr(m), m.copy().maxlen)
d += [5]
d *= 2
print(d, bool(deque()), deque.__class_getitem__(int))
d.clear()
err(d.pop)
err(d.popleft)
err(deque, maxlen=-1)
err(deque, 5)
err(deque([1]).remove, 2)
err(deque([1]).index, 2)
err(lambda: deque()[0])
err(m.insert, 0, 1)
err(hash, d)
err(lambda: [d.append(v) for v in d] if d else [q.append(1) for q in [deque([1])] for _ in q])
big = deque()
for i in range(1000):
    big.append(i)
    if i % 3 == 0:
        big.popleft()
print(len(big), big[100], sum(big), list(big)[:3])

dd = defaultdict(list, {"a": [1]})
dd["b"].append(2)
print(dd, dd["c"], dd.default_factory is list, dd.get("zz"), "zz" in dd, dd.copy() == dd, dd | {"z": 1}, type(dd | {}).__name__)
dd.default_factory = None
err(lambda: dd["q"])
err(defaultdict, 5)
print(defaultdict(int, a=1), defaultdict(lambda: "x")["k"], repr(defaultdict(None)))

o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, list(reversed(o)), o.popitem(), o.popitem(last=False), o, o == OrderedDict(b=2), o == {"b": 2}, OrderedDict.fromkeys("xy"), o | {"n": 1}, OrderedDict([(1, 2), (3, 4)]) == OrderedDict([(3, 4), (1, 2)]))
err(o.move_to_end, "zz")
err(OrderedDict().popitem)
o["z"] = 1
o.update(y=2)
print(o.pop("z"), o.setdefault("w", 5), list(o.keys()), list(o.items()), list(reversed(o.values())), o.copy())

c = Counter("mississippi")
print(c, c["s"], c["zz"], c.most_common(2), sorted(c.elements()), c.total(), Counter(a=3) + Counter(a=1, b=2), Counter(a=3, b=1) - Counter(a=1, b=5), Counter(a=3) & Counter(a=1), Counter(a=3) | Counter(a=5), +Counter(a=-1, b=2), -Counter(a=-1))
c.subtract("miss")
c.update({"z": 5})
print(c, Counter(a=1) <= Counter(a=2), Counter(a=1) == Counter(a=1, b=0))

P = namedtuple("P", "x y z", defaults=[9])
p = P(1, y=2)
print(p, p.x, p[1], p._asdict(), p._replace(x=5), P._fields, P._field_defaults, P._make([1, 2, 3]), p == (1, 2, 9), P.__doc__, P.x.__doc__, hash(p) == hash((1, 2, 9)), p.__match_args__)
err(P)
err(P, 1, 2, 3, 4)
err(namedtuple, "Q", "a a")
err(namedtuple, "Q", "class")
err(p._replace, q=1)
print(namedtuple("R", "a class a", rename=True)._fields, namedtuple("S", ["x"], module="mod").__module__)

m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["n"] = 0
print(m, m["a"], m["b"], len(m), sorted(m), m.maps, m.new_child({"b": 9})["b"], m.parents, dict(m))
err(lambda: m["zz"])
err(m.pop, "b")


class U(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k, v * 2)


print(U(a=1), UserList([1, 2]) + [3], UserString("abc").upper(), isinstance(U(), abc.MutableMapping))


class Seq(abc.Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return [10, 20, 30][i]


print(list(Seq()), 20 in Seq(), Seq().index(30), Seq().count(10), list(reversed(Seq())), isinstance(Seq(), abc.Collection), issubclass(list, abc.MutableSequence), isinstance({}, abc.Mapping), isinstance(5, abc.Hashable), isinstance([], abc.Hashable), isinstance((x for x in ""), abc.Generator), isinstance(len, abc.Callable), isinstance("", abc.Iterator), isinstance(b"", abc.Buffer))


class Incomplete(abc.MutableMapping):
    pass


err(Incomplete)


class MySet(abc.Set):
    def __init__(self, it):
        self.v = list(dict.fromkeys(it))

    def __contains__(self, x):
        return x in self.v

    def __iter__(self):
        return iter(self.v)

    def __len__(self):
        return len(self.v)


print(sorted(MySet("ab") & MySet("bc")), sorted(MySet("ab") | {"z"}), MySet("a") <= MySet("ab"), MySet("ab") == {"a", "b"}, MySet("ab").isdisjoint("xy"), sorted(MySet("ab") ^ MySet("bc")), sorted(MySet("ab") - MySet("b")))
print(abc.Callable[[int], str], abc.Iterable[int], abc.Sequence.register(Incomplete) is Incomplete, issubclass(Incomplete, abc.Sequence))
