import gc
import sys
import types
import weakref
import capi_internals as m
from support import *


class Capture:
    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s

    def flush(self):
        pass


def captured(f, *args):
    old, sys.stderr = sys.stderr, Capture()
    try:
        return f(*args), sys.stderr.text
    finally:
        sys.stderr = old


def test_type_objects():
    async def coroutine():
        pass

    async def agen():
        yield

    c = coroutine()
    import contextvars
    import collections
    d = {}
    expected = [type, object, int, bool, float, complex, str, bytes, bytearray, memoryview, list, tuple, dict, set, frozenset, slice, range, enumerate, reversed, zip, map,
                filter, property, classmethod, staticmethod, super, types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.GeneratorType,
                types.CoroutineType, types.AsyncGeneratorType, types.FrameType, types.TracebackType, types.CodeType, types.CellType, types.CapsuleType,
                types.MappingProxyType, type(d.keys()), type(d.values()), type(d.items()), types.GetSetDescriptorType, types.MemberDescriptorType, types.MethodDescriptorType,
                types.WrapperDescriptorType, types.ClassMethodDescriptorType, type(...), contextvars.Context, contextvars.ContextVar, contextvars.Token, type(iter([])),
                type(iter(())), type(iter(range(0))), type(iter({})), type(iter(set())), None, type(iter(b"")), None, type(iter(len, 1)), None,
                types.GenericAlias, collections.OrderedDict]
    c.close()
    found = m.type_objects()
    same(len(found), len(expected))
    for f, e in zip(found, expected):
        if e is not None:
            is_(f, e)


def test_errors():
    same(m.variadic_format([1]), "5 text [1]")
    raises(ValueError, m.variadic_error, "x", text="5 'x'")
    cause = KeyError("c")
    e = raises(RuntimeError, m.format_from_cause, cause, text="wrapped 3")
    is_(e.__cause__, cause)
    same(raises(KeyError, m.set_key_error, (1, 2)).args, ((1, 2),))
    r, text = captured(m.print_error, ValueError("printed"))
    same((r, text), (0, "ValueError: printed\n"))
    is_(sys.last_exc.__class__, ValueError)
    r, text = captured(m.print_error_keep, KeyError("k"))
    same((r, text), (0, "KeyError: 'k'\n"))
    is_(sys.last_exc.__class__, ValueError)


def test_tracebacks():
    e = raises(ValueError, m.traceback_here, ValueError("from cython"))
    frames = []
    tb = e.__traceback__
    while tb:
        frames.append((tb.tb_frame.f_code.co_name, tb.tb_frame.f_code.co_filename, tb.tb_lineno) if tb.tb_frame.f_code.co_name == "made_function" else tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    same(frames, ["raises", ("made_function", "made.pyx", 77)])
    out = Capture()
    same(m.traceback_print(e.__traceback__, out), 0)
    true(out.text.startswith("Traceback (most recent call last):\n") and 'File "made.pyx", line 77, in made_function' in out.text, out.text)
    ok, g, line = m.frame_more()
    same((ok, g is globals(), line > 0), (1, True, True))
    c, d = m.code_made()
    same((c.co_name, c.co_firstlineno, d.co_firstlineno, c.co_filename), ("n", 3, 4, "n"))


def test_functions_and_generators():
    def g():
        yield 1

    it = g()
    is_(m.gen_code(it), g.__code__)

    def annotated(a: int):
        pass

    same(m.function_annotations(annotated), {"a": int})

    def stops():
        raise StopIteration(5)

    same(m.gen_fetch_stop(stops), (5,))
    raises(KeyError, m.gen_fetch_stop, lambda: {}["k"])


def test_helpers():
    for n in (0, 5, -5, 2 ** 70, -(2 ** 100)):
        same(m.long_helpers(n), ((n > 0) - (n < 0), n.bit_length(), n, n.to_bytes(16, "little", signed=True)))
    raises(OverflowError, m.long_helpers, 2 ** 200)
    same((m.long_from_bytes(b"\xfe\xff", True), m.long_from_bytes(b"\xfe\xff", False)), (-2, 0xFFFE))
    same((m.slice_index(5), m.slice_index(None), m.slice_index(2 ** 80)), (5, -7, 2 ** 63 - 1))
    raises(TypeError, m.slice_index, "x", text="slice indices must be integers or None or have an __index__ method")
    same(m.dict_helpers("k", 1), ({"k": 1}, 1))
    s = {1}
    m.set_update(s, [2, 3])
    same(s, {1, 2, 3})
    raises(TypeError, m.set_update, s, 5)
    same((m.hashes(1.5), m.hashes(float("inf")), m.hashes(2.0 ** 70)), (3, 3, 3))
    same((m.characters(ord("a")), m.characters(ord("Z")), m.characters(ord(" ")), m.characters(ord("5"))), ((1, 0, 1, 0, 0, 1, 1, 97, 65), (1, 0, 1, 0, 1, 0, 0, 122, 90), (0, 0, 0, 1, 0, 0, 0, 32, 32), (0, 1, 1, 0, 0, 0, 1, 53, 53)))
    same(m.characters(200)[:2], (0, 0))
    same((m.os_numbers("0x1fz"), m.os_numbers("12")), ((31, 4), (12, 2)))
    same(m.locale_strings("abc"), (b"abc", "abc", "abc"))
    same((m.object_print("a'b", 0), m.object_print("a'b", 1), m.object_print([1], 0)), ('"a\'b"', "a'b", "[1]"))
    same(m.small_helpers(), 1)
    t = Thing()
    same(m.unstable(t)[0] in (0, 1), True)
    same(type(m.ready_and_init()).__name__, "Ready")


def test_thread_states():
    r, head, number = m.thread_state_made(lambda: "called on another state")
    same((r, head, number > 0), ("called on another state", 1, True))
    same(m.thread_state_made(lambda: 1 / 0)[0], NULL)
    same(m.state_users(), (1, 2, 1))
    events = []

    def traced():
        x = 1
        return x

    same(m.c_trace(traced, events), 1)
    same([e for e in events if e in (0, 2, 3)][:4], [0, 2, 2, 3])
    events = []
    same(m.c_profile(lambda: len("abc"), events), 3)
    same([e for e in events if e in (0, 3, 4, 6)][:4], [0, 4, 6, 3])
    seen = []
    sys.settrace(lambda *a: seen.append(a[1]))
    try:
        m.tracing_paused(traced)
    finally:
        sys.settrace(None)
    same("line" in seen or seen.count("call") > 1, False)


def test_managed_dict():
    M = m.Managed
    o = M()
    o.a, o.b = 1, [2]
    same((o.__dict__, o.a, M.__dictoffset__ != 0), ({"a": 1, "b": [2]}, 1, True))
    r = weakref.ref(o)
    o.me = o
    del o
    gc.collect()
    is_(r(), None)
    first = M().hit()
    same((M().hit(), M().hit()), (first + 1, first + 2))

    class Sub(M):
        pass

    s = Sub()
    s.x = 1
    same((s.hit(), s.__dict__), (first + 3, {"x": 1}))
    t = Thing()
    before = count(t)
    objs = [M() for _ in range(50)]
    for o in objs:
        o.t = t
    same(count(t), before + 50)
    del objs, o
    same(count(t), before)


run(globals())
