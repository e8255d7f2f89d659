# needs: core
# Odd shapes for the compiler: None tests, long jumps, many constants and names, chained comparisons, big functions.
def none_tests(v):
    r = []
    if v is None:
        r.append("is None")
    if v is not None:
        r.append("is not None")
    while v is None:
        v = 1
    r.append("x" if v is not None else "y")
    r.append(not (v is None))
    return r


print(none_tests(None), none_tests(0))


def bools(a, b, c):
    return [a and b, a or b, a and b and c, a or b or c, a and b or c, (a or b) and c, not a, not (a and b), a if b else c, (a if b else b) if c else a]


for a in (0, 1):
    for b in ("", "s"):
        for c in ([], [1]):
            print(bools(a, b, c), end=" ")
print()


def chains(a, b, c):
    return [a < b < c, a < b > c, a == b == c, a != b != c, a <= b <= c <= a, a < b in [b, c], a is b is c, a not in [b] != c, not a < b < c, (a < b) < c]


print(chains(1, 2, 3), chains(3, 2, 1), chains(1, 1, 1))


def while_else(n):
    while n:
        n -= 1
        if n == 3:
            break
        if n % 2:
            continue
        print("even", n, end="; ")
    else:
        return "exhausted"
    return "broken"


print(while_else(3), while_else(6))


def nested_loops():
    out = []
    for i in range(4):
        for j in range(4):
            if j == 3:
                break
            if (i + j) % 2:
                continue
            for k in "ab":
                if k == "b" and i == 2:
                    break
                out.append(f"{i}{j}{k}")
            else:
                out.append("|")
        else:
            out.append("never")
        if i == 2:
            break
    else:
        out.append("no break")
    return " ".join(out)


print(nested_loops())
big = "def big(x):\n"
for i in range(400):
    big += f"    v{i} = x + {i * 1000} if x != {i} else 'const {i}'\n"
big += "    return [" + ", ".join(f"v{i}" for i in range(0, 400, 50)) + "]\n"
exec(big)
print(big.__class__ if False else eval("big")(50))
long_jump = "def jump(n):\n    t = 0\n    while n:\n        n -= 1\n" + "".join(f"        if n == {i}: t += {i}\n" for i in range(300)) + "    return t\n"
exec(long_jump)
print(eval("jump")(400))
many_args = "def many(" + ", ".join(f"a{i}={i}" for i in range(300)) + "): return a0 + a255 + a299\n"
exec(many_args)
print(eval("many")(), eval("many")(*range(100, 400)), eval("many")(a299=0))
many_names = "".join(f"name_{i} = {i}\n" for i in range(400)) + "total = " + " + ".join(f"name_{i}" for i in range(400))
ns = {}
exec(many_names, ns)
print(ns["total"])
attrs = "class Many:\n" + "".join(f"    attr_{i} = {i}\n" for i in range(300))
exec(attrs)
print(sum(getattr(eval("Many"), f"attr_{i}") for i in range(300)), eval("Many.attr_299"))
literal_list = eval("[" + ", ".join(str(i) for i in range(1000)) + "]")
literal_dict = eval("{" + ", ".join(f"'k{i}': [{i}]" for i in range(500)) + "}")
literal_set = eval("{" + ", ".join(f"{i}, *()" if i % 50 == 0 else f"{i}" for i in range(200)) + "}")
literal_tuple = eval("(" + ", ".join(f"x{i}" for i in range(100)) + ")", {f"x{i}": i for i in range(100)})
print(len(literal_list), sum(literal_list), len(literal_dict), literal_dict["k499"], sum(literal_set), sum(literal_tuple))
print(eval("f(" + ", ".join(f"k{i}={i}" for i in range(100)) + ")", {"f": lambda **k: sum(k.values())}), eval("f(" + ", ".join(str(i) for i in range(300)) + ")", {"f": lambda *a: len(a)}), eval("'" + "a" * 5000 + "'") == "a" * 5000, len(eval('f"' + "{x}" * 300 + '"', {"x": 1})))
cells = "def outer():\n" + "".join(f"    c{i} = {i}\n" for i in range(300)) + "    def inner():\n        return " + " + ".join(f"c{i}" for i in range(300)) + "\n    return inner()\n"
exec(cells)
print(eval("outer")())


def constants():
    return [1, -1, 255, 256, -5, 257, 2 ** 31, 2 ** 62, 2 ** 63, 10 ** 30, 1.5, -0.0, 1j, "s", b"b", (1, (2, 3)), None, True, ..., frozenset({1}) == {1}, 3 in (1, 2, 3), 3 in {1, 2, 3}, 3 in [1, 2], "a" "b", 2 * 3 + 4, "x" * 5, (1, 2) + (3,), -(5), not 1, ~7, 1 << 4, "abc"[1], (1, 2)[0]]


print(constants())


def swaps(a, b, c, d):
    a, b = b, a
    a, b, c = c, a, b
    a, b, c, d = d, c, b, a
    (a, b), [c, d] = (b, a), [d, c]
    return a, b, c, d


print(swaps(1, 2, 3, 4))


def slices(s, i, j):
    t = s[:]
    t[i:j] = "XY"
    u = s[i:j], s[i:], s[:j], s[::2], s[i:j:2], s[-j:-i]
    del t[:1]
    return t, u


print(slices(list("abcdef"), 1, 4), "hello"[1:3], "hello"[:], (1, 2, 3)[1:])


def starred_mix(f, *a):
    return f(*a, 1), f(0, *a, *a), f(*a, k=1), f(**{"k": 2}), f(*a, **{"x": 1}, y=2), [*a, *a], (*a,), {*a}, {**{"a": 1}, "b": 2}


print(starred_mix(lambda *a, **k: (a, sorted(k)), 7))


def try_in_loop(items):
    out = []
    for i in items:
        try:
            out.append(10 // i)
        except ZeroDivisionError:
            out.append("zero")
            continue
        except TypeError as e:
            out.append(type(e).__name__)
            break
        else:
            out.append("ok")
        finally:
            out.append("f")
    return out


print(try_in_loop([1, 0, 5, "x", 3]))


def delete_all():
    a = b = 1
    del a
    try:
        a
    except UnboundLocalError:
        a = "rebound"
    return a, b


print(delete_all())


def pass_through(x=None, *, y=...):
    """Docstring only constant."""
    "another string statement"
    5
    ...
    x
    pass
    if 0:
        print("dead")
    while 0:
        print("dead")
    if not 1:
        print("dead")
    assert True
    return


print(pass_through(), pass_through.__doc__)
print(*(n for n in range(3)), *[*"ab"], sep="-")
print([lambda: 0, lambda x=1: x][1](), (lambda *a, k=2, **kw: (a, k, kw))(1, z=3), (yield_ := 5) + yield_)


def unused_store_load(n):
    x = n
    y = x
    z = y = x + y
    x, y = y, z
    return x, y, z


print(unused_store_load(5))


def maybe_null(flag):
    if flag:
        x = 1
    r = [x for x in range(2)]
    return r, (x if flag else "unset")


print(maybe_null(True), maybe_null(False))


def import_inside():
    import builtins
    import builtins as b
    from builtins import len, max as m
    return builtins is b, len([1]), m(1, 2)


print(import_inside())
from builtins import *
import builtins as alias, builtins
try:
    from builtins import nope
except ImportError as e:
    print(type(e).__name__, e)
try:
    import builtins.sub
except ImportError as e:
    print(type(e).__name__, e)
print(alias is builtins)
