import capi_sequence as m
from support import *


class Seq:
    def __init__(self, *v):
        self.v = list(v)

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]


class BadIter:
    def __iter__(self):
        raise KeyError("iter")


def test_check_and_size():
    for v, seq, mapping in (([], 1, 1), ((), 1, 1), ("", 1, 1), (b"", 1, 1), ({}, 0, 1), (set(), 0, 0), (5, 0, 0), (Seq(), 1, 1), (range(1), 1, 1)):
        same(m.seq_check(v), seq)
        same(m.map_check(v), mapping)
    same(m.map_check(NULL), 0)
    same(m.seq_size([1, 2]), 2)
    same(m.seq_length("abc"), 3)
    raises(TypeError, m.seq_size, 5, text="object of type 'int' has no len()")
    raises(TypeError, m.seq_size, {}, text="dict is not a sequence")
    raises(SystemError, m.seq_size, NULL)
    same(m.map_size({1: 2}), 1)
    same(m.map_length(Seq(1, 2)), 2)
    raises(TypeError, m.map_size, 5, text="object of type 'int' has no len()")
    raises(TypeError, m.map_size, {1}, text="set is not a mapping")


def test_concat_repeat():
    same(m.concat([1], [2]), [1, 2])
    same(m.concat("a", "b"), "ab")
    raises(TypeError, m.concat, 1, 2, text="'int' object can't be concatenated")
    raises(TypeError, m.concat, [1], (2,))
    same(m.repeat("ab", 2), "abab")
    same(m.repeat([1], -1), [])
    raises(TypeError, m.repeat, 5, 2, text="'int' object can't be repeated")
    raises(SystemError, m.concat, NULL, [])
    l = [1]
    is_(m.inplace_concat(l, "ab"), l)
    is_(m.inplace_repeat(l, 2), l)
    same(l, [1, "a", "b"] * 2)
    same(m.inplace_concat((1,), (2,)), (1, 2))
    raises(TypeError, m.inplace_repeat, 5, 2)


def test_items():
    t = Thing()
    l = [t, 1, 2]
    is_(m.seq_getitem(l, 0), t)
    same(m.seq_getitem(l, -1), 2)
    same(m.seq_getitem(Seq(5, 6), -1), 6)
    raises(IndexError, m.seq_getitem, l, 5, text="list index out of range")
    raises(TypeError, m.seq_getitem, 5, 0, text="'int' object does not support indexing")
    raises(TypeError, m.seq_getitem, {}, 0, text="dict is not a sequence")
    changes(t, 1, m.seq_setitem, l, 1, t)
    changes(t, -1, m.seq_delitem, l, 1)
    raises(IndexError, m.seq_setitem, l, 9, 1)
    raises(TypeError, m.seq_setitem, (1,), 0, 1, text="'tuple' object does not support item assignment")
    raises(TypeError, m.seq_delitem, (1,), 0, text="'tuple' object doesn't support item deletion")
    raises(TypeError, m.seq_setitem, {}, 0, 1)
    keeps(m.seq_getitem, t, 0)
    l = list(range(6))
    same(m.getslice(l, 1, 3), [1, 2])
    same(m.getslice("abc", -2, 100), "bc")
    raises(TypeError, m.getslice, 5, 0, 1, text="'int' object is unsliceable")
    m.setslice(l, 1, 3, "xyz")
    same(l, [0, "x", "y", "z", 3, 4, 5])
    m.delslice(l, 0, 5)
    same(l, [4, 5])
    raises(TypeError, m.setslice, (1,), 0, 1, [], text="'tuple' object doesn't support slice assignment")
    raises(TypeError, m.delslice, (1,), 0, 1, text="'tuple' object doesn't support slice deletion")
    raises(SystemError, m.getslice, NULL, 0, 1)


def test_search():
    l = [1, 2, 1, float("nan")]
    same(m.count_(l, 1), 2)
    same(m.contains(l, 2), 1)
    same(getattr(m, "in")(l, 9), 0)
    same(m.index(l, 2), 1)
    same(m.contains({"k": 1}, "k"), 1)
    same(m.contains(Seq(1, 2), 2), 1)
    same(m.count_((x for x in "abca"), "a"), 2)
    raises(ValueError, m.index, l, 9, text="sequence.index(x): x not in sequence")
    raises(TypeError, m.contains, 5, 1, text="argument of type 'int' is not a container or iterable")
    raises(TypeError, m.index, 5, 1)
    raises(KeyError, m.contains, BadIter(), 1)
    raises(SystemError, m.count_, NULL, 1)
    keeps(m.contains, Thing(), Thing())


def test_conversions():
    same(m.list("ab"), ["a", "b"])
    same(m.list({1: 2}), [1])
    l = [1]
    true(m.list(l) is not l)
    same(m.tuple([1, 2]), (1, 2))
    t = (1, 2)
    is_(m.tuple(t), t)
    same(m.tuple(Seq(1)), (1,))
    raises(TypeError, m.list, 5, text="'int' object is not iterable")
    raises(KeyError, m.tuple, BadIter())
    raises(SystemError, m.tuple, NULL)
    is_(m.fast(l), l)
    is_(m.fast(t), t)
    same(m.fast("ab"), ["a", "b"])
    raises(TypeError, m.fast, 5, text="the message of fast")
    raises(KeyError, m.fast, BadIter())
    same(m.fast_items({1: 2, 3: 4}), [3, 1])
    x = Thing()
    changes(x, 0, m.fast_items, [x, x])
    if hasattr(m, "fast_macros"):
        same(m.fast_macros([1, 2]), (1, 2))
        same(m.fast_macros((1, 2)), (1, 2))
        same(m.fast_macros("ab"), ("a", "b"))
        changes(x, 0, m.fast_macros, [x, x])


def test_mapping():
    class D(dict):
        def keys(self):
            return iter(["made", "up"])

    class NoIter:
        def keys(self):
            return 5

    d = {"a": 1, "b": 2}
    same(m.keys(d), ["a", "b"])
    same(m.values(d), [1, 2])
    same(m.items(d), [("a", 1), ("b", 2)])
    same(m.keys(D(d)), ["made", "up"])
    raises(TypeError, m.keys, NoIter(), text="NoIter.keys() returned a non-iterable (type int)")
    raises(AttributeError, m.keys, [])
    same(m.getitem_string(d, "a"), 1)
    raises(KeyError, m.getitem_string, d, "z")
    t = Thing()
    changes(t, 1, m.setitem_string, d, "t", t)
    changes(t, -1, m.delitem_string, d, "t")
    m.delitem(d, "b")
    raises(KeyError, m.delitem, d, "b")
    raises(TypeError, m.setitem_string, 5, "a", 1)
    same(m.haskey(d, "a"), 1)
    same(m.haskey(d, "z"), 0)
    same(m.haskey_string(d, "a"), 1)
    same(m.haskey_with_error(d, "a"), 1)
    same(m.haskey_with_error(d, "z"), 0)
    same(m.haskey_string_with_error(d, "z"), 0)
    raises(TypeError, m.haskey_with_error, d, [])
    raises(TypeError, m.haskey_string_with_error, 5, "a")
    same(m.get_optional_item(d, "a"), 1)
    is_(m.get_optional_item(d, "z"), NULL)
    same(m.get_optional_item_string(d, "a"), 1)
    is_(m.get_optional_item_string(d, "z"), NULL)
    raises(TypeError, m.get_optional_item, d, [])
    raises(TypeError, m.get_optional_item, 5, 0)
    d["t"] = t
    changes(t, 0, m.get_optional_item, d, "t")
    changes(t, 0, m.values, d)


run(globals())
