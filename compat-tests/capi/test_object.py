import capi_object as m
from support import *


class Attrs:
    x = "class x"

    @property
    def bad(self):
        raise ValueError("bad property")


def test_text():
    same(m.repr("a"), "'a'")
    same(m.repr(NULL), "<NULL>")
    same(m.str("a"), "a")
    same(m.str(5), "5")
    same(m.str(NULL), "<NULL>")
    same(m.ascii("é"), "'\\xe9'")
    same(m.ascii(NULL), "<NULL>")
    same(m.bytes(b"x"), b"x")
    same(m.bytes([1, 2]), b"\1\2")
    same(m.bytes(NULL), b"<NULL>")
    raises(TypeError, m.bytes, "text", text="cannot convert 'str' object to bytes")
    same(m.format(5, "03"), "005")
    same(m.format(5, NULL), "5")
    raises(SystemError, m.format, 5, 5, text="Format specifier must be a string, not int")

    class BadRepr:
        def __repr__(self):
            return 5

    raises(TypeError, m.repr, BadRepr(), text="__repr__ returned non-string (type int)")
    t = Thing()
    for f in (m.repr, m.str, m.ascii, m.hash, m.istrue, m.dir, m.type):
        keeps(f, t)


def test_get_attributes():
    a = Attrs()
    for get in (m.getattr, m.getattr_string):
        same(get(a, "x"), "class x")
        raises(AttributeError, get, a, "nope", text="'Attrs' object has no attribute 'nope'")
        raises(ValueError, get, a, "bad", text="bad property")
    raises(TypeError, m.getattr, a, 5, text="attribute name must be string, not 'int'")
    for has in (m.hasattr_with_error, m.hasattr_string_with_error):
        same(has(a, "x"), 1)
        same(has(a, "nope"), 0)
        raises(ValueError, has, a, "bad")
    same(m.hasattr(a, "x"), 1)
    same(m.hasattr(a, "nope"), 0)
    same(m.hasattr_string(a, "nope"), 0)
    for get in (m.get_optional_attr, m.get_optional_attr_string):
        same(get(a, "x"), "class x")
        is_(get(a, "nope"), NULL)
        raises(ValueError, get, a, "bad")
    raises(TypeError, m.get_optional_attr, a, 5)


def test_set_attributes():
    a, t = Attrs(), Thing()
    changes(t, 1, m.setattr, a, "new", t)
    is_(a.new, t)
    changes(t, -1, m.setattr, a, "new", 5)
    m.setattr_string(a, "other", t)
    is_(a.other, t)
    changes(t, -1, m.delattr_string, a, "other")
    m.delattr(a, "new")
    true(not hasattr(a, "new"))
    raises(AttributeError, m.delattr, a, "new")
    raises(AttributeError, m.delattr_string, a, "new")
    m.setattr(a, "gone", 1)
    m.setattr(a, "gone", NULL)
    true(not hasattr(a, "gone"))
    raises(TypeError, m.setattr, a, 5, 1)
    raises(AttributeError, m.setattr, a, "bad", 1)
    raises(TypeError, m.setattr, int, "x", 1)
    same(m.generic_setattr(a, "g", 3), 0)
    same(m.generic_getattr(a, "g"), 3)
    raises(AttributeError, m.generic_getattr, a, "none")
    raises(AttributeError, m.generic_setattr, 5, "x", 1)
    same(m.generic_getdict(a), {"g": 3})
    same(m.generic_setdict(a, {"h": 4}), 0)
    same(a.h, 4)
    raises(TypeError, m.generic_setdict, a, 5)


def test_compare():
    lt, le, eq, ne, gt, ge = range(6)
    same(m.richcompare(1, 2, lt), True)
    same(m.richcompare([1], [2], ge), False)
    same(m.richcompare_bool(1, 1, eq), 1)
    same(m.richcompare_bool(1, 2, eq), 0)
    nan = float("nan")
    same(m.richcompare_bool(nan, nan, eq), 1)
    same(m.richcompare_bool(nan, nan, ne), 0)
    same(m.richcompare(nan, nan, eq), False)
    raises(TypeError, m.richcompare, 1, "a", lt, text="'<' not supported between instances of 'int' and 'str'")
    raises(TypeError, m.richcompare_bool, 1, "a", gt)
    raises(SystemError, m.richcompare, NULL, 1, eq)
    for op, expected in zip(range(6), (True, True, False, True, False, False)):
        is_(m.return_richcompare(1, 2, op), expected)
    t = Thing()
    keeps(m.richcompare, t, t, 2)
    keeps(m.richcompare_bool, t, t, 2)


def test_hash_and_truth():
    same(m.hash("abc"), hash("abc"))
    raises(TypeError, m.hash, [], text="unhashable type: 'list'")
    raises(TypeError, m.hash_not_implemented, 5, text="unhashable type: 'int'")
    same(m.istrue([]), 0)
    same(m.istrue("x"), 1)
    same(m.not_([]), 1)
    same(m.not_(5), 0)

    class Bad:
        def __bool__(self):
            raise KeyError("bool")

    raises(KeyError, m.istrue, Bad())
    raises(KeyError, m.not_, Bad())


