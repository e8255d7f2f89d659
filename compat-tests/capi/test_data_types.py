import _interpreters
import sys
import types
import typing
import weakref
from collections import OrderedDict
import capi_data_types as m
from support import *

TYPES = m.all()


def is_type_of(name, o):
    ty = TYPES[name]
    is_(ty, type(o))
    true(isinstance(o, ty))
    true(len(ty.__mro__) >= 2 and ty.__mro__[-1] is object, name)


def test_iterators():
    d = {1: 2}
    for name, o in (
        ("PyByteArrayIter_Type", iter(bytearray())),
        ("PyDictIterItem_Type", iter(d.items())),
        ("PyDictIterValue_Type", iter(d.values())),
        ("PyDictRevIterItem_Type", reversed(d.items())),
        ("PyDictRevIterKey_Type", reversed(d)),
        ("PyDictRevIterValue_Type", reversed(d.values())),
        ("PyListRevIter_Type", reversed([])),
        ("PyLongRangeIter_Type", iter(range(1 << 70, 1 << 71))),
    ):
        is_type_of(name, o)
    same([TYPES[n].__name__ for n in sorted(TYPES) if "Iter" in n and "ODict" not in n], ["bytearray_iterator", "dict_itemiterator", "dict_valueiterator", "dict_reverseitemiterator", "dict_reversekeyiterator", "dict_reversevalueiterator", "list_reverseiterator", "longrange_iterator"])


def test_weak_references():
    t, f = Thing(), lambda: 5
    is_type_of("_PyWeakref_RefType", weakref.ref(t))
    same((type(weakref.proxy(t)) is TYPES["_PyWeakref_ProxyType"], type(weakref.proxy(f)) is TYPES["_PyWeakref_CallableProxyType"]), (True, True))

    class R(weakref.ref):
        pass

    same([m.weakref_checks(x) for x in (weakref.ref(t), R(t), weakref.proxy(t), weakref.proxy(f), t)], [3, 1, 4, 4, 0])


def test_module_definition():
    d = m.module_definition()
    is_(type(d), TYPES["PyModuleDef_Type"])
    is_(d, m.module_definition())
    same(type(d).__name__, "moduledef")


def test_singletons():
    all = m.singletons()
    same([x is y for x, y in zip(all, (None, True, False, Ellipsis, NotImplemented))], [True] * 5)
    same([m.is_singleton(x) for x in (None, 1 == 1, not 1, ..., NotImplemented, 1)], [1, 2, 4, 8, 16, 0])
    same(m.singleton_numbers(), (1, 0, 1, 0))
    before = [sys.getrefcount(x) for x in all]
    for i in range(100):
        m.singletons()
    same([sys.getrefcount(x) for x in all], before)


def test_types_of_objects():
    needs(m, "c_method")
    is_type_of("_PyNone_Type", None)
    is_type_of("_PyNotImplemented_Type", NotImplemented)
    is_type_of("_PyUnion_Type", int | str)
    is_(TYPES["_PyUnion_Type"], typing.Union)
    is_type_of("PyFrameLocalsProxy_Type", sys._getframe().f_locals)
    same((m.frame_locals_check(sys._getframe().f_locals), m.frame_locals_check({})), (1, 0))
    is_type_of("PyStdPrinter_Type", m.printer())
    same(m.printer().fileno(), 2)

    async def agen():
        yield 1

    g = agen()
    a = g.asend(None)
    is_type_of("_PyAsyncGenASend_Type", a)
    same((m.asend_check(a), m.asend_check(g)), (1, 0))
    a.close()
    t = Thing()
    f = m.c_method(t, Thing)
    is_type_of("PyCMethod_Type", f)
    same((isinstance(f, types.BuiltinFunctionType), type(f).__name__, f.__self__ is t), (True, "builtin_method", True))
    same(f(1, 2), (t, Thing, 2))
    before = count(t), count(Thing)
    f = m.c_method(t, Thing)
    del f
    same(count(t) - before[0], -1)


def test_ordered_dicts():
    needs(m, "odict_checks")
    d = OrderedDict(a=1)
    is_type_of("PyODictKeys_Type", d.keys())
    is_type_of("PyODictValues_Type", d.values())
    is_type_of("PyODictItems_Type", d.items())
    for i in (d, d.keys(), d.values(), d.items()):
        is_type_of("PyODictIter_Type", iter(i))
        is_type_of("PyODictIter_Type", reversed(i))
    same((m.odict_checks(d), m.odict_checks(type("D", (OrderedDict,), {})()), m.odict_checks({})), (3, 1, 0))


def test_exceptions():
    needs(m, "exceptions")
    error, not_found, finalization = m.exceptions()
    is_(error, _interpreters.InterpreterError)
    is_(not_found, _interpreters.InterpreterNotFoundError)
    is_(finalization, PythonFinalizationError)
    same((error.__mro__[1], not_found.__mro__[1], finalization.__mro__[1]), (Exception, error, RuntimeError))
    for i, e in enumerate((error, not_found, finalization)):
        raises(e, m.raise_exception, i, text="raised from C")
    raises(not_found, _interpreters.destroy, 1 << 40)


def test_executable_kinds():
    needs(m, "executable_kinds")
    same(m.executable_kinds(), [type(None), types.CodeType, NULL, types.MethodType, types.MethodDescriptorType, NULL])


run(globals())
