"""Writes the expected values of the integer tests; run with the reference CPython, in this folder.

A row is tab-separated: operation, operands, result. Integers are hexadecimal, floats are the 16
hexadecimal digits of their bits after an 'f', texts their bytes in hexadecimal after a 't', and an
exception is '!Class: message'.
"""

import math
import operator
import random
import sys

from rows import enc, row

sys.set_int_max_str_digits(0)
rnd = random.Random(20260101)


def rint(maxbits):
    k = rnd.random()
    if k < 0.15:
        v = rnd.randrange(0, 4)
    elif k < 0.35:
        v = (1 << rnd.randrange(maxbits)) + rnd.randrange(-2, 3)
    elif k < 0.45:
        v = 0
        for _ in range(3):
            v ^= (1 << rnd.randrange(maxbits)) - 1
    elif k < 0.55:
        v = rnd.getrandbits(30) << 30 * rnd.randrange(max(1, maxbits // 30))
    else:
        v = rnd.getrandbits(rnd.randrange(1, maxbits + 1))
    return -v if rnd.random() < 0.4 else v


BINARY = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "divmod": divmod,
    "floordiv": operator.floordiv, "mod": operator.mod, "and": operator.and_, "or": operator.or_,
    "xor": operator.xor, "gcd": math.gcd, "lcm": math.lcm, "truediv": operator.truediv,
    "cmp": lambda a, b: (a > b) - (a < b),
}
UNARY = {
    "neg": operator.neg, "abs": abs, "invert": operator.invert, "bit_length": int.bit_length,
    "bit_count": int.bit_count, "hash": hash, "str": str, "hex": hex, "oct": oct, "bin": bin,
    "isqrt": math.isqrt, "float": float,
}

with open("int_ops.tsv", "w") as out:
    for maxbits, n in ((31, 12), (64, 30), (130, 50), (400, 30), (1500, 8), (4000, 3)):
        for name, f in BINARY.items():
            for _ in range(n):
                row(out, name, f, rint(maxbits), rint(rnd.choice((maxbits, maxbits // 2, 30))))
        for name, f in UNARY.items():
            for _ in range(n // 2 + 1):
                row(out, name, f, rint(maxbits))
        for _ in range(n):
            row(out, "lshift", operator.lshift, rint(maxbits), rnd.choice((0, 1, 29, 30, 31, 60, rnd.randrange(300), -1)))
            row(out, "rshift", operator.rshift, rint(maxbits), rnd.choice((0, 1, 29, 30, 31, 60, rnd.randrange(300), -1, 1 << 70)))
    for _ in range(150):
        b = rint(rnd.choice((8, 40, 100, 300)))
        row(out, "pow", pow, b, rnd.choice((0, 1, 2, 3, 5, rnd.randrange(40))))
    for _ in range(200):
        row(out, "powmod", pow, rint(rnd.choice((30, 64, 200))), rint(rnd.choice((10, 64, 100))), rint(rnd.choice((5, 30, 33, 60, 64, 200))))
    for _ in range(150):
        row(out, "round_to", round, rint(rnd.choice((8, 31, 64, 200))), -rnd.choice((0, 1, 2, 3, 9, 20, 61)))
        row(out, "round_to", round, rnd.randrange(-400, 400) * 5 * 10**18, rnd.choice((3, -18, -19, -20)))
    row(out, "lshift", operator.lshift, 1, 1 << 70)
    row(out, "lshift", operator.lshift, 0, 1 << 70)
    row(out, "truediv", operator.truediv, 10**400, 3)
    row(out, "truediv", operator.truediv, -(2**1024), 1)
    row(out, "truediv", operator.truediv, 2**1024 - 2**970, 1)
    row(out, "truediv", operator.truediv, 2**1024 - 2**970 - 1, 1)
    for e in (1020, 1021, 1022, 1023, 1060, 1070, 1073, 1074, 1075, 1076, 1090, 1140):
        for _ in range(4):
            a = rnd.getrandbits(rnd.choice((1, 3, 53, 54, 70))) | 1
            row(out, "truediv", operator.truediv, a, 3 * 2**e)
            row(out, "truediv", operator.truediv, -a, 2**e)
    for _ in range(200):
        # Halfway cases of rounding.
        m = rnd.getrandbits(54) | 1 << 53
        k = rnd.randrange(1, 200)
        row(out, "float", float, (m << k) + rnd.choice((-1, 0, 0, 1)))
        d = rnd.getrandbits(rnd.randrange(1, 90)) | 1
        row(out, "truediv", operator.truediv, (m * d << k) + rnd.choice((-1, 0, 0, 1)), d << rnd.randrange(100))
    for bits in (1022, 1023, 1024, 1025):
        for d in (-(2**969), -1, 0, 1):
            row(out, "float", float, 2**bits + d)
    for _ in range(300):
        x = rnd.choice((rnd.uniform(-10, 10), rnd.uniform(-1, 1) * 2.0**rnd.randrange(0, 1023), 0.5 * rnd.randrange(-9, 9),
                        math.inf, -math.inf, math.nan, -0.0, 2.0**rnd.randrange(50, 130), 5e-324))
        row(out, "int", int, x)
        row(out, "round", round, x)
        if x == x:
            n = (int(x) if abs(x) != math.inf else rint(1100)) + rnd.choice((-1, 0, 0, 1))
            row(out, "cmpfloat", lambda a, b: (a > b) - (a < b), n, x)
    for _ in range(300):
        n = rint(rnd.choice((8, 16, 31, 64, 130)))
        length = rnd.choice((n.bit_length() // 8, n.bit_length() // 8 + 1, (n.bit_length() + 7) // 8, 0, 20))
        order, signed = rnd.choice(("little", "big")), rnd.random() < 0.6
        try:
            r = "t" + n.to_bytes(length, order, signed=signed).hex()
        except Exception as e:
            r = f"!{type(e).__name__}: {e}"
        print("to_bytes", enc(n), hex(length), int(order == "big"), int(signed), r, sep="\t", file=out)
        raw = bytes(rnd.choice((0, 0xff, 0x80, rnd.getrandbits(8))) for _ in range(rnd.randrange(0, 20)))
        print("from_bytes", enc(raw), int(order == "big"), int(signed), enc(int.from_bytes(raw, order, signed=signed)), sep="\t", file=out)

    # Huge operands, made by the same generator on both sides: hash and bit length tell.
    def lcg(seed, digits):
        x, v = seed, 0
        out = []
        for _ in range(digits):
            x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
            out.append(x >> 34)
        for d in reversed(out):
            v = v << 30 | d
        return v

    def brief(v):
        return f"{hash(v):#x},{v.bit_length():#x}"

    for i, (la, lb) in enumerate(((40, 40), (41, 39), (79, 40), (80, 40), (100, 60), (130, 65), (200, 100), (500, 20), (600, 300), (3000, 1500), (20000, 7000))):
        a, b = lcg(i * 2 + 1, la), lcg(i * 2 + 2, lb)
        q, r = divmod(a, b)
        s = str(a) if la < 5000 else ""
        print("huge", la, lb, brief(a), brief(a * b), brief(a * a), brief(q), brief(r), brief(math.isqrt(a)),
              brief(math.gcd(a * 12345, b * 12345)) if la < 5000 else "", brief(pow(b, 65537, a)) if la < 700 else "",
              enc(s[:40] + s[-40:] + str(len(s))), brief(b ** 5), sep="\t", file=out)

with open("int_parse.tsv", "w") as out:
    texts = ["", " ", "+", "-", "0", "00", "0_0", "_0", "0_", "0__0", "1_000", "1__0", "0x", "0x_", "0x_f", "0x__f", "0xg", "0b12", "0b1_0",
             "0o17", "0o8", "0O17", "0X_aF", "-0x1F", "- 1", "+-1", " \t\n\r\v\f12 \n", "12\x1c", "12\0", "1 2", "01", "0_1", "-0", "-00", "z", "Zz", "0b", "b1",
             "0b1", "0x1", "99999999999999999999999", "-123456789012345678", "1234567890123456789", "9" * 30, "f_f", "0xf_f_", "1.5", "1e5", "123\xe9", "0_x1", "00x1",
             "1" * 199, "1" * 200, "1" * 201, "12_345" * 60, "7" * 1000, "0" * 50 + "1", "a" * 300, "-" + "g" * 77]
    for t in texts:
        for base in (0, 2, 3, 8, 10, 16, 17, 36, 1, 37):
            t8 = t.encode("latin-1")
            try:
                r = enc(int(t8, base))
            except ValueError as e:
                r = "!base" if "must be" in str(e) else "!literal"
            print("t" + t8.hex(), base, r, sep="\t", file=out)
    chars = "0123456789abcdefxXoObB__+- "
    for _ in range(400):
        t = "".join(rnd.choice(chars) for _ in range(rnd.randrange(1, 9)))
        if rnd.random() < 0.5:
            t = rnd.choice(("0x", "0b", "0o", "-0X", "+0B_", "0O_")) + t.strip("+- ")
        base = rnd.choice((0, 0, 2, 8, 10, 12, 16, 36))
        try:
            r = enc(int(t, base))
        except ValueError as e:
            r = "!literal"
        print("t" + t.encode().hex(), base, r, sep="\t", file=out)
