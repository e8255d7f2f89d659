# needs: stdlib
# Nothing grows over repeated imports, calls, exceptions, cycles, classes, threads: each thing is done many times
# while the memory blocks in use are counted, before and after.
import asyncio
import contextvars
import copy
import gc
import importlib
import io
import itertools
import json
import os
import pickle
import re
import struct
import sys
import tempfile
import threading
import types
import weakref

ROUNDS = 150


def growth(function, rounds=ROUNDS):
    """Blocks that each round leaves behind, after some rounds that fill caches."""
    for _ in range(8):
        function()
    least = None
    for _ in range(6):
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(rounds):
            function()
        gc.collect()
        grown = (sys.getallocatedblocks() - before) / rounds
        least = grown if least is None else min(least, grown)
        if least < 1:
            break  # A leak leaves one block or more each time; tables that double now and then do not.
    return least


def check(function, rounds=ROUNDS):
    grown = growth(function, rounds)
    print(function.__name__, "ok" if grown < 1 else f"grows by {grown:.2f} blocks")


def f(a, b=2, *args, c=3, **kwargs):
    return locals()


class Slots:
    __slots__ = ("x", "y", "__weakref__")


class Plain:
    def __init__(self, v):
        self.v = v

    def method(self):
        return self.v

    @property
    def prop(self):
        return [self.v]

    @staticmethod
    def static(x):
        return x,

    @classmethod
    def cls(cls, x):
        return cls(x)


@check
def calls():
    f(1)
    f(1, 2, 3, 4, c=5, d=6)
    f(*[1, 2, 3], **{"c": 1, "z": [2]})
    Plain(3).method()
    Plain.static([1])
    Plain.cls([2]).prop
    (lambda *a: a)(*range(10))
    max([3, 1, 2], key=lambda v: -v)
    sorted("hello", reverse=True)
    "{} {x!r:>5}".format(1, x="y")
    int("12", base=8)
    print("x", [1], sep="", end="", file=io.StringIO())


@check
def failed_calls():
    for bad in (lambda: f(), lambda: f(1, a=2), lambda: len(), lambda: len(1), lambda: int("x"), lambda: [].sort(1), lambda: Plain(), lambda: "%d" % "x", lambda: {}[1], lambda: [][1], lambda: None.x, lambda: Plain(1).y, lambda: f(**{1: 2}),  lambda: 1 + "x", lambda: struct.pack("i", "x")):
        try:
            bad()
        except Exception as e:
            e.add_note("seen")


@check
def exceptions():
    def deep(n):
        if n == 0:
            raise ValueError(["payload"])
        try:
            deep(n - 1)
        finally:
            x = [n]

    try:
        deep(10)
    except ValueError as e:
        try:
            raise KeyError("other") from e
        except KeyError as k:
            k.__traceback__.tb_frame.f_locals
    try:
        raise ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [TypeError(2)])])
    except* ValueError:
        pass
    except* TypeError:
        pass


@check
def cycles():
    a = []
    a.append(a)
    d = {}
    d["self"] = d
    p = Plain(None)
    p.v = p
    p.bound = p.method
    t = ([],)
    t[0].append(t)
    g = (x for x in [p])
    p.g = g

    def closure():
        return closure, a


@check
def finalizers():
    class Final:
        def __init__(self):
            self.me = self

        def __del__(self):
            list(range(3))

    Final()
    r = weakref.ref(Slots(), lambda r: None)
    s = Slots()
    weakref.finalize(s, print, "never", file=io.StringIO())
    w = weakref.WeakValueDictionary(a=s)
    del s


@check
def classes():
    class Meta(type):
        def __new__(mcls, name, bases, space, **kw):
            return super().__new__(mcls, name, bases, space)

    class A(metaclass=Meta, flag=1):
        x: int = 1

        def __init_subclass__(cls, **kw):
            cls.made = [cls]

    class B(A, Plain):
        __slots__ = ("q",)

        def method(self):
            return super().method()

    B(1).method()
    B.__annotations__
    A.__annotations__
    type("C", (B,), {"k": 1})().k if False else None


