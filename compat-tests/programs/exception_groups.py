# needs: core
# Exception groups and except*: construction, split, subgroup, derive, nesting, reraise, naked exceptions, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


def show(e):
    if isinstance(e, BaseExceptionGroup):
        return f"{type(e).__name__}({e.message!r}, [{', '.join(show(x) for x in e.exceptions)}])"
    return repr(e)


g = ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("sub", [KeyError("k"), ValueError(2)])])
print(repr(g), str(g), g.message, g.exceptions, g.args)
print(show(BaseExceptionGroup("b", [KeyboardInterrupt()])), type(BaseExceptionGroup("b", [ValueError()])).__name__)
err(ExceptionGroup)
err(ExceptionGroup, "m")
err(ExceptionGroup, 1, [ValueError()])
err(ExceptionGroup, "m", [])
err(ExceptionGroup, "m", 5)
err(ExceptionGroup, "m", [5])
err(ExceptionGroup, "m", [ValueError])
err(ExceptionGroup, "m", [KeyboardInterrupt()])
for cond in (ValueError, (TypeError, KeyError), lambda e: isinstance(e, KeyError), ExceptionGroup, OSError, lambda e: "sub" in str(e)):
    print(show(g.subgroup(cond)))
    print("   ", [show(x) for x in g.split(cond)])
err(g.subgroup, 5)
err(g.split, "x")
err(g.subgroup)
try:
    raise KeyError("cause")
except KeyError as c:
    g.__cause__ = c
g.add_note("noted")
sub = g.subgroup(ValueError)
print(repr(sub.__cause__), sub.__notes__, sub.__notes__ is g.__notes__, sub.derive([OSError()]), show(g.derive([IndexError()])))
err(setattr, g, "message", "x")
err(setattr, g, "exceptions", ())
print(ExceptionGroup[int] if hasattr(ExceptionGroup, "__class_getitem__") else "no getitem")


class MyGroup(ExceptionGroup):
    def __new__(cls, message, excs, code=0):
        self = super().__new__(cls, message, excs)
        self.code = code
        return self

    def __init__(self, message, excs, code=0):
        super().__init__(message, excs)

    def derive(self, excs):
        return MyGroup(self.message, excs, self.code)


m = MyGroup("mine", [ValueError(), TypeError()], code=7)
match, rest = m.split(ValueError)
print(type(match).__name__, match.code, rest.code, show(match))


def run(exc, *handlers):
    """Which parts each handler gets, and what is left."""
    log = []
    try:
        try:
            raise exc
        except* ValueError as e:
            log.append(("value", show(e)))
        except* (TypeError, KeyError) as e:
            log.append(("type or key", show(e)))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as e:
        log.append(("left", show(e)))
    return log


for x in (ValueError("naked"), OSError("other"), g, ExceptionGroup("v", [ValueError(5)]), ExceptionGroup("o", [OSError(), ValueError()]), ExceptionGroup("n", [ExceptionGroup("n2", [ExceptionGroup("n3", [TypeError(), OSError()])])]), BaseExceptionGroup("base", [KeyboardInterrupt(), TypeError()])):
    for line in run(x):
        print(line)


def no_error():
    try:
        pass
    except* ValueError:
        print("no")
    else:
        return "else"


print(no_error())


def raising_in_handlers():
    try:
        try:
            raise ExceptionGroup("eg", [ValueError(1), TypeError(2), OSError(3)])
        except* ValueError as e:
            raise KeyError("from value")
        except* TypeError as e:
            raise
        except* OSError as e:
            raise IndexError("with cause") from e
    except ExceptionGroup as e:
        print(show(e))
        for x in e.exceptions:
            print("   ", repr(x), "context", show(x.__context__) if x.__context__ else None, "cause", show(x.__cause__) if x.__cause__ else None)


raising_in_handlers()


def reraise_all():
    try:
        try:
            raise ExceptionGroup("eg", [ValueError(1), TypeError(2)])
        except* ValueError:
            raise
        except* TypeError:
            raise
    except ExceptionGroup as e:
        return show(e)


print(reraise_all())


def naked_reraise():
    try:
        try:
            raise ValueError("naked")
        except* ValueError as e:
            print(type(e).__name__, show(e))
            raise
    except ExceptionGroup as e:
        return show(e)


print(naked_reraise())


def in_loop():
    out = []
    for i in range(4):
        try:
            if i % 2:
                raise ExceptionGroup("loop", [ValueError(i)])
            out.append(i)
        except* ValueError as e:
            out.append(show(e))
    return out


print(in_loop())


def catch_group():
    try:
        raise ExceptionGroup("x", [ValueError()])
    except* ExceptionGroup:
        pass


err(catch_group)


def catch_bad(kind):
    try:
        raise ExceptionGroup("x", [ValueError()])
    except* kind:
        pass


err(catch_bad, 5)
err(catch_bad, (ValueError, BaseExceptionGroup))


def variable_gone():
    try:
        raise ValueError("v")
    except* ValueError as e:
        pass
    try:
        e
    except NameError as n:
        return type(n).__name__


print(variable_gone())


def nested_star():
    try:
        try:
            raise ExceptionGroup("a", [ValueError(1), KeyError(2)])
        except* ValueError as outer:
            try:
                raise ExceptionGroup("b", [TypeError(3)])
            except* TypeError as inner:
                print(show(outer), show(inner))
    except* KeyError as k:
        print("left", show(k))


nested_star()
for src in ("try:\n pass\nexcept* ValueError:\n pass\nexcept KeyError:\n pass", "try:\n pass\nexcept*:\n pass", "def f():\n try:\n  pass\n except* ValueError:\n  return", "for i in 'a':\n try:\n  pass\n except* ValueError:\n  break", "try:\n pass\nexcept ValueError, KeyError as e:\n pass"):
    try:
        compile(src, "s", "exec")
    except SyntaxError as e:
        print(e.msg)
exec("try:\n raise KeyError('no parens')\nexcept ValueError, KeyError:\n print('matched without parentheses')")
leaves = []


def walk(e):
    if isinstance(e, BaseExceptionGroup):
        for x in e.exceptions:
            walk(x)
    else:
        leaves.append(repr(e))


walk(g)
print(leaves)
deep = ValueError("leaf")
for i in range(50):
    deep = ExceptionGroup(f"level {i}", [deep, TypeError(i)])
a, b = deep.split(TypeError)
leaves.clear()
walk(a)
print(len(leaves), show(b)[:80])
