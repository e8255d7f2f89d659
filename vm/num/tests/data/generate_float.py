"""Writes the expected values of the float and complex tests; run with the reference CPython, in this folder."""

import cmath
import math
import operator
import random
import struct
import sys

from rows import enc, row

rnd = random.Random(20260102)
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 3.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, sys.float_info.max,
           -sys.float_info.max, sys.float_info.min, 1e16, 1e15, 9999999999999998.0, 1e-4, 1e-5, 9.999e-5, 123456789012345680.0,
           1e22, 1e23, 2.0**-44, 2.0**53, 2.0**53 + 2, 0.1, 0.3, 1.5, 2.5, 1e100, 1e300, 1e-300, 9.5, 99.5, 0.95, 0.05, 1e21, 1e-7]


def bits():
    return struct.unpack(">d", rnd.getrandbits(64).to_bytes(8))[0]


def some():
    k = rnd.random()
    if k < 0.2:
        return rnd.choice(SPECIAL)
    if k < 0.4:
        return bits()
    if k < 0.55:
        return float(rnd.randrange(-1000, 1000)) / rnd.choice((1, 2, 4, 8, 10, 100, 1000))
    if k < 0.7:
        return rnd.uniform(-10, 10) * 10.0 ** rnd.randrange(-20, 25)
    if k < 0.85:
        return rnd.choice((1, -1)) * 2.0 ** rnd.randrange(-1074, 1024)
    return round(rnd.uniform(-1000, 1000), rnd.randrange(5))


