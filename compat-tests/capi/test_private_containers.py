import gc
import sys
import types
import typing
import weakref
import capi_private_containers as m
from support import *


class BadEq:
    def __hash__(self):
        return hash("key")

    def __eq__(self, o):
        raise KeyError("eq")


def test_dict_known_hashes():
    for put in (m.dict_set_known, m.dict_set_held):
        d, t = {}, Thing()
        changes(t, 1, put, d, "k", t)
        changes(t, 0, put, d, "k", t)
        same(d, {"k": t})
        changes(t, 1, put, d, "k2", t)
        changes(t, -1, m.dict_del_known, d, "k2")
        raises(KeyError, m.dict_del_known, d, "none", text="'none'")
        d["key"] = 1
        raises(KeyError, put, d, BadEq(), 1, text="'eq'")
        raises(KeyError, m.dict_del_known, d, BadEq(), text="'eq'")
        changes(t, 2, put, d, t, t)
        changes(t, -2, m.dict_del_known, d, t)
    bad_call(m.dict_set_known, [], 1, 2)
    bad_call(m.dict_del_known, [], 1)


def test_dict_take2():
    d, t, u = {}, Thing(), Thing()
    changes(t, 1, m.dict_set_take2, d, t, u)
    is_(d[t], u)
    changes(u, 1, m.dict_set_take2, d, "other", u)
    changes(t, 0, m.dict_set_take2, d, t, u)
    bad = BadEq()
    d["key"] = 1
    before = count(bad), count(u)
    raises(KeyError, m.dict_set_take2, d, bad, u)
    same((count(bad), count(u)), before)
    raises(TypeError, m.dict_set_take2, d, [], u)


def test_dict_more():
    d, t = {}, Thing()
    d["k"] = t
    is_(m.dict_get_string(d, "k"), t)
    is_(m.dict_get_string(d, "none"), NULL)
    changes(t, 0, m.dict_get_string, d, "k", times=10)
    bad_call(m.dict_get_string, [], "k")
    e = {"k": 1}
    same((m.dict_merge_ex(e, {"k": 2, "l": 3}, 0), e), (0, {"k": 1, "l": 3}))
    same((m.dict_merge_ex(e, {"k": 2}, 1), e), (0, {"k": 2, "l": 3}))
    raises(KeyError, m.dict_merge_ex, e, {"k": 2, "z": 1}, 2, text="'k'")
    bad_call(m.dict_merge_ex, [], {}, 1)
    is_(m.dict_pop(d, "k", NULL), t)
    same(d, {})
    is_(m.dict_pop(d, "k", t), t)
    changes(t, 0, m.dict_pop, d, "k", t, times=10)
    raises(KeyError, m.dict_pop, d, "k", NULL, text="'k'")
    raises(TypeError, m.dict_pop, {1: 2}, [], 5)
    bad_call(m.dict_pop, [], "k", NULL)
    same(m.dict_from_items(("a", 1, "b", t), NULL), {"a": 1, "b": t})
    same(m.dict_from_items((1, 1, 2.5, t), NULL), {1: 1, 2.5: t})
    same(m.dict_from_columns(("a", "b"), (t, t)), {"a": t, "b": t})
    same(m.dict_from_columns((), ()), {})
    changes(t, 0, m.dict_from_columns, (t, "b"), (t, t), times=10)
    raises(TypeError, m.dict_from_columns, ("a", []), (t, t))
    same(m.stack_as_dict((1, t), ("x", "y")), {"x": 1, "y": t})
    changes(t, 0, m.stack_as_dict, (1, t), ("x", "y"), times=10)
    same(m.stack_as_dict((), ()), {})


def test_sets():
    t = Thing()
    s = {1, "a", t, (2, 3)}
    for f in (m.set_entries, m.set_entries_owned):
        same(sorted(f(s), key=repr), sorted([(x, hash(x)) for x in s], key=repr))
        same(f(frozenset()), [])
        changes(t, 0, f, s, times=10)
        raises(SystemError, f, [])
    same([m.set_contains(s, x) for x in (1, t, "b")], [1, 1, 0])
    same(m.set_contains({frozenset({1})}, {1}), 1)
    raises(TypeError, m.set_contains, s, [])
    raises(KeyError, m.set_contains, {"key"}, BadEq(), text="'eq'")
    s = {"one", "two", "three"}
    same(m.set_dummies(s), (3, 0))
    s.remove("two")
    same(m.set_dummies(s), (2, 1))
    s.clear()
    same(m.set_dummies(s), (0, 0))


def test_tuples():
    t = Thing()
    for f in (m.tuple_from_array, m.tuple_from_array_steal):
        same(f([1, t, "x"]), (1, t, "x"))
        is_(f([]), ())
        changes(t, 0, f, [t, t, t], times=10)
        kept = []
        changes(t, 2, lambda: kept.append(f([t, t])))
        true(gc.is_tracked(kept[0]))


