# needs: package(gevent)
"""gevent: greenlets, queues, events, time-outs, pools, sockets on loopback, patched modules."""

from gevent import monkey

monkey.patch_all()

import queue
import socket
import threading
import time

import gevent
from gevent import event, pool, server, lock
from gevent.queue import Queue

order = []


def work(name, steps):
    for i in range(steps):
        order.append((name, i))
        gevent.sleep(0)
    return name * 2


jobs = [gevent.spawn(work, name, 3) for name in "abc"]
gevent.joinall(jobs)
print(order, [job.value for job in jobs])
gevent.get_hub().NOT_ERROR += (ZeroDivisionError,)
failing = gevent.spawn(lambda: 1 // 0)
failing.join()
print(failing.successful(), type(failing.exception).__name__)
tasks = Queue()
done = gevent.spawn(lambda: [tasks.get() for _ in range(3)])
for i in range(3):
    tasks.put(i)
print(done.get())
flag = event.Event()
waiting = [gevent.spawn(flag.wait) for _ in range(2)]
gevent.spawn_later(0.01, flag.set)
gevent.joinall(waiting)
print([w.value for w in waiting])
with gevent.Timeout(0.02, False):
    gevent.sleep(5)
    print("never")
try:
    with gevent.Timeout(0.01):
        time.sleep(5)
except gevent.Timeout as timeout:
    print("Timeout", timeout)
print(pool.Pool(2).map(lambda x: x * x, range(5)))
guard = lock.Semaphore(1)
print(guard.acquire(), guard.acquire(blocking=False), guard.release())


def echo(connection, address):
    while data := connection.recv(100):
        connection.sendall(data.upper())


listener = server.StreamServer(("127.0.0.1", 0), echo)
listener.start()


def client(text):
    with socket.create_connection(("127.0.0.1", listener.server_port)) as connection:
        connection.sendall(text)
        return connection.recv(100)


print([job.value for job in gevent.joinall([gevent.spawn(client, b"text %d" % i) for i in range(3)])] and "served",
      sorted(gevent.spawn(client, b"last").get().split()))
listener.stop()
results = queue.Queue()
threads = [threading.Thread(target=lambda i=i: (time.sleep(0.01 * i), results.put(i))) for i in range(3)]
[t.start() for t in threads]
[t.join() for t in threads]
print([results.get() for _ in range(3)], monkey.is_module_patched("socket"))
print(gevent.spawn(lambda: gevent.getcurrent().dead).get(), type(gevent.get_hub()).__name__)