with open("float.tsv", "w") as out:
    for x in SPECIAL:
        row(out, "repr", repr, x)
    for _ in range(250):
        row(out, "repr", repr, some())
    for e in range(-1074, 1024, 7):
        row(out, "repr", repr, 2.0**e)
    for e in range(-323, 309, 5):
        row(out, "repr", repr, float(f"1e{e}"))
    for _ in range(900):
        x, p = some(), rnd.choice((0, 0, 1, 2, 3, 5, 6, 10, 15, 16, 17, 18, 25, 40))
        if abs(x) > 1e30 and rnd.random() < 0.8:
            x = rnd.choice(SPECIAL[:10])
        code = "%" + rnd.choice(("", "", "#")) + rnd.choice(("", "+")) + f".{p}" + rnd.choice("efgEFG")
        row(out, "percent", operator.mod, code, x)
    for x in (5e-324, sys.float_info.max, 0.1, 1.5):
        for code in ("%.1200e", "%.1100f", "%.1075f", "%.1074f", "%#.900g", "%.768g", "%.767e", "%.766e"):
            row(out, "percent_end", lambda c, v: (c % v)[-60:] + str(len(c % v)), code, x)
    for _ in range(150):
        row(out, "z", lambda c, v: format(v, c), rnd.choice(("z.0f", "z.1e", "z.2f", "+z.1f", "z.3g", "z", "z#.0f")), rnd.choice((-0.0, -0.04, 0.04, -1e-10, -0.5, -0.96, -5.5)))
    texts = ["", " ", ".", "+", "-", "1e", "1e+", ".e1", "+.5", "5.", "1_0.0_1e1_0", "_1", "1_", "1__0", "1_.0", "1._0", "1e_5", "inf_", "in_f", "-inFiNity", "nAn", "+nan",
             "infinit", "infinity1", "1e5_0", "0x10", "1e400", "-1e400", "1e-400", "-1e-400", "1,5", "1d5", " \t1.5\n\v\f\r", "1 .5", "1.5\0", "\x1c1", "1..5", "1.5.", "--1", "+-1",
             "1e5.0", "1E+05", "1e99999999999999999999", "0e99999999999999999999", "1e-99999999999999999999", "9007199254740993", "9007199254740992.999999999999999999999999999",
             "9007199254740993.00000000000000000000000000000000000000000001", "2.4703282292062327208e-324", "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308",
             "0." + "0" * 400 + "1", "1" * 400, "1" * 300, "9" * 16 + "." + "9" * 800, "1" + "0" * 400 + "e-400", "1e0001", "00012.500", "\u0661"]
    for t in texts:
        row(out, "parse", float, t.encode())
    for _ in range(250):
        k = rnd.random()
        if k < 0.5:
            t = f"{rnd.getrandbits(rnd.randrange(1, 80))}.{rnd.getrandbits(rnd.randrange(1, 60))}e{rnd.randrange(-340, 320)}"
        elif k < 0.7:
            x = abs(bits())
            if not math.isfinite(x):
                continue
            # The exact midpoint of two floats, perhaps with a nudge.
            from decimal import Decimal, localcontext
            with localcontext() as ctx:
                ctx.prec = 1200
                t = str((Decimal(x) + Decimal(math.nextafter(x, 0.0))) / 2)
                if len(t) > 800 and rnd.random() < 0.9:
                    continue
                t = rnd.choice((t, t.replace("E", "1E") if "E" in t else t + ("1" if "." in t else ".1")))
        else:
            t = "".join(rnd.choice("0123456789.eE+-_ ") for _ in range(rnd.randrange(1, 9)))
        row(out, "parse", float, t.encode())
    for _ in range(150):
        row(out, "hex", float.hex, some())
    hexes = ["", "0x", ".", "0x.", "0x.p1", "1", "-1", "+0x1p", "0x1p+", "0x1p-", "0x1p1.0", "1p5", "0x1.8p1", "  0X.8P+01\n", "inf", "-Infinity", "NaN", "infin", "nanx", "0x1p1024", "0x1p1023", "-0x1p1024",
             "0x1.fffffffffffff7p1023", "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7fffffffffp1023", "0x1p-1074", "0x1p-1075", "0x1.0000001p-1075", "0x.8p-1075", "0x1p-1076", "0x3p-1075",
             "0x0p99999999999999999999999999", "0x1p99999999999999999999999999", "0x1p-99999999999999999999999999", "0x" + "f" * 300, "0x" + "f" * 200 + "." + "f" * 200, "0x1" + "0" * 255, "0x1" + "0" * 256,
             "0x." + "0" * 300 + "1p1200", "0x1.00000000000008", "0x1.000000000000080000000000000000000000000001", "0x1.00000000000018", "0x1.000000000000180", "0x1.0000000000000fffffffffffffffffffffffffff", "0xg", "0x 1", "1_0", "--1", "+ 1", "0x1p 1", "\x1c1"]
    for t in hexes:
        row(out, "fromhex", float.fromhex, t)
    for _ in range(150):
        t = rnd.choice(("", "0x", "-0x", "+")) + "".join(rnd.choice("0123456789abcdefF.") for _ in range(rnd.randrange(0, 20))) + rnd.choice(("", f"p{rnd.randrange(-1100, 1030)}", f"P+{rnd.randrange(9)}"))
        row(out, "fromhex", float.fromhex, t)
    for _ in range(150):
        row(out, "ratio", float.as_integer_ratio, some())
    for _ in range(250):
        x = some()
        if x == x:
            row(out, "hash", hash, x)
        row(out, "is_integer", float.is_integer, x)
    for _ in range(900):
        x = some()
        if rnd.random() < 0.5:
            x = rnd.choice((rnd.randrange(-2000, 2000) * 0.5, rnd.randrange(10**6) / 1000, 5.0 * 10.0 ** rnd.randrange(0, 25), 5.0 * 10.0 ** rnd.randrange(-6, 25) * (1 + rnd.randrange(-2, 3) * 2.0**-52),
                            25.0 * 10.0 ** rnd.randrange(0, 22), 2.675, 1e22 * rnd.randrange(20)))
        m = math.floor(math.log10(abs(x))) if x and math.isfinite(x) else 0
        n = rnd.choice((0, 1, 2, 3, 5, -1, -2, -3, 10, 15, 17, 100, 322, 323, 324, -307, -308, -309, 10**6, -(10**6), -m, -m - 1, -m + 1, -m - 2, -m + 15))
        row(out, "round", round, x, n)
    for _ in range(400):
        a, b = some(), some()
        if rnd.random() < 0.3:
            a, b = rnd.choice(SPECIAL), rnd.choice(SPECIAL)
        if rnd.random() < 0.2:
            b = a / rnd.randrange(1, 20)
        row(out, "divmod", divmod, a, b)
        row(out, "mod", operator.mod, a, b)
        row(out, "floordiv", operator.floordiv, a, b)
    for _ in range(400):
        a, b = some(), some()
        if rnd.random() < 0.4:
            a, b = rnd.choice(SPECIAL), rnd.choice(SPECIAL)
        elif rnd.random() < 0.6:
            b = rnd.choice((2.0, 3.0, 0.5, -1.0, -3.0, 10.0, rnd.uniform(-20, 20)))

        def power(a, b):
            r = a**b
            return "complex" if isinstance(r, complex) else r

        if abs(a) == abs(a) and a < 0 and math.isfinite(a) and math.isfinite(b) and b != math.floor(b):
            power = lambda a, b: "complex"
        row(out, "pow", power, a, b)

