import capi_private_args as m
from support import *


def parses_positional(f):
    t = Thing()
    same(f(("ab\0c",)), (b"ab\0c", -1, NULL))
    same(f(("é", 7, t)), ("é".encode(), 7, t))
    same(f((b"bytes", 7)), (b"bytes", 7, NULL))
    changes(t, 0, f, ("", 1, t), times=10)
    raises(TypeError, f, (), text="fname() takes at least 1 argument (0 given)")
    raises(TypeError, f, ("a", 1, 2, 3), text="fname() takes at most 3 arguments (4 given)")
    raises(TypeError, f, (5,), text="a bytes-like object is required, not 'int'")
    raises(TypeError, f, ("a", "b"), text="'str' object cannot be interpreted as an integer")
    raises(OverflowError, f, ("a", 1 << 40), text="signed integer is greater than maximum")


def test_parse_tuple():
    parses_positional(m.parse_tuple)
    parses_positional(m.va_parse)
    raises(SystemError, m.parse_tuple, [1], text="new style getargs format but argument is not a tuple")
    same(m.parse_one("x\0y"), (b"x\0y", -1, NULL))
    raises(TypeError, m.parse_one, 5, text="a bytes-like object is required, not 'int'")
    keeps(m.parse_one, "a text of its own")


def parses_keywords(f, least="fname() missing required argument 'text' (pos 1)"):
    t = Thing()
    same(f(("a",), NULL), (b"a", -1, NULL))
    same(f(("a", 2), {"object": t}), (b"a", 2, t))
    same(f((), {"number": 3, "text": "k"}), (b"k", 3, NULL))
    changes(t, 0, f, ("a",), {"object": t}, times=10)
    raises(TypeError, f, (), NULL, text=least)
    raises(TypeError, f, ("a", 1, t), NULL, text="fname() takes at most 2 positional arguments (3 given)")
    raises(TypeError, f, ("a",), {"text": "b"}, text="argument for fname() given by name ('text') and position (1)")
    raises(TypeError, f, ("a",), {"none": 1}, text="fname() got an unexpected keyword argument 'none'")
    raises(TypeError, f, ("a",), {"number": "x"}, text="'str' object cannot be interpreted as an integer")


def test_parse_keywords():
    parses_keywords(m.parse_keywords)
    parses_keywords(m.va_keywords)
    bad_call(m.parse_keywords, [], NULL)
    bad_call(m.parse_keywords, (), [])


def test_build():
    t = Thing()
    for f in (m.build, m.va_build):
        same(f(t), ("ab\0cd", b"xy", (t,)))
        changes(t, 0, f, t, times=10)
        raises(SystemError, f, NULL, text="NULL object passed to Py_BuildValue")
    raises(SystemError, m.build_bad, text="unmatched paren in format")


def test_old_buffers():
    for f in (m.char_buffer, m.read_buffer):
        same(f(b"ab\0c"), b"ab\0c")
        same(f(bytearray(b"xyz")), b"xyz")
        same(f(memoryview(b"12345")[1:3]), b"23")
        keeps(f, bytearray(b"xyz"))
        raises(TypeError, f, "text", text="a bytes-like object is required, not 'str'")
        raises(BufferError, f, memoryview(b"12345")[::2], text="memoryview: underlying buffer is not C-contiguous")
        raises(SystemError, f, NULL, text="null argument to internal routine")
    b = bytearray(b"abc")
    same(m.write_buffer(b), b"abc")
    same(b, bytearray(b"Wbc"))
    b.append(1)  # the buffer has been given back
    raises(TypeError, m.write_buffer, b"abc", text="expected a writable bytes-like object")
    raises(TypeError, m.write_buffer, 5, text="expected a writable bytes-like object")
    raises(SystemError, m.write_buffer, NULL, text="null argument to internal routine")
    same([m.check_read_buffer(x) for x in (b"", bytearray(), memoryview(b"12"), "", 5, memoryview(b"1234")[::2])], [1, 1, 1, 0, 0, 0])


