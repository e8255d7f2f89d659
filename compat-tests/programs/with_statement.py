# needs: core
# Context managers: enter and exit order, suppression, targets, several managers, errors in enter and exit.
class CM:
    def __init__(self, name, suppress=False, value=None, fail_enter=False, fail_exit=False):
        self.name, self.suppress, self.value = name, suppress, value
        self.fail_enter, self.fail_exit = fail_enter, fail_exit

    def __enter__(self):
        print("  enter", self.name)
        if self.fail_enter:
            raise RuntimeError("enter " + self.name)
        return self.value if self.value is not None else self

    def __exit__(self, kind, exc, tb):
        print("  exit", self.name, kind and kind.__name__, exc, tb is not None)
        if self.fail_exit:
            raise LookupError("exit " + self.name)
        return self.suppress


def err(f, *a):
    try:
        print("no error:", f(*a))
    except BaseException as e:
        print(type(e).__name__ + ":", e, "| context", repr(e.__context__))


with CM("a") as a, CM("b") as b:
    print(a.name, b.name)
with CM("pair", value=(1, [2, 3])) as (x, [y, z]):
    print(x, y, z)
holder = {}
with CM("sub", value=5) as holder["k"], CM("attr", value=6) as a.attr:
    print(holder, a.attr)
with (CM("p1"), CM("p2") as p2,):
    print("parenthesized", p2.name)
with (CM("single")):
    pass
with CM("s", suppress=True):
    raise ValueError("suppressed")
print("after suppression")


def propagates():
    with CM("outer"), CM("inner"):
        raise KeyError("through")


def inner_suppresses():
    with CM("outer"):
        with CM("inner", suppress=1):
            raise KeyError("stopped")
        return "continued"


def returns():
    with CM("r"):
        return "returned"


def loop():
    out = []
    for i in range(4):
        with CM(f"loop{i}"):
            if i == 0:
                continue
            if i == 2:
                break
            out.append(i)
    return out


def enter_fails():
    with CM("ok"), CM("bad", fail_enter=True):
        print("not reached")


def exit_fails():
    with CM("outer"), CM("bad", fail_exit=True):
        pass


def exit_fails_with_error():
    with CM("bad", fail_exit=True):
        raise ValueError("body")


def suppress_replaced():
    with CM("outer", suppress=True), CM("bad", fail_exit=True):
        raise ValueError("body")
    return "suppressed the replacement"


def gen():
    with CM("gen"):
        yield 1
        yield 2


def target_fails():
    with CM("t", value=5) as (p, q):
        pass


for f in (propagates, inner_suppresses, returns, loop, enter_fails, exit_fails, exit_fails_with_error, suppress_replaced, target_fails):
    print(f.__name__)
    err(f)
for v in gen():
    print(v)
    break
g = gen()
next(g)
g.close()
err(lambda: [v for v in gen() if 1 / 0])


class NoExit:
    def __enter__(self):
        pass


class NoEnter:
    def __exit__(self, *a):
        pass


class Neither:
    pass


class AsyncOnly:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *a):
        pass


class InstanceOnly:
    def __init__(self):
        self.__enter__ = self.__exit__ = lambda *a: None


def use(cm):
    with cm:
        return "ok"


for cm in (NoExit(), NoEnter(), Neither(), AsyncOnly(), InstanceOnly(), 5, NoExit):
    err(use, cm)


class BadBool:
    def __bool__(self):
        raise TypeError("bool of exit result")


class ExitBadBool(CM):
    def __exit__(self, *a):
        return BadBool()


def bad_bool():
    with ExitBadBool("bb"):
        raise ValueError("v")


err(bad_bool)
err(use, ExitBadBool("bb"))


class Static:
    @staticmethod
    def __enter__():
        return "static enter"

    @classmethod
    def __exit__(cls, *a):
        print("  class exit", cls.__name__, len(a))


with Static() as s:
    print(s)


class Raise:
    def __enter__(self):
        return self

    def __exit__(self, kind, exc, tb):
        if exc:
            raise exc


def reraises_same():
    with Raise():
        raise ValueError("same object")


err(reraises_same)


class Stack:
    """Closes callbacks in reverse order, as ExitStack does."""

    def __init__(self):
        self.items = []

    def push(self, f):
        self.items.append(f)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        while self.items:
            self.items.pop()()


with Stack() as st:
    for i in range(3):
        st.push(lambda i=i: print("  callback", i))
    print("body")


def manager(f):
    class M:
        def __init__(self, *a):
            self.gen = f(*a)

        def __enter__(self):
            return next(self.gen)

        def __exit__(self, kind, exc, tb):
            if exc is None:
                try:
                    next(self.gen)
                except StopIteration:
                    return False
                raise RuntimeError("generator did not stop")
            try:
                self.gen.throw(exc)
            except StopIteration:
                return True
            except BaseException as e:
                if e is exc:
                    return False
                raise
    return M


@manager
def tag(name):
    print(f"  <{name}>")
    try:
        yield name.upper()
    except KeyError as e:
        print("  handled", e)
    finally:
        print(f"  </{name}>")


with tag("b") as t, tag("i"):
    print(t)
with tag("k"):
    raise KeyError("inside")
err(lambda: (lambda m: [m.__enter__(), m.__exit__(ValueError, ValueError("v"), None)])(tag("v")))
depth = 0


def nest(n):
    global depth
    with CM(str(n)) if n % 5 == 0 else Stack():
        depth += 1
        if n:
            nest(n - 1)


nest(20)
print(depth)
