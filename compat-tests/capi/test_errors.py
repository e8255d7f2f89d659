import builtins
import sys
import capi_errors as m
from support import *


class Capture:
    """Stands in for sys.stderr."""

    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s

    def flush(self):
        pass


def captured(f, *args):
    old, sys.stderr = sys.stderr, Capture()
    try:
        f(*args)
        return sys.stderr.text
    finally:
        sys.stderr = old


def test_set():
    e = raises(ValueError, m.set_none, ValueError, text="")
    same(e.args, ())
    e = raises(ValueError, m.set_object, ValueError, ("a", 1))
    same(e.args, ("a", 1))
    e = raises(KeyError, m.set_object, KeyError, 5)
    same(e.args, (5,))
    x = KeyError("instance")
    is_(raises(KeyError, m.set_object, KeyError, x), x)
    raises(SystemError, m.set_object, 5, "x")
    raises(OSError, m.set_string, OSError, "msg", text="msg")
    raises(ValueError, m.format, ValueError, [1], text="answer is 42 and [1]")
    raises(TypeError, m.bad_argument, text="bad argument type for built-in operation")
    e = raises(SystemError, m.bad_internal_call)
    true("bad argument to internal function" in str(e), str(e))
    raises(MemoryError, m.no_memory, text="")
    t = Thing()
    changes(t, 0, lambda: raises(ValueError, m.set_object, ValueError, t))
    try:
        raise KeyError("context")
    except KeyError as k:
        is_(raises(ValueError, m.set_string, ValueError, "x").__context__, k)


def test_errno_and_import():
    e = raises(FileNotFoundError, m.set_from_errno, OSError, 2, text="[Errno 2] No such file or directory")
    same((e.errno, e.filename), (2, None))
    e = raises(PermissionError, m.set_from_errno_with_filename, OSError, 13, "name")
    same((e.errno, e.strerror, e.filename), (13, "Permission denied", "name"))
    e = raises(FileExistsError, m.set_from_errno_with_objects, OSError, 17, "a", "b", text="[Errno 17] File exists: 'a' -> 'b'")
    e = raises(ImportError, m.set_import_error, "msg", "name", "path")
    same((e.msg, e.name, e.path), ("msg", "name", "path"))
    raises(TypeError, m.set_import_error, NULL, "n", "p")
    raises(ModuleNotFoundError, m.set_import_error_subclass, ModuleNotFoundError, "m", "n", "p")
    raises(TypeError, m.set_import_error_subclass, ValueError, "m", "n", "p")


def test_state():
    same(m.occurred_and_clear(KeyError), (0, 1, 1, 0))
    same(m.occurred_and_clear(ValueError), (0, 1, 0, 0))
    for err, kind, r in ((KeyError, LookupError, 1), (KeyError("x"), KeyError, 1), (KeyError, (ValueError, KeyError), 1), (KeyError, ValueError, 0), (NULL, KeyError, 0), (ValueError, (), 0)):
        same(m.matches(err, kind), r)

    def fails():
        raise KeyError("k")

    kind, value, tb = m.fetch_restore(fails)
    same((kind, type(value), value.args, tb), (KeyError, KeyError, ("k",), 1))
    e, tb = m.get_set_raised(fails)
    same((type(e), tb), (KeyError, 1))
    is_(m.get_set_raised(lambda: 5), NULL)
    x = ValueError("again")
    is_(raises(ValueError, m.reraise, x), x)
    x.__traceback__ = None
    before = count(x)
    for _ in range(5):
        raises(ValueError, m.reraise, x)
    x.__traceback__ = None
    same(count(x), before)
    t = Thing()

    def fails_with_t():
        raise ValueError(t)

    changes(t, 0, m.get_set_raised, fails_with_t, times=5)


def test_handled():
    same(m.handled(), (None, None, None, None))
    try:
        raise KeyError("h")
    except KeyError as k:
        h, kind, value, tb = m.handled()
        is_(h, k)
        is_(kind, KeyError)
        is_(value, k)
        is_(tb, k.__traceback__)
    same(m.handled()[0], None)
    v = ValueError("set")
    is_(m.set_handled(v, sys.exception), v)
    is_(m.set_exc_info(v, sys.exception), v)
    is_(sys.exception(), None)
    e = raises(TypeError, m.set_handled, v, lambda: int([]))
    is_(e.__context__, v)


