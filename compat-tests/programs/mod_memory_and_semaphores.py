# needs: stdlib(tracemalloc, _multiprocessing, _posixshmem, multiprocessing, subprocess)
# Traced memory, shared semaphores and shared memory: results, errors, processes that use them.
import _multiprocessing
import _posixshmem
import multiprocessing
import multiprocessing.shared_memory
import os
import subprocess
import sys
import tracemalloc


def err(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


def make():
    return [bytes(1000) for _ in range(50)]


def double(x):
    return 2 * x


def add(lock, value, queue):
    for _ in range(100):
        with lock:
            value.value += 1
    queue.put("done")


def traced():
    print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())
    err(tracemalloc.take_snapshot)
    err(tracemalloc.start, 0)
    err(tracemalloc.start, 70000)
    tracemalloc.start(3)
    kept = make()
    print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory()[0] > 50000)
    best = tracemalloc.take_snapshot().statistics("lineno")[0]
    print(best.size > 50000, best.count >= 50, os.path.basename(best.traceback[0].filename), best.traceback[0].lineno)
    frames = tracemalloc.get_object_traceback(kept[0])
    print([frame.lineno for frame in frames], frames.total_nframe)
    before = tracemalloc.get_traced_memory()[0]
    del kept
    now, peak = tracemalloc.get_traced_memory()
    print(now < before - 50000, peak >= before)
    tracemalloc.reset_peak()
    print(tracemalloc.get_traced_memory()[1] < before, tracemalloc.get_tracemalloc_memory() > 0)
    first = tracemalloc.take_snapshot()
    more = make()
    second = tracemalloc.take_snapshot()
    difference = second.compare_to(first, "lineno")[0]
    print(difference.size_diff > 50000, difference.count_diff >= 50, difference.traceback[0].lineno)
    tracemalloc.clear_traces()
    print(tracemalloc.get_object_traceback(more[0]))
    tracemalloc.stop()
    print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
    for arguments in (["-X", "tracemalloc"], ["-X", "tracemalloc=5"], ["-X", "tracemalloc=0"], ["-X", "tracemalloc=x"], ["-X", "tracemalloc=70000"]):
        p = subprocess.run([sys.executable, *arguments, "-c", "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"], capture_output=True, text=True)
        print(arguments[1], p.returncode, p.stdout.split(), p.stderr.splitlines()[:1])


def semaphores():
    print(_multiprocessing.flags, _multiprocessing.SemLock.SEM_VALUE_MAX)
    name = f"/semaphore-{os.getpid()}-"
    lock = _multiprocessing.SemLock(0, 1, 1, name + "a", True)
    print(lock.kind, lock.maxvalue, lock.name, lock.handle > 0)
    err(lock.release)
    print(lock.acquire(), lock._count(), lock._is_mine(), lock.acquire(), lock._count(), lock._get_value(), lock._is_zero())
    print(lock.release(), lock.release(), lock._is_mine(), lock._count())
    s = _multiprocessing.SemLock(1, 1, 1, name + "b", True)
    err(s.release)
    err(s.acquire, False)
    err(s.acquire, False)
    err(s.acquire, True, 0.01)
    err(s.acquire, timeout=-1)
    err(s.acquire, True, "x")
    print(s._after_fork(), s._count(), s.release(), s.__enter__(), s.__exit__(None, None, None))
    for arguments in ((5, 1, 1, name, True), (1, -1, 1, name, True), (1, 2**31, 2, name, True), (1, 1, 1, name), (1, 1, 1, "a\0b", True), (1, 1, 1, None, True)):
        err(_multiprocessing.SemLock, *arguments)
    err(_multiprocessing.sem_unlink, name + "none")
    named = _multiprocessing.SemLock(1, 2, 2, name + "c", False)
    print(named.name == name + "c", named._rebuild(0, 1, 2, named.name)._get_value(), _multiprocessing.sem_unlink(named.name))
    err(_posixshmem.shm_open, "/nobody-made-this", os.O_RDWR)
    err(_posixshmem.shm_open, "a\0b", os.O_RDWR)
    err(_posixshmem.shm_open, 5, os.O_RDWR)
    err(_posixshmem.shm_unlink, "/nobody-made-this")
    err(_posixshmem.shm_unlink, 5)


def processes():
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        lock, value, queue = context.Lock(), context.Value("i", 0), context.Queue()
        children = [context.Process(target=add, args=(lock, value, queue)) for _ in range(2)]
        for child in children:
            child.start()
        print(method, [queue.get() for _ in children])
        for child in children:
            child.join()
        print(value.value, [child.exitcode for child in children])
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(double, range(6)), pool.apply(double, ("ab",)))
    block = multiprocessing.shared_memory.SharedMemory(create=True, size=100)
    other = multiprocessing.shared_memory.SharedMemory(block.name)
    other.buf[:5] = b"hello"
    print(bytes(block.buf[:5]), block.size >= 100)
    other.close()
    block.close()
    block.unlink()
    err(multiprocessing.shared_memory.SharedMemory, "nobody-made-this-either")


if __name__ == "__main__":
    traced()
    semaphores()
    processes()
