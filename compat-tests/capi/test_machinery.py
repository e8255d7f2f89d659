import sys
import tempfile
import threading
import types
import warnings
import weakref
import capi_machinery as m
from support import *


def test_eval_code_ex():
    def f(a, b=1, *rest, c, **kw):
        return a, b, rest, c, kw

    same(m.eval_code_ex(f.__code__, {}, (1, 2, 3), ("c", 4, "d", 5), (), NULL), (1, 2, (3,), 4, {"d": 5}))
    same(m.eval_code_ex(f.__code__, {}, (1,), (), (9,), {"c": 8}), (1, 9, (), 8, {}))
    raises(TypeError, m.eval_code_ex, f.__code__, {}, (), (), (), NULL, text="f() missing 2 required positional arguments: 'a' and 'b'")


def test_run():
    here = m.locals_here()
    same(here is not NULL and "here" not in here, True)
    same(m.recursion_limit(1234), (1234, 1))
    codes = m.compile("x = 1\nassert x", 257, 2)
    same([c.co_filename for c in codes], ["<ex>", "<flags>", "<made>"])
    same([len(c.co_code) == len(codes[0].co_code) for c in codes], [True, False, True])
    same(eval(m.compile("1 + 2", 258, -1)[0]), 3)
    space = {}
    is_(m.run_flags("def f(x: undefined_name): pass", space), None)
    same(space["f"].__annotations__, {"x": "undefined_name"})
    raises(ZeroDivisionError, m.run_flags, "1 / 0", {})
    same(m.run_simple("import sys; sys.seen_simple = 5"), 0)
    same(sys.seen_simple, 5)
    same(m.merge_flags(), (0, 0))
    events = []
    same(m.audit(1), 0)


def test_code_places():
    code = compile("a = (\n  b +\n  c)\n", "f", "exec")
    same(m.addr2line(code, 0)[0] <= 1, True)
    positions = list(code.co_positions())
    for i, (line, end, col, end_col) in enumerate(positions):
        found = m.addr2line(code, 2 * i)
        if line is not None and col is not None:
            same(found, (line, 1, line, col, end, end_col))
    same(m.addr2line(code, -1)[0], code.co_firstlineno)


def test_exec_code():
    code = compile("value = __name__, __file__", "f", "exec")
    a, b, c = m.exec_code("made_by_exec", code, "some.py")
    is_(a, b)
    same((a.value[0], c.__cached__, c.__file__), ("made_by_exec", None, "obj.py"))
    is_(sys.modules.pop("made_by_exec"), c)


def test_functions():
    def f(a, b=2, *, c=3):
        return a, b, c

    parts = m.function_parts(f)
    same(parts[0] is globals() and parts[3] is globals(), True)
    same(parts[1:3] + parts[4:], ({"c": 3}, f.__code__, __name__, (2,)))
    g = m.new_function(f.__code__, {"__name__": "elsewhere"}, "a.b.c")
    same((g.__qualname__, g.__name__, g.__module__, g.__defaults__), ("a.b.c", "f", "elsewhere", None))
    same(m.new_function(f.__code__, {}, NULL).__qualname__, f.__code__.co_qualname)
    same((m.set_defaults(f, (7, 8)), f(c=1)), (0, (7, 8, 1)))
    same((m.set_kwdefaults(f, {"c": 5}), f()), (0, (7, 8, 5)))
    same((m.set_kwdefaults(f, NULL if False else None), f.__kwdefaults__), (0, None))
    raises(SystemError, m.set_defaults, f, [1], text="non-tuple default args")
    raises(SystemError, m.set_kwdefaults, f, [1], text="non-dict keyword only default args")
    raises(SystemError, m.set_annotations, f, 5, text="non-dict annotations")
    same((m.set_annotations(f, {"a": int}), f.__annotations__), (0, {"a": int}))

    x = 1

    def h():
        return x

    cell = types.CellType("other")
    same((m.set_closure(h, (cell,)), h()), (0, "other"))
    raises(SystemError, m.set_closure, h, 5)

    def v(*a, **k):
        return "python"

    m.set_vectorcall(v)
    same(v(1, 2, z=3), (2, ("z",)))
    is_(m.instance_method(f), f)
    same((m.is_data(property()), m.is_data(f), m.is_data(types.FunctionType.__dict__["__code__"])), (1, 0, 1))


