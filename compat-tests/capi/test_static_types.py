import gc
import capi_static_types as m
from support import *

Box, Heavy, CountingDict, ExtraList, CodedError, Row = m.Box, m.Heavy, m.CountingDict, m.ExtraList, m.CodedError, m.Row


def test_box():
    t = Thing()
    b = Box(t)
    same((repr(b), b.get(), b.value, Box.__doc__, Box.__text_signature__, Box.__module__, Box.__name__), ("Box(Thing)", t, t, "Holds one value.", "(value=None)", "capi_static_types", "Box"))
    same((repr(Box()), bool(Box(0)), bool(Box([1])), len(Box("abc")), Box("abc")[1], Box([1, 2])[-1], repr(Box(1) + Box(2))), ("Box(None)", False, True, 3, "b", 2, "Box(3)"))
    raises(TypeError, lambda: b + 1, text="unsupported operand type(s) for +: 'capi_static_types.Box' and 'int'")
    raises(TypeError, lambda: len(Box(5)), text="object of type 'int' has no len()")
    d = Box({})
    d["k"] = t
    same((d["k"], t in Box(t), 5 in Box(t), pow(Box(1), 2, 3)[1:]), (t, True, False, (2, 3)))
    del d["k"]
    raises(KeyError, lambda: d["k"])
    raises(TypeError, setattr, Box, "new", 1, text="cannot set 'new' attribute of immutable type 'capi_static_types.Box'")
    raises(TypeError, Box, 1, 2)
    same(Box[int], (Box, int))
    del b.value
    raises(AttributeError, lambda: b.value)
    x = Box()
    x.value = x
    same(repr(x), "Box(Box(...))")
    x.value = None
    before = count(t)
    boxes = [Box(t) for _ in range(10)]
    same(count(t), before + 10)
    del boxes
    same(count(t), before)


def test_vectorcall_type():
    b = Box("v")
    same((b(1, 2), b(1, k=2), b(), b(*[1], **{"z": 2}), b.calls), (("v", (1, 2), None), ("v", (1, 2), ("k",)), ("v", (), None), ("v", (1, 2), ("z",)), 4))

    class PyBox(Box):
        pass

    same(PyBox("p")(1), ("p", (1,), None))

    class CallBox(Box):
        def __call__(self, *a):
            return "python", a

    same(CallBox()(1), ("python", (1,)))


@once("subclasses of static types stay on CPython too")
def test_inheritance():
    same(m.inherited(), (1,) * 7)
    h = Heavy("w")
    h.weight = 2.5
    same((repr(h), h.get(), h.value, h(1), isinstance(h, Box), Heavy.__base__, repr(h + Box("x")), bool(h)), ("Heavy Box('w') of 2.5", "w", "w", ("w", (1,), None), True, Box, "Heavy Box('wx') of 0.0", True))

    class PyHeavy(Heavy):
        def __repr__(self):
            return "Py" + super().__repr__()

        def __add__(self, other):
            return "added"

    p = PyHeavy(1)
    p.attr = 5
    same((repr(p), p + 1, p.attr, p.weight, PyHeavy.__mro__), ("PyHeavy Box(1) of 0.0", "added", 5, 0.0, (PyHeavy, Heavy, Box, object)))
    name, basic, item, weak, dictoff, ready, base, ns, mro = m.type_fields(Heavy)
    same((name, basic - m.type_fields(Box)[1], item, weak, dictoff, ready, base, mro), ("capi_static_types.Heavy", 8, 0, 0, 0, 1, Box, (Heavy, Box, object)))
    true("weight" in ns)
    same(m.type_fields(int)[:3], ("int", 24, 4))
    same(m.type_fields(PyHeavy)[0], "PyHeavy")
    is_(m.type_lookup(PyHeavy, "get"), Box.__dict__["get"])
    is_(m.type_lookup(PyHeavy, "no"), NULL)


def test_cycles():
    gc.collect()
    before = m.boxes_alive()
    a, b = Box(), Box()
    a.value, b.value = b, a
    del a, b
    same(m.boxes_alive(), before + 2)
    gc.collect()
    same(m.boxes_alive(), before)

    class PyBox(Box):
        pass

    p = PyBox()
    p.me = p
    p.value = [p]
    del p
    gc.collect()
    same(m.boxes_alive(), before)
    deep = Box()
    for _ in range(100000):
        deep = Box(deep)
    same(m.boxes_alive(), before + 100001)
    del deep
    same(m.boxes_alive(), before)
    b = m.alloc_functions()
    same((len(b), b[2], gc.is_tracked(b)), (3, 22, True))
    del b
    same(m.boxes_alive(), before)


