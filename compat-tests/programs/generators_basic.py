# needs: core
# Generators: send, throw, close, return values, finally, attributes, reentry, misuse.
def err(f, *a):
    try:
        print("no error:", f(*a))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


def count(n):
    for i in range(n):
        yield i
    return "done"


g = count(2)
print(next(g), g.__next__(), iter(g) is g, g.__iter__() is g, g.__name__, g.__qualname__)
try:
    next(g)
except StopIteration as e:
    print("stop", e.value, e.args)
err(next, g)
print(list(count(4)), next(count(0), "default"), sum(count(10)), [*count(3)], dict(zip("ab", count(5))))


def echo():
    received = []
    while True:
        try:
            v = yield len(received)
            received.append(v)
            if v == "stop":
                return received
        except ValueError as e:
            received.append(("caught", str(e)))
        finally:
            if received and received[-1] == "stop":
                print("leaving")


g = echo()
print(g.send(None), g.send("a"), g.throw(ValueError("x")), g.throw(ValueError), next(g))
try:
    g.send("stop")
except StopIteration as e:
    print(e.value)
err(g.send, 1)
g = echo()
err(g.send, "early")
g = echo()
err(g.throw, KeyError("before start"))
err(next, g)
g = echo()
next(g)
err(g.throw, TypeError("not caught"))
err(g.throw, "string")
g = echo()
next(g)
err(g.throw, 5)
g.close()


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("exit seen")
        raise
    finally:
        print("cleaned")


g = closing()
print(next(g), g.close(), g.close())
err(next, g)
print(closing().close())


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = stubborn()
next(g)
err(g.close)


def close_value():
    try:
        yield 1
    except GeneratorExit:
        return "value at close"


g = close_value()
next(g)
print(g.close())


def close_raises():
    try:
        yield
    finally:
        raise KeyError("from finally")


g = close_raises()
next(g)
err(g.close)


def stop_inside():
    yield 1
    raise StopIteration("inner")


g = stop_inside()
next(g)
try:
    next(g)
except RuntimeError as e:
    print(e, repr(e.__cause__), repr(e.__context__))


def reenter():
    yield next(me)


me = reenter()
err(next, me)


def attributes():
    x = 1
    yield x
    yield x


g = attributes()
print(g.gi_running, g.gi_suspended, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom)
next(g)
print(g.gi_running, g.gi_suspended, g.gi_frame.f_lineno - g.gi_code.co_firstlineno, g.gi_frame.f_locals)
list(g)
print(g.gi_frame, g.gi_suspended)
g.__name__ = "renamed"
g.__qualname__ = "q.renamed"
print(g.__name__, repr(g).split(" at ")[0], type(g).__name__, attributes.__code__.co_flags & 0x20)
err(setattr, g, "__name__", 5)
err(setattr, g, "gi_code", None)
err(type(g))


def early(flag):
    if flag:
        return
    yield


print(list(early(True)), list(early(False)))


def exc_state():
    try:
        raise ValueError("own")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            yield str(e)


g = exc_state()
try:
    raise KeyError("outer")
except KeyError as outer:
    print(next(g))
    try:
        raise
    except KeyError as e:
        print(e is outer)
print(next(g))


def context():
    try:
        yield
    except ValueError as e:
        print("context", repr(e.__context__))
        raise TypeError("new") from e


g = context()
next(g)
try:
    g.throw(ValueError("thrown"))
except TypeError as e:
    print(e, repr(e.__cause__))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for _, v in zip(range(n), it):
        yield v


print(list(take(15, fib())))


def sieve():
    n = 2
    known = []
    while True:
        if all(n % p for p in known):
            known.append(n)
            yield n
        n += 1


print(list(take(12, sieve())))


def many(a, b=2, *c, d, **e):
    yield a, b, c, d, e


print(next(many(1, d=4)), next(many(1, 5, 6, d=7, z=8)))
err(many)
x = yield_expr = (lambda: (yield))()
print(next(x), type(x).__name__)
print(x.send(3) if False else "lambda generator", list((lambda: (yield 1))()))


def in_expr():
    r = (yield 1) + (yield 2)
    print("sum", r)
    yield [(yield "in list"), 5]


g = in_expr()
print(next(g), g.send(10), g.send(20), g.send("sent"), next(g, "end"))


def with_locals():
    yield sorted(locals())
    z = 1
    yield sorted(locals())


print(list(with_locals()))
chain = count(1000)
for _ in range(50):
    chain = (lambda c: (v + 1 for v in c))(chain)
print(sum(chain))
