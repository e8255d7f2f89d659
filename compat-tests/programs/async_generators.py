# needs: core
# Asynchronous generators driven by hand: asend, athrow, aclose, aiter, anext, comprehensions, errors.
class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


def drive(aw, *sends):
    it, seen, sends = aw.__await__(), [], list(sends)
    try:
        seen.append(it.send(None))
        while True:
            seen.append(it.send(sends.pop(0) if sends else None))
    except StopIteration as e:
        return (seen, e.value) if seen else e.value


def err(f, *a):
    try:
        print("no error:", f(*a))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


async def count(n):
    try:
        for i in range(n):
            got = yield i
            if got is not None:
                print("got", got)
            await Pause(f"pause {i}")
    except ValueError as e:
        print("caught", e)
        yield "after error"
    finally:
        print("finally", n)


async def collect(ag):
    return [v async for v in ag]


print(drive(collect(count(3))))
g = count(3)
print(type(g).__name__, g.__name__, g.__qualname__, g.ag_running, g.ag_suspended, g.ag_await, g.ag_code.co_name, g.ag_frame is not None, g.__aiter__() is g, aiter(g) is g)
print(drive(g.__anext__()), drive(g.asend("hello")), drive(g.athrow(ValueError("thrown"))), drive(g.aclose()))
err(lambda: drive(g.__anext__()))
err(lambda: drive(g.asend(1)))
g = count(2)
err(lambda: drive(g.asend("not none")))
print(drive(anext(g)), drive(g.aclose()), drive(g.aclose()))
print(drive(anext(g, "default")), drive(anext(count(1), "unused")))
g = count(5)
err(lambda: drive(g.athrow(KeyError("before start"))))
err(lambda: drive(anext(g)))
g = count(5)
drive(anext(g))
err(lambda: drive(g.athrow(KeyError("passes through"))))
g = count(5)
drive(anext(g))
err(lambda: drive(g.athrow(GeneratorExit())))
print(drive(count(1).aclose()))


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = stubborn()
drive(anext(g))
err(lambda: drive(g.aclose()))


async def awaits_on_close():
    try:
        yield 1
    finally:
        print("awaited", await Pause("closing"))


g = awaits_on_close()
drive(anext(g))
print(drive(g.aclose(), "value"))


async def raises_stop(kind):
    yield 1
    raise kind("inside")


for kind in (StopIteration, StopAsyncIteration, LookupError):
    g = raises_stop(kind)
    drive(anext(g))
    err(lambda: drive(anext(g)))


async def busy():
    yield await Pause("busy")
    yield 2


g = busy()
a1, a2 = g.asend(None), g.asend(None)
print(a1.send(None))
err(a2.send, None)
err(a1.send, "resumed")
a3 = g.__anext__()
err(a3.send, None)
err(a3.send, None)
a4 = g.aclose()
a4.close()
err(a4.send, None)
a5 = g.asend(1)
a6, a7 = g.athrow(ValueError), anext(g, 1)
print(type(a5).__name__, type(a6).__name__, type(a7).__name__, iter(a5) is a5)
a5.close()
a6.close()
a7.close()
err(aiter, 5)
err(anext, 5)
err(aiter, [1])
err(lambda: g.asend())
err(lambda: next(g))
err(lambda: iter(g))


async def evens(src):
    async for v in src:
        if v % 2 == 0:
            yield v


async def numbers(n):
    for i in range(n):
        yield i


async def pipeline():
    doubled = (v * 2 async for v in evens(numbers(10)))
    out = []
    async for v in doubled:
        out.append(v)
        if v > 10:
            break
    await doubled.aclose()
    out.append([v async for v in numbers(3)])
    out.append({v: w async for v in numbers(2) async for w in numbers(2)})
    out.append(sum([v async for v in numbers(5) if v % 2]))
    out.append([(v, await Pause(v)) async for v in numbers(2)])
    gen = (await Pause(i) for i in range(2))
    out.append(type(gen).__name__)
    out.append([v async for v in gen])
    return out


print(drive(pipeline(), "x", "y", "p", "q"))


async def with_return(flag):
    yield 1
    if flag:
        return
    yield 2


print(drive(collect(with_return(True))), drive(collect(with_return(False))))


async def delegating():
    async for v in count(2):
        yield v
    yield (yield "inner yield")


print(drive(collect(delegating())))
for bad in ("async def f():\n yield 1\n return 2", "async def f():\n yield from x", "def f():\n return (x async for x in y)", "async def f():\n await (yield x) = 1"):
    try:
        compile(bad, "s", "exec")
        print(repr(bad), "compiled")
    except SyntaxError as e:
        print(repr(bad), "|", e.msg)


class AIter:
    def __init__(self, items):
        self.items = iter(items)

    def __aiter__(self):
        return self

    async def __anext__(self):
        for v in self.items:
            return v
        raise StopAsyncIteration


async def azip(*its):
    its = [aiter(i) for i in its]
    while True:
        row = []
        for it in its:
            v = await anext(it, None)
            if v is None:
                return
            row.append(v)
        yield tuple(row)


print(drive(collect(azip(AIter("abc"), numbers_from := AIter([1, 2, 3]), AIter("xyzw")))))


async def context():
    try:
        yield 1
    except KeyError as e:
        raise ValueError("replaced") from e


g = context()
drive(anext(g))
try:
    drive(g.athrow(KeyError("k")))
except ValueError as e:
    print(e, repr(e.__cause__))


async def unpack():
    a, b = [v async for v in numbers(2)]
    *c, d = [v async for v in numbers(4)]
    return a, b, c, d, f"{[v async for v in numbers(2)]}"


print(drive(unpack()))
g = numbers(1)
g.__name__, g.__qualname__ = "n", "q"
print(g.__name__, repr(g).split(" at ")[0])
