# needs: package(frozenlist)
"""frozenlist: a wheel built by Cython, held against the same class written in Python."""

import copy
import gc
import pickle
import sys
import traceback
import weakref
from collections.abc import MutableSequence

import frozenlist
from frozenlist import FrozenList, PyFrozenList
from frozenlist import _frozenlist

print(FrozenList is _frozenlist.FrozenList, FrozenList.__module__, type(_frozenlist).__name__, issubclass(FrozenList, MutableSequence))


def attempt(label, call):
    results = []
    for cls in (FrozenList, PyFrozenList):
        try:
            results.append(repr(call(cls)))
        except Exception as error:
            results.append(f"{type(error).__name__}: {error}")
    print(label, "->", results[0].replace("PyFrozenList", "FrozenList"), "" if len(set(r.replace("PyFrozenList", "FrozenList") for r in results)) == 1 else f"(Python: {results[1]})")


def frozen(cls, items):
    value = cls(items)
    value.freeze()
    return value


attempt("empty", lambda cls: cls())
attempt("from list", lambda cls: cls([1, 2]))
attempt("from generator", lambda cls: cls(n * n for n in range(4)))
attempt("from None", lambda cls: cls(None))
attempt("not iterable", lambda cls: cls(5))
attempt("keyword", lambda cls: cls(items=(1,)))
attempt("bad keyword", lambda cls: cls(wrong=1))
attempt("frozen", lambda cls: (lambda v: (v.frozen, v.freeze(), v.frozen))(cls([1])))
attempt("repr", lambda cls: repr(frozen(cls, ["a", None])))
attempt("len", lambda cls: len(cls("abc")))
attempt("getitem", lambda cls: (cls("abc")[0], cls("abc")[-1], cls("abc")[1:], cls("abc")[::2]))
attempt("index error", lambda cls: cls("abc")[5])
attempt("bad index", lambda cls: cls("abc")["x"])
attempt("iter", lambda cls: [x for x in cls("abc")])
attempt("reversed", lambda cls: list(reversed(cls("abc"))))
attempt("contains", lambda cls: (1 in cls([1]), 2 in cls([1])))
attempt("index", lambda cls: cls([5, 6]).index(6))
attempt("index missing", lambda cls: cls([5]).index(6))
attempt("count", lambda cls: cls([1, 1, 2]).count(1))


def changed(cls, change):
    value = cls([3, 1, 2])
    result = change(value)
    return result, list(value)


CHANGES = {
    "setitem": lambda v: v.__setitem__(0, "x"),
    "set slice": lambda v: v.__setitem__(slice(0, 2), [7, 8, 9]),
    "delitem": lambda v: v.__delitem__(1),
    "insert": lambda v: v.insert(1, "new"),
    "append": lambda v: v.append(4),
    "extend": lambda v: v.extend(iter("xy")),
    "remove": lambda v: v.remove(1),
    "remove missing": lambda v: v.remove(99),
    "pop": lambda v: v.pop(),
    "pop first": lambda v: v.pop(0),
    "pop far": lambda v: v.pop(9),
    "reverse": lambda v: v.reverse(),
    "clear": lambda v: v.clear(),
    "iadd": lambda v: v.__iadd__([9]) is v,
    "iadd wrong": lambda v: v.__iadd__(9),
}
for name, change in CHANGES.items():
    attempt(name, lambda cls: changed(cls, change))
    attempt(name + " frozen", lambda cls: change(frozen(cls, [3, 1, 2])))

OTHERS = ([1, 2], [1, 3], [1], (1, 2), "x")
attempt("comparisons", lambda cls: [(cls([1, 2]) == o, cls([1, 2]) != o) for o in OTHERS])
attempt("order", lambda cls: [cls([1, 2]) < [1, 3], cls([1, 2]) <= cls([1, 2]), cls([2]) > [1, 9], cls([2]) >= [2]])
attempt("order with number", lambda cls: cls([1]) < 5)
attempt("hash unfrozen", lambda cls: hash(cls([1])))
attempt("hash frozen", lambda cls: hash(frozen(cls, (1, "a"))) == hash((1, "a")))
attempt("hash unhashable", lambda cls: hash(frozen(cls, [[]])))
attempt("as key", lambda cls: {frozen(cls, [1, 2]): "v"}[frozen(cls, [1, 2])])
attempt("deepcopy", lambda cls: (lambda v: (v, copy.deepcopy(v).frozen, copy.deepcopy(v)[0] is v[0]))(frozen(cls, [[1]])))
attempt("deepcopy loop", lambda cls: (lambda v: (v.append(v), copy.deepcopy(v)[0][0] is copy.deepcopy(v))[1])(cls()))
attempt("generic alias", lambda cls: (cls[int].__args__, cls[int]([1])))
attempt("attribute", lambda cls: setattr(cls(), "frozen", False))

print("== subclasses, references, tracebacks")


class Named(FrozenList):
    def __init__(self, items=None, name="n"):
        super().__init__(items)
        self.name = name

    def append(self, item):
        super().append(("wrapped", item))


named = Named([1], name="mine")
named.append(2)
print(list(named), named.name, type(named).__mro__[1].__name__, isinstance(named, MutableSequence))
items = [object() for _ in range(3)]
before = [sys.getrefcount(item) for item in items]
for _ in range(100):
    value = FrozenList(items)
    value[0], value[-1], value[:], list(value), value.pop(), value.extend(items)
del value, _
print([sys.getrefcount(item) - count for item, count in zip(items, before)])


class Cell:
    pass


cell = Cell()
reference = weakref.ref(cell)
cell.list = FrozenList([cell])
del cell
gc.collect()
print(reference(), gc.is_tracked(FrozenList()))
try:
    frozen(FrozenList, [1]).append(2)
except RuntimeError as error:
    print([line.name for line in traceback.extract_tb(error.__traceback__)][0], error.args)


class Bad:
    def __eq__(self, other):
        raise ValueError("compared")

    __hash__ = None


attempt("error in comparison", lambda cls: cls([Bad()]).index(1))
attempt("pickle", lambda cls: type(pickle.loads(pickle.dumps(frozen(cls, [1, 2])))).__name__)
print(FrozenList.append.__name__, FrozenList.freeze.__doc__, type(FrozenList.append).__name__, type(FrozenList.frozen).__name__)
large = FrozenList(range(100_000))
large.extend(range(5))
large.freeze()
print(len(large), sum(large), large.index(99_999), hash(large) == hash(tuple(large)), frozenlist.__all__)
