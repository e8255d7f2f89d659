# needs: stdlib(asyncio, _asyncio)
# asyncio: tasks, gathering, cancellation, timeouts, queues, locks, streams on loopback, subprocess, groups, errors.
import asyncio
import _asyncio


async def work(n, log, delay=0):
    log.append(f"start {n}")
    await asyncio.sleep(delay)
    log.append(f"end {n}")
    return n * n


async def fails(text="failed"):
    await asyncio.sleep(0)
    raise ValueError(text)


async def basics():
    log = []
    print(await asyncio.gather(*(work(i, log) for i in range(3))), log)
    t = asyncio.create_task(work(5, log), name="five")
    print(t.get_name(), t.done(), await t, t.done(), t.result(), t.exception(), t.cancelled(), t.cancel(), asyncio.current_task().get_name() != "", len(asyncio.all_tasks()), t.get_coro() is not None)
    print(await asyncio.gather(fails(), work(1, log), return_exceptions=True))
    try:
        await asyncio.gather(fails("one"), work(2, log))
    except ValueError as e:
        print("gather raised", e)
    done, pending = await asyncio.wait([asyncio.ensure_future(work(i, log, i / 100)) for i in range(3)], return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    for p in pending:
        p.cancel()
    print(sorted(str(type(x).__name__) for x in await asyncio.gather(*pending, return_exceptions=True)))
    print([await f for f in asyncio.as_completed([work(i, log, (3 - i) / 100) for i in range(3)])])


async def cancellation():
    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as e:
            print("cancelled with", e.args)
            raise
        finally:
            print("cleaned up")
    t = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    print(t.cancel("the reason"), t.cancelling())
    try:
        await t
    except asyncio.CancelledError as e:
        print("awaited", e.args, t.cancelled())
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e:
        print("timeout", type(e).__name__)
    try:
        async with asyncio.timeout(0.01) as cm:
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout block", cm.expired())
    print(await asyncio.shield(work(3, [])), await asyncio.wait_for(work(4, []), 5))
    try:
        async with asyncio.TaskGroup() as g:
            a = g.create_task(fails("in group"))
            b = g.create_task(asyncio.sleep(10))
    except* ValueError as eg:
        print("group", eg.exceptions, b.cancelled())
    async with asyncio.TaskGroup() as g:
        ts = [g.create_task(work(i, [])) for i in range(3)]
    print([t.result() for t in ts])


async def synchronisation():
    lock, event, sem, cond, q = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(2), asyncio.Condition(), asyncio.Queue(2)
    order = []

    async def locked(n):
        async with lock:
            order.append(n)
            await asyncio.sleep(0)
            order.append(n)
    await asyncio.gather(*map(locked, range(3)))
    print(order, lock.locked(), repr(lock).split("[")[1])

    async def producer():
        for i in range(5):
            await q.put(i)
        event.set()

    async def consumer():
        got = []
        while len(got) < 5:
            got.append(await q.get())
            q.task_done()
        await event.wait()
        return got
    print(await asyncio.gather(producer(), consumer()), q.empty(), await q.join())
    try:
        q.get_nowait()
    except asyncio.QueueEmpty as e:
        print(type(e).__name__)
    async with sem, cond:
        print(sem.locked(), cond.locked())
    b = asyncio.Barrier(2)
    print(sorted(await asyncio.gather(b.wait(), b.wait())))


async def low_level():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    loop.call_soon(f.set_result, "set")
    f.add_done_callback(lambda f: print("callback", f.result()))
    print(await f, f.done(), type(f).__name__, _asyncio.Future is asyncio.Future, loop.is_running())
    for bad in (lambda: f.set_result(1), lambda: loop.create_future().result(), lambda: loop.run_until_complete(f)):
        try:
            r = bad()
        except (asyncio.InvalidStateError, RuntimeError) as e:
            print(type(e).__name__, e)
    h = loop.call_later(100, print)
    h.cancel()
    print(h.cancelled(), await loop.run_in_executor(None, pow, 2, 10), await asyncio.to_thread(len, "abc"))
    e = loop.create_future()
    e.set_exception(KeyError("k"))
    try:
        await e
    except KeyError as x:
        print("future raised", x)

    async def agen():
        try:
            for i in range(10):
                yield i
                await asyncio.sleep(0)
        finally:
            print("agen closed")
    async for v in agen():
        if v == 2:
            break
    print([v async for v in agen() if v % 4 == 0])


async def streams():
    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(b"echo " + line)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        r, w = await asyncio.open_connection("127.0.0.1", port)
        w.write(b"one\ntwo\n")
        print(await r.readline(), await r.readexactly(4), await r.readuntil(b"o\n"))
        w.write_eof()
        print(await r.read(), r.at_eof())
        w.close()
        await w.wait_closed()
    try:
        await asyncio.open_connection("127.0.0.1", port)
    except OSError as e:
        print(type(e).__name__)
    p = await asyncio.create_subprocess_exec("/bin/sh", "-c", "read x; echo got $x; exit 3", stdin=-1, stdout=-1)
    print(await p.communicate(b"input\n"), p.returncode)


async def unhandled():
    asyncio.get_running_loop().set_exception_handler(lambda loop, ctx: print("handler:", ctx["message"], repr(ctx.get("exception"))))
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)


for f in (basics, cancellation, synchronisation, low_level, streams, unhandled):
    print("==", f.__name__)
    asyncio.run(f())
try:
    asyncio.run(fails("out of run"))
except ValueError as e:
    print(e)
try:
    asyncio.run(5)
except (ValueError, TypeError) as e:
    print(type(e).__name__, e)
with asyncio.Runner() as runner:
    print(runner.run(work(7, [])), runner.run(asyncio.sleep(0, "slept")))
try:
    asyncio.get_running_loop()
except RuntimeError as e:
    print(e)
