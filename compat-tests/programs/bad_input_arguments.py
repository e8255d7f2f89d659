# needs: core
# Wrong types and wrong numbers of arguments for every builtin function and for the methods of the builtin types.
import builtins


class Odd:
    def __repr__(self):
        return "<odd>"


ODD = Odd()
SKIPPED = {"breakpoint", "copyright", "credits", "exit", "help", "input", "license", "open", "print", "quit", "__import__", "exec", "eval", "compile", "__build_class__"}


def attempt(label, f, *args, **kwargs):
    try:
        result = f(*args, **kwargs)
    except BaseException as e:
        text = str(e)
        at = text.find(" at 0x")
        print(label, "->", type(e).__name__, text if at < 0 else text[:at])
    else:
        print(label, "ok", type(result).__name__)


print("--- functions")
for name in sorted(vars(builtins)):
    f = getattr(builtins, name)
    if name in SKIPPED or name.startswith("_") or not callable(f) or isinstance(f, type):
        continue
    attempt(f"{name}()", f)
    attempt(f"{name}(ODD)", f, ODD)
    attempt(f"{name}(ODD, ODD)", f, ODD, ODD)
    attempt(f"{name}(ODD, ODD, ODD)", f, ODD, ODD, ODD)
    attempt(f"{name}(1, 2, 3, 4, 5)", f, 1, 2, 3, 4, 5)
    attempt(f"{name}(None, no_such=1)", f, None, no_such=1)
print("--- types")
for name in sorted(vars(builtins)):
    f = getattr(builtins, name)
    if not isinstance(f, type) or issubclass(f, BaseException) or name.startswith("_"):
        continue
    attempt(f"{name}(ODD)", f, ODD)
    attempt(f"{name}(ODD, ODD)", f, ODD, ODD)
    attempt(f"{name}(1, 2, 3, 4, 5)", f, 1, 2, 3, 4, 5)
    attempt(f"{name}(no_such=1)", f, no_such=1)
    attempt(f"{name}('x', no_such=1)", f, "x", no_such=1)
print("--- methods")
for value in (1, 1.5, 1j, "text", b"bytes", bytearray(b"array"), (1, 2), [1, 2], {1: 2}, {1, 2}, frozenset({1}), range(3), slice(1, 2), memoryview(b"view"), (x for x in ())):
    kind = type(value).__name__
    for name in sorted(dir(type(value))):
        if name.startswith("_") and name not in ("__getitem__", "__contains__", "__add__", "__mul__", "__lt__", "__setitem__", "__delitem__", "__format__", "__round__", "__pow__", "__lshift__"):
            continue
        if name in ("release", "close", "gi_frame", "gi_code", "gi_running", "gi_suspended", "gi_yieldfrom"):
            continue
        method = getattr(value, name)
        if not callable(method):
            continue
        if name not in ("clear", "pop", "popitem"):
            attempt(f"{kind}.{name}()", method)
        attempt(f"{kind}.{name}(ODD)", method, ODD)
        attempt(f"{kind}.{name}(ODD, ODD)", method, ODD, ODD)
        attempt(f"{kind}.{name}(1, 2, 3, 4, 5)", method, 1, 2, 3, 4, 5)
        attempt(f"{kind}.{name}(no_such=1)", method, no_such=1)
print("--- unbound")
for kind in (int, float, str, bytes, list, tuple, dict, set):
    for name in ("__repr__", "__eq__", "__hash__", "__len__", "__iter__", "__getitem__"):
        method = getattr(kind, name, None)
        if method is None:
            continue
        attempt(f"{kind.__name__}.{name}()", method)
        attempt(f"{kind.__name__}.{name}(ODD)", method, ODD)
    attempt(f"{kind.__name__}.__new__()", kind.__new__)
    attempt(f"{kind.__name__}.__new__(1)", kind.__new__, 1)
    attempt(f"{kind.__name__}.__new__(object)", kind.__new__, object)
print("--- operators")
for a in (1, 1.5, "s", b"b", [1], (1,), {1: 1}, {1}, None, ODD, len):
    for text in ("a + b", "a - b", "a * b", "a / b", "a % b", "a ** b", "a @ b", "a << b", "a & b", "a < b", "a[b]", "b in a", "-a", "~a", "a()", "a.no_such", "[*a]", "{**a}", "len(a)", "a[b] = 1", "del a[b]", "a.x = 1", "del a.x", "x, y = a", "for _ in a: break", "f'{a:zz}'", "with a: pass", "raise a", "import_ = a.__no__"):
        b = ODD
        try:
            exec(text, {"a": a, "b": b})
            print(text, "with", type(a).__name__, "ok")
        except BaseException as e:
            print(text, "with", type(a).__name__, "->", type(e).__name__, str(e).split(" at 0x")[0])
