"""Writes the expected values of the math tests; run with the reference CPython, in this folder."""

import math
import random

from rows import row

rnd = random.Random(20260104)
inf, nan = math.inf, math.nan
EDGE = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1e308, -1e308, 800.0, -800.0, inf, -inf, nan, 1100.0, 171.7, 5e-324, 1e-300, 23.0, 24.0]


def some(scale=20):
    k = rnd.random()
    return rnd.choice(EDGE) if k < 0.2 else rnd.uniform(-scale, scale) if k < 0.7 else rnd.uniform(-1, 1) * 10.0 ** rnd.randrange(-20, 20)


with open("math.tsv", "w") as out:
    for name in "acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 gamma lgamma log log10 log1p log2 sin sinh sqrt tan tanh".split():
        f = getattr(math, name)
        for x in EDGE:
            row(out, name, f, x)
        for _ in range(20):
            row(out, name, f, rnd.choice((some(), rnd.uniform(-1, 1), rnd.uniform(0, 100))))
    for name in "ulp frexp modf".split():
        for _ in range(40):
            row(out, name, getattr(math, name), some())
    for name in "atan2 fmod pow remainder nextafter".split():
        for _ in range(150):
            row(out, name, getattr(math, name), some(), some())
    for _ in range(150):
        steps = rnd.choice((0, 1, 2, 5, 1000, 2**62, 2**63, 2**64, 2**70, -1, rnd.getrandbits(60)))
        row(out, "nextafter_steps", lambda x, y, n: math.nextafter(x, y, steps=n), rnd.choice((some(), 5e-324, -1e-323)), some(), steps)
        row(out, "ldexp", math.ldexp, some(), rnd.choice((0, 1, -1, 2000, -2000, rnd.randrange(-1100, 1100), -1074)))
        row(out, "fma", math.fma, some(), some(), some())
    for _ in range(200):
        n = rnd.randrange(0, 9)
        xs = tuple(some() for _ in range(n)) if rnd.random() < 0.5 else tuple(rnd.choice((1e16, 1.0, -1e16, 1e-16, 2.0**53, 0.5, -0.5, 1e308, 2.0**-53, 1.0)) for _ in range(n))
        row(out, "fsum", math.fsum, xs)
        row(out, "hypot", lambda v: math.hypot(*v), xs)
        finite = tuple(x for x in xs if abs(x) < 1e100)
        ys = tuple(some() for _ in finite)
        ys = tuple(y if abs(y) < 1e100 else 1.5 for y in ys)
        if finite:
            row(out, "sumprod", math.sumprod, finite, ys)
    for n in (0, 1, 5, 12, 13, 20, 21, 25, 34, 100, 333, -1, 10**30):
        row(out, "factorial", math.factorial, n)
    for _ in range(150):
        n = rnd.choice((rnd.randrange(70), rnd.randrange(300), rnd.randrange(10**6), 10**30, 2**64 + 3, 2**63, -1))
        k = rnd.choice((rnd.randrange(30), rnd.randrange(70), -1, n, n - 1, n - 2, n + 1, 2**70))
        if n < 10**6 or k < 100 or n - k < 100 or k > 2**63:
            row(out, "comb", math.comb, n, k)
        if k < 100 or k > 2**63 or n < k:
            row(out, "perm", math.perm, n, k)
    for _ in range(40):
        n = rnd.choice((rnd.getrandbits(rnd.randrange(1, 3000)), 10 ** rnd.randrange(500), 0, -5))
        for name in ("log", "log2", "log10"):
            row(out, name + "_int", getattr(math, name), n)