def test_checks():
    needs(m, "bad_argument")
    raises(TypeError, m.bad_argument, "f", "argument 2", "str", 5, text="f() argument 2 must be str, not int")
    raises(TypeError, m.bad_argument, "f", "argument 'x'", "int", None, text="f() argument 'x' must be int, not None")
    raises(TypeError, m.bad_argument, "f", "argument", "int", Thing(), text="f() argument must be int, not Thing")
    same(m.check_positional("f", 2, 1, 3), 1)
    same(m.check_positional("f", 0, 0, 0), 1)
    raises(TypeError, m.check_positional, "f", 0, 1, 1, text="f expected 1 argument, got 0")
    raises(TypeError, m.check_positional, "f", 1, 2, 3, text="f expected at least 2 arguments, got 1")
    raises(TypeError, m.check_positional, "f", 4, 2, 3, text="f expected at most 3 arguments, got 4")
    raises(TypeError, m.check_positional, "f", 2, 0, 1, text="f expected at most 1 argument, got 2")
    raises(TypeError, m.check_positional, NULL, 0, 1, 2, text="unpacked tuple should have at least 1 element, but has 0")
    raises(TypeError, m.check_positional, NULL, 3, 2, 2, text="unpacked tuple should have 2 elements, but has 3")
    same(m.no_keywords("f", NULL), 1)
    same(m.no_keywords("f", {}), 1)
    raises(TypeError, m.no_keywords, "f", {"a": 1}, text="f() takes no keyword arguments")
    bad_call(m.no_keywords, "f", [])
    same(m.no_positional("f", NULL), 1)
    same(m.no_positional("f", ()), 1)
    raises(TypeError, m.no_positional, "f", (1,), text="f() takes no positional arguments")
    bad_call(m.no_positional, "f", [])
    same(m.optional_size(None), -77)
    same(m.optional_size(5), 5)
    same(m.optional_size(True), 1)
    raises(TypeError, m.optional_size, 1.5, text="argument should be integer or None, not 'float'")
    raises(TypeError, m.optional_size, Thing(), text="argument should be integer or None, not 'Thing'")
    raises(OverflowError, m.optional_size, 1 << 70, text="cannot fit 'int' into an index-sized integer")


def test_generated_parsers():
    needs(m, "parse_stack")
    parses_positional(m.parse_stack)
    parses_keywords(m.stack_keywords)
    parses_keywords(m.fast_keywords)
    bad_call(m.fast_keywords, [], NULL)
    t = Thing()
    same(m.stack_required(("a", 1), {"object": t}), (b"a", 1, t))
    raises(TypeError, m.stack_required, ("a", 1), NULL, text="function missing required argument 'object' (pos 3)")
    raises(TypeError, m.stack_required, ("a", 1, 2, 3), NULL, text="function takes at most 3 arguments (4 given)")


def test_unpack():
    needs(m, "unpack")
    t, u, v = Thing(), Thing(), Thing()
    for as_dict in (0, 1):
        same(m.unpack((t, u, v), NULL, as_dict, 1, 3, 0), (t, u, v, 0))
        same(m.unpack((t,), {"last": v}, as_dict, 1, 3, 0), (t, NULL, v, 1))
        same(m.unpack((t,), {"last": v, "middle": u}, as_dict, 1, 2, 1), (t, u, v, 1))
        changes(t, 0, m.unpack, (t,), {"last": t}, as_dict, 1, 3, 0, times=10)
        raises(TypeError, m.unpack, (), NULL, as_dict, 1, 3, 0, text="unpack() takes at least 1 positional argument (0 given)")
        raises(TypeError, m.unpack, (t, u, v), NULL, as_dict, 1, 2, 0, text="unpack() takes at most 2 positional arguments (3 given)")
        raises(TypeError, m.unpack, (t, u), {"middle": v}, as_dict, 1, 3, 0, text="argument for unpack() given by name ('middle') and position (2)")
        raises(TypeError, m.unpack, (t,), {"none": v}, as_dict, 1, 3, 0, text="unpack() got an unexpected keyword argument 'none'")
        raises(TypeError, m.unpack, (t,), {"middle": u}, as_dict, 1, 2, 1, text="unpack() missing required argument 'last' (pos 3)")


run(globals())
