# needs: core
# Every builtin exception and warning class: raised, caught by each of its bases, shown, with its layout of attributes.
classes = [
    ArithmeticError, AssertionError, AttributeError, BaseException, BlockingIOError, BrokenPipeError, BufferError, BytesWarning, ChildProcessError,
    ConnectionAbortedError, ConnectionError, ConnectionRefusedError, ConnectionResetError, DeprecationWarning, EOFError, EncodingWarning, EnvironmentError,
    Exception, FileExistsError, FileNotFoundError, FloatingPointError, FutureWarning, GeneratorExit, IOError, ImportError, ImportWarning, IndentationError,
    IndexError, InterruptedError, IsADirectoryError, KeyError, KeyboardInterrupt, LookupError, MemoryError, ModuleNotFoundError, NameError,
    NotADirectoryError, NotImplementedError, OSError, OverflowError, PendingDeprecationWarning, PermissionError, ProcessLookupError,
    PythonFinalizationError, RecursionError, ReferenceError, ResourceWarning, RuntimeError, RuntimeWarning, StopAsyncIteration, StopIteration, SyntaxError,
    SyntaxWarning, SystemError, SystemExit, TabError, TimeoutError, TypeError, UnboundLocalError, UnicodeError, UnicodeWarning, UserWarning, ValueError,
    Warning, ZeroDivisionError,
]
for cls in classes:
    try:
        raise cls("message")
    except cls as e:
        own = sorted(n for n in vars(cls) if not n.startswith("__"))
        print(cls.__name__, [b.__name__ for b in cls.__mro__[1:-1]], repr(e), str(e), e.args, own, cls.__module__)
for cls in classes:
    caught = []
    for base in cls.__mro__[:-1]:
        try:
            raise cls
        except base as e:
            caught.append(base is cls or not isinstance(e, (OSError, SyntaxError)) or e.args == ())
    assert all(caught)

    class Sub(cls):
        extra = 1

    s = Sub("x")
    s.attr = 5
    assert isinstance(s, cls) and s.extra + s.attr == 6 and s.__dict__["attr"] == 5 and type(s).__base__ is cls
    try:
        raise s
    except cls as e:
        assert e is s
for cls, args in ((UnicodeDecodeError, ("utf-8", b"x", 0, 1, "why")), (UnicodeEncodeError, ("ascii", "é", 0, 1, "why")), (UnicodeTranslateError, ("é", 0, 1, "why")), (BaseExceptionGroup, ("g", [KeyboardInterrupt()])), (ExceptionGroup, ("g", [ValueError(1)]))):
    e = cls(*args)
    print(cls.__name__, [b.__name__ for b in cls.__mro__[1:-1]], repr(e), e, sorted(n for n in vars(cls) if not n.startswith("__")), e.args == args)
    try:
        cls()
    except TypeError as t:
        print(t)
for code, cls in ((11, BlockingIOError), (32, BrokenPipeError), (10, ChildProcessError), (103, ConnectionAbortedError), (111, ConnectionRefusedError), (104, ConnectionResetError), (17, FileExistsError), (2, FileNotFoundError), (4, InterruptedError), (21, IsADirectoryError), (20, NotADirectoryError), (13, PermissionError), (1, PermissionError), (3, ProcessLookupError), (110, TimeoutError)):
    e = OSError(code, "text", "file")
    assert type(e) is cls and isinstance(e, OSError) and type(cls(code, "t")) is cls, (code, cls)
    print(code, e, end="; ")
print()


class MyOS(OSError):
    def __init__(self, *a):
        super().__init__(*a)
        self.mine = True


class NewOS(OSError):
    def __new__(cls, *a):
        return super().__new__(cls, *a)


e = MyOS(2, "m")
print(type(e).__name__, e.errno, e.mine, type(NewOS(2, "m")).__name__, NewOS(2, "m", "f").filename)
for f in (lambda: MyOS(), lambda: OSError(1, 2, 3, 4, 5, 6), lambda: KeyError(x=1), lambda: BaseException(a=1), lambda: StopIteration(k=1), lambda: SystemExit(k=1), lambda: UnicodeError(k=1)):
    try:
        r = f()
        print(repr(r))
    except TypeError as t:
        print(t)
e = OSError(5, "five")
e.errno, e.strerror, e.filename = 6, "six", "now"
print(e, e.args, repr(e))
del e.filename
print(e, e.filename)
s = StopIteration(1)
s.value = 2
print(s, s.value, s.args)
x = SystemExit()
x.code = "changed"
print(x.code, x, x.args)
n = NameError("n")
n.name = "set"
print(n.name, n)
i = ImportError("m")
i.name, i.path, i.msg = 1, 2, 3
print(i, i.name, i.path)
sx = SyntaxError("msg", ("f", "1", None, None))
print(sx.lineno, sx.offset, sx.text, sx)
sx.lineno = 5
print(sx)
print(UserWarning("w"), isinstance(DeprecationWarning(), Warning), issubclass(ConnectionResetError, ConnectionError), EOFError.__doc__, KeyError.__doc__, SystemError.__doc__)
