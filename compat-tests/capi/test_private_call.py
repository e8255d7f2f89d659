import sys
import capi_private_call as m
from support import *


class Target:
    def method(self, *args, **kw):
        return args if not kw else (args, kw)


def show(*args, **kw):
    return args, kw


def test_formats():
    t, o = Thing(), Target()
    same(m.function_size_t(show, t), (("ab\0c", t), {}))
    same(m.function_nothing(show), ((), {}))
    same(m.function_tuple(show, t), ((t, t), {}))
    same(m.method_size_t(o, t), (b"ab\0c", t))
    same(m.method_nothing(o), ())
    same(m.old_function(show, t), ((5, t), {}))
    same(m.old_method(o, t), (5, t))
    for f, target in ((m.function_size_t, show), (m.function_tuple, show), (m.method_size_t, o), (m.old_function, show), (m.old_method, o)):
        changes(t, 0, f, target, t, times=10)
    raises(SystemError, m.function_size_t, NULL, 1, text="null argument to internal routine")
    raises(SystemError, m.method_size_t, NULL, 1, text="null argument to internal routine")
    raises(TypeError, m.function_nothing, 5, text="'int' object is not callable")
    raises(TypeError, m.old_function, 5, 6, text="'int' object is not callable")
    raises(AttributeError, m.method_size_t, 5, 1, text="'int' object has no attribute 'method'")
    raises(AttributeError, m.old_method, 5, 1, text="'int' object has no attribute 'method'")
    o.method = 7
    raises(TypeError, m.method_nothing, o, text="attribute of type 'int' is not callable")


def test_old_calls():
    t = Thing()
    same(m.old_keywords(show, (1, t), {"k": t}), ((1, t), {"k": t}))
    same(m.old_keywords(show, NULL, NULL), ((), {}))
    same(m.old_keywords(show, NULL, {"k": 1}), ((), {"k": 1}))
    changes(t, 0, m.old_keywords, show, (t,), {"k": t}, times=10)
    raises(TypeError, m.old_keywords, show, [1], NULL, text="argument list must be a tuple")
    raises(TypeError, m.old_keywords, show, (), [1], text="keyword list must be a dictionary")
    same(m.cfunction_call(len, ([1, 2],), NULL), 2)
    same(m.cfunction_call([3, 1].index, (1,), NULL), 1)
    same(m.cfunction_call(print, (), {"end": ""}), None)
    same(m.cfunction_call(show, (t,), {"k": 1}), ((t,), {"k": 1}))
    raises(TypeError, m.cfunction_call, len, (), NULL, text="len() takes exactly one argument (0 given)")
    raises(TypeError, m.cfunction_call, len, ([],), {"a": 1}, text="len() takes no keyword arguments")


def test_names():
    needs(m, "method_object")
    t, o = Thing(), Target()
    same(m.method_object(o, "method", t), (t, 7))
    same(m.method_object_nothing(o, "method"), ())
    changes(t, 0, m.method_object, o, "method", t, times=10)
    raises(SystemError, m.method_object, NULL, "x", 1, text="null argument to internal routine")
    raises(SystemError, m.method_object, o, NULL, 1, text="null argument to internal routine")
    raises(AttributeError, m.method_object_nothing, o, "none", text="'Target' object has no attribute 'none'")
    same(m.method_id(o, t), (t, 7))
    changes(t, 0, m.method_id, o, t, times=10)
    raises(AttributeError, m.method_id_absent, o, text="'Target' object has no attribute 'absent'")
    same(m.attr_id(o)(t), (t,))
    o.method = t
    is_(m.attr_id(o), t)
    changes(t, 0, m.attr_id, o)
    raises(AttributeError, m.attr_id_absent, o, text="'Target' object has no attribute 'absent'")
    same(m.from_id(), ("method", 1, 1))
    raises(UnicodeDecodeError, m.from_broken_id)


def test_make_call():
    needs(m, "make_call")

    class Callable:
        def __call__(self, *args, **kw):
            return args, kw

    t, c = Thing(), Callable()
    same(m.make_call(c, (1, t), NULL, ()), ((1, t), {}))
    same(m.make_call(c, (1,), ("k", "l"), (t, 2)), ((1,), {"k": t, "l": 2}))
    same(m.make_call(c, (1,), {"k": t}, ()), ((1,), {"k": t}))
    same(m.make_call(c, (), (), ()), ((), {}))
    same(m.make_call(int, ("12",), ("base",), (8,)), 10)
    changes(t, 0, m.make_call, c, (t,), ("k",), (t,), times=10)
    raises(TypeError, m.make_call, t, (), NULL, (), text="'Thing' object is not callable")
    raises(ValueError, m.make_call, int, ("x",), NULL, ())


