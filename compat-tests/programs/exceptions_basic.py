# needs: core
# Exceptions: the tree, attributes of each builtin type, chaining, notes, traceback objects, matching errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


def tree(cls, depth=0):
    print("  " * depth + cls.__name__)
    for sub in sorted(cls.__subclasses__(), key=lambda c: c.__name__):
        if sub.__module__ == "builtins":
            tree(sub, depth + 1)


tree(BaseException)
for e in (Exception(), Exception("one"), Exception("one", 2), ValueError(None), KeyError("k"), KeyError(), KeyError(1, 2), IndexError(5), Exception(""), Exception(())):
    print(repr(e), "|", str(e), "|", e.args)
e = OSError(2, "No such file", "name.txt")
print(repr(e), "|", e, "|", type(e).__name__, e.errno, e.strerror, e.filename, e.filename2, e.args)
e = OSError(2, "msg", "a", None, "b")
print(e, e.filename, e.filename2)
for code in (1, 2, 3, 4, 9, 10, 11, 13, 17, 20, 21, 32, 103, 104, 110, 111, 9999):
    print(code, type(OSError(code, "x")).__name__, end="; ")
print()
print(OSError(), OSError("only"), OSError(1), OSError("a", "b"), repr(OSError(2, "x", "f")), IOError is OSError, EnvironmentError is OSError, type(OSError(2)).__name__)
b = BlockingIOError(11, "would block", 5)
print(b.characters_written, b.errno, type(b).__name__)
b.characters_written = 9
print(b.characters_written)
del b.characters_written
err(lambda: b.characters_written)
s = StopIteration("value", 2)
print(s.value, s.args, StopIteration().value, StopAsyncIteration("a").args)
x = SystemExit(3)
print(x.code, SystemExit().code, SystemExit("text").code, SystemExit(1, 2).code, repr(x))
i = ImportError("msg", name="mod", path="/p", name_from="nf")
print(i.msg, i.name, i.path, i.name_from, repr(i), str(i), ModuleNotFoundError("m", name="n").name)
err(ImportError, "a", bad=1)
a = AttributeError("msg", name="attr", obj=[1])
n = NameError("msg", name="nm")
print(a.name, a.obj, n.name, a, n, AttributeError().name)
err(AttributeError, bad=1)
err(ValueError, bad=1)
sx = SyntaxError("bad thing", ("file.py", 3, 5, "the text", 3, 9))
print(sx.msg, sx.filename, sx.lineno, sx.offset, sx.text, sx.end_lineno, sx.end_offset, sx.print_file_and_line, "|", sx, "|", repr(sx))
print(SyntaxError("plain"), SyntaxError().msg, IndentationError("i", ("f", 1, 2, "t")).lineno, str(TabError("tab")))
err(SyntaxError, "m", (1, 2))
err(SyntaxError, "m", 5)
u = UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "bad byte")
print(u, u.encoding, u.object, u.start, u.end, u.reason, UnicodeDecodeError("c", b"abc", 0, 2, "r"))
v = UnicodeEncodeError("ascii", "aé😀", 1, 2, "not ascii")
print(v, UnicodeEncodeError("ascii", "aé😀", 1, 3, "r"), UnicodeEncodeError("ascii", "x😀", 1, 2, "r"), UnicodeTranslateError("é", 0, 1, "t"), v.object)
v.start, v.end, v.reason = 0, 3, "changed"
print(v, v.args)
err(UnicodeDecodeError, "utf-8", "str", 0, 1, "r")
err(UnicodeEncodeError, 1)
k = KeyError("it's")
print(k, str(KeyError("")), str(KeyError("a", "b")), f"{k}", f"{k!r}")

e = ValueError("v")
e.extra = "attribute"
e.args = ("new", "args")
print(e, e.extra, e.__dict__, e.__reduce__(), e.__cause__, e.__context__, e.__suppress_context__, e.__traceback__)
e.add_note("note 1")
e.add_note("note 2")
print(e.__notes__, e.with_traceback(None) is e, e.__setstate__({"z": 1}), e.z)
err(e.add_note, 5)
err(setattr, e, "args", 5)
err(setattr, e, "__cause__", 5)
err(setattr, e, "__context__", "x")
err(setattr, e, "__traceback__", 5)
err(e.with_traceback, 5)
err(delattr, e, "args")
print(e.args)
try:
    try:
        raise KeyError("first")
    except KeyError as k:
        raise ValueError("second") from k
except ValueError as v:
    print(repr(v.__cause__), repr(v.__context__), v.__suppress_context__)
try:
    try:
        raise KeyError("first")
    except KeyError:
        raise ValueError("second")
except ValueError as v:
    print(repr(v.__cause__), repr(v.__context__), v.__suppress_context__)
try:
    try:
        raise KeyError("first")
    except KeyError:
        raise ValueError("second") from None
except ValueError as v:
    print(repr(v.__cause__), repr(v.__context__), v.__suppress_context__)
e1 = ValueError("x")
e1.__cause__ = KeyError("c")
print(e1.__suppress_context__)


def raise_(x, cause=...):
    if cause is ...:
        raise x
    raise x from cause


err(raise_, ValueError)
err(raise_, 5)
err(raise_, "text")
err(raise_, int)
err(raise_, None)
err(raise_, ValueError("ok"), 5)
err(raise_, ValueError, KeyError)
err(raise_, type("BadInit", (Exception,), {"__init__": lambda self: 1 / 0}))
err(raise_, type("NotExc", (Exception,), {"__new__": lambda cls: 5}))


def bare():
    raise


err(bare)
try:
    raise ValueError("outer")
except ValueError:
    err(bare)


def matching(kind):
    try:
        raise KeyError("x")
    except kind:
        return "matched"


print(matching(KeyError), matching(LookupError), matching((ValueError, KeyError)), matching((ValueError, (IndexError, LookupError))[1]), matching(BaseException))
err(matching, 5)
err(matching, "KeyError")
err(matching, (ValueError, 5))
err(matching, ())
err(matching, int)
try:
    raise ValueError("tb")
except ValueError as e:
    tb = e.__traceback__
    print(type(tb).__name__, tb.tb_next, tb.tb_lineno > 0, tb.tb_lasti >= 0, tb.tb_frame.f_code.co_name, dir(tb))
    err(setattr, tb, "tb_next", tb)
    err(setattr, tb, "tb_next", 5)
    tb2 = type(tb)(None, tb.tb_frame, 0, 7)
    print(tb2.tb_lineno, e.with_traceback(tb2).__traceback__ is tb2)
err(type(tb), 1)


class Own(Exception):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b

    def __str__(self):
        return f"own {self.b}"


print(repr(Own(1, 2)), Own(1, 2), Own(1, 2).args)
err(Own, 1)
err(BaseException.__new__, int)
print(issubclass(ExceptionGroup, Exception), BaseException.__new__(ValueError, 1, k=2).args if False else BaseException.__new__(ValueError, 1).args)
print(MemoryError("m"), AssertionError(), EOFError("e"), RecursionError("r"), NotImplementedError("n"), GeneratorExit("g"), KeyboardInterrupt("k"), UnboundLocalError("u", name="q").name, PythonFinalizationError("f"), EncodingWarning("w"))
