# needs: core
# Every builtin function at least once, with its errors; the larger ones have programs of their own.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


print(abs(-5), abs(2.5), abs(3 + 4j), abs(True), all([1, "a"]), all([]), all([1, 0]), any([0, ""]), any([]), any([0, 5]), all(x > 0 for x in (1, 2)), any({}))
print(ascii("é"), ascii([1, "日"]), bin(10), bin(-5), bin(0), oct(64), oct(-8), hex(255), hex(-1), chr(97), chr(0x1F600), ord("a"), ord("😀"))
print(callable(len), callable(5), divmod(17, 5), divmod(-17, 5), divmod(7.5, 2), pow(2, 10), pow(2, 10, 1000), pow(2.0, 3), round(2.567, 2), round(-2.5), round(1234, -2))
print(sum([1, 2, 3]), sum([[1], [2]], []), sum([], 5), sum((0.1, 0.2)), sum([1, 2.5, 1j]), sum(range(5), start=10), sum([True, True]))
err(sum, ["a"])
err(sum, ["a"], "b")
err(sum, [b"a"], b"")
err(sum, [bytearray(b"a")], bytearray())
err(sum, 5)
err(sum, [1, None])
err(abs, "a")
err(bin, 1.5)
err(hex, "a")
err(divmod, 1, "a")
err(round, "a")
err(all, 5)
err(any, None)
print(len("abc"), len([1]), len({}), len(range(10)), max(1, 5), min([3, 2]), sorted([2, 1]), list(reversed([1, 2])), list(enumerate("ab")), list(zip([1], [2])), list(map(abs, [-1])), list(filter(None, [0, 1])))
print(iter([1]).__next__(), next(iter([5])), next(iter([]), "default"), isinstance(5, int), issubclass(bool, int), id(None) == id(None), hash("a") == hash("a"), type(5), repr("x"), str(5), format(5, "03"))
print(getattr(5, "real"), getattr(5, "zz", None), hasattr(5, "imag"), bool([]), int("5"), float("2"), complex(1, 2), list("ab"), tuple([1]), dict(a=1), set([1]), frozenset([2]), bytes(2), bytearray(1), memoryview(b"a")[0], slice(1), range(2), object is not None, property, classmethod, staticmethod, super)
err(getattr, 5, "zz")
err(hasattr, 5, 5)
err(len, 5)
err(isinstance, 1, "int")
err(next, [])
err(hash, [])
err(delattr, 5, "real")
err(setattr, 5, "x", 1)


class T:
    pass


t = T()
setattr(t, "a", 1)
print(getattr(t, "a"), vars(t), delattr(t, "a"), vars(t), dir(t)[-1] == "__weakref__", sorted(vars(T))[:3])
print(eval("1 + 2"), eval("x + 1", {"x": 5}), eval("y", {}, {"y": 6}), eval(compile("3 * 3", "f", "eval")), eval(" 1\n"), eval(b"2"), eval("a", globals={"a": 1}), eval("b", {"b": 0}, locals={"b": 2}))
ns = {}
print(exec("z = 1\ndef f(): return z", ns), ns["f"](), sorted(k for k in ns if k != "__builtins__"), exec(compile("w = 2", "f", "exec"), {}, ns), ns["w"], exec("q = 1", globals=ns), exec("r = 1", ns, locals={}))
err(eval, "1 +")
err(eval, 5)
err(eval, "x", 5)
err(eval, "nope", {})
err(eval, "1", {}, 5)
err(exec, 5)
err(exec, "x", 5)
err(exec, (lambda: t).__code__)


def closure_exec():
    v = 5

    def inner():
        print("inner sees", v)
    return inner


i = closure_exec()
exec(i.__code__, globals(), closure=i.__closure__)
err(exec, i.__code__, globals(), closure=())
err(exec, i.__code__, globals())
err(exec, "x", globals(), closure=i.__closure__)


def local_ns():
    a, b = 1, 2
    l = locals()
    l["a"] = "changed"
    l["new"] = 3
    exec("c = a + b")
    return a, sorted(locals()), l is locals(), sorted(l), eval("a + b"), [eval("a") for _ in "x"], "c" in locals()


