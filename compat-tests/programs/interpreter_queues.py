# needs: stdlib(concurrent.interpreters, _interpqueues, queue)
# Queues between interpreters: what passes, bounds, defaults, unbound items, holders, errors.
import _interpqueues
import queue
from concurrent import interpreters
from concurrent.interpreters import _queues


def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except BaseException as e:
        print(type(e).__mro__[0].__name__, [c.__name__ for c in type(e).__mro__[1:3]], str(e).split(" at 0x")[0])
    else:
        print("no error:", repr(r))


q = interpreters.create_queue(2)
print(repr(q) == f"Queue({q.id})", q.maxsize, q.empty(), q.full(), q.qsize(), hash(q) == hash(q.id), interpreters.Queue(q.id) is q)
for value in (None, True, 5, 10 ** 40, 1.5, "spam", "\u20ac\ud800", b"eggs", (), (1, ("a", b"b", None)), [1, 2], {"a": {3}}, q):
    q.put(value)
    got = q.get()
    print(repr(got) if got is not q else "the queue", got == value, type(got) is type(value))
q.put(1)
q.put(2)
print(q.full(), q.qsize())
err(q.put_nowait, 3)
err(q.put, 3, timeout=0)
print(q.get_nowait(), q.get(), q.empty())
err(q.get_nowait)
err(q.get, timeout=0)
try:
    q.get_nowait()
except queue.Empty as e:
    print("queue.Empty")
err(q.put, (x for x in ()))
err(interpreters.Queue, "x")
err(interpreters.Queue, 10 ** 6)
other = interpreters.create()
other.prepare_main(q=q)
other.exec("q.put((1, 'from there')); q.put(q)")
print(q.get(), q.get() is q)
q.put("there")
other.exec("q.put((q.get(), q.qsize()))")
print(q.get())
for unbound in (_queues.UNBOUND, _queues.UNBOUND_ERROR, _queues.UNBOUND_REMOVE):
    third = interpreters.create()
    r = interpreters.create_queue(unbounditems=unbound)
    third.prepare_main(r=r)
    third.exec("r.put(1); r.put(2)")
    r.put(3)
    print(r.qsize(), r.unbounditems is unbound)
    third.close()
    print(r.qsize())
    for _ in range(r.qsize()):
        err(r.get)
other.close()
print(_interpqueues.QueueNotFoundError.__mro__[1:3], _interpqueues.QueueError.__module__)
err(_interpqueues.get_count, -1)
err(_interpqueues.get_count, "x")
err(_interpqueues.create, 1, 9)
err(_interpqueues.put, q.id, 1, 7)
i = _interpqueues.create(3, 1, 0)
print(_interpqueues.get_maxsize(i), _interpqueues.get_queue_defaults(i), _interpqueues.is_full(i), (i, 1, 0) in _interpqueues.list_all())
_interpqueues.bind(i)
_interpqueues.bind(i)
_interpqueues.release(i)
print(_interpqueues.get_count(i))
_interpqueues.release(i)
err(_interpqueues.get_count, i)
err(_interpqueues.release, i)