def test_frames():
    def gen():
        inside = 41
        yield sys._getframe()

    g = gen()
    frame = next(g)
    value, generator, status = m.frame_parts(frame, "inside")
    same((value, generator is g, status), (41, True, 0))
    raises(NameError, m.frame_parts, frame, "missing", text="variable 'missing' does not exist")


def test_module_state():
    same(m.find_module(), (1, 1, 0, 1))


@once("a thread that C started may still be at its end")
def test_threads():
    same(m.old_keys(), (1, 1, 0, 1, 1))
    done = threading.Event()
    seen = []

    def body():
        seen.append(threading.get_ident())
        done.set()

    same(m.start_thread(body), 1)
    true(done.wait(20))
    same(seen[0] != threading.get_ident(), True)
    info, bad, good, set_, native = m.thread_facts()
    same((info.name, bad, good, set_, native), ("pthread", -1, 0, 1, 1))
    same(m.critical([], {}), 2)


def test_objects():
    same(m.pickle_buffer(bytearray(b"abc")), (1, 0))
    raises(TypeError, m.pickle_buffer, 5, text="a bytes-like object is required, not 'int'")
    t = Thing()
    s = m.static_struct(t)
    same((len(s), s[0] is t, s[1] is t, s.x is t, s.y is t, type(s).n_unnamed_fields, type(s).__name__), (2, True, True, True, True, 1, "Static"))
    before = count(t)
    del s
    same(count(t), before - 3)
    same((m.collected([]), m.collected(5), m.collected(Thing())), ((1, 0, 0), (0, 0, 0), (1, 1, 1)))
    same((m.visited(t), m.visited([])), (1, 1))
    value, status = m.member_get(t)
    same((value > 0, status), (True, -1))
    w = weakref.ref(t)
    is_(m.weak_borrowed(w), t)
    changes(t, 0, m.weak_borrowed, w)
    del t
    is_(m.weak_borrowed(w), None)
    raises(SystemError, m.weak_borrowed, 5)
    same(m.try_incref(Thing()), 1)


def test_files():
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"line one\nline two\n")
        f.flush()
        start, closed, printer, first, status = m.file_functions(f.name)
        same((start, closed, printer.__name__, first, status), (b"line", None, "stderrprinter", ord("l"), 0))
        file = m.from_fd(f.fileno())
        same(file.readline() if file.seek(0) == 0 else None, b"line one\n")
        del file
        same(m.program_text(f.name, 2), ("line two\n", "line two\n"))
        same(m.program_text(f.name, 9), (NULL, NULL))
    raises(FileNotFoundError, m.missing_file, "/no/such/file", text="[Errno 2] No such file or directory: '/no/such/file'")
    same(m.program_text("/no/such/file", 1), (NULL, NULL))


def test_process():
    same(m.process_facts(), (1, 0, 1, 1, 1))
    same(len(m.flags()), 7)
    same(m.times(), (0, 0, 1, 1))


def test_errors():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        same(m.warn_explicit_format("x"), 0)
    same([(str(w.message), w.category, w.filename, w.lineno) for w in seen], [("value 3 'x'", UserWarning, "file.py", 7)])
    e = raises(SyntaxError, m.syntax_location, "f.py")
    same((e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset), ("f.py", 3, 4, 3, None))
    e = raises(SyntaxError, m.ranged_syntax_location, "f.py")
    same((e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset), ("f.py", 3, 4, 5, 6))
    e = raises(FileNotFoundError, m.errno_with_name, "name", 2)
    same((e.errno, e.filename), (2, "name"))
    e = raises(PermissionError, m.errno_with_name, NULL, 13)
    same((e.errno, e.filename), (13, None))


run(globals())
