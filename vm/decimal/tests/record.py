"""Prints rows for recorded.rs: operations on chosen and random operands, as the reference computes them.

Run by CPython with its native decimal module: python3.14 record.py [SEED [COUNT]] > recorded.txt
"""

import random
import sys
from decimal import *

setcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[]))
seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
count = int(sys.argv[2]) if len(sys.argv) > 2 else 2500
rng = random.Random(seed)
SIGNALS = [Clamped, InvalidOperation, DivisionByZero, Inexact, Overflow, Rounded, Subnormal, Underflow]
ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]
UNARY = ["abs", "minus", "plus", "sqrt", "exp", "ln", "log10", "next_minus", "next_plus", "normalize", "to_integral_exact",
         "to_integral_value", "logical_invert", "logb", "number_class", "to_sci_string", "to_eng_string", "create_decimal"]
BINARY = ["add", "subtract", "multiply", "divide", "divide_int", "remainder", "remainder_near", "divmod", "power", "compare",
          "compare_signal", "compare_total", "compare_total_mag", "max", "max_mag", "min", "min_mag", "next_toward", "quantize",
          "same_quantum", "logical_and", "logical_or", "logical_xor", "rotate", "shift", "scaleb"]
TERNARY = ["fma", "power"]
SPECS = ["", "e", ".3e", ".0f", ".2f", "g", ".4g", "%", ".1%", "012,.2f", "_.3f", ">20", "*^+20.5E", "z.1f", "#.0f", ",.5_f", "G", " 010_.4", "<15F", "n"]
SPECIAL = ["0", "-0", "1", "-1", "10", "Inf", "-Inf", "NaN", "-NaN123456789", "sNaN", "-sNaN77", "0E+5", "0E-400", "1E+400", "1E-400",
           "9.99999999E+96", "1E-95", "0.5", "2", "3", "7", "100", "1.000", "0.999999999", "9999999999999999999", "10000000000000000000",
           "99999999999999999999999999999999999999", "101101", "1E+9", "-2.5", "2.5", "1E-9"]


def digits(n):
    kind = rng.random()
    if kind < 0.15:
        return rng.choice("123456789") + "0" * (n - 1)
    if kind < 0.3:
        return "9" * n
    if kind < 0.4:
        return "".join(rng.choice("01") for _ in range(n))
    if kind < 0.5:
        return "".join(rng.choice("05") for _ in range(n))
    return "".join(rng.choice("0123456789") for _ in range(n))


def operand():
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(SPECIAL)
    if kind < 0.3:
        return str(rng.randrange(-40, 40))
    n = rng.choice([1, 2, 3, 5, 8, 9, 10, 15, 18, 19, 20, 21, 27, 28, 29, 37, 38, 39, 40, 57, 60, 80])
    if rng.random() < 0.01:
        n = rng.choice([300, 900, 2000])
    sign = rng.choice(["", "-"])
    if kind < 0.5:
        whole = digits(n)
        return sign + whole[:rng.randrange(n + 1)] + "." + whole + digits(1)
    if kind < 0.9:
        return f"{sign}{digits(n)}E{rng.randrange(-30, 30)}"
    return f"{sign}{digits(n)}E{rng.randrange(-420, 420)}"


def context():
    kind = rng.random()
    if kind < 0.5:
        prec, limit = rng.choice([1, 2, 3, 5, 9, 16, 19, 20, 28, 28, 34, 38, 50, 77]), 384
    elif kind < 0.8:
        prec, limit = rng.choice([4, 9, 28]), rng.choice([3, 9, 30, 96])
    else:
        prec, limit = 28, 999999
    return Context(prec=prec, Emax=limit, Emin=rng.choice([-limit, 1 - limit]), rounding=rng.choice(ROUNDINGS),
                   clamp=int(rng.random() < 0.2), traps=[])


def row(name, operands):
    c = context()
    values = [Decimal(x) for x in operands]
    if name == "create_decimal":
        values = operands
    if name == "power" and len(values) > 1 and values[1].is_finite() and values[1].adjusted() > 3 and rng.random() < 0.9:
        return
    try:
        result = getattr(c, name)(*values)
    except MemoryError:
        return
    result = " ".join(map(str, result)) if isinstance(result, tuple) else str(result)
    flags = ",".join(s.__name__ for s in SIGNALS if c.flags[s])
    print(name, c.prec, c.Emax, c.Emin, c.rounding, c.clamp, *operands, "->", result, flags, sep=" ")


for _ in range(count):
    pick = rng.random()
    if pick < 0.3:
        row(rng.choice(UNARY), [operand()])
    elif pick < 0.85:
        a, b = operand(), operand()
        name = rng.choice(BINARY)
        if name in ("rotate", "shift", "scaleb") and rng.random() < 0.9:
            b = str(rng.randrange(-30, 30))
        row(name, [a, b])
    elif pick < 0.9:
        name = rng.choice(TERNARY)
        if name == "fma":
            row(name, [operand(), operand(), operand()])
        else:
            row(name, [digits(rng.randrange(1, 30)), str(rng.randrange(0, 10**rng.randrange(1, 12))), digits(rng.randrange(1, 25))])
    elif pick < 0.95:
        rounding = rng.choice(ROUNDINGS)
        setcontext(Context(prec=28, rounding=rounding, traps=[]))
        a, spec = operand(), rng.choice(SPECS)
        d = Decimal(a)
        if d.is_finite() and abs(d.adjusted()) > 100:
            a = "12345.6789"
        print("format", rounding, spec.replace(" ", "~"), a, "->", format(Decimal(a), spec).replace(" ", "~"))
        setcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[]))
    else:
        f = rng.choice([rng.random(), rng.uniform(-1e10, 1e10), 2.0 ** rng.randrange(-1074, 1023) * rng.choice([1, -1, 3 / 2]),
                        rng.random() * 1e-310])
        d = Decimal(f)
        print("float", f.hex(), "->", d, float(d).hex(), hash(d))
        a = operand()
        d = Decimal(a)
        if d.is_finite():
            print("number", a, "->", float(d).hex() if abs(d.adjusted()) < 300 else "-", hash(d))
