# needs: core
# Closures and cells: sharing, rebinding, nonlocal chains, deletion, unbound cells, cell objects, late binding.
def err(f, *a):
    try:
        print("no error:", f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def make():
    n = 0

    def inc(by=1):
        nonlocal n
        n += by
        return n

    def get():
        return n

    def reset():
        nonlocal n
        n = 0

    return inc, get, reset


inc, get, reset = make()
print(inc(), inc(5), get(), reset(), get(), inc())
inc2, get2, _ = make()
print(inc2(10), get(), get2(), inc.__closure__[0] is get.__closure__[0], inc.__closure__[0] is inc2.__closure__[0])


def three(a):
    def two(b):
        def one(c):
            nonlocal a
            a += 1
            return a, b, c
        return one
    return two


f = three(1)(2)
print(f(3), f(4), f.__code__.co_freevars, [c.cell_contents for c in f.__closure__], three.__code__.co_cellvars, three.__closure__)


def unbound(flag):
    def inner():
        return late
    if flag:
        late = "bound"
    return inner


print(unbound(True)())
err(unbound(False))
cell = unbound(False).__closure__[0]
err(lambda: cell.cell_contents)
cell.cell_contents = 5
print(cell.cell_contents)
del cell.cell_contents
err(lambda: cell.cell_contents)


def deleter():
    v = 1

    def use():
        return v

    def drop():
        nonlocal v
        del v

    return use, drop


use, drop = deleter()
print(use())
drop()
err(use)
err(drop)


def local_unbound():
    try:
        print(x)
    except UnboundLocalError as e:
        print(type(e).__name__, e)
    x = 1
    del x
    try:
        x
    except UnboundLocalError as e:
        print(e)
    try:
        del x
    except UnboundLocalError as e:
        print(e)


local_unbound()
Cell = type(cell)
a, b, e1, e2 = Cell(1), Cell(2), Cell(), Cell()
print(a == Cell(1), a < b, a != b, e1 == e2, e1 < a, a > e1, a >= a, a <= b)
err(Cell, 1, 2)
err(hash, a)
err(lambda: a < 5)
print(type(a).__name__, repr(e1).split(" at ")[0], repr(e1).endswith(": empty>"), "int object" in repr(a))


def new_function(g, contents):
    return type(g)(g.__code__, globals(), g.__name__, g.__defaults__, (Cell(contents),))


print(new_function(get, 99)())
try:
    type(get)(get.__code__, globals())
except TypeError as e:
    print(e)
try:
    type(get)(get.__code__, globals(), "n", None, ())
except ValueError as e:
    print(e)
try:
    get.__closure__ = ()
except AttributeError as e:
    print(type(e).__name__, e)

adders = []
for i in range(3):
    adders.append(lambda x: x + i)
print([g(10) for g in adders])
adders = [(lambda k: lambda x: x + k)(i) for i in range(3)]
print([g(10) for g in adders])


def args_as_cells(p, /, q, *rest, k, **kw):
    def show():
        return p, q, rest, k, sorted(kw)
    p += 1
    rest = rest + ("more",)
    return show


print(args_as_cells(1, 2, 3, k=4, z=5)())


def recursive_closure(n):
    def fact(k):
        return 1 if k == 0 else k * fact(k - 1)
    return fact(n)


print(recursive_closure(20))


def loop_cell():
    fs = []
    for i in range(3):
        j = i * 10

        def g():
            return i, j
        fs.append(g)
    return [g() for g in fs]


print(loop_cell())


def exception_cell():
    try:
        raise ValueError("v")
    except ValueError as e:
        g = lambda: e
        first = str(g())
    try:
        g()
    except NameError as err:
        return first, type(err).__name__, str(err)


print(exception_cell())


def class_in_function(v):
    class K:
        v = "class"
        w = v

        def m(self):
            return v

        def name(self):
            return __class__.__name__
    return K.w, K().m(), K().name(), K.__qualname__, K.m.__qualname__


print(class_in_function("arg"))


def class_free(v):
    class K:
        got = v
        x = [v for _ in range(2)]

        class Inner:
            got = v
    return K.got, K.x, K.Inner.got


print(class_free("free"))


def memo(fn):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = fn(n)
        return cache[n]
    wrapper.cache = cache
    return wrapper


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache))


def gen_closure(n):
    total = 0

    def add(v):
        nonlocal total
        total += v
        return total
    for v in range(n):
        yield add(v)


print(list(gen_closure(6)))
for bad in ("def f():\n nonlocal q", "nonlocal z", "def f(a):\n def g():\n  nonlocal a\n  global a", "def f():\n x = 1\n nonlocal x", "def f(a):\n global a", "def f():\n print(v)\n global v"):
    try:
        exec(bad)
    except SyntaxError as e:
        print(e.msg)
g1 = 1


def globals_test():
    global g1, g2
    g1 += 1
    g2 = "made"

    def inner():
        global g1
        g1 *= 10
    inner()
    return g1


print(globals_test(), g1, g2)


def del_global():
    global g2
    del g2
    try:
        g2
    except NameError as e:
        print(e)


del_global()
err(del_global)
