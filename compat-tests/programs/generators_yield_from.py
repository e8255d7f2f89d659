# needs: core
# Delegation with yield from: values, send, throw and close passed on, return values, plain iterators, depth.
def err(f, *a):
    try:
        print("no error:", f(*a))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


def inner(tag):
    try:
        while True:
            try:
                v = yield tag
                print("inner got", v)
                if v == "end":
                    return tag + " result"
            except ValueError as e:
                print("inner caught", e)
    finally:
        print("inner finally", tag)


def outer():
    a = yield from inner("one")
    print("outer got", a)
    b = yield from inner("two")
    return a, b


g = outer()
print(next(g), g.send("x"), g.throw(ValueError("v")), g.gi_yieldfrom.__name__)
print(g.send("end"))
try:
    g.send("end")
except StopIteration as e:
    print(e.value)
g = outer()
next(g)
print(g.close())
g = outer()
next(g)
err(g.throw, KeyError("through"))
g = outer()
next(g)
err(g.throw, GeneratorExit("closing"))


def plain(it):
    r = yield from it
    print("result", r)


print(list(plain([1, 2])), list(plain("ab")), list(plain(range(3))), list(plain({"k": 1})), list(plain(iter(()))), list(plain(x for x in "g")))
err(list, plain(5))
g = plain([1, 2, 3])
next(g)
err(g.send, "no send on a list iterator")
g = plain(iter([1, 2, 3]))
next(g)
err(g.throw, ValueError("no throw on a list iterator"))


class It:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration("it value")
        self.n -= 1
        return self.n

    def send(self, v):
        print("send", v)
        return ("sent", v)

    def throw(self, *a):
        print("throw", a)
        return "thrown"

    def close(self):
        print("close")


g = plain(It(3))
print(next(g), g.send("s"), g.throw(ValueError("t")), next(g), next(g))
err(next, g)
g = plain(It(3))
next(g)
g.close()


class BadClose(It):
    def close(self):
        raise RuntimeError("close failed")


g = plain(BadClose(2))
next(g)
err(g.close)


class ThrowStops(It):
    def throw(self, *a):
        raise StopIteration("from throw")


g = plain(ThrowStops(2))
next(g)
err(g.throw, ValueError("z"))


def returns_early():
    return "no yields"
    yield


def use():
    x = yield from returns_early()
    yield x


print(list(use()))


def flatten(x):
    for v in x:
        if isinstance(v, list):
            yield from flatten(v)
        else:
            yield v


print(list(flatten([1, [2, [3, [4, []], 5]], 6])))


class Tree:
    def __init__(self, v, left=None, right=None):
        self.v, self.left, self.right = v, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.v
        if self.right:
            yield from self.right


print(list(Tree(4, Tree(2, Tree(1), Tree(3)), Tree(6, Tree(5)))))


def deep(n):
    if n:
        return (yield from deep(n - 1)) + 1
    v = yield "bottom"
    return v


g = deep(200)
print(next(g))
try:
    g.send(1000)
except StopIteration as e:
    print(e.value)


def raising():
    yield 1
    raise LookupError("inside")


def catching():
    try:
        yield from raising()
    except LookupError as e:
        print("outer caught", e)
        yield "recovered"


print(list(catching()))


def replacing():
    try:
        yield from inner("r")
    except KeyError as e:
        raise TypeError("replaced") from e


g = replacing()
next(g)
try:
    g.throw(KeyError("orig"))
except TypeError as e:
    print(e, repr(e.__cause__))


def shared():
    it = iter(range(6))

    def part():
        for _ in range(2):
            yield next(it)
    yield from part()
    yield "|"
    yield from part()
    yield from it


print(list(shared()))


def self_delegate():
    yield from me


me = self_delegate()
err(next, me)


def swallow():
    try:
        yield from inner("s")
    except GeneratorExit:
        return "swallowed"


g = swallow()
next(g)
print(g.close())


def ignoring_sub():
    while True:
        try:
            yield
        except GeneratorExit:
            print("ignored")
            yield


def top():
    yield from ignoring_sub()


g = top()
next(g)
err(g.close)


def average():
    total = n = 0
    while True:
        v = yield
        if v is None:
            return total / n
        total += v
        n += 1


def grouper(results, key):
    while True:
        results[key] = yield from average()


results = {}
for key, values in {"a": [1, 2, 3], "b": [10, 20]}.items():
    g = grouper(results, key)
    next(g)
    for v in values:
        g.send(v)
    g.send(None)
print(results)


def permutations(items):
    if not items:
        yield []
    for i, v in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [v] + rest


print(["".join(p) for p in permutations(list("abc"))])


def queens(n, row=0, cols=()):
    if row == n:
        yield cols
    else:
        for c in range(n):
            if all(c != cc and abs(c - cc) != row - r for r, cc in enumerate(cols)):
                yield from queens(n, row + 1, cols + (c,))


solutions = list(queens(6))
print(len(solutions), solutions)
