import gc
import sys
import weakref
import capi_types_spec as m
from support import *

Vec, Node, Attr, Data, Frozen = m.Vec, m.Node, m.Attr, m.Data, m.Frozen


def test_vec_basics():
    v = Vec(1, y=2)
    same((repr(v), str(v), hash(v), v == Vec(1, 2), v != Vec(1, 2), v < Vec(2, 0), v >= Vec(2, 0), v == 5, v != 5), ("Vec(1, 2)", "<1 2>", 1002, True, False, True, False, False, True))
    raises(TypeError, lambda: v < 5, text="'<' not supported between instances of 'capi_types_spec.Vec' and 'int'")
    same((Vec.__name__, Vec.__module__, Vec.__qualname__, Vec.__doc__, Vec.__text_signature__, Vec.__base__), ("Vec", "capi_types_spec", "Vec", "Two numbers.", "(x=0, y=0)", object))
    raises(TypeError, Vec, "x")
    raises(TypeError, Vec, z=1)
    raises(TypeError, Vec, 1, 2, 3, text="Vec() takes at most 2 arguments (3 given)")
    same((v.sum(), Vec.sum(v), v.sum.__doc__), (3, 3, "Adds both."))
    raises(TypeError, Vec.sum, 5, text="descriptor 'sum' for 'capi_types_spec.Vec' objects doesn't apply to a 'int' object")
    same((v.both, v.ro), (("closure", 1, 2), ("ro", 1, 2)))
    v.both = (5, 6)
    same((v.x, v.y_ro, Vec.both.__doc__, Vec.x.__doc__), (5, 6, "Both numbers.", "The x."))
    raises(AttributeError, setattr, v, "ro", 1, text="attribute 'ro' of 'capi_types_spec.Vec' objects is not writable")
    raises(AttributeError, delattr, v, "both", text="both cannot be deleted")
    raises(AttributeError, setattr, v, "y_ro", 1, text="readonly attribute")
    raises(AttributeError, setattr, v, "new", 1)
    v.x = 7
    same(v.x, 7)
    raises(TypeError, setattr, v, "x", "a")
    raises(TypeError, delattr, v, "x")
    before = count(Vec)
    vs = [Vec() for _ in range(10)]
    same(count(Vec), before + 10)
    del vs
    same(count(Vec), before)


def test_vec_numbers():
    v, w = Vec(1, 2), Vec(10, 20)
    same((v + w, -v, +v is v, abs(Vec(-3, 4)), ~v, bool(v), bool(Vec()), int(w), float(w), hex(w), [0] * 3, list(range(30))[w]), (Vec(11, 22), Vec(-1, -2), True, 7, Vec(-2, -3), True, False, 10, 10.5, "0x14", [0, 0, 0], 20))
    same(v + None, ("concat", v, None))
    raises(ValueError, bool, Vec(13, 0), text="unlucky")
    raises(ValueError, lambda: not Vec(13, 0))
    for op, tag in (("-", "sub"), ("*", "mul"), ("%", "rem"), ("<<", "lshift"), (">>", "rshift"), ("&", "and"), ("^", "xor"), ("|", "or"), ("//", "floordiv"), ("/", "truediv"), ("@", "matmul")):
        same(eval(f"v {op} 5", {"v": v}), (tag, v, 5))
        same(eval(f"5 {op} v", {"v": v}), (tag, 5, v))
        raises(TypeError, eval, f"v {op} 1.5", {"v": v}) if op not in "*" else None
    same(divmod(v, 3), ("divmod", v, 3))
    same((v ** 2, 2 ** v, pow(v, 2, 3)), (("pow", v, 2, None), ("pow", 2, v, None), ("pow", v, 2, 3)))
    x = v
    x += w
    is_(x, v)
    same(v, Vec(11, 22))
    y = v
    y -= 1
    same(y, ("isub", v, 1))
    y = v
    y @= 1
    same(y, ("imatmul", v, 1))
    y = v
    y |= 1
    same(y, ("or", v, 1))
    same((Vec.__add__(v, w), Vec.__radd__(v, w), v.__add__(5), v.__rsub__(5), v.__neg__(), v.__index__()), (v + w, w + v, NotImplemented, ("sub", 5, v), -v, 22))
    keeps(lambda a: v - a, Thing())


