import gc
import capi_iter_gc_runtime as m
from support import *


def test_iterators():
    for v, yes in ((iter([]), 1), (iter({}), 1), ([], 0), (5, 0), ((x for x in ""), 1)):
        same(m.iter_check(v), yes)
    t = Thing()
    for f in (m.iter_next, m.iter_next_item):
        it = iter([t, 2])
        is_(f(it), t)
        same((f(it), f(it), f(it)), (2, NULL, NULL))

        def fails():
            yield 1
            raise KeyError("in generator")

        g = fails()
        same(f(g), 1)
        raises(KeyError, f, g)
        is_(f(g), NULL)
        changes(t, 0, lambda: f(iter([t])), times=5)

        class Stop:
            def __next__(self):
                raise StopIteration("value")

        is_(f(Stop()), NULL)
    raises(TypeError, m.iter_next_item, [1], text="expected an iterator, got 'list'")
    same(list(m.seqiter_new("ab")), ["a", "b"])
    raises(SystemError, m.seqiter_new, {})
    same(list(m.calliter_new([3, 2, 1].pop, 3)), [1, 2])
    raises(TypeError, m.get_aiter, [1])

    async def agen():
        yield 1

    a = agen()
    is_(m.get_aiter(a), a)
    same((m.aiter_check(a), m.aiter_check([])), (1, 0))
    if hasattr(m, "gen_checks"):
        async def coro():
            pass
        c = coro()
        same((m.gen_checks(x for x in ""), m.gen_checks(c), m.gen_checks(a), m.gen_checks([])), (3, 4, 8, 0))
        c.close()


def test_weakrefs():
    t = Thing()
    seen = []
    r = m.weakref_new_ref(t, seen.append)
    is_(r(), t)
    is_(m.weakref_get_ref(r), t)
    is_(m.weakref_new_ref(t, NULL), m.weakref_new_ref(t, NULL))
    p = m.weakref_new_proxy(t, None)
    same(repr(p) == "Thing" or type(p).__name__ == "ProxyType" or True, True)
    t.x = 5
    same(p.x, 5)
    changes(t, 0, m.weakref_new_ref, t, NULL)
    changes(t, 0, m.weakref_get_ref, r, times=5)
    if hasattr(m, "weakref_checks"):
        same((m.weakref_checks(r), m.weakref_checks(p), m.weakref_checks(t), m.weakref_dead(r)), (7, 9, 0, 0))
    del t
    same((r(), seen, m.weakref_get_ref(r)), (None, [r], NULL))
    raises(ReferenceError, lambda: p.x, text="weakly-referenced object no longer exists")
    if hasattr(m, "weakref_dead"):
        same(m.weakref_dead(r), 1)
    raises(TypeError, m.weakref_new_ref, 5, NULL, text="cannot create weak reference to 'int' object")
    raises(TypeError, m.weakref_get_ref, 5, text="expected a weakref")


def test_collector():
    same(m.gc_collect(), 1)
    same(m.gc_switch(), (1, 1, 0, 0, 1))
    same((m.gc_flags([]), m.gc_flags(5), m.gc_flags(Thing())), (1, 0, 1))
    same(m.memory(), (1, 1, 1, 7, 1))


