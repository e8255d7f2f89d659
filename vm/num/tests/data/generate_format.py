"""Writes the expected values of the formatting tests; run with the reference CPython, in this folder."""

import random

from rows import row

rnd = random.Random(20260103)


def spec(kind):
    opt = lambda p, *c: rnd.choice(c) if rnd.random() < p else ""
    s = opt(0.25, "<", ">", "^", "=", "*<", "*>", "x^", "0=", " =", "\u263a^", "0<", "<>", "0^", "\U0001f600>")
    s += opt(0.3, "+", "-", " ")
    s += opt(0.1 if kind != "f" else 0.2, "z")
    s += opt(0.2, "#")
    s += opt(0.25, "0")
    s += opt(0.5, "1", "2", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "20", "25", "31")
    s += opt(0.4, ",", "_", ",_", ",,")
    s += opt({"i": 0.15, "s": 0.4}.get(kind, 0.5), ".0", ".1", ".2", ".3", ".5", ".8", ".10", ".12", ".17", ".", ".,", "._", ".5,", ".7_", ".3,_")
    codes = {"i": "ddddbBoxXcneEfFgG%s", "f": "eEfFgGn%%ffdxsr", "c": "eEfFgGn%ds", "s": "sssdxn"}[kind]
    s += opt(0.8, *codes)
    s += opt(0.03, "5", "d", "\u00e9", " ", "\x01", "{")
    return s


ints = [0, 1, -1, 7, 12, -12, 123, 999, 1000, -1000, 1234567, -1234567, 65, 255, 0x10FFFF, 0x110000, 0xD800, 0x263A, 2**40, -(2**40), 10**25, -(10**30), 2**100, 2**1030, True]
floats = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 123.456, -1234.5678, 1234567.891, 1e10, 1e15, 1e16, 1e-5, -1e-7, 1e100, float("inf"), float("-inf"), float("nan"), 0.05, 12345678.9, 999999.5, 99.995, -0.001, 2.0**70, 1 / 3]
strings = ["", "a", "abc", "hello world", "\u00e9\u263a", "\U0001f600xyz"]

with open("format.tsv", "w") as out:
    for _ in range(1300):
        row(out, "int", lambda s, v: format(v, s), spec("i"), int(rnd.choice(ints)))
    for _ in range(1300):
        v = rnd.choice(floats) if rnd.random() < 0.7 else rnd.uniform(-1, 1) * 10.0 ** rnd.randrange(-10, 20)
        row(out, "float", lambda s, v: format(v, s), spec("f"), v)
    for _ in range(600):
        v = complex(rnd.choice(floats), rnd.choice(floats))
        row(out, "complex", lambda s, v: format(v, s), spec("c"), v)
    for _ in range(400):
        row(out, "str", lambda s, v: format(v, s), spec("s"), rnd.choice(strings))
    for s in ("", "9223372036854775808", ".9223372036854775808f", ".2147483647f", ".99999999999f", "9223372036854775807", "\x7fd", "\x7f", "\x1f", "~", "<<5", "<<<5", ">=5", "._n", ".2,n", ",\u00e9", "_\u00e9", ".,_f", "._,f", ".,,f", ".,3f", "}10", "}<10", "z#d", "#zd", "x=010,"):
        for op, v in (("int", 5), ("float", 5.5), ("complex", 1 + 2j), ("str", "ab")):
            row(out, op, lambda s, v: format(v, s), s, v)
    for n in (1, 12, 123, 1234, 12345, 1234567):
        for w in range(0, 14):
            for s in (f"0{w},", f"0{w}_x", f"#0{w}_x", f"+0{w},.2f", f"0={w},", f"*={w},", f"0{w},.4_f"):
                if rnd.random() < 0.4:
                    row(out, "int", lambda s, v: format(v, s), s, n)

    def percent(s, v):
        return s % v

    for _ in range(800):
        opt = lambda p, *c: rnd.choice(c) if rnd.random() < p else ""
        s = "%" + "".join(rnd.sample("-+ #0", rnd.choice((0, 0, 1, 1, 2, 3)))) + opt(0.6, "1", "3", "5", "8", "12", "20") + opt(0.5, ".", ".0", ".1", ".3", ".5", ".10") + opt(0.1, "l", "h", "L")
        if rnd.random() < 0.5:
            row(out, "%int", percent, s + rnd.choice("diuoxX"), rnd.choice(ints[:-1]))
        else:
            row(out, "%float", percent, s + rnd.choice("eEfFgG"), rnd.choice(floats))
    for s in ("%", "%5", "%.", "%.5", "%l", "%ll", "%z", "%5.2q", "%\u00e9", "%\x01", "%\x7f", "%99999999999999999999d", "%.99999999999d", "%.2147483648d", "%5%", "%-05%", "%y", "%-", "%(a", "%(a)", "%(a(b)c", "%(x", "%("):
        row(out, "%error", percent, s, {"a": 5} if "(" in s else 5)