def test_vec_sequence():
    v = Vec(1, 2)
    same((len(v), v[0], v[1], v[-1], 2 in v, 3 in v, list(v), v.__getitem__(0), v.__len__(), [*v], v.__contains__(1)), (2, 1, 2, 2, True, False, [1, 2], 1, 2, [1, 2], True))
    raises(IndexError, lambda: v[2], text="a Vec has two items")
    raises(TypeError, lambda: v["a"], text="sequence index must be integer, not 'str'")
    raises(TypeError, lambda: v[0:1])
    raises(TypeError, lambda: "a" in v)
    v[0] = 9
    del v[1]
    same((v, v.__setitem__(1, 4), v, v.__delitem__(0), v), (Vec(-1, 4), None, Vec(-1, 4), None, Vec(-1, 4)))
    raises(TypeError, v.__setitem__, 0, "x")
    raises(IndexError, v.__setitem__, 5, 1)
    same(v(1, k=2), (v, (1,), {"k": 2}))
    same(v(), (v, (), None))
    match v:
        case [a, b]:
            same((a, b, m.has_feature(Vec, 1 << 5)), (-1, 4, 1))
        case _:
            same(m.has_feature(Vec, 1 << 5), 0)


def test_subclass_in_python():
    class PyVec(Vec):
        tag = 0

        def __repr__(self):
            return "Py" + super().__repr__()

        def __len__(self):
            return 5

        def __add__(self, o):
            return "py add"

        def __getattr__(self, n):
            return "py " + n

        def __hash__(self):
            return super().__hash__() + 1

        def __del__(self):
            deleted.append(self.x)

    deleted = []
    p = PyVec(3, 4)
    p.attr = 1
    same((repr(p), len(p), p + 1, p - 1, p.x, p.attr, p.other, hash(p), p == Vec(3, 4), -p, p.sum(), isinstance(p, Vec)), ("PyVec(3, 4)", 5, "py add", ("sub", p, 1), 3, 1, "py other", 3005, True, Vec(-3, -4), 7, True))
    r = weakref.ref(p)
    is_(r(), p)
    p.self = p
    del p
    gc.collect()
    same((deleted, r()), ([3], None))

    raises(TypeError, type, "Bad", (Vec, int), {}, text="multiple bases have instance lay-out conflict")
    S = type("S", (Vec,), {"__slots__": ("extra",)})
    s = S(1, 2)
    s.extra = 5
    same((s.extra, s.x, hasattr(s, "__dict__")), (5, 1, False))


def test_members():
    n = Node()
    raises(AttributeError, lambda: n.next)
    t = Thing()
    changes(t, 1, setattr, n, "next", t)
    is_(n.next, t)
    changes(t, -1, delattr, n, "next")
    raises(AttributeError, delattr, n, "next")
    same((n.c, n.s, n.inplace), ("c", "static", "place"))
    n.c = "z"
    same(n.c, "z")
    raises(TypeError, setattr, n, "c", "zz")
    raises(TypeError, setattr, n, "s", "x", text="readonly attribute")
    raises(TypeError, setattr, n, "inplace", "x", text="readonly attribute")
    for name, low, high in (("b", -128, 127), ("ub", 0, 255), ("h", -32768, 32767), ("uh", 0, 65535), ("i", -(2 ** 31), 2 ** 31 - 1), ("ui", 0, 2 ** 32 - 1), ("l", -(2 ** 63), 2 ** 63 - 1), ("ul", 0, 2 ** 64 - 1), ("ll", -(2 ** 63), 2 ** 63 - 1), ("ull", 0, 2 ** 64 - 1), ("n", -(2 ** 63), 2 ** 63 - 1)):
        for v in (low, high, 0, 1):
            setattr(n, name, v)
            same(getattr(n, name), v)
        raises(TypeError, setattr, n, name, "x")
        raises(TypeError, delattr, n, name)
    n.f, n.d = 1.5, 1e300
    same((n.f, n.d), (1.5, 1e300))
    n.flag = True
    same((n.flag, n.b), (True, 1))
    raises(TypeError, setattr, n, "flag", 1, text="attribute value type must be bool")
    raises(TypeError, setattr, n, "d", "x")


