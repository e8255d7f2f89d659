# needs: core
# An uncaught exception: chained tracebacks with carets, notes and repeated frames on stderr, exit code 1.
class Own(Exception):
    """Raised at the end."""


def divide(a, b):
    return a / b


def index(values, i):
    return values[i].real.numerator


def first():
    x = [1, 2, 3]
    return (divide(10, len(x)) + index(x, 2)
            + index(x, 7))


def recurse(n):
    if n == 0:
        first()
    recurse(n - 1)


def second():
    try:
        recurse(20)
    except IndexError as e:
        e.add_note("a note on the index error")
        e.add_note("and a second\nwith two lines")
        raise ValueError("while handling", 5)


def third():
    try:
        second()
    except ValueError as e:
        raise Own("the cause is known") from e


print("before")


class Runner:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        print("exit runs")

    def __call__(self, f, *args, **kwargs):
        return f(*args, **kwargs)


with Runner() as run:
    run(lambda: [third() for _ in range(2)], *[], **{})
print("not reached")
