# needs: core
# Coroutines driven by hand: await, send, throw, close, async with, async for, comprehensions, a tiny scheduler, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


class Pause:
    """Awaitable that hands `value` to the driver and returns what the driver sends."""

    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


def drive(coro, *sends):
    """Runs a coroutine to its end; returns what it paused with, and its result."""
    seen, sends = [], list(sends)
    try:
        seen.append(coro.send(None))
        while True:
            seen.append(coro.send(sends.pop(0) if sends else None))
    except StopIteration as e:
        return seen, e.value


async def simple():
    return 42


async def two(a, b=2):
    x = await Pause(a)
    y = await Pause(b)
    return x, y


async def nested():
    r = await two(1)
    s = await simple()
    return r, s, (await Pause("deep")) or "none"


print(drive(simple()), drive(two("p", "q"), 10, 20), drive(nested(), 1, 2, 3))
c = two(1)
print(type(c).__name__, c.__name__, c.__qualname__, c.cr_running, c.cr_suspended, c.cr_code.co_name, c.cr_await, c.cr_origin, c.cr_frame is not None, hasattr(c, "__iter__"), hasattr(c, "__next__"))
print(c.send(None), c.cr_suspended, c.cr_await is not None)
err(c.throw, ValueError("thrown in"))
err(c.send, None)
print(c.cr_frame)
c = two(1)
c.send(None)
print(c.close(), c.close())
c = simple()
err(c.send, 5)
c.close()
err(c.send, None)
err(iter, simple) if False else None


async def catches():
    try:
        await Pause("waiting")
    except ValueError as e:
        print("caught", e)
        try:
            return await Pause("again")
        finally:
            print("finally in coroutine")
    return "not reached"


c = catches()
print(c.send(None), c.throw(ValueError("v")))
try:
    c.send("result")
except StopIteration as e:
    print(e.value)
c = catches()
c.send(None)
c.throw(ValueError("v"))
print(c.close())


async def awaits(x):
    return await x


class BadAwait1:
    def __await__(self):
        return 5


class BadAwait2:
    def __await__(self):
        return simple()


for x in (5, None, "text", BadAwait1(), [1], (i for i in "a")):
    err(lambda: drive(awaits(x)))
co = simple()


class AwaitCoro:
    def __await__(self):
        return co


err(lambda: drive(awaits(AwaitCoro())))
co.close()
c = simple()
w = c.__await__()
print(type(w).__name__, iter(w) is w, hasattr(w, "send"))
err(next, w)
done = simple()
drive(done)
err(lambda: drive(awaits(done)))
busy = two(1)
busy.send(None)
err(lambda: drive(awaits(busy)))
busy.close()


async def self_await():
    await me


me = self_await()
err(me.send, None)


class ACM:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress

    async def __aenter__(self):
        print("aenter", self.name, await Pause("entering"))
        return self.name

    async def __aexit__(self, kind, exc, tb):
        print("aexit", self.name, kind and kind.__name__, await Pause("exiting"))
        return self.suppress


async def uses_with():
    async with ACM("one") as a, ACM("two", True) as b:
        print("body", a, b)
        raise KeyError("suppressed by two")
    async with (ACM("three"),):
        return "returned from with"


print(drive(uses_with(), 1, 2, 3, 4, 5, 6))


async def bad_with(cm):
    async with cm:
        pass


class SyncCM:
    def __enter__(self):
        pass

    def __exit__(self, *a):
        pass


class NotAwaitable:
    def __aenter__(self):
        return 5

    async def __aexit__(self, *a):
        pass


class ExitNotAwaitable:
    async def __aenter__(self):
        pass

    def __aexit__(self, *a):
        return 5


for cm in (SyncCM(), 5, NotAwaitable(), ExitNotAwaitable()):
    err(lambda: drive(bad_with(cm)))


class Count:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Pause(f"next {self.n}")
        return self.n


async def loops():
    out = []
    async for i in Count(4):
        if i == 2:
            continue
        out.append(i)
    else:
        out.append("else")
    async for i in Count(3):
        if i == 1:
            break
    out.append([i async for i in Count(3) if i != 1])
    out.append({i: j async for i in Count(2) for j in "a"})
    out.append({await awaits(Pause(i)) or i for i in range(2)} == {0, 1})
    out.append([await simple() for _ in range(2)])
    out.append([[y async for y in Count(x)] for x in range(3)])
    return out


print(drive(loops()))


async def bad_for(x):
    async for _ in x:
        pass


class BadAiter:
    def __aiter__(self):
        return 5


class BadAnext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 5


class CoroAiter:
    async def __aiter__(self):
        return self


for x in (5, [1], BadAiter(), BadAnext()):
    err(lambda: drive(bad_for(x)))


async def raises_stop():
    raise StopIteration("from coroutine")


err(lambda: drive(raises_stop()))


def generator_based():
    yield 1


err(lambda: drive(awaits(generator_based())))
for bad in ("def f(): await x", "async def f(): yield from x", "def f(): async with x: pass", "def f(): async for x in y: pass", "async def f():\n def g(): await x", "def f(): [x async for x in y]", "await x", "class C: await x", "async def f(): lambda: await x"):
    try:
        compile(bad, "s", "exec")
        print(bad, "compiled")
    except SyntaxError as e:
        print(bad, "|", e.msg)


class Scheduler:
    """Runs coroutines round robin; a pause with a number sleeps that many rounds."""

    def __init__(self):
        self.ready, self.time, self.log = [], 0, []

    def spawn(self, name, coro):
        self.ready.append((0, name, coro))

    def run(self):
        while self.ready:
            self.ready.sort(key=lambda t: t[0])
            wake, name, coro = self.ready.pop(0)
            self.time = max(self.time, wake)
            try:
                delay = coro.send(self.time if coro.cr_suspended else None)
                self.ready.append((self.time + delay, name, coro))
            except StopIteration as e:
                self.log.append((self.time, name, e.value))


async def worker(sched, name, delays):
    for d in delays:
        now = await Pause(d)
        sched.log.append((now, name))
    return "done " + name


s = Scheduler()
s.spawn("a", worker(s, "a", [3, 1]))
s.spawn("b", worker(s, "b", [1, 1, 1]))
s.spawn("c", worker(s, "c", []))
s.run()
for entry in s.log:
    print(entry)


async def deep(n):
    return n if n == 0 else 1 + await deep(n - 1)


print(drive(deep(150)))
c = simple()
c.__name__ = "renamed"
c.__qualname__ = "q"
print(c.__name__, repr(c).split(" at ")[0])
err(setattr, c, "__name__", 5)
c.close()