@check
def generators():
    def gen():
        try:
            got = yield 1
            yield from [got, 2]
        finally:
            pass

    g = gen()
    next(g)
    g.send([3])
    g.close()
    g = gen()
    next(g)
    try:
        g.throw(ValueError("x"))
    except ValueError:
        pass
    list(zip(gen(), itertools.count()))
    sum(x for x in range(5))

    async def co():
        return [1]

    c = co()
    try:
        c.send(None)
    except StopIteration as e:
        e.value
    co().close()


def loop():
    async def work(n):
        await asyncio.sleep(0)
        return [n]

    async def main():
        async with asyncio.timeout(5):
            return await asyncio.gather(*(work(i) for i in range(3)))

    asyncio.run(main())


check(loop, 20)


@check
def containers():
    l = [str(i) for i in range(30)]
    l[3:7] = l[1:2] * 3
    l.reverse()
    l.extend(map(len, l[:3]))
    d = dict.fromkeys(l, [])
    d |= {"x": 1}
    d.pop("x")
    {**d}.popitem()
    s = set(l) ^ {1, 2} | frozenset([3])
    b = bytearray(b"abc") * 5
    b[1:3] = b"zzzz"
    memoryview(b)[2:].tobytes()
    copy.deepcopy([d, (1, [2])])
    " ".join("a,b,c".split(",")).replace("a", "bb").encode().decode()
    10**40 // 7, 1.5 * 2, complex(1, 2) ** 2


@check
def code():
    space = {}
    exec(compile("def g(x):\n    return [x for y in range(3)]\nclass K: pass\nr = g(1)", "made", "exec"), space)
    eval("lambda q: q")(1)
    types.FunctionType(space["g"].__code__, space, "other")(2)
    try:
        compile("x = = 1", "bad", "exec")
    except SyntaxError as e:
        e.text
    del space


@check
def modules():
    m = types.ModuleType("made")
    m.x = m
    sys.modules["made"] = m
    from made import x
    del sys.modules["made"]


folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
with open(os.path.join(folder, "imported_again.py"), "w") as out:
    out.write("import json\nclass C:\n    def m(self):\n        return C\nvalue = [C(), {'a': (1, 2.5, 'x')}]\n")


def imports():
    import imported_again

    del sys.modules["imported_again"]
    try:
        import no_such_module_anywhere
    except ImportError:
        pass


check(imports, 50)


def native_imports():
    for name in ("_json", "math", "_struct"):
        sys.modules.pop(name, None)
        importlib.import_module(name)


check(native_imports, 50)


@check
def library():
    pickle.loads(pickle.dumps([Plain(1), {"a": {1, 2}}, b"x" * 20]))
    json.loads(json.dumps({"a": [1, 2.5, None, "é"]}))
    re.sub(r"(\w)(\d)?", lambda m: m.group(1) * 2, "a1b2c")
    struct.unpack("<ih", struct.pack("<ih", 1, 2))
    contextvars.copy_context().run(lambda: None)
    with io.BytesIO(b"a\nb\n") as raw, io.TextIOWrapper(raw) as text:
        text.readlines()
    with open(os.devnull) as null:
        null.read()
    os.listdir(folder)


def threads():
    box = threading.local()

    def work():
        box.value = [1]
        with lock:
            results.append(threading.current_thread())

    lock = threading.Lock()
    results = []
    made = [threading.Thread(target=work) for _ in range(3)]
    for t in made:
        t.start()
    for t in made:
        t.join()


check(threads, 100)


def tracing():
    def tracer(frame, event, arg):
        return tracer

    sys.settrace(tracer)
    f(1)
    sys.settrace(None)
    sys.setprofile(tracer)
    f(1)
    sys.setprofile(None)


check(tracing, 50)
for name in os.listdir(folder):
    if name != "__pycache__":
        os.remove(os.path.join(folder, name))