def test_items():
    d = {"k": 1}
    same(m.getitem(d, "k"), 1)
    raises(KeyError, m.getitem, d, "z")
    raises(TypeError, m.getitem, 5, 0, text="'int' object is not subscriptable")
    same(m.getitem([1, 2, 3], 1), 2)
    same(m.getitem([1, 2, 3], slice(1, 3)), [2, 3])
    is_(type(m.getitem(list, int)), type(list[int]))
    t = Thing()
    changes(t, 1, m.setitem, d, "t", t)
    changes(t, -1, m.delitem, d, "t")
    m.delitem_string(d, "k")
    same(d, {})
    raises(TypeError, m.setitem, 5, 0, 1, text="'int' object does not support item assignment")
    raises(TypeError, m.delitem, 5, 0, text="'int' object does not support item deletion")
    raises(SystemError, m.getitem, NULL, 1)
    raises(SystemError, m.setitem, d, NULL, 1)
    same(m.size("abc"), 3)
    same(m.length({1, 2}), 2)
    raises(TypeError, m.size, 5, text="object of type 'int' has no len()")
    raises(SystemError, m.size, NULL)


def test_types():
    is_(m.type(5), int)
    is_(m.type_of("a"), str)
    raises(SystemError, m.type, NULL)
    same(m.is_type(True, bool), 1)
    same(m.is_type(True, int), 0)
    same(m.type_check(True, int), 1)
    same(m.type_check("a", int), 0)
    same(m.isinstance(True, int), 1)
    same(m.isinstance("a", (int, float)), 0)
    raises(TypeError, m.isinstance, 1, 5)
    same(m.issubclass(bool, int), 1)
    raises(TypeError, m.issubclass, 5, int)
    same(m.callable(len), 1)
    same(m.callable(5), 0)
    same(m.callable(NULL), 0)
    t = Thing()
    is_(m.selfiter(t), t)
    same(list(m.getiter([1, 2])), [1, 2])
    raises(TypeError, m.getiter, 5, text="'int' object is not iterable")
    same(m.dir(Thing()), dir(Thing()))
    same(m.as_file_descriptor(7), 7)
    raises(TypeError, m.as_file_descriptor, "x")
    raises(ValueError, m.as_file_descriptor, -1)


def test_references():
    t = Thing()
    true(m.refcnt(t) >= 1)
    is_(m.newref(t), t)
    is_(m.xnewref(t), t)
    is_(m.xnewref(NULL), NULL)
    same(m.incref_twice_decref_twice(t), 2)
    same(m.incref_function(t), 1)
    changes(t, 0, m.incref_twice_decref_twice, t, times=10)
    changes(t, 0, m.newref, t, times=10)
    changes(t, 0, m.clear_macro, t, times=10)
    true(m.refcnt(None) == m.refcnt(None), "None is immortal")
    m.incref_twice_decref_twice(None)
    same(getattr(m, "is")(t, t), 1)
    same(m.is_none_true_false(None), 1)
    same(m.is_none_true_false(True), 2)
    same(m.is_none_true_false(False), 4)
    same(m.is_none_true_false(0), 0)


def test_constants():
    same(m.constants(), [None, False, True, ..., NotImplemented, 0, 1, "", b"", ()])
    same(m.singletons(), (None, True, False, ..., NotImplemented))
    is_(m.return_none(), None)
    is_(m.return_true(), True)
    is_(m.return_not_implemented(), NotImplemented)


def test_recursion():
    same(m.repr_enter_leave([]), 10)
    same(m.enter_recursive_call(lambda: 5), 5)

    def down():
        return m.enter_recursive_call(down)

    e = raises(RecursionError, down)
    true(str(e).startswith("maximum recursion depth exceeded"), str(e))
    raises(ValueError, m.enter_recursive_call, lambda: int("x"))


def test_length_hint():
    needs(m, "length_hint")
    same(m.length_hint([1, 2], 9), 2)
    same(m.length_hint(iter([1, 2, 3]), 9), 3)
    same(m.length_hint((x for x in ""), 9), 9)

    class Hint:
        def __init__(self, v):
            self.v = v

        def __length_hint__(self):
            return self.v

    same(m.length_hint(Hint(5), 9), 5)
    same(m.length_hint(Hint(NotImplemented), 9), 9)
    raises(TypeError, m.length_hint, Hint("x"), 9)
    raises(ValueError, m.length_hint, Hint(-1), 9)


def test_full_macros():
    needs(m, "setref_macros")
    t, u = Thing(), Thing()
    is_(m.setref_macros(t, u), t)
    changes(t, 0, m.setref_macros, t, u)
    changes(u, 0, m.setref_macros, t, u)
    same(m.set_refcnt_round(t), 5)
    same(m.unicode_length("日本"), 2)
    same(m.unstable_flags(None) & 2, 2)
    same(m.unstable_flags(Thing()) & 2, 0)
    same(m.is_uniquely_new(), 10)


run(globals())
