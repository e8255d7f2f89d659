import capi_call as m
from support import *


def show(*a, **k):
    return a, k


def fail(*a, **k):
    raise KeyError("called")


class Callee:
    def method(self, *a):
        return a

    def __call__(self, *a, **k):
        return "instance", a, k


def test_tuple_calls():
    same(m.call(show, (1, 2), {"k": 3}), ((1, 2), {"k": 3}))
    same(m.call(show, (), NULL), ((), {}))
    same(m.call_object(show, (1,)), ((1,), {}))
    same(m.call_object(show, NULL), ((), {}))
    same(m.call_no_args(show), ((), {}))
    same(m.call(Callee(), (1,), {"x": 2}), ("instance", (1,), {"x": 2}))
    same(m.call(int, ("12",), {"base": 8}), 10)
    same(m.call(len, ("abc",), NULL), 3)
    raises(KeyError, m.call, fail, (), NULL)
    raises(TypeError, m.call, 5, (), NULL, text="'int' object is not callable")
    raises(TypeError, m.call_no_args, "x", text="'str' object is not callable")
    raises(TypeError, m.call_object, show, [1], text="argument list must be a tuple")
    raises(TypeError, m.call, show, (), {1: 2}, text="keywords must be strings")
    raises(SystemError, m.call_object, NULL, ()) if False else None
    t = Thing()
    for f in (show, fail, Callee()):
        changes(t, 0, lambda: keeps(m.call, f, (t,), {"k": t}))


@once("blocks stay on CPython too")
def test_format_calls():
    same(m.call_function_none(show), ((), {}))
    same(m.call_function_i(show, -5), ((-5,), {}))
    same(m.call_function_mixed(show, "obj"), (("text", (7, "obj"), 2.5), {}))
    same(m.call_function_tuple(show, (1, 2)), ((1, 2), {}))
    same(m.call_function_tuple(show, [1, 2]), (([1, 2],), {}))
    same(m.call_method_none(Callee()), ())
    same(m.call_method_mixed(Callee(), 1), (1, "text"))
    raises(AttributeError, m.call_method_none, 5)
    same(m.call_function_objargs(show, 1, 2), ((1, 2), {}))
    same(m.call_method_objargs(Callee(), "method", 1, 2), (1, 2))
    raises(AttributeError, m.call_method_objargs, 5, "nope", 1, 2)
    raises(SystemError, m.call_function_none, NULL)
    raises(SystemError, m.call_method_objargs, NULL, "m", 1, 2)
    keeps(m.call_function_mixed, show, Thing())
    keeps(m.call_method_objargs, Callee(), "method", Thing(), Thing())


def test_vectorcall():
    for offset in (False, True):
        same(m.vectorcall(show, (1, 2), NULL, offset), ((1, 2), {}))
        same(m.vectorcall(show, (1, 2), ("k",), offset), ((1,), {"k": 2}))
        same(m.vectorcall(Callee(), (1,), NULL, offset), ("instance", (1,), {}))
        same(m.vectorcall(len, ("ab",), NULL, offset), 2)
        same(m.vectorcall(dict, (1,), ("a",), offset), {"a": 1})
        same(m.vectorcall(Callee().method, (1, 2), NULL, offset), (1, 2))
        raises(TypeError, m.vectorcall, 5, (), NULL, offset)
    same(m.vectorcall_method("method", (Callee(), 1, 2)), (1, 2))
    same(m.vectorcall_method("upper", ("abc",)), "ABC")
    raises(AttributeError, m.vectorcall_method, "nope", ("abc",))
    same(m.vectorcall_call(show, (1,), {"k": 2}), ((1,), {"k": 2}))
    same(m.vectorcall_call(len, ("abc",), NULL), 3)
    raises(TypeError, m.vectorcall_call, Callee(), (), NULL)
    same(m.vectorcall_nargs(5), 5)
    keeps(m.vectorcall, show, (Thing(),), NULL, True)
    needs(m, "vectorcall_dict")
    same(m.vectorcall_dict(show, (1,), {"k": 2}), ((1,), {"k": 2}))
    same(m.vectorcall_dict(Callee(), (1,), {"k": 2}), ("instance", (1,), {"k": 2}))
    same(m.vectorcall_function(show), 1)
    same(m.vectorcall_function(Callee()), 0)
    same(m.call_one_arg(show, 1), ((1,), {}))
    same(m.call_method_no_args("ab", "upper"), "AB")
    same(m.call_method_one_arg(Callee(), "method", 5), (5,))


