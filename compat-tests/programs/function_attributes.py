# needs: core
# Function, code, method and builtin objects: their attributes, code.replace, types, repr, decorators.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def sample(a, /, b: int = 2, *args: str, c: "text" = 3, **kw) -> float:
    """The doc."""
    local = a + b
    del local
    return lambda: (a, kw)


f = sample
print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__dict__, f.__closure__, f.__globals__ is globals(), f.__builtins__["len"] is len, f.__type_params__)
f.__name__, f.__qualname__, f.__doc__, f.__module__ = "n", "q.n", 5, None
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, repr(f).split(" at ")[0])
err(setattr, f, "__name__", 5)
err(setattr, f, "__qualname__", 5)
err(setattr, f, "__dict__", 5)
err(setattr, f, "__annotations__", 5)
err(setattr, f, "__globals__", {})
err(delattr, f, "__name__")
err(setattr, f, "__type_params__", 5)
f.__annotations__ = {"x": 1}
f.__dict__ = {"attr": 1}
print(f.__annotations__, f.attr)
c = sample.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_names, c.co_cellvars, c.co_freevars, c.co_flags, c.co_filename.rpartition("/")[2], c.co_firstlineno, c.co_stacksize, [k for k in c.co_consts if not hasattr(k, "co_code")])
print(type(c.co_code).__name__, len(c.co_code) % 2, len(list(c.co_lines())) > 3, [p[:2] for p in list(c.co_positions())[:1]], c.co_exceptiontable, type(c.co_linetable).__name__, c == sample.__code__, hash(c) == hash(sample.__code__), repr(c).split(" at ")[0], list(c.co_branches()))
print([(a - c.co_firstlineno if a else a) for _, _, a in c.co_lines()])
d = c.replace(co_name="renamed", co_qualname="x.renamed", co_firstlineno=1, co_filename="other.py")
print(d.co_name, d.co_qualname, d.co_firstlineno, d.co_filename, d == c, c.replace() == c, c.__replace__(co_name="z").co_name, d._varname_from_oparg(0))
err(c.replace, co_code=5)
err(c.replace, nope=1)
err(c.replace, co_argcount=-1)
err(c.replace, co_varnames=("a",))
err(setattr, c, "co_name", "x")
err(type(c))
two = (lambda: "one").__code__.replace(co_consts=("two",)) if "one" in (lambda: "one").__code__.co_consts else None
print(type(f)(two, {})())
F = type(f)
g = F(c, globals(), "made", (10, 20), None)
print(g.__name__, g.__qualname__, g.__defaults__, g(1, c=3)()[0])
h = F(c, {"__name__": "elsewhere"}, argdefs=(1,), kwdefaults={"c": 9})
print(h.__module__, h.__name__, h.__kwdefaults__)
err(F, 5, {})
err(F, c, 5)
err(F, c, {}, 5)
err(F, c, {}, "n", 5)
err(F, c, {}, "n", (), 5)
err(F)


class K:
    def m(self):
        "m doc"

    def __init_subclass__(cls):
        pass


m = K().m
print(m.__name__, m.__qualname__, m.__doc__, m.__func__.__name__, type(m.__self__).__name__, m.__module__, sorted(n for n in dir(m) if not n.startswith("__")), repr(m).split(" at ")[0], m.__func__ is K.m, type(K.__init_subclass__).__name__)
for b in (len, [].append, "".join, dict.fromkeys, str.upper, int.__add__, (5).__add__, print, type.__call__, object.__init_subclass__):
    print(type(b).__name__, b.__name__, b.__qualname__, getattr(b, "__module__", "no module"), getattr(b, "__self__", "no self") if not isinstance(getattr(b, "__self__", None), type(__builtins__)) else "builtins", b.__text_signature__, callable(b))
print(repr(len), len == len, hash(len) == hash(len), [].append == [].append, "a".upper == "a".upper, len.__doc__.splitlines()[0], repr("".join).split(" at ")[0], (5).__add__ == (5).__add__)
err(type(len))
err(setattr, len, "x", 1)


def deco(tag):
    def outer(fn):
        print("decorating", fn.__name__, "with", tag)

        def wrapper(*a, **k):
            return tag, fn(*a, **k)
        wrapper.__name__ = fn.__name__
        return wrapper
    return outer


print("before")


@deco("one")
@deco("two")
def target(x):
    return x * 2


print(target(4), target.__name__)


@(lambda fn: [fn, fn])
def listed():
    return "listed"


print(listed[0](), len(listed))
registry = {}


@registry.setdefault("key", {}).setdefault if False else lambda fn: registry.update({fn.__name__: fn}) or fn
def registered():
    return "r"


@type
def becomes_type():
    pass


@deco("class")
class Decorated:
    def __init__(self, v=0):
        self.v = v


print(registry["registered"](), becomes_type, Decorated(5)[1].v)


class CountCalls:
    def __init__(self, fn):
        self.fn, self.n = fn, 0

    def __call__(self, *a):
        self.n += 1
        return self.fn(*a)

    def __get__(self, obj, cls):
        return lambda *a: self(obj, *a)


class Uses:
    @CountCalls
    def method(self, x):
        return x + 1

    @property
    @deco("prop")
    def p(self):
        return "p"

    @staticmethod
    @deco("static")
    def s():
        return "s"


u = Uses()
print(u.method(1), u.method(2), Uses.__dict__["method"].n, u.p, Uses.s())
buttons = [lambda fn: ("first", fn()), lambda fn: ("second", fn())]


@buttons[1]
def pressed():
    return "pressed"


print(pressed)
try:
    @undefined_decorator
    def never():
        print("never")
except NameError as e:
    print(e)


def lines():
    x = 1

    y = [
        x,
        x + 1,
    ]
    return (x
            + y[0])


base = lines.__code__.co_firstlineno
print(sorted({line - base for _, _, line in lines.__code__.co_lines() if line}))
print([(a - base, b - base, x, y) for a, b, x, y in lines.__code__.co_positions() if a][:12])
gen, coro, agen = (lambda: (yield)), compile("async def q(): pass", "f", "exec").co_consts[0], compile("async def q(): yield", "f", "exec").co_consts[0]
print(gen.__code__.co_flags, coro.co_flags, agen.co_flags, (lambda *a, **k: 0).__code__.co_flags, compile("1", "f", "eval").co_flags, compile("x = 1", "f", "exec").co_name)
