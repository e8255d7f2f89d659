import capi_list_tuple as m
from support import *


class L(list):
    pass


class T(tuple):
    pass


def test_list_basics():
    for v, check, exact in (([], 1, 1), (L(), 1, 0), ((), 0, 0), (5, 0, 0)):
        same(m.list_check(v), check)
        same(m.list_check_exact(v), exact)
    same(m.list_new(0), [])
    same(m.list_new(4), [0, 1, 4, 9])
    raises(SystemError, m.list_new, -1)
    same(m.list_size([1, 2]), 2)
    raises(SystemError, m.list_size, (1,))
    same(m.types(), (list, tuple, slice, range))


def test_list_items():
    t = Thing()
    l = [t, 1, L]
    for get in (m.list_getitem, m.list_getitemref):
        is_(get(l, 0), t)
        raises(IndexError, get, l, 3, text="list index out of range")
        raises(IndexError, get, l, -1)
        keeps(get, l, 0)
    raises(SystemError, m.list_getitem, (1,), 0)
    raises(TypeError, m.list_getitemref, (1,), 0, text="expected a list")
    changes(t, 1, m.list_setitem, l, 1, t)
    changes(t, -1, m.list_setitem, l, 1, 5)
    before = count(t)
    raises(IndexError, m.list_setitem, l, 9, t, text="list assignment index out of range")
    raises(SystemError, m.list_setitem, (1,), 0, t)
    same(count(t), before)
    changes(t, 3, m.list_append, l, t, times=3) if False else changes(t, 1, m.list_append, l, t, times=3)
    same(len(l), 6)
    raises(SystemError, m.list_append, (1,), 1)
    raises(SystemError, m.list_append, [], NULL)
    l = [1, 2]
    m.list_insert(l, 0, "a")
    m.list_insert(l, 100, "z")
    m.list_insert(l, -1, "y")
    same(l, ["a", 1, 2, "y", "z"])
    raises(SystemError, m.list_insert, (1,), 0, 1)
    raises(SystemError, m.list_insert, l, 0, NULL)


def test_list_slices_and_order():
    l = list(range(6))
    same(m.list_getslice(l, 1, 3), [1, 2])
    same(m.list_getslice(l, -5, 100), l)
    same(m.list_getslice(l, 4, 2), [])
    raises(SystemError, m.list_getslice, (1,), 0, 1)
    m.list_setslice(l, 1, 4, "xy")
    same(l, [0, "x", "y", 4, 5])
    m.list_setslice(l, 0, 3, NULL)
    same(l, [4, 5])
    m.list_setslice(l, 1, 1, l)
    same(l, [4, 4, 5, 5])
    raises(TypeError, m.list_setslice, l, 0, 0, 5)
    raises(SystemError, m.list_setslice, (1,), 0, 1, [])
    m.list_sort(l)
    m.list_reverse(l)
    same(l, [5, 5, 4, 4])
    raises(TypeError, m.list_sort, [1, "a"])
    raises(SystemError, m.list_sort, (1,))
    raises(SystemError, m.list_reverse, NULL)
    same(m.list_astuple(l), (5, 5, 4, 4))
    raises(SystemError, m.list_astuple, (1,))
    t = Thing()
    changes(t, 0, m.list_astuple, [t, t])
    changes(t, 0, m.list_getslice, [t, t], 0, 2)


def test_list_full():
    needs(m, "list_macros")
    t = Thing()
    same(m.list_macros([1, 2, 3]), [3, 2, 1])
    same(m.list_direct([1, t]), (1, t))
    same(m.list_direct([]), ())
    changes(t, 0, m.list_macros, [t])
    l = [1]
    m.list_extend(l, "ab")
    same(l, [1, "a", "b"])
    raises(TypeError, m.list_extend, l, 5)
    raises(SystemError, m.list_extend, (1,), [])
    l.append(t)
    changes(t, -1, m.list_clear, l)
    same(l, [])
    raises(SystemError, m.list_clear, ())
    big = m.list_new(1000)
    for i in range(1000):
        big.append(i)
    same(sum(m.list_direct(big)), sum(big))


