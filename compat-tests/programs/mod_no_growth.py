# needs: stdlib(gc)
# No growth over repeated work: memory measured from the process's own figures before and after many rounds.
import gc


def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096


def calls():
    def f(a, *b, c=1, **d):
        return a, b, c, d
    for i in range(200):
        f(i, i, c=i, x=i)


def exceptions():
    for i in range(100):
        try:
            try:
                raise ValueError([i] * 50)
            except ValueError as e:
                raise KeyError(i) from e
        except KeyError:
            pass


def cycles():
    for i in range(50):
        a = {"data": bytearray(1000)}
        a["self"] = a

        class C:
            me = a
        C.c = C


def generators():
    def g(n):
        try:
            for i in range(n):
                yield [i]
        finally:
            pass
    for i in range(50):
        it = g(10)
        next(it)
        list(g(5))


def strings():
    s = ""
    for i in range(300):
        s += str(i)
        s.upper().replace("1", "日").encode()
    {s[i:i + 5]: i for i in range(200)}


def containers():
    d = {}
    for i in range(500):
        d[i] = [i] * 10
    for i in range(0, 500, 2):
        del d[i]
    sorted(d.values(), key=lambda v: -v[0])
    {tuple(v) for v in d.values()} & {(1,) * 10}


def classes():
    for i in range(10):
        t = type(f"T{i}", (list,), {"x": i, "__slots__": ("a",)})
        t([1]).a = t
        property(lambda s: 1).getter(len)


def closures():
    def make(n):
        cell = [n] * 100
        return lambda: (cell, make)
    [make(i)() for i in range(50)]


def code():
    for i in range(5):
        ns = {}
        exec(f"def f(x): return x + {i}\nclass K: y = f(1)\nr = [f(v) for v in range(10)]", ns)


def big_numbers():
    n = 1
    for i in range(1, 200):
        n *= i
    str(n), int(str(n)), n // 7 ** 50, pow(3, n, 10 ** 40)


def coroutines():
    async def c(n):
        return n if n == 0 else await c(n - 1)
    for i in range(20):
        try:
            c(10).send(None)
        except StopIteration:
            pass


def formats():
    for i in range(100):
        f"{i:>10} {i!r} {[i]}", "%s %d" % (i, i), "{} {x}".format(i, x=i)


def imports():
    import importlib
    import string
    importlib.reload(string)


def tracebacks():
    import traceback
    for i in range(5):
        try:
            [][i]
        except IndexError:
            traceback.format_exc()


def weakrefs():
    import weakref
    for i in range(50):
        class O:
            pass
        o = O()
        weakref.ref(o, lambda r: None)
        weakref.WeakValueDictionary(a=o)


def deep():
    def down(n):
        return 0 if n == 0 else 1 + down(n - 1)
    down(400)
    x = []
    for _ in range(2000):
        x = [x]


for work in (calls, exceptions, cycles, generators, strings, containers, classes, closures, code, big_numbers, coroutines, formats, imports, tracebacks, weakrefs, deep):
    for _ in range(20):
        work()
    gc.collect()
    before = resident()
    for _ in range(60):
        work()
    gc.collect()
    grown = resident() - before
    print(work.__name__, "ok" if grown < 1 << 20 else f"grew by {grown >> 10} KiB")