print(local_ns())
print(globals()["t"] is t, locals() is globals(), globals() is globals(), "err" in globals(), __name__, __builtins__ is not None, __debug__, __doc__, __spec__, type(__loader__).__name__ != "", __package__, "__file__" in globals())
globals()["made"] = "through globals"
print(made)
print(compile("1", "f", "eval").co_name, compile("x = 1", "f", "exec").co_filename, compile("print(1)", "f", "single").co_consts is not None)
exec(compile("5\n'shown'\nNone", "f", "exec"))
for line in ("5", "'text'", "None", "x = 1", "[1, 2]; 7"):
    exec(compile(line, "f", "single"), {})
print(__import__("builtins").len is len, __import__("builtins", globals(), locals(), ["len"], 0).__name__)
err(__import__, "no_such_module_here")
err(__import__, 5)
err(__import__, "")
err(__import__, "x", level=-1)
err(__import__, "x", {}, {}, [], 1)
print(type(print), print("a", "b", sep=""), print(end=""), print("x", flush=True))


class W:
    def __init__(self):
        self.parts = []

    def write(self, s):
        self.parts.append(s)

    def flush(self):
        self.parts.append("FLUSH")


w = W()
print("one", 2, sep="|", end="END", file=w, flush=True)
print(file=w)
print(w.parts)
err(print, "a", sep=5)
err(print, "a", end=5)
err(print, "a", file=5)
err(input)
print(breakpoint.__name__, open.__name__)
print(type(__build_class__).__name__, __build_class__(lambda: None, "Built").__name__, __build_class__(lambda: None, "Built2", int)(5))
err(__build_class__)
err(__build_class__, 5, "x")
err(__build_class__, lambda: None)
err(__build_class__, lambda: None, 5)
print(sorted(n for n in dir(__builtins__) if n[0].islower() and n not in ("copyright", "credits", "exit", "help", "license", "quit")))
print(len([n for n in dir(__builtins__) if n[0].isupper()]))
print(NotImplemented, Ellipsis, None, True, False)
print(list(map(pow, [2, 3], [3, 2])), list(zip(*[(1, 2), (3, 4)])), list(map(None.__class__, [])), dict(enumerate("ab")), max("b", "a", key=lambda c: -ord(c)), min({5: 1, 3: 2}), [*map(len, ["a", "bb"])], [*filter(str.isdigit, "a1b2")])
m = map(lambda a, b: a + b, [1, 2], [3, 4])
z = zip("ab", "cd")
f = filter(lambda v: v, [0, 1])
e = enumerate("q")
r = reversed("ab")
for it in (m, z, f, e, r):
    print(type(it).__name__, iter(it) is it, next(it), list(it), it.__reduce__()[0].__name__ if it.__reduce__() else None)
print(enumerate.__class_getitem__(int), map.__name__, zip.__doc__ is not None, bytes.__doc__ is not None)

# What has a default may be given just that.
import bisect, functools, heapq, itertools

pairs = [(2, 1), (3, 1)]
print(sorted(pairs, key=None, reverse=True), sorted(pairs, key=None), sorted(pairs, reverse=False))
pairs.sort(key=None, reverse=True)
print(pairs, min(pairs, key=None), max(1, 2, key=None), min([], key=None, default=None))
print(int("5", base=10), round(2.5, None), sum([1], start=0), "a b".split(sep=None, maxsplit=-1), " x ".strip(None))
print(slice(None, None, None), [1, 2][None:None:None], range(3)[None:], "abc".find("b", None, None))
print(list(filter(None, [0, 1])), list(itertools.filterfalse(None, [0, 1])), list(map(None.__class__, [])))
print([(k, list(g)) for k, g in itertools.groupby([1, 1, 2], key=None)], list(itertools.accumulate([1, 2], None, initial=None)))
print(bisect.bisect([1, 2], 1, key=None), heapq.nsmallest(2, [3, 1, 2], key=None), heapq.nlargest(2, [3, 1, 2], key=None), list(heapq.merge([1], [2], key=None)))
print("a", "b", sep=None, end=None, file=None, flush=False)
print(pow(2, 3, None), getattr(1, "none", None), next(iter([]), None), iter([1]).__next__(), vars.__name__, dict.fromkeys([1], None))