def test_new_exceptions():
    E = m.new_exception("pkg.mod.Name", NULL, NULL)
    same((E.__name__, E.__module__, E.__qualname__, E.__bases__), ("Name", "pkg.mod", "Name", (Exception,)))
    same(str(E("x")), "x")
    E = m.new_exception("mod.Other", (KeyError, ValueError), {"attr": 5})
    same((E.__bases__, E.attr), ((KeyError, ValueError), 5))
    E = m.new_exception_with_doc("mod.Doc", "The doc.", LookupError, NULL)
    same((E.__doc__, E.__base__), ("The doc.", LookupError))
    raises(SystemError, m.new_exception, "nodot", NULL, NULL, text="PyErr_NewException: name must be module.class")


@once("what the hooks display stays on CPython too")
def test_unraisable_and_display():
    text = captured(m.write_unraisable, ValueError("lost"), "the object")
    true(text.startswith("Exception ignored in: 'the object'\n"), text)
    true(text.endswith("ValueError: lost\n"), text)
    same(m.write_unraisable.__name__, "write_unraisable")
    seen = []
    old, sys.unraisablehook = sys.unraisablehook, lambda u: seen.append((u.exc_type, str(u.exc_value), u.object, u.err_msg))
    try:
        m.write_unraisable(KeyError("k"), 5)
        if hasattr(m, "format_unraisable"):
            m.format_unraisable([1])
    finally:
        sys.unraisablehook = old
    same(seen[0], (KeyError, "'k'", 5, None))
    if hasattr(m, "format_unraisable"):
        same(seen[1], (KeyError, "'lost'", None, "Exception ignored in test of [1]"))
    same(captured(m.display, ValueError("shown")), "ValueError: shown\n")
    same(m.check_signals(), 0)


def test_warnings():
    import warnings
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        same(m.warn(UserWarning, "text", 1), 0)
        same(m.warn(NULL, "default category", 1), 0)
        same(m.warn_format(DeprecationWarning, "x"), 0)
        same(m.warn_explicit(RuntimeWarning, "explicit", NULL), 0)
        same(m.resource_warning("r"), 0)
    same([(w.category.__name__, str(w.message)) for w in log], [("UserWarning", "text"), ("RuntimeWarning", "default category"), ("DeprecationWarning", "number 5 and x"), ("RuntimeWarning", "explicit"), ("ResourceWarning", "unclosed 'r'")])
    same((log[3].filename, log[3].lineno), ("file.py", 7))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raises(UserWarning, m.warn, UserWarning, "now an error", 1, text="now an error")
        raises(UserWarning, m.warn_format, UserWarning, 5)
    raises(TypeError, m.warn, 5, "x", 1)


def test_exception_attributes():
    e, c, x = ValueError("a"), KeyError(), TypeError()
    same(m.exc_get(e), (NULL, NULL, NULL, ("a",)))
    m.exc_set(e, c, x, ("new", 2))
    same(m.exc_get(e), (c, x, NULL, ("new", 2)))
    same(e.__suppress_context__, True)
    changes(c, -1, m.exc_set, e, NULL, x, ())
    same(m.exc_get(e)[0], NULL)
    try:
        raise e
    except ValueError:
        tb = e.__traceback__
    is_(m.exc_get(e)[2], tb)
    same(m.traceback_check(tb), 1)
    same(m.exc_set_traceback(e, None), 0)
    is_(e.__traceback__, None)
    same(m.exc_set_traceback(e, tb), 0)
    raises(TypeError, m.exc_set_traceback, e, 5)
    same(m.exc_class_name(KeyError), "KeyError")
    same((m.exc_checks(KeyError), m.exc_checks(KeyError()), m.exc_checks(int), m.exc_checks(5)), (1, 2, 0, 0))
    if hasattr(m, "raised_struct"):
        same(m.raised_struct(ValueError(1, 2)), ((1, 2), None, 0))
        e = raises(KeyError, m.chain, ValueError, KeyError)
        same(repr(e.__context__), "ValueError('first')")
        e = raises(SyntaxError, m.syntax_location)
        same((e.filename, e.lineno, e.offset, e.msg), ("f.py", 3, 4, "made in C"))


def test_unicode_errors():
    e, enc, obj, why, start, end = m.unicode_decode_error("utf-8", b"ab\xff", 2, 3, "bad")
    same((type(e), enc, obj, why, start, end), (UnicodeDecodeError, "utf-8", b"ab\xff", "bad", 2, 3))
    u = UnicodeEncodeError("ascii", "aéb", 0, 1, "r")
    same(m.unicode_error_setters(u), (1, 2, "ascii", "aéb"))
    same((u.start, u.end, u.reason), (1, 2, "set"))
    raises(TypeError, m.unicode_error_setters, ValueError())


def test_constants():
    for e in m.exception_constants():
        is_(e, getattr(builtins, e.__name__))
    same(len(set(m.exception_constants())), 66)


run(globals())