PARTS = [0.0, -0.0, 1.0, -1.0, 2.5, math.inf, -math.inf, math.nan, 1e200, -1e308, 1e-200, 3.0, 4.0, 0.1]


def part():
    k = rnd.random()
    return rnd.choice(PARTS) if k < 0.6 else rnd.uniform(-5, 5) if k < 0.85 else some()


with open("complex.tsv", "w") as out:
    def pair(op, f, a, b):
        """Each operand written as one float or two."""
        try:
            r = enc(f(a, b))
        except Exception as e:
            r = f"!{type(e).__name__}: {e}"
        print(op, enc(a), enc(b), r, sep="\t", file=out)

    OPS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}
    for name, f in OPS.items():
        for _ in range(250):
            pair(name, f, complex(part(), part()), complex(part(), part()))
        for _ in range(200):
            pair(name, f, complex(part(), part()), part())
            pair(name, f, part(), complex(part(), part()))
    for _ in range(400):
        a = complex(part(), part())
        b = complex(part(), part()) if rnd.random() < 0.4 else complex(rnd.choice((0.0, 1.0, 2.0, -1.0, -2.0, 3.0, 7.0, 100.0, 101.0, -100.0, 0.5, 1.5, -0.5, -0.0)), rnd.choice((0.0, 0.0, 0.0, -0.0, 1.0)))
        pair("pow", pow, a, b)
    for _ in range(150):
        pair("realpow", lambda a, b: a**b, -abs(rnd.uniform(0, 50)), rnd.uniform(-5, 5))
    for _ in range(150):
        z = complex(part(), part())
        row(out, "abs", abs, z)
        row(out, "repr", repr, z)
        if z == z:
            row(out, "hash", hash, z)
    texts = ["", " ", "()", "(", ")", "1", "(1)", "( 1 )", " ( 1j ) ", "1j", "1J", "j", "+j", "-j", "(j)", "1+j", "1-j", "1+2j", "1 +2j", "1+ 2j", "1+2 j", "1+2j1", "1j+2", "1+2", "1+2jj", "((1))", "(1+2j", "1+2j)",
             "inf", "-infj", "nan+nanj", "inf+infj", "infinity-Infinityj", "nanj", "1e5+1e-5j", "1e400+1e400j", "1_0+2_0j", "1_+2j", "1__0j", "_1j", "1_j", "j_", "1+_2j", "1e1_0j", ".5+.5j", "5.-5.j", ".j", "1+.j",
             "1+-2j", "1--2j", "+1+2j", "-1-2j", "+-1", "1e+2j", "1e+j", "1e2+j", "1\t+2j", "\t1+2j\n", "1+2j\0", "0x1j", "1+j2", "+", "-", "1+", "1-", "1+2+3j", "1j1", "ij", "\x1c1", "1 j", "(1 )", "(1j)x", "infj", "in", "na", "infinit"]
    for t in texts:
        row(out, "parse", complex, t)
    for _ in range(400):
        t = "".join(rnd.choice(("1", "2.5", "j", "+", "-", "(", ")", " ", "inf", "nan", "e5", "e-3", "_", ".")) for _ in range(rnd.randrange(1, 7)))
        row(out, "parse", complex, t)
