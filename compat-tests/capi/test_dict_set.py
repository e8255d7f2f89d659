import capi_dict_set as m
from support import *


class D(dict):
    pass


class BadHash:
    def __hash__(self):
        raise ValueError("hash")


class BadEq:
    def __hash__(self):
        return hash("key")

    def __eq__(self, o):
        raise KeyError("eq")


def test_dict_basics():
    for v, check, exact in (({}, 1, 1), (D(), 1, 0), ([], 0, 0)):
        same(m.dict_check(v), check)
        same(m.dict_check_exact(v), exact)
    same(m.dict_new(), {})
    same(m.dict_size({1: 2}), 1)
    raises(SystemError, m.dict_size, [])
    d = {"a": 1}
    c = m.dict_copy(d)
    same(c, d)
    true(c is not d)
    same(type(m.dict_copy(D(a=1))), dict)
    raises(SystemError, m.dict_copy, [])
    m.dict_clear(d)
    same(d, {})
    m.dict_clear([])
    p = m.dict_proxy({"x": 1})
    same(p["x"], 1)
    raises(TypeError, m.dict_proxy, [1])


def test_dict_set_and_delete():
    d, t = {}, Thing()
    changes(t, 1, m.dict_setitem, d, "k", t)
    changes(t, 0, m.dict_setitem, d, "k", t)
    changes(t, -1, m.dict_delitem, d, "k")
    changes(t, 1, m.dict_setitem_string, d, "s", t)
    changes(t, -1, m.dict_delitem_string, d, "s")
    changes(t, 2, m.dict_setitem, d, t, t)
    changes(t, -2, m.dict_delitem, d, t)
    raises(KeyError, m.dict_delitem, d, "none")
    raises(KeyError, m.dict_delitem_string, d, "none")
    raises(TypeError, m.dict_setitem, d, [], 1)
    raises(ValueError, m.dict_setitem, d, BadHash(), 1)
    raises(SystemError, m.dict_setitem, [], "k", 1)
    raises(SystemError, m.dict_delitem, [], "k")
    same(m.dict_setitem(D(), 1, 2), 0)


def test_dict_lookup():
    t = Thing()
    d = {"key": t, "日本": 2}
    for get in (m.dict_getitem, m.dict_getitem_with_error, m.dict_getitem_string, m.dict_getitemref, m.dict_getitemstringref):
        is_(get(d, "key"), t)
        same(get(d, "日本"), 2)
        is_(get(d, "none"), NULL)
        keeps(get, d, "key")
        changes(t, 0, get, d, "key", times=10)
    is_(m.dict_getitem([], "key"), NULL)
    for get in (m.dict_getitem_with_error, m.dict_getitemref):
        raises(SystemError, get, [], "key")
        raises(TypeError, get, d, [])
        raises(ValueError, get, d, BadHash())
        raises(KeyError, get, d, BadEq())
    same(m.dict_contains(d, "key"), 1)
    same(m.dict_contains(d, "none"), 0)
    raises(TypeError, m.dict_contains, d, [])
    raises(KeyError, m.dict_contains, d, BadEq())


def test_dict_iteration():
    d = {"a": 1, 2: "b", (3,): None}
    same(m.dict_next(d), list(d.items()))
    same(m.dict_next({}), [])
    same(m.dict_next([]), [])
    same(m.dict_next_keys_only(d), 303)
    same(m.dict_items(d), list(d.items()))
    same(m.dict_keys(d), list(d))
    same(m.dict_values(d), list(d.values()))
    raises(SystemError, m.dict_keys, [])
    for i in range(100):
        d[i] = i
    for i in range(0, 100, 2):
        del d[i]
    same(m.dict_next(d), list(d.items()))
    t = Thing()
    for f in (m.dict_next, m.dict_items, m.dict_values, m.dict_copy):
        changes(t, 0, f, {"k": t})

    class Obj:
        def __init__(self):
            self.a, self.b = 1, t

    o = Obj()
    same(m.dict_next(o.__dict__), [("a", 1), ("b", t)])
    same(m.view_checks({}.keys()), 9)
    same(m.view_checks({}.values()), 2)
    same(m.view_checks({}.items()), 12)
    same(m.view_checks({}), 0)