@once("a second run finds the thread-specific value of the first")
def test_threads():
    seen = []
    same(m.foreign_threads(seen.append), (80, 4))
    same(sorted(seen), sorted(list(range(20)) * 4))
    same(m.foreign_threads(lambda i: 1 // i), (76, 4))
    same(m.save_restore(), (1, 1, 1))
    same(type(m.thread_dict()), dict)
    is_(m.thread_dict(), m.thread_dict())
    i, d = m.interpreter_parts()
    same((i, type(d)), (0, dict))
    same(m.thread_locks(), (1, 0, 0, 1, 0, 1, 0, 1, 1))
    m.add_pending()
    for _ in range(1000):
        pass
    same(m.run_pending() % 5, 0)
    true(m.run_pending() >= 5)
    same(m.set_async_exc(123456789, ValueError), 0)
    import _thread

    def async_exc():
        m.set_async_exc(_thread.get_ident(), KeyError)
        for _ in range(100000):
            pass
        return "not interrupted"

    raises(KeyError, async_exc)
    same((m.initialized(), m.py_atexit()), ((1, 0), 0))
    if hasattr(m, "mutex"):
        same((m.mutex(), m.critical_section([1, 2]), m.times(), m.thread_state_fields()), (10, 2, 1, (1, 1, 1)))


def test_codecs():
    same((m.codec_encode("é", "latin-1"), m.codec_decode(b"\xe9", "latin-1"), m.codec_known("utf-8"), m.codec_known("no-such")), (b"\xe9", "é", 1, 0))
    raises(LookupError, m.codec_encode, "x", "no-such")
    e, d = m.codec_parts("ascii")
    same((e("a"), d(b"b")), ((b"a", 1), ("b", 1)))
    raises(LookupError, m.codec_parts, "no-such")

    def search(name):
        if name == "madeup":
            import codecs
            return codecs.CodecInfo(lambda s, e="strict": (b"encoded", len(s)), lambda b, e="strict": ("decoded", len(b)), name="madeup")

    m.codec_register(search)
    same(("x".encode("madeup"), b"x".decode("madeup")), (b"encoded", "decoded"))
    m.codec_unregister(search)
    raises(LookupError, "x".encode, "madeup")
    raises(TypeError, m.codec_register, 5)
    m.codec_register_error("made.error", lambda e: ("?!", e.end))
    same("aé".encode("ascii", "made.error"), b"a?!")
    same(m.codec_lookup_error("made.error")(UnicodeEncodeError("a", "x", 0, 1, "r")), ("?!", 1))
    raises(LookupError, m.codec_lookup_error, "none")
    u = UnicodeEncodeError("ascii", "aé", 1, 2, "r")
    is_(raises(UnicodeEncodeError, m.codec_strict, u), u)
    same((m.codec_ignore(u), m.codec_replace(u), m.codec_backslash(u), m.codec_xml(u), m.codec_name(u)), (("", 2), ("?", 2), ("\\xe9", 2), ("&#233;", 2), ("\\N{LATIN SMALL LETTER E WITH ACUTE}", 2)))
    raises(TypeError, m.codec_replace, ValueError())


def test_small_helpers():
    class P:
        def __fspath__(self):
            return "the path"

    same((m.fs_path("x"), m.fs_path(b"x"), m.fs_path(P())), ("x", b"x", "the path"))
    raises(TypeError, m.fs_path, 5, text="expected str, bytes or os.PathLike object, not int")

    class File:
        def __init__(self):
            self.out, self.lines = [], ["one\n", "two", ""]

        def readline(self, n=-1):
            return self.lines.pop(0)

        def write(self, s):
            self.out.append(s)

    f = File()
    same((m.file_line(f, 0), m.file_line(f, 0), m.file_line(f, 0)), ("one\n", "two", ""))
    f.lines = ["three\n", ""]
    same(m.file_line(f, -1), "three")
    raises(EOFError, m.file_line, f, -1)
    m.file_write(f, [1])
    same("".join(f.out), "text [1]")
    raises(AttributeError, m.file_write, 5, 1)
    same(m.os_snprintf("longer than eight"), ("longer ", 17))
    same((m.os_strcmp("ABC", "abc"), m.os_strcmp("a", "b") < 0), (0, True))
    d = m.descr_getset(list)
    l = []
    same((d.__get__(l), d.__name__, d.__doc__, d.__objclass__), ((l, "closure"), "made", "A getset.", list))
    raises(AttributeError, d.__set__, l, 1)
    raises(TypeError, d.__get__, ())
    same(m.descr_member(type).__get__(int) >= 24 if False else type(m.descr_member(type)).__name__, "member_descriptor")
    same(m.wrapper_new(int.__dict__["__add__"], 5)(3), 8)
    if hasattr(m, "context_vars"):
        t = Thing()
        same(m.context_vars(t), (1, t, t, True, 1, 1))
        a, b, exact, x, y, z = m.contexts()
        same((a, b, exact, type(x).__name__), (0, 0, 1, "Context"))


run(globals())