def test_tuple():
    for v, check, exact in (((), 1, 1), (T(), 1, 0), ([], 0, 0)):
        same(m.tuple_check(v), check)
        same(m.tuple_check_exact(v), exact)
    same(m.tuple_new(0), ())
    same(m.tuple_new(3), (0, 1, 4))
    raises(SystemError, m.tuple_new, -1)
    same(m.tuple_size((1, 2)), 2)
    raises(SystemError, m.tuple_size, [1])
    t = Thing()
    v = (t, 2, 3)
    is_(m.tuple_getitem(v, 0), t)
    raises(IndexError, m.tuple_getitem, v, 3, text="tuple index out of range")
    raises(IndexError, m.tuple_getitem, v, -1)
    raises(SystemError, m.tuple_getitem, [1], 0)
    same(m.tuple_getslice(v, 1, 9), (2, 3))
    is_(m.tuple_getslice(v, 0, 3), v)
    raises(SystemError, m.tuple_getslice, [1], 0, 1)
    before = count(t)
    raises(SystemError, m.tuple_setitem, v, 0, t)
    raises(SystemError, m.tuple_setitem, [1], 0, t)
    same(count(t), before)
    same(m.tuple_pack(1, "a"), ((), (1, "a")))
    changes(t, 0, m.tuple_pack, t, t)
    changes(t, 0, m.tuple_getitem, v, 0)
    if hasattr(m, "tuple_macros"):
        same(m.tuple_macros((1, 2)), (2, 1))
        same(m.tuple_resize(3, 1), (0,))
        same(m.tuple_resize(2, 4), (0, 1, None, None))
        same(m.tuple_resize(2, 2), (0, 1))
        same(m.tuple_resize(3, 0), ())


def test_slice():
    same(m.slice_check(slice(1)), 1)
    same(m.slice_check(5), 0)
    same(m.slice_new(1, "a", [2]), slice(1, "a", [2]))
    same(m.slice_new(NULL, NULL, NULL), slice(None, None, None))
    biggest = 2 ** 63 - 1
    same(m.slice_unpack(slice(None), 5), (0, biggest, 1, 0, 5, 5))if False else same(m.slice_unpack(slice(None), 5), ((0, biggest, 1), (0, 5, 5)))
    same(m.slice_unpack(slice(-2, None), 5), ((-2, biggest, 1), (3, 5, 2)))
    same(m.slice_unpack(slice(None, None, -2), 5), ((biggest, -biggest - 1, -2), (4, -1, 3)))
    same(m.slice_unpack(slice(2 ** 70, -(2 ** 70)), 5)[0], (biggest, -biggest - 1, 1))
    raises(ValueError, m.slice_unpack, slice(0, 1, 0), 5, text="slice step cannot be zero")
    raises(TypeError, m.slice_unpack, slice("a"), 5)
    same(m.slice_indices_ex(slice(1, 4, 2), 10), (1, 4, 2, 2))
    raises(TypeError, m.slice_indices_ex, slice(1.5), 10)
    same(m.slice_indices(slice(1, 3), 10), (1, 3, 1))
    same(m.slice_indices(slice(1, 30), 10), -1)
    t = Thing()
    changes(t, 0, m.slice_new, t, t, t)


def test_struct_sequence():
    t = Thing()
    p = m.struct_sequence(1, t)
    same((p.x, len(p), p.hidden, type(p).__name__, type(p).__module__, type(p).__doc__), (1, 2, 99, "Point", "capi_list_tuple", "A point."))
    is_(p[1], t)
    same((type(p).n_fields, type(p).n_sequence_fields, type(p).n_unnamed_fields, type(p).__match_args__), (3, 2, 0, ("x", "y")))
    same(repr(m.struct_sequence(1, 2)), "capi_list_tuple.Point(x=1, y=2)")
    same(m.struct_sequence(1, 2) == (1, 2), True)
    before = count(t)
    del p
    same(count(t), before - 1)
    raises(AttributeError, setattr, m.struct_sequence(1, 2), "x", 1)


run(globals())
