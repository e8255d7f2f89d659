# needs: stdlib(gc, math, operator, traceback)
"""Call sites that have warmed up on functions and methods written in C, and then meet something else."""

import gc
import math
import operator
import sys
import traceback


def site(function, *rows, times=120):
    """Calls from one place, all rows over and over; the results of the last time, each with its type."""
    for _ in range(times):
        results = []
        for row in rows:
            try:
                results.append(call(function, row))
            except Exception as e:
                results.append(f"{type(e).__name__}: {e}")
    print(getattr(function, "__qualname__", function), results)


def call(function, row):
    match row:
        case ():
            return function()
        case (a,):
            return function(a)
        case (a, b):
            return function(a, b)
        case (a, b, c):
            return function(a, b, c)


site(gc.isenabled, ())
site(gc.isenabled, (), (1,))
site(len, ([1, 2],), ("abc",), (5,), ())
site(abs, (-5,), (-2.5,), (-(2**70),), ("x",), (True,))
site(math.sqrt, (2,), (2.25,), (-1,), (10**400,))
site(math.gcd, (), (12,), (12, 18), (2**80, 2**70, 2**75), (1.5,))
site(divmod, (7, 2), (7.5, 2), (2**65, 3), (1,), (1, 0))
site(isinstance, (5, int), (5, str), (5, 5), (True, int))
site(sorted, ([3, 1, 2],), ({"b": 1, "a": 2},), ([3, "a"],), (5,))
site(round, (2.5,), (2.567, 2), (25, -1), ("x",))
site(sum, ([1, 2, 3],), ([0.5, 2**60], 2**61), ([[1], [2]], []))
site(getattr, (5, "real"), ("a", "nothing", 7), ("a", "nothing"))
site(str.upper, ("abc",), ("",), (b"abc",), (), ("a", "b"))
site(str.split, ("a b c",), ("a,b,c", ","), ("a,b,c", ",", 1), (5,))
site(list.index, ([1, 2, 3], 2), ([1, 2, 3], 9), ([1, 2, 3], 1, 1), (5, 5))
site(dict.get, ({"a": 1}, "a"), ({"a": 1}, "b"), ({}, "b", 2**64), ({}, []))
site(bytes.hex, (b"abc",), (b"abc", "-"), (b"abc", "-", 2), ("abc",))
site(int.bit_length, (5,), (2**100,), (True,), ("5",))
site(operator.add, (1, 2), (2**62, 2**62), ("a", "b"), ("a", 1))
site("abc".startswith, ("a",), (("x", "a"),), (5,), ("b", 1))
site({}.fromkeys, ("ab",), ("ab", 5), (5,))


class Words(list):
    def __repr__(self):
        return f"Words({list.__repr__(self)})"


class Loud(str):
    def upper(self):
        return "loud " + str.upper(self)


def receivers():
    """One method call, receivers of many classes."""
    found = []
    for text in ["a"] * 100 + [Loud("b"), "c", b"d", bytearray(b"e"), Loud("f"), "g"]:
        found.append(text.upper())
    print(found[-7:])
    found = []
    for items in [[1, 2]] * 100 + [Words([3, 4]), [5, 5], (6, 5), "7", Words()]:
        try:
            found.append(items.count(5))
        except TypeError as e:
            found.append(str(e))
    print(found[-6:])
    found = []
    for items in [[1, 2] for _ in range(100)] + [Words([3, 4]), {5}, {6: 7}, [], bytearray(b"8")]:
        try:
            found.append(items.pop())
        except (TypeError, IndexError) as e:
            found.append(f"{type(e).__name__}: {e}")
    print(found[-6:])


receivers()


def words():
    """Arguments of every kind of word: small and large ints, borrowed and owned objects."""
    seen = []
    text, number, big = "text", 1000, 2**61
    for i in range(130):
        seen.clear()
        seen.extend([max(i, number, big), max(number, i, -i), max(big + i, 2**62), min(text, text + "x"), min(text, "a", text * 2)])
        seen.append(operator.is_(text, text) and operator.is_(number, number))
        seen.append(pow(i, 2, number))
    print(seen)


words()


def counts():
    """Nobody keeps what the calls were given."""
    thing, other = object(), [object()]
    before = sys.getrefcount(thing), sys.getrefcount(other), sys.getrefcount(10**6)
    for _ in range(200):
        isinstance(thing, object)
        getattr(thing, "none", other)
        hash(thing)
        other.index(other[0])
        other.count(thing)
        other.copy()
        try:
            other.index(thing)
        except ValueError:
            pass
        try:
            divmod(thing, other)
        except TypeError:
            pass
    print((sys.getrefcount(thing), sys.getrefcount(other), sys.getrefcount(10**6)) == before)


counts()


def collecting():
    """Collections from within calls, of generators that wait in the middle of one."""

    def numbers(n):
        local = [n]
        local.append(local)
        for i in range(n):
            yield divmod(i, sorted([3, 2, 1], key=lambda x: gc.collect(0) and 0 or x)[0]), len(local)

    waiting = [numbers(8) for _ in range(20)]
    results = [[next(g) for g in waiting] for _ in range(8)]
    print(results[-1][0], len(results), gc.collect() >= 0)


collecting()


def failing(n):
    return math.sqrt(
        100 - n,
    ) + len(
        "abc" if n < 120 else n,
    )


try:
    for n in range(200):
        failing(n)
except (ValueError, TypeError) as e:
    print(type(e).__name__, e)
    frames = traceback.extract_tb(e.__traceback__)
    print([(f.lineno - frames[0].lineno, f.line, f.colno, f.end_colno) for f in frames[1:]])


def watched():
    """A profiler that comes to a warm place sees its calls."""
    events = []

    def profiler(frame, event, arg):
        if event.startswith("c_"):
            events.append((event, arg.__name__))

    text = "x"
    for i in range(150):
        if i == 140:
            sys.setprofile(profiler)
        if i == 142:
            sys.setprofile(None)
        len(text)
        abs(i)
        text.upper()
        divmod(i, 2)
    print(events)


watched()


def deeper(n):
    """C and Python in turn, until the stack is used up."""
    return max([n], key=lambda x: deeper(x + 1))


for _ in range(3):
    try:
        deeper(0)
    except RecursionError as e:
        print("RecursionError", sys.getrecursionlimit())


def replaced():
    """A name that stands for a builtin, then for something else, then for the builtin again."""
    results = []
    for i in range(150):
        function = {100: lambda x: "lambda", 101: int.__neg__, 102: str, 103: Words, 104: 5}.get(i, abs)
        try:
            results.append(function([i] if function is Words else -i))
        except TypeError as e:
            results.append(str(e))
    print(results[98:107])


replaced()
