import contextlib
import io
import signal
import sys
import tracemalloc
import traceback
import types
import warnings
import capi_errors_modules as m
from support import *


class Spec:
    def __init__(self, name):
        self.name = name


def test_display():
    def shown(e):
        with contextlib.redirect_stderr(io.StringIO()) as out:
            same(m.display(e), 0)
        return out.getvalue()

    same(shown(ValueError("text")), "ValueError: text\n")
    try:
        raise KeyError("k") from OSError(2, "none")
    except KeyError as e:
        caught = e
    text = shown(caught)
    true(text.startswith("FileNotFoundError: [Errno 2] none\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n"), text)
    true(text.endswith("KeyError: 'k'\n"), text)
    true("TypeError: print_exception(): Exception expected for value, int found" in shown(5), shown(5))
    t = Thing()
    e = ValueError(t)
    before = count(t), count(e)
    shown(e)
    same((count(t), count(e)), before)
    old, sys.stderr = sys.stderr, None
    try:
        m.display(ValueError("nowhere"))
    finally:
        sys.stderr = old


def test_syntax_location():
    e = raises(SyntaxError, m.syntax_location, __file__, 2, SyntaxError("bad"))
    same((e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text), (__file__, 2, None, 2, None, "import io\n"))
    e = raises(SyntaxError, m.syntax_location, "/no/such/file", 3, SyntaxError("bad"))
    same((e.filename, e.lineno, e.text), ("/no/such/file", 3, None))
    e = raises(SyntaxError, m.syntax_location, NULL, 3, SyntaxError("bad"))
    same((e.filename, e.lineno), (None, 3))
    e = raises(ValueError, m.syntax_location, "f.py", 3, ValueError("other"))
    same((e.filename, e.lineno, e.msg if hasattr(e, "msg") else None), ("f.py", 3, "other"))


def test_bad_internal_call():
    raises(SystemError, m.bad_internal_call, text="file.c:77: bad argument to internal function")


def test_import_no_block():
    is_(m.import_no_block("sys"), sys)
    is_(m.import_no_block("os.path"), sys.modules["os.path"])
    raises(ModuleNotFoundError, m.import_no_block, "no.such.module", text="No module named 'no'")
    keeps(m.import_no_block, "sys")


def test_module_filename():
    mod = types.ModuleType("made")
    raises(SystemError, m.module_filename, mod, text="module filename missing")
    mod.__file__ = "/a/ü.py"
    same(m.module_filename(mod), "/a/ü.py")
    mod.__file__ = 5
    raises(SystemError, m.module_filename, mod, text="module filename missing")
    raises(TypeError, m.module_filename, 5, text="bad argument type for built-in operation")


def test_modules_from_spec():
    spec = Spec("given_name")
    m.times_made()
    before = count(spec)
    mod = m.from_spec(0, spec, 1013)
    same((type(mod), mod.__name__, mod.__doc__, hasattr(mod, "one"), count(spec) - before), (types.ModuleType, "given_name", "the doc", False, 0))
    same((m.exec_module(mod, 0), mod.one, m.times_made()), (0, 1, 1))
    failing = m.from_spec(1, Spec("failing"), 1013)
    raises(ValueError, m.exec_module, failing, 1, text="no module today")
    t = Thing()
    t.name = "t"
    is_(m.from_spec(2, t, 1013), t)
    changes(t, 0, m.from_spec, 2, t, 1013)
    raises(SystemError, m.from_spec, 3, Spec("x"), 1013, text="creation of module x failed without setting an exception")
    raises(SystemError, m.from_spec, 4, Spec("x"), 1013, text="module x uses unknown slot ID 99")
    raises(SystemError, m.from_spec, 5, Spec("x"), 1013, text="module x: m_size may not be negative for multi-phase initialization")
    raises(AttributeError, m.from_spec, 0, 5, 1013, text="'int' object has no attribute 'name'")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        m.from_spec(0, Spec("old"), 1000)
    same([str(w.message) for w in seen], ["Python C API version mismatch for module old: This Python has API version 1013, module old has version 1000."])