def test_collected_type():
    gc.collect()
    alive, finalized = m.node_counts()
    n = Node(Node(5))
    n.attribute = 1
    same((n.__dict__, n.attribute, Node.__dictoffset__ > 0, Node.__weakrefoffset__ > 0, gc.is_tracked(n)), ({"attribute": 1}, 1, True, True, True))
    seen = []
    r = weakref.ref(n, lambda r: seen.append("callback"))
    del n
    same((m.node_counts(), r(), seen), ((alive, finalized + 2), None, ["callback"]))
    a = Node()
    b = Node(a)
    a.next = b
    a.me = a
    r = weakref.ref(a)
    del a, b
    same(m.node_counts()[0], alive + 2)
    true(gc.collect() >= 2)
    same((m.node_counts(), r()), ((alive, finalized + 4), None))

    class PyNode(Node):
        def __del__(self):
            resurrected.append(self)

    resurrected = []
    p = PyNode(7)
    del p
    same((resurrected[0].next, m.node_counts()[0]), (7, alive + 1))
    resurrected.clear()
    same(m.node_counts()[0], alive)
    p = PyNode()
    p.next = p
    del p
    gc.collect()
    same(len(resurrected), 1)
    resurrected[0].next = None
    resurrected.clear()
    gc.collect()
    same(m.node_counts()[0], alive)
    same(Node(Node(1)).next.next, 1)
    referents = gc.get_referents(Node("x"))
    true("x" in referents and Node in referents, repr(referents))


def test_attr_slots():
    a = Attr()
    same((a.anything, a.__class__, a["k"], a[1:2], len(a), list(a), next(a)), ("made anything", Attr, ("get", "k"), ("get", slice(1, 2)), 42, [1, 2, 3], 1))
    list(a)
    raises(AttributeError, setattr, a, "x", 1, text="set x")
    raises(AttributeError, delattr, a, "x", text="delete x")
    raises(KeyError, a.__setitem__, "k", "v", text="'v'")
    raises(KeyError, a.__delitem__, "k", text="'k'")

    class Host:
        d = a

    h = Host()
    same((h.d, Host.d), (("got", h, Host), ("got", None, Host)))
    raises(RuntimeError, setattr, h, "d", 1, text="descr set")
    raises(RuntimeError, delattr, h, "d", text="descr delete")
    is_(a.__aiter__(), a)
    raises(StopAsyncIteration, a.__anext__)
    same(list(a.__await__()), [True])
    same(m.send(a, 5), (0, 5))

    def g():
        x = yield 1
        return x

    it = g()
    same((m.send(it, None), m.send(it, 7)), ((1, 1), (0, 7)))
    same(m.send(iter([9]), None), (1, 9))
    raises(AttributeError, m.send, iter([9]), 5)

    async def coroutine():
        return await a

    c = coroutine()
    same(c.send(None), True) if False else None
    c.close()
    raises(TypeError, Attr, 1, text="capi_types_spec.Attr() takes no arguments")