def test_check_result():
    needs(m, "check_result")
    t = Thing()
    is_(m.check_result(len, t, NULL, NULL), t)
    changes(t, 0, m.check_result, len, t, NULL, NULL)
    raises(KeyError, m.check_result, len, NULL, KeyError("k"), NULL, text="'k'")
    raises(SystemError, m.check_result, len, NULL, NULL, NULL, text="<built-in function len> returned NULL without setting an exception")
    raises(SystemError, m.check_result, NULL, NULL, NULL, "here", text="here returned NULL without setting an exception")
    e = raises(SystemError, m.check_result, len, t, ValueError("v"), NULL, text="<built-in function len> returned a result with an exception set")
    same(repr(e.__cause__), "ValueError('v')")
    raises(SystemError, m.check_result, NULL, t, ValueError("v"), "here", text="here returned a result with an exception set")
    changes(t, 0, lambda: raises(SystemError, m.check_result, len, t, ValueError("v"), NULL))


def test_function_str():
    needs(m, "function_str")
    same(m.function_str(len), "len()")
    same(m.function_str([].append), "list.append()")
    same(m.function_str(str.join), "str.join()")
    same(m.function_str(Target.method), "test_private_call.Target.method()" if Target.__module__ != "__main__" else "__main__.Target.method()")
    same(m.function_str(5), "5")
    t = Thing()
    same(m.function_str(t), "Thing")
    keeps(m.function_str, t)
    t.__qualname__ = 7
    same(m.function_str(t), "support.7()")
    t.__module__ = "builtins"
    same(m.function_str(t), "7()")
    t.__module__ = None
    same(m.function_str(t), "7()")


def test_attributes_with_dict():
    needs(m, "get_with_dict")
    o, t = Target(), Thing()
    o.own = 1
    is_(m.get_with_dict(o, "there", {"there": t}, 0), t)
    changes(t, 0, m.get_with_dict, o, "there", {"there": t}, 0)
    same(m.get_with_dict(o, "own", NULL, 0), 1)
    raises(AttributeError, m.get_with_dict, o, "own", {}, 0, text="'Target' object has no attribute 'own'")
    is_(m.get_with_dict(o, "own", {}, 1), NULL)
    same(m.get_with_dict(o, "method", {}, 0)(3), (3,))
    raises(TypeError, m.get_with_dict, o, 5, NULL, 0, text="attribute name must be string, not 'int'")
    d = {}
    same(m.set_with_dict(o, "k", t, d), 0)
    same(d, {"k": t})
    changes(t, 1, m.set_with_dict, o, "l", t, d)
    changes(t, -1, m.set_with_dict, o, "l", NULL, d)
    e = raises(AttributeError, m.set_with_dict, o, "l", NULL, d, text="'Target' object has no attribute 'l'")
    same((e.name, e.obj is o), ("l", True))
    del e
    same(m.set_with_dict(o, "plain", t, NULL), 0)
    is_(o.plain, t)
    raises(TypeError, m.set_with_dict, o, 5, 1, NULL, text="attribute name must be string, not 'int'")
    raises(AttributeError, m.set_with_dict, 5, "real", 1, NULL, text="attribute 'real' of 'int' objects is not writable")
    raises(AttributeError, m.set_with_dict, 5, "x", 1, NULL, text="'int' object has no attribute 'x' and no __dict__ for setting new attributes")


def test_types():
    needs(m, "lookup_ref")
    t = Thing()
    ty = type("T", (Target,), {"t": t})
    is_(m.lookup_ref(ty, "t"), t)
    is_(m.lookup_ref(ty, "method"), Target.__dict__["method"])
    is_(m.lookup_ref(ty, "none"), NULL)
    changes(t, 0, m.lookup_ref, ty, "t")
    ty.t = 5
    same(m.lookup_ref(ty, "t"), 5)
    same([m.type_name(x) for x in (int, ty, type(iter([])), type(sys), sys.version_info.__class__)], ["int", "T", "list_iterator", "module", "version_info"])
    o = Target()
    o.a = 1
    same(m.set_managed_dict(o, {"b": t}), 0)
    same((o.b is t, hasattr(o, "a"), o.__dict__), (True, False, {"b": t}))
    d = {"x": t}
    changes(d, 1, m.set_managed_dict, o, d)
    is_(o.__dict__, d)
    changes(d, -1, m.set_managed_dict, o, NULL)
    same((o.__dict__, d), ({}, {"x": t}))
    same([m.version_tag(x) for x in (ty, Target, int)], [1, 1, 1])
    ty.u = 1
    same(m.version_tag(ty), 1)


run(globals())