def test_conventions():
    same(m.noargs(), 1)
    raises(TypeError, m.noargs, 1, text="capi_call.noargs() takes no arguments (1 given)")
    raises(TypeError, m.noargs, x=1, text="capi_call.noargs() takes no keyword arguments")
    same(m.onearg(5), (5,))
    raises(TypeError, m.onearg, text="capi_call.onearg() takes exactly one argument (0 given)")
    raises(TypeError, m.onearg, 1, 2, text="capi_call.onearg() takes exactly one argument (2 given)")
    same(m.varargs(1, 2), (1, 2))
    raises(TypeError, m.varargs, x=1, text="varargs() takes no keyword arguments")
    same(m.keywords(1, k=2), ((1,), {"k": 2}))
    same(m.keywords(1), ((1,), None))
    same(m.fast(1, 2, 3), (1, 2, 3))
    raises(TypeError, m.fast, 1, k=2, text="capi_call.fast() takes no keyword arguments")
    same(m.fast_keywords(1, 2, a=3, b=4), ((1, 2), {"a": 3, "b": 4}, True))
    same(m.fast_keywords(), ((), {}, False))
    same(m.fast_keywords(*[1], **{"z": 2}), ((1,), {"z": 2}, True))
    raises(SystemError, m.returns_null)
    same(m.self_name(), "capi_call")
    same((m.noargs.__text_signature__, m.noargs.__doc__), ("($module, /)", "Takes nothing."))
    same((m.varargs.__text_signature__, m.varargs.__doc__, m.onearg.__doc__), (None, "Just text.", None))
    same((m.noargs.__name__, m.noargs.__qualname__, m.noargs.__module__), ("noargs", "noargs", "capi_call"))
    is_(m.noargs.__self__, m)
    for f in (m.onearg, m.varargs, m.keywords, m.fast, m.fast_keywords):
        keeps(f, Thing())


def test_type_conventions():
    C = m.Conventions
    same(C.cls(1), (C, 1))
    same(C().cls(2), (C, 2))
    same(C.static(3), (False, 3))
    same(C().static(4), (False, 4))
    same(C().defining(1, 2, k=3), (C, 3, m))

    class Sub(C):
        pass

    same(Sub().defining(), (C, 0, m))
    same(Sub.cls(1), (Sub, 1))
    same(C.__dict__["cls"].__doc__, "A class method.")
    raises(TypeError, C.defining)


def test_cfunctions():
    t = Thing()
    f = m.cfunction_new(t, "module name")
    same((f.__name__, f.__module__, f.__doc__, f.__text_signature__), ("made", "module name", "Made at run time.", "(*args)"))
    is_(f.__self__, t)
    same(f(1, 2), (1, 2))
    same(m.cfunction_parts(f), (1, t, 1))
    same(m.cfunction_parts(m.cfunction_new_short(NULL)), (1, NULL, 1))
    same(m.cfunction_parts(show), "not one")
    same(m.cmethod_new(t, NULL)(5), (5,))
    changes(t, 0, lambda: m.cfunction_new(t, "x"), times=10)
    d = m.descr_new(list)
    same(d([]  , 5), (5,))
    raises(TypeError, d, (), 5, text="descriptor 'descr_method' for 'list' objects doesn't apply to a 'tuple' object")
    same(m.descr_new_class(list).__get__(None, list)(1), (1,))


def test_function_objects():
    needs(m, "function_parts")
    f = lambda a=1: a
    same(m.function_parts(f), (f.__code__, "__main__", (1,), None))
    same(m.function_parts(len), "not one")
    g = m.function_new(f.__code__, {"__name__": "made"})
    raises(TypeError, g)
    same((g(5), g.__module__), (5, "made"))
    t = Thing()
    b = m.method_new(show, t)
    same(b(1), ((t, 1), {}))
    same(m.method_parts(b), (show, t))
    raises(SystemError, m.method_new, show, NULL)
    changes(t, 0, m.method_new, show, t)

    class K:
        i = m.instance_method_new(len)
        c = m.classmethod_new(show)
        s = m.staticmethod_new(show)

        def __len__(self):
            return 7

    same(K().i(), 7)
    same(K.c(1), ((K, 1), {}))
    same(K().s(1), ((1,), {}))
    a, b, cell = m.cell_round(t, NULL)
    is_(a, t)
    is_(b, NULL)
    raises(ValueError, lambda: cell.cell_contents)
    changes(t, 0, m.cell_round, t, t)


run(globals())