def test_special_specs():
    d = Data()
    same((d.swap(5), d.swap(6), m.data_size(Data) >= 8), (0, 5, True))

    class SubData(Data):
        pass

    s = SubData()
    s.attr = 1
    same((s.swap(3), s.swap(4), s.attr), (0, 3, 1))
    raises(TypeError, Frozen, text="cannot create 'capi_types_spec.Frozen' instances")
    raises(TypeError, setattr, Frozen, "x", 1, text="cannot set 'x' attribute of immutable type 'capi_types_spec.Frozen'")
    raises(TypeError, type, "Sub", (Frozen,), {}, text="type 'capi_types_spec.Frozen' is not an acceptable base type")
    S = m.from_spec_with_bases((Vec,))
    same((S.__bases__, S(1, 2), S.__name__), ((Vec,), S(1, 2), "Sub"))
    L = m.from_spec_with_bases((list,))
    l = L([1, 2])
    l.append(3)
    same((list(l), isinstance(l, list), len(l)), ([1, 2, 3], True, 3))
    same(m.from_spec_with_bases(NULL).__bases__, (object,))
    raises(TypeError, m.from_spec_with_bases, (bool,), text="type 'bool' is not an acceptable base type")

    class Meta(type):
        pass

    M = m.from_metaclass(Meta, (Data,))
    same((type(M), M.__base__), (Meta, Data))
    raises(TypeError, m.from_metaclass, int, NULL)
    raises(RuntimeError, m.bad_slot, text="invalid slot offset")


def test_type_functions():
    same((m.type_check(int), m.type_check(5), m.type_check(type("Meta", (type,), {})("X", (), {}))), (3, 0, 1))
    true(m.type_flags(int) & (1 << 24) and m.type_flags(bool) & (1 << 24) and not m.type_flags(bool) & (1 << 10))
    same((m.has_feature(Node, 1 << 14), m.has_feature(Vec, 1 << 14), m.has_feature(Vec, 1 << 9), m.has_feature(int, 1 << 9)), (1, 0, 1, 0))
    same((m.is_subtype(bool, int), m.is_subtype(int, bool), m.is_subtype(Vec, object)), (1, 0, 1))
    same(m.type_name(Vec), ("Vec", "Vec", "capi_types_spec", "capi_types_spec.Vec"))
    same(m.type_name(int), ("int", "int", "builtins", "int"))

    class Outer:
        class Inner:
            pass

    name, qual, mod, full = m.type_name(Outer.Inner)
    same((name, qual, mod, full), ("Inner", "test_type_functions.<locals>.Outer.Inner", "__main__", "test_type_functions.<locals>.Outer.Inner" if full.startswith("test_") else "__main__.test_type_functions.<locals>.Outer.Inner"))
    same((m.type_slot_is(bool, int), m.type_slot_is(list, list), m.type_slot_is(int, int)), (2, 5, 3))
    raises(SystemError, m.type_slot_bad)
    is_(m.type_module(Vec), m)
    raises(TypeError, m.type_module, int, text="PyType_GetModule: Type 'int' is not a heap type")
    is_(m.type_module_by_def(type("S", (Vec,), {})), m)
    raises(TypeError, m.type_module_by_def, type("S", (), {}))
    same((m.type_modified(Vec), m.type_clear_cache()), (0, 0))
    same(type(m.generic_new(Thing)), Thing)
    same(type(m.generic_alloc(Thing)), Thing)
    same(m.generic_alias(list, (int,)), list[int])

    class ToFreeze:
        x = 1

    same(m.freeze(ToFreeze), 0)
    raises(TypeError, setattr, ToFreeze, "x", 2)
    same(gc.collect() >= 0, True)


def test_tokens():
    Token = m.type_with_token()
    Below = type("Below", (Token,), {})
    is_(m.base_by_token(Token, True), Token)
    is_(m.base_by_token(type("Lowest", (Thing, Below), {}), True), Token)
    is_(m.base_by_token(int, True), NULL)
    is_(m.base_by_token(Thing, True), NULL)
    changes(Token, 0, m.base_by_token, Below, True)
    raises(SystemError, m.base_by_token, Token, False, text="PyType_GetBaseByToken called with token=NULL")


run(globals())