def test_slices():
    same(m.slice_from_indices(1, -5), slice(1, -5, None))
    same(m.slice_from_indices(-sys.maxsize - 1, sys.maxsize), slice(-sys.maxsize - 1, sys.maxsize))
    big = 1 << 100
    for s in (slice(None), slice(2, 5), slice(-3, None, -1), slice(big, -big, -2), slice(None, big, 3), slice(True, 7)):
        same(m.slice_long_indices(s, 10), s.indices(10))
    same(m.slice_long_indices(slice(None, None, -1), big), (big - 1, -1, -1))
    raises(ValueError, m.slice_long_indices, slice(1, 2, 0), 10, text="slice step cannot be zero")
    same(m.slice_long_indices(slice(1), -1), (0, -1, 1))  # the length is the caller's to check
    raises(TypeError, m.slice_long_indices, slice("x"), 10, text="slice indices must be integers or None or have an __index__ method")
    same([m.slice_index(x) for x in (5, -5, True, big, -big)], [5, -5, 1, sys.maxsize, -sys.maxsize - 1])
    raises(TypeError, m.slice_index, 1.5, text="slice indices must be integers or have an __index__ method")
    raises(TypeError, m.slice_index, None, text="slice indices must be integers or have an __index__ method")


def test_struct_types():
    P = m.struct_type(0)
    same((P.__name__, P.__module__, P.__doc__, P.n_fields, P.n_sequence_fields, P.n_unnamed_fields), ("Point", "private_containers", "a point", 3, 2, 0))
    p = P((1, 2, 3))
    same((p.x, p.y, p.hidden, tuple(p), repr(p)), (1, 2, 3, (1, 2), "private_containers.Point(x=1, y=2)"))
    raises(TypeError, P, (1,))
    Q = m.struct_type(1 << 8)  # Py_TPFLAGS_IMMUTABLETYPE
    raises(TypeError, setattr, Q, "z", 1, text="cannot set 'z' attribute of immutable type 'private_containers.Point'")
    raises(TypeError, m.struct_type(1 << 7), (1, 2), text="cannot create 'private_containers.Point' instances")
    t = Thing()
    s = m.static_struct(t)
    same((len(s), s.x is t, s.hidden is t, type(s).__name__), (2, True, True, "Point"))
    before = count(t)
    del s
    same(count(t), before - 3)


def test_namespaces_and_unions():
    t = Thing()
    n = m.namespace_new(NULL)
    same((type(n), n.__dict__), (types.SimpleNamespace, {}))
    d = {"a": 1, "t": t}
    n = m.namespace_new(d)
    same((n.a, n.t is t, n.__dict__ is d), (1, True, False))
    before = count(t)
    del n
    same(count(t), before - 1)
    raises(AttributeError, m.namespace_new, 5, text="'int' object has no attribute 'keys'")
    u = m.union_or(int, str)
    same(u, int | str)
    same(type(u), typing.Union)
    same(m.union_or(int, None), int | None)
    same(m.union_or(list[int], u).__args__, (list[int], int, str))
    is_(m.union_or(int, int), int)
    is_(m.union_or(int, 5), NotImplemented)
    is_(m.union_or("x", "y"), NotImplemented)


def test_capsules():
    t = Thing()
    t.self = m.capsule(t)
    w = weakref.ref(t)
    true(gc.is_tracked(t.self))
    is_(gc.get_referents(t.self)[0], t)
    del t
    gc.collect()
    is_(w(), None)
    t = Thing()
    before = count(t)
    c = m.capsule(t)
    same(count(t), before + 1)
    raises(ValueError, m.capsule_bad, c, True, text="_PyCapsule_SetTraverse() called with NULL callback")
    raises(ValueError, m.capsule_bad, c, False, text="_PyCapsule_SetTraverse() called with NULL callback")
    raises(ValueError, m.capsule_bad, 5, True)
    del c
    same(count(t), before)


def test_weak_references():
    called = []
    t = Thing()
    w, v = weakref.ref(t), weakref.ref(t, called.append)
    same((m.weak_is_dead(w), m.weak_is_dead(v)), (0, 0))
    same(m.weak_clear(v), 0)
    same((m.weak_is_dead(v), v(), w() is t, called), (1, None, True, []))
    p = weakref.proxy(t, called.append)
    del t
    same((m.weak_is_dead(w), called.__len__()), (1, 1))
    t, called = Thing(), []
    refs = [weakref.ref(t), weakref.ref(t, called.append), weakref.proxy(t, called.append)]
    same(m.clear_weakrefs(t), 0)
    same(([r() for r in refs[:2]], weakref.getweakrefcount(t)), ([None, None], 0))
    raises(ReferenceError, getattr, refs[2], "x")
    same(called, [])
    w = weakref.ref(t)
    is_(w(), t)


run(globals())