def test_warn_explicit():
    needs(m, "warn_explicit")
    t = Thing()
    registry = {}
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        same(m.warn_explicit(UserWarning, "text", "file.py", 7, "mod", registry), 0)
        same(m.warn_explicit(NULL, "other", "file2.py", 8, NULL, NULL), 0)
        same(m.warn_explicit(NULL, UserWarning("instance"), "f.py", 9, NULL, None), 0)
    same([(str(w.message), w.category, w.filename, w.lineno) for w in seen], [("text", UserWarning, "file.py", 7), ("other", RuntimeWarning, "file2.py", 8), ("instance", UserWarning, "f.py", 9)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raises(UserWarning, m.warn_explicit, UserWarning, "text", "file.py", 7, "mod", registry, text="text")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = "".join(["some", "text"])
        changes(text, 0, m.warn_explicit, UserWarning, text, "file.py", 7, NULL, NULL)


def test_set_errors():
    needs(m, "from_status")
    raises(RuntimeError, m.from_status, 0, text="a bad status")
    raises(MemoryError, m.from_status, 1)
    for way in (2, 3):
        raises(SystemError, m.from_status, way, text="_PyErr_SetFromPyStatus() status is not an error")
    raises(ValueError, m.locale_string, b"plain text", text="plain text")
    raises(ValueError, m.locale_string, "ü".encode(), text="ü")
    raises(ValueError, m.locale_string, b"\xff", text="\udcff")
    try:
        m.traceback_add(ValueError("v"))
    except ValueError as e:
        frames = traceback.extract_tb(e.__traceback__)
    same([(f.name, f.filename, f.lineno) for f in frames[1:]], [("function_of_c", "source.c", 123)])


@once("tracing memory is on in between")
def test_traced_memory():
    needs(m, "track")
    same((m.track(5, 0x1234, 10), m.untrack(5, 0x1234), m.memory_traceback(5, 0x1234)), (-2, -2, None))
    tracemalloc.start(5)
    try:
        same(m.track(5, 0x1234, 1000), 0)
        line = sys._getframe().f_lineno - 1
        tb = m.memory_traceback(5, 0x1234)
        same(tb[0], (__file__, line))
        same(m.memory_traceback(6, 0x1234), None)
        same(m.track(5, 0x1234, 2000), 0)
        snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.DomainFilter(True, 5)])
        same([(s.domain, s.size) for s in snapshot.traces], [(5, 2000)])
        same(m.untrack(5, 0x1234), 0)
        same(m.untrack(5, 0x1234), 0)
        same(m.memory_traceback(5, 0x1234), None)
    finally:
        tracemalloc.stop()


def test_modules_of_state():
    needs(m, "state_add_module")
    same(m.state_add_module(), (0, 1, 1, 0, 0))


def test_made_by_c():
    needs(m, "new_wrapper")
    code = b"\x97\x00"
    is_(m.code_optimize(code, [], (), b""), code)
    changes(code, 0, m.code_optimize, code, [], (), b"")

    class C:
        pass

    d = m.new_wrapper(C)
    same((type(d), d.__name__, d.__objclass__, d.__doc__, d.__text_signature__), (types.WrapperDescriptorType, "made", C, "A wrapper.", "($self, x, /)"))
    c = C()
    same(d(c, 5), (c, 5, "function of C"))
    same(d.__get__(c, C)(6), (c, 6, "function of C"))
    raises(TypeError, d, 5, 6)
    raises(TypeError, d, c)
    before = count(C)
    m.new_wrapper(C)
    same(count(C), before)


def test_signals():
    raises(KeyboardInterrupt, m.interrupt_now)
    seen = []
    old = signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n))
    try:
        same((m.interrupt_with(signal.SIGUSR1), seen), (0, [signal.SIGUSR1]))
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        same((m.interrupt_with(signal.SIGUSR1), seen), (0, [signal.SIGUSR1]))
        same((m.interrupt_with(0), m.interrupt_with(1000)), (-1, -1))
    finally:
        signal.signal(signal.SIGUSR1, old)
    old = signal.signal(signal.SIGINT, lambda n, f: seen.append("int"))
    try:
        same((m.interrupt_now(), seen[-1]), (0, "int"))
    finally:
        signal.signal(signal.SIGINT, old)


def test_formats():
    same(m.vsnprintf("abc"), (6, "abc-42"))
    same(m.vsnprintf("a long text indeed"), (21, "a long text ind"))
    same(m.bytes_v(b"start"), b"start|-5|6|7|-8|9|-10|11|abc|z|lon|%")
    same(m.bytes_v_bad(0xFF), b"\xff")
    raises(OverflowError, m.bytes_v_bad, 256, text="PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]")


run(globals())
