# needs: stdlib(typing, _typing, enum, dataclasses, annotationlib, types, contextlib)
# The library's own use of classes: typing, enum, dataclasses, annotationlib, contextlib, types.
import annotationlib
import contextlib
import dataclasses as dc
import enum
import types
import typing as t
import _typing


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    CRIMSON = 1

    def describe(self):
        return self.name.lower()

    @classmethod
    def default(cls):
        return cls.RED


print(Color.RED, repr(Color.GREEN), Color(1), Color["GREEN"], Color.CRIMSON is Color.RED, list(Color), len(Color), Color.RED.describe(), Color.default(), Color.RED in Color, 1 in Color, Color.__members__, hash(Color.RED) == hash("RED"), Color.RED == 1, f"{Color.RED}", Color.RED.value)
for call in ("Color(5)", "Color['X']", "setattr(Color, 'RED', 2)", "setattr(Color.RED, 'value', 2)", "delattr(Color, 'RED')", "type('Sub', (Color,), {})", "Color.RED < Color.GREEN", "enum.Enum('E', 'A A')"):
    print(call, end=" -> ")
    err(eval, call)


class N(enum.IntEnum):
    A = enum.auto()
    B = enum.auto()


class P(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    X = 4
    RW = R | W


class S(enum.StrEnum):
    ONE = enum.auto()


print(N.A + 1, N.B > N.A, N.A, repr(N.A), P.R | P.X, P.RW, ~P.R, P.R in P.RW, P(0), bool(P(0)), list(P.RW), P(7), S.ONE, S.ONE.upper(), enum.IntFlag("F", "A B").B | 8, enum.Enum("Dyn", {"x": 1}).x, enum.unique.__name__)
err(enum.unique, Color)
err(P, 99)


@dc.dataclass(order=True)
class D:
    x: int
    y: list = dc.field(default_factory=list, compare=False)
    z: str = dc.field(default="z", repr=False, kw_only=True)
    c: t.ClassVar[int] = 5
    i: dc.InitVar[int] = 0

    def __post_init__(self, i):
        self.seen = i


d = D(1, [2], i=9, z="q")
print(d, d == D(1, z="q"), D(1) < D(2), d.seen, dc.asdict(d), dc.astuple(d), dc.replace(d, x=5, i=1), [f.name for f in dc.fields(D)], D.__match_args__, dc.is_dataclass(D), D.c)
err(D)
err(hash, d)
err(dc.dataclass, type("Bad", (), {"__annotations__": {"a": list}, "a": []}))
F = dc.make_dataclass("F", [("a", int), ("b", int, 2)], frozen=True, slots=True)
print(F(1), hash(F(1)) == hash(F(1)), F.__slots__, {F(1): 1}[F(1)])
err(setattr, F(1), "a", 2)
err(setattr, F(1), "zz", 2)


@dc.dataclass
class Child(D):
    w: int = 3


print(Child(1, w=4), Child.__init__.__annotations__)
T = t.TypeVar("T", bound=int)


class G(t.Generic[T]):
    pass


class Proto(t.Protocol):
    def quack(self) -> int: ...


@t.runtime_checkable
class RProto(Proto, t.Protocol):
    pass


class Duck:
    def quack(self):
        return 1


class NT(t.NamedTuple):
    a: int
    b: str = "b"


class TD(t.TypedDict, total=False):
    k: t.Required[int]
    o: str


print(t.Optional[int], t.Union[int, str], t.List[int], t.Dict[str, T][int], t.Callable[[int], str], t.Callable[..., T], t.Literal[1, "a"], t.Annotated[int, "meta"], t.Tuple[int, ...], t.Any, t.Type[int], t.ClassVar[int], t.Final, G[int], G[T].__parameters__, t.get_origin(t.List[int]), t.get_args(t.Dict[int, str]), t.Concatenate, t.Self, t.Never, t.TypeAlias)
print(isinstance(Duck(), RProto), issubclass(Duck, RProto), NT(1), NT._field_defaults, TD(k=1), TD.__required_keys__, TD.__optional_keys__, t.get_type_hints(NT), t.get_type_hints(D)["x"], t.cast(int, "x"), t.NewType("Id", int)(5), t.is_typeddict(TD), t.overload.__name__, t.assert_type(1, int), t.reveal_type.__name__, t.final(Duck).__final__, t.no_type_check is not None, _typing._idfunc(5), t.TypeVarTuple("Ts"), t.ParamSpec("PS").args, t.ForwardRef("int").evaluate(), t.get_protocol_members(RProto))
for call in ("isinstance(1, Proto)", "Proto()", "t.Optional[int, str]", "t.Union[()]", "G[int, str]", "t.List[int][str]", "isinstance([], t.List[int])", "t.Literal", "t.Any()", "t.assert_never(1)", "t.TypeVar('X', int)", "t.Generic[int]", "type('C', (t.Any, int), {}) and 1", "t.NamedTuple('X', [('_a', int)])"):
    print(call, end=" -> ")
    err(eval, call)


def annotated(a: undefined, b: int | undefined_too = 1) -> "str":
    pass


FMT = annotationlib.Format
print(annotationlib.get_annotations(annotated, format=FMT.STRING), annotationlib.get_annotations(annotated, format=FMT.FORWARDREF)["a"].__forward_arg__, annotationlib.type_repr(int), list(FMT))
err(annotationlib.get_annotations, annotated)


@contextlib.contextmanager
def manager(v):
    print("enter", v)
    try:
        yield v * 2
    except ValueError as e:
        print("swallowed", e)
    finally:
        print("leave")


with manager(2) as v:
    print(v)
with manager(3):
    raise ValueError("x")
with contextlib.ExitStack() as st:
    st.enter_context(manager("a"))
    st.callback(print, "callback")
    st.enter_context(contextlib.suppress(KeyError))
    raise KeyError
with contextlib.suppress(ZeroDivisionError):
    1 / 0
import io
with contextlib.redirect_stdout(io.StringIO()) as buf:
    print("captured")
with contextlib.closing(io.StringIO()) as c, contextlib.nullcontext(5) as five:
    pass
print(buf.getvalue(), c.closed, five)


@manager("deco")
def decorated():
    return "decorated"


print(decorated())
ns = types.SimpleNamespace(a=1, b=[2])
ns.c = 3
print(ns, ns == types.SimpleNamespace(a=1, b=[2], c=3), types.SimpleNamespace({"z": 1}, y=2), vars(ns), types.MappingProxyType({"k": 1}), types.new_class("Made", (D,), {}, lambda n: n.update(q=1)).q, types.DynamicClassAttribute.__name__, types.resolve_bases((int,)), types.get_original_bases(G), types.prepare_class("X")[0], types.coroutine(lambda: (yield)).__name__, types.NoneType, types.EllipsisType, types.GenericAlias is type(list[int]), types.UnionType, types.CellType(5).cell_contents, types.FunctionType is type(lambda: 0))
