# needs: stdlib(threading, _thread, queue, _queue, contextvars, _contextvars, concurrent.futures)
# Threads, locks, conditions, queues, thread-local data, context variables, pools: deterministic by joins and counts.
import concurrent.futures as cf
import contextvars
import queue
import threading
import _queue
import _thread


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


out = []
ts = [threading.Thread(target=lambda i=i: out.append(i * i), name=f"t{i}") for i in range(5)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(sorted(out), [t.name for t in ts], [t.is_alive() for t in ts], threading.active_count(), threading.current_thread() is threading.main_thread(), threading.main_thread().name, ts[0].daemon, ts[0].ident is not None)
err(ts[0].start)
err(threading.Thread().join)
err(threading.current_thread().join)
lock = threading.Lock()
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01), lock.release(), lock.locked(), type(lock).__name__, repr(lock).split(" at ")[0])
err(lock.release)
err(lock.acquire, False, 5)
err(lock.acquire, True, -2)
with lock:
    print(lock.locked())
r = threading.RLock()
print(r.acquire(), r.acquire(), r.release(), r._is_owned(), r.release(), r._is_owned())
err(r.release)
count = 0


def add(n):
    global count
    for _ in range(n):
        with lock:
            count += 1


ts = [threading.Thread(target=add, args=(2000,)) for _ in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(count)
ev, cond, sem, bar = threading.Event(), threading.Condition(), threading.BoundedSemaphore(2), threading.Barrier(3)
log = []


def waiter():
    ev.wait()
    with cond:
        log.append("waited")
        cond.notify()
    bar.wait()


ts = [threading.Thread(target=waiter) for _ in range(2)]
[t.start() for t in ts]
with cond:
    ev.set()
    print(cond.wait_for(lambda: len(log) == 2, timeout=10), log)
bar.wait()
[t.join() for t in ts]
print(ev.is_set(), ev.clear(), ev.wait(0.01), sem.acquire(), sem.acquire(), sem.acquire(False), sem.release(), bar.parties, bar.n_waiting, bar.broken)
sem.release()
err(sem.release)
err(cond.wait)
err(cond.notify)
err(threading.Semaphore, -1)
loc = threading.local()
loc.x = "main"
seen = []


def use_local():
    seen.append(hasattr(loc, "x"))
    loc.x = "thread"
    seen.append(loc.x)


t = threading.Thread(target=use_local)
t.start()
t.join()
print(loc.x, seen, sorted(loc.__dict__))
old = threading.excepthook
threading.excepthook = lambda a: print("hook", a.exc_type.__name__, a.exc_value, a.thread.name)
t = threading.Thread(target=lambda: 1 / 0, name="failing")
t.start()
t.join()
threading.excepthook = old
timer = threading.Timer(0.01, lambda: print("timer ran"))
timer.start()
timer.join()
done = _thread.allocate_lock()
done.acquire()
print(_thread.start_new_thread(lambda a, b=0: (out.append((a, b)), done.release()), (1,), {"b": 2}) != 0, done.acquire(timeout=10), out[-1], _thread.get_ident() == threading.get_ident(), _thread._count() >= 0, threading.stack_size(), threading.TIMEOUT_MAX > 1e6, threading.get_native_id() > 0)
err(_thread.start_new_thread, 5, ())
err(_thread.start_new_thread, len, 5)
err(threading.stack_size, 5)
for Q in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = Q(3)
    for v in (2, 1, 3):
        q.put(v)
    print(Q.__name__, q.full(), q.qsize(), [q.get(), q.get_nowait()], q.empty(), q.task_done(), q.get())
    err(q.get, False)
    err(q.get, timeout=0.01)
    [q.put(1) for _ in range(3)]
    err(q.put, 4, False)
s = queue.SimpleQueue()
s.put(1)
s.put_nowait(2)
print(s.qsize(), s.get(), s.get(timeout=1), s.empty(), queue.SimpleQueue is _queue.SimpleQueue)
err(s.get_nowait)
err(s.get, timeout=-1)
q = queue.Queue()
results = []


def consumer():
    while (v := q.get()) is not None:
        results.append(v * 2)
        q.task_done()
    q.task_done()


c = threading.Thread(target=consumer)
c.start()
for v in [*range(50), None]:
    q.put(v)
q.join()
c.join()
q.shutdown()
err(q.put, 1)
err(q.get)
print(sum(results), results[:3])
with cf.ThreadPoolExecutor(3) as pool:
    fs = [pool.submit(pow, 2, i) for i in range(5)]
    print([f.result() for f in fs], list(pool.map(lambda v: v + 1, range(4))), len(cf.wait(fs).done))
    bad = pool.submit(lambda: [][1])
    print(repr(bad.exception()), bad.done(), bad.cancel())
    err(bad.result)
err(pool.submit, len, "")
var = contextvars.ContextVar("var", default="default")
ctx = contextvars.copy_context()
tok = var.set("outer")


def in_context():
    before = var.get()
    var.set("inside")
    return before, var.get()


print(var.get(), ctx.run(in_context), ctx[var], var.get(), tok.old_value is contextvars.Token.MISSING, tok.var is var, var.reset(tok), var.get(), var.name, len(ctx), list(ctx.items())[0][1], var in ctx, ctx.get(var), ctx.copy()[var])
err(contextvars.ContextVar("none").get)
err(var.reset, tok)
err(ctx.run, lambda: ctx.run(len, ""))
err(contextvars.ContextVar, 5)
err(lambda: contextvars.copy_context()[contextvars.ContextVar("z")])
with var.set("in with"):
    print(var.get())
print(var.get(), [*contextvars.Context()])
t = threading.Thread(target=lambda: print("thread sees", var.get()))
t.start()
t.join()