def test_below_builtins():
    d = CountingDict(a=1)
    same((d, d.sets, len(d), isinstance(d, dict)), (CountingDict(a=1), 0, 1, True))
    d["k"] = 1
    d.update(z=2)
    del d["a"]
    same((dict(d), d.sets, {**d}, list(d), "k" in d), ({"k": 1, "z": 2}, 2, {"k": 1, "z": 2}, ["k", "z"], True))
    l = ExtraList([3, 1, 2])
    t = Thing()
    same(l.extra, None)
    changes(t, 1, setattr, l, "extra", t)
    l.sort()
    l.append(9)
    same((list(l), l[1:], type(l[1:]), l.extra), ([1, 2, 3, 9], [2, 3, 9], list, t))
    before = count(t)
    del l
    same(count(t), before - 1)
    e = raises(CodedError, lambda: (_ for _ in ()).throw(CodedError("a", "b")))
    same((e.code, e.args, isinstance(e, ValueError), str(CodedError("x"))), (102, ("a", "b"), True, "x"))
    try:
        raise CodedError(1)
    except ValueError as v:
        same((type(v), v.code), (CodedError, 101))

    class PyList(ExtraList):
        def __len__(self):
            return 99

    p = PyList("ab")
    p.extra = p
    same((len(p), p[0]), (99, "a"))
    p.extra = None


def test_variable_size():
    r = Row(1, 2, 3)
    same((len(r), list(r), r[-1], 2 in r, Row.__itemsize__, Row.__basicsize__), (3, [1, 2, 3], 3, True, 8, 24))
    raises(IndexError, lambda: r[3], text="row has 3 items")
    raises(TypeError, Row, "x")
    same(list(Row()), [])
    same(list(m.init_macros()), [5])

    class PyRow(Row):
        pass

    p = PyRow(7, 8)
    p.attr = "in the dict"
    same((list(p), p.attr), ([7, 8], "in the dict"))


def test_slots_from_c():
    same((m.slots_called_directly(1, 2), m.slots_called_directly(1.5, 2)), ((3, "1", 1), (3.5, "1.5", 1)))
    s, r, b = m.slots_called_directly(Box(1), Box(2))
    same((repr(s), r, b), ("Box(3)", "Box(1)", 1))

    class Py:
        def __add__(self, o):
            return "py add"

        def __repr__(self):
            return "py repr"

        def __len__(self):
            return 2

        def __getitem__(self, i):
            return i * 10

        def __iter__(self):
            return iter("it")

        def __eq__(self, o):
            return "equal"

    same(m.slots_called_directly(Py(), 1), ("py add", "py repr", -1))
    same((m.sequence_slots([5, 6]), m.sequence_slots((5, 6)), m.sequence_slots("ab"), m.sequence_slots(Py())), ((2, 2, 5, 6), (2, 2, 5, 6), (2, 2, "a", "b"), (2, 2, 0, 10)))
    same((m.iterate_by_slot({1: 2}), m.iterate_by_slot("ab"), m.iterate_by_slot(Py()), m.iterate_by_slot(x for x in "g")), ([1], ["a", "b"], ["i", "t"], ["g"]))
    same((m.richcompare_slot(1, 2, 0), m.richcompare_slot("a", 5, 2), m.richcompare_slot(Py(), 1, 2), m.richcompare_slot([1], [1], 2)), (True, NotImplemented, "equal", True))
    same(m.set_type_(Box(5), Box), "Box(5)")


@once("a static type is made ready once")
def test_ready_as_heap_type():
    Frozen = m.ready_as_heap_type()
    same("__new__" in Frozen.__dict__, True)

    class Sub(Frozen):
        pass

    same((type(Frozen.__new__(Sub)), Sub(a=1), Frozen(b=2)["b"]), (Sub, {"a": 1}, 2))
    raises(TypeError, dict.__new__, Sub, text="dict.__new__(Sub) is not safe, use Sub.__new__()")


run(globals())
