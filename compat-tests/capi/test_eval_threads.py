import sys
import threading
import types
import capi_eval_threads as m
from support import *


@once("threads leave what they need for the next one")
def test_lock():
    for way in (0, 1):
        same(m.lock(way), (0, 1, 1))
    same(m.initialized(), 1)


def test_states():
    t = Thing()
    same(m.preallocated(lambda: t), (t, 11, 1, 1, 1))
    d, is_same, current = m.state_dict()
    same((type(d), is_same, current), (dict, 1, 1))
    d["compat"] = t
    is_(m.state_dict()[0]["compat"], t)
    del d["compat"]
    same(m.count_threads(), threading.active_count())
    same(m.stop_the_world(t), 1)


class Waiting:
    """A thread that runs functions when told, and waits otherwise."""

    def __enter__(self):
        self.go, self.done = threading.Semaphore(0), threading.Semaphore(0)
        self.work = None
        self.thread = threading.Thread(target=self.loop)
        self.thread.start()
        self.run(lambda: None)
        return self

    def loop(self):
        while self.go.acquire() and self.work is not None:
            self.work()
            self.done.release()

    def run(self, work):
        self.work = work
        self.go.release()
        self.done.acquire()

    def __exit__(self, *e):
        self.work = None
        self.go.release()
        self.thread.join()


@once("threads leave what they need for the next one")
def test_current_frames():
    def here():
        return sys._getframe()

    with Waiting() as w:
        frames = m.current_frames()
        same(sorted(frames), sorted([threading.get_ident(), w.thread.ident]))
        is_(frames[threading.get_ident()], sys._getframe())
        names = []
        f = frames[w.thread.ident]
        while f is not None:
            names.append(f.f_code.co_name)
            f = f.f_back
        true("loop" in names, str(names))
        del frames, f
        same(m.count_threads(), 2)


def called():
    return len([])


@once("threads leave what they need for the next one")
def test_trace_all_threads():
    for profile in (0, 1):
        names = []
        with Waiting() as w:
            m.trace_all(profile, names)
            called()
            w.run(called)
            states, calls, returns, lines, c_calls = m.traced()
            m.trace_all(profile, NULL)
            same((states, calls, returns, lines, c_calls), (2, 1, 1, 1 - profile, profile))
            same(names.count("called"), 2)
            called()
            w.run(called)
            same(names.count("called"), 2)
            same(m.traced(), (0, 0, 0, 0, 0))
    t = Thing()
    before = count(t)
    m.trace_all(0, t)
    m.trace_all(0, NULL)
    m.trace_all(1, t)
    m.trace_all(1, NULL)
    same(count(t), before)


def test_frames():
    code, lasti, line = m.frame_here()
    is_(code, sys._getframe().f_code)
    same(line, sys._getframe().f_lineno - 2)
    same((lasti > 0, lasti % 2), (True, 0))
    before = count(code)
    for i in range(10):
        m.frame_here()
    same(count(code), before)
    inside = lambda *_: m.is_entry(sys._getframe())
    same(inside(), 0)
    same(list(map(inside, [1])), [1])
    same(sorted([1], key=inside), [1])


def test_stop_iteration():
    for v in (5, None, "x", [], Thing()):
        e = raises(StopIteration, m.set_stop, v)
        is_(e.value, v)
    e = raises(StopIteration, m.set_stop, (1, 2))
    same(e.value, (1, 2))
    inner = StopIteration(7)
    e = raises(StopIteration, m.set_stop, inner)
    is_(e.value, inner)
    t = Thing()
    changes(t, 0, lambda: raises(StopIteration, m.set_stop, t))
    e = raises(StopIteration, m.set_stop, ValueError(1))
    same(type(e.value), ValueError)


def test_generators():
    def inner():
        yield 1

    def outer(i):
        yield 0
        yield from i

    i = inner()
    g = outer(i)
    is_(m.yield_from(g), NULL)
    next(g)
    is_(m.yield_from(g), NULL)
    next(g)
    is_(m.yield_from(g), i)
    before = count(i)
    for _ in range(10):
        m.yield_from(g)
    same(count(i), before)
    list(g)
    is_(m.yield_from(g), NULL)


def test_awaitables():
    @types.coroutine
    def step():
        yield 1

    async def coro():
        await step()

    class Awaitable:
        def __init__(self, r):
            self.r = r

        def __await__(self):
            return self.r

    c, g, it = coro(), step(), iter([1])
    is_(m.awaitable_iter(c), c)
    is_(m.awaitable_iter(g), g)
    is_(m.awaitable_iter(Awaitable(it)), it)
    keeps(m.awaitable_iter, c)
    raises(TypeError, m.awaitable_iter, 5, text="'int' object can't be awaited")
    raises(TypeError, m.awaitable_iter, (x for x in ()), text="'generator' object can't be awaited")
    raises(TypeError, m.awaitable_iter, Awaitable(5), text="__await__() returned non-iterator of type 'int'")
    raises(TypeError, m.awaitable_iter, Awaitable(c), text="__await__() returned a coroutine")
    c.close()


run(globals())