def test_dict_merge():
    d = {"a": 1, "b": 2}
    m.dict_merge(d, {"b": "no", "c": 3}, 0)
    same(d, {"a": 1, "b": 2, "c": 3})
    m.dict_merge(d, {"b": "yes"}, 1)
    same(d["b"], "yes")
    m.dict_update(d, {"z": 26})
    same(d["z"], 26)

    class Keys:
        def keys(self):
            return ["k"]

        def __getitem__(self, k):
            return k * 2

    m.dict_update(d, Keys())
    same(d["k"], "kk")
    raises(AttributeError, m.dict_update, d, [1])
    raises(SystemError, m.dict_update, [], {})
    m.dict_merge_from_seq2(d, [("a", 5), ["new", 6]], 0)
    same((d["a"], d["new"]), (1, 6))
    m.dict_merge_from_seq2(d, [("a", 5)], 1)
    same(d["a"], 5)
    raises(ValueError, m.dict_merge_from_seq2, d, [(1, 2, 3)], 1, text="dictionary update sequence element #0 has length 3; 2 is required")
    raises(TypeError, m.dict_merge_from_seq2, d, [5], 1)
    raises(TypeError, m.dict_merge_from_seq2, d, 5, 1)


def test_dict_full():
    needs(m, "dict_pop")
    d, t = {"a": 1}, Thing()
    same(m.dict_setdefault(d, "a", 5), 1)
    is_(m.dict_setdefault(d, "t", t), t)
    same(m.dict_setdefaultref(d, "a", 5), (1, 1))
    same(m.dict_setdefaultref(d, "new", t), (0, t))
    changes(t, 0, m.dict_setdefaultref, d, "new", t)
    same(m.dict_setdefaultref_no_result(d, "new", 1), 1)
    same(m.dict_setdefaultref_no_result(d, "newer", 1), 0)
    raises(TypeError, m.dict_setdefault, d, [], 1)
    raises(SystemError, m.dict_setdefault, [], 1, 1)
    changes(t, -1, m.dict_pop, d, "new")
    is_(m.dict_pop(d, "t"), t)
    is_(m.dict_pop(d, "t"), NULL)
    is_(m.dict_pop({}, []) if False else m.dict_pop({}, "x"), NULL)
    same(m.dict_pop_no_result(d, "a"), 1)
    same(m.dict_pop_no_result(d, "a"), 0)
    same(m.dict_popstring(d, "newer"), 1)
    raises(TypeError, m.dict_pop, {1: 2}, [])
    raises(SystemError, m.dict_pop, [], 1)
    same(m.dict_contains_string({"x": 1}, "x"), 1)
    same(m.dict_contains_string({"x": 1}, "y"), 0)
    same(m.size_macros({1: 2}, {1, 2}), 102)
    t.attribute = 5
    is_(m.object_dict_ptr(t), t.__dict__)
    same(m.object_dict_ptr(Thing()), {})
    same([m.object_dict_ptr(x) for x in (5, [], object())], [-1, -1, -1])


def test_set():
    for v, bits in ((set(), (1, 0, 1, 1, 0, 1)), (frozenset(), (0, 1, 1, 0, 1, 1)), (type("S", (set,), {})(), (1, 0, 1, 0, 0, 0)), ([], (0,) * 6)):
        same((m.set_check(v), m.frozenset_check(v), m.anyset_check(v), m.set_check_exact(v), m.frozenset_check_exact(v), m.anyset_check_exact(v)), bits)
    same(m.set_new(NULL), set())
    same(m.set_new("aab"), {"a", "b"})
    same(m.frozenset_new([1, 2]), frozenset({1, 2}))
    raises(TypeError, m.set_new, 5)
    raises(TypeError, m.frozenset_new, [[]])
    s, t = set(), Thing()
    changes(t, 1, m.set_add, s, t)
    changes(t, 0, m.set_add, s, t)
    same(m.set_size(s), 1)
    same(m.set_contains(s, t), 1)
    same(m.set_discard(s, 5), 0)
    before = count(t)
    same(m.set_discard(s, t), 1)
    same(count(t), before - 1)
    raises(TypeError, m.set_add, s, [])
    raises(TypeError, m.set_contains, s, [])
    raises(SystemError, m.set_add, [], 1)
    raises(SystemError, m.set_size, [])
    raises(SystemError, m.set_discard, frozenset(), 1)
    s.add(t)
    changes(t, -1, m.set_pop, s)
    raises(KeyError, m.set_pop, s, text="'pop from an empty set'")
    raises(SystemError, m.set_pop, frozenset([1]))
    s.add(t)
    changes(t, -1, m.set_clear, s)
    raises(SystemError, m.set_clear, frozenset())
    same(m.frozenset_filled(1, 2), frozenset({1, 2}))
    f = frozenset([1])
    raises(SystemError, m.set_add, f, 5) if count(f) > 1 else None


run(globals())
