# needs: stdlib(decimal, _decimal, numbers, fractions, pickle, copy, math, contextvars, threading, locale)
# The native module of decimal numbers: construction, contexts, signals, operations, text, conversions, subclasses.
import contextvars
import copy
import fractions
import math
import numbers
import pickle
import threading

import _decimal
import decimal
from decimal import *

D = Decimal


def show(source, **names):
    try:
        print(source, "->", repr(eval(source, {**globals(), **names})))
    except Exception as e:
        print(source, "->", type(e).__name__, e)


print("-- construction")
for value in ["0", "-0", "1.50", "1e5", "-1E-7", "0.000001", "0.0000001", "inf", "-Infinity", "nan", "NaN123", "-sNaN7", " 1_000.5 ", "٣.١٤",
              "", ".", "1e", "--1", "1 2", "1\x00", "\ud800", "e5", "infinit", "nan1.5", "1e9999999999999999999", "9" * 60, "+.5", "5."]:
    show("D(v)", v=value)
for value in [0, -5, True, 2**63, -(2**64), 10**50, 7**200, 0.1, -0.0, 1e300, 5e-324, float("inf"), float("nan"), (0, (1, 2, 3), -2), (1, (), 0),
              (0, (), "F"), (1, (1, 2), "n"), (0, (4,), "N"), [0, [1, 2], 3], (0, (1,)), (2, (1,), 0), (0, (1, 10), 0), (0, 1, 0), (0, (1,), "x"),
              (0, (1,), 1.5), None, b"1", 1j, D("1.5")]:
    show("D(v)", v=value)
for source in ["D()", "D(value='3')", "D('x', Context(traps=[]))", "D(1, 2)", "D.from_float(0.1)", "D.from_float('a')", "D.from_number(7)",
               "D.from_number(0.25)", "D.from_number('1')", "Context(prec=3).create_decimal('123456')", "Context(prec=3).create_decimal_from_float(0.1)",
               "Context().create_decimal('1_0')", "Context(prec=4, traps=[]).create_decimal('NaN12345')"]:
    show(source)

print("-- contexts")
for source in ["Context()", "DefaultContext", "BasicContext", "ExtendedContext", "IEEEContext(64)", "IEEEContext(100)", "Context(prec=0)", "Context(prec='x')",
               "Context(prec=10**30)", "Context(rounding='up')", "Context(Emin=1)", "Context(Emax=-1)", "Context(capitals=2)", "Context(clamp=2)",
               "Context(flags=3)", "Context(flags=[3])", "Context(flags={})", "Context(9, ROUND_UP)", "Context(traps=[Overflow, Inexact], flags=[Rounded])",
               "Context().Etiny(), Context().Etop(), Context().radix()", "pickle.loads(pickle.dumps(Context(prec=5, flags=[Inexact])))", "copy.copy(BasicContext)",
               "setattr(Context(), 'prec', 0)", "setattr(Context(), 'foo', 1)", "delattr(Context(), 'prec')", "setattr(Context(), 'flags', [])",
               "setattr(Context(), 'rounding', 'x')", "setcontext(3)", "localcontext(3)", "localcontext(prec='x')", "MAX_PREC, MAX_EMAX, MIN_EMIN, MIN_ETINY",
               "_decimal.__version__, _decimal.HAVE_THREADS, _decimal.HAVE_CONTEXTVAR, _decimal.__doc__", "decimal.Decimal is _decimal.Decimal"]:
    show(source)
c = Context(prec=7, traps=[DivisionByZero])
print(c.traps, len(c.flags), list(c.flags)[:3], c.flags[Inexact], Inexact in c.flags, c.flags.get("x"), c.flags == c.traps, c.flags == c.flags.copy())
for source in ["c.flags['x']", "c.flags.__delitem__(Inexact)", "c.flags.__setitem__(3, 1)", "hash(c.flags)", "type(c.flags.copy())", "type(c.flags).__mro__[1:3]"]:
    show(source)
c.divide(1, 3)
print(c)
c.clear_flags()
c.traps[Inexact] = True
show("c.divide(1, 3)")
show("c.divide(1, 0)")
c.clear_traps()
print(c.divide(1, 0), c.divide(0, 0), c.sqrt(-1), c)
with localcontext(prec=5, rounding=ROUND_DOWN) as ctx:
    print(D(2) / 3, ctx is getcontext(), getcontext().prec)
    with localcontext(ExtendedContext) as inner:
        inner.prec += 2
        print(D(2) / 3)
    print(D(2) / 3)
print(D(2) / 3, getcontext().flags[Inexact])


def in_thread():
    results.append(getcontext().prec)
    getcontext().prec = 3
    results.append(D(1) / 3)


results = []
getcontext().prec = 10
t = threading.Thread(target=in_thread)
t.start()
t.join()
contextvars.copy_context().run(in_thread)
print(results, getcontext().prec, D(1) / 7)
inside = contextvars.copy_context()
inside.run(setcontext, Context(prec=4))
print(inside.run(lambda: D(1) / 7), D(1) / 7)
getcontext().prec = 28

print("-- operators")
values = [D("1.5"), D("-2"), D("0"), D("1E+20"), D("Infinity"), D("NaN"), 3, -7, True]
for op in ["a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "divmod(a, b)", "a ** b", "a < b", "a == b"]:
    for a in values[:6]:
        for b in values:
            show(op, a=a, b=b)
for source in ["1.5 + D(1)", "D(1) + 'a'", "D(1) < 'a'", "D(1) == 1.0", "D('0.1') == 0.1", "D(1) < 1.5", "D(1) == 1 + 0j", "D(1) == 1j", "D(1) < 1j",
               "D('0.5') == fractions.Fraction(1, 2)", "D(1) > fractions.Fraction(1, 3)", "D('snan') == 1", "D('nan') == 1", "D('nan') < 1",
               "pow(D(2), 10, 7)", "pow(2, D(10), 7)", "pow(D(2), 10, 1.5)", "D(2) ** D('0.5')", "D(-8) ** D('0.5')", "D(4) ** -2", "D('1.1') ** 50",
               "-D('-0')", "+D('1.23456789012345678901234567890')", "abs(D('-3'))", "bool(D('0.0')), bool(D('nan'))", "D(10) ** 30 // 1", "D(5) % 0",
               "sum([D('0.1')] * 10)", "max(D(1), 2), min(D(1), 2)", "sorted([D(3), 1, 2.5, fractions.Fraction(1, 2)])", "1 / D(8)", "7 % D(4)", "2 ** D(5)"]:
    show(source)

print("-- conversions")
for source in ["int(D('-1.9'))", "int(D('1e40'))", "int(D('nan'))", "int(D('inf'))", "float(D('1.1'))", "float(D('1e400'))", "float(D('-nan'))", "float(D('snan'))",
               "complex(D('1.5'))", "round(D('2.5')), round(D('3.5')), round(D('-2.5'))", "round(D('1.255'), 2), round(D('1255'), -1)", "round(D('nan'))",
               "round(D(1), 'a')", "math.floor(D('-1.5')), math.ceil(D('-1.5')), math.trunc(D('-1.5'))", "D('1.50').as_integer_ratio()",
               "D('-0.3E+5').as_integer_ratio()", "D('inf').as_integer_ratio()", "D('nan').as_integer_ratio()", "D('-1.50').as_tuple()", "D('-inf').as_tuple()",
               "D('snan12').as_tuple()", "D('0e5').as_tuple()", "D(*[D('1.5').as_tuple()])", "hash(D('1.5')) == hash(1.5), hash(D(10) ** 20) == hash(10**20)",
               "hash(D('1E-5')), hash(D('-123456789.123456789'))", "hash(D('inf')), hash(D('-inf'))", "hash(D('snan'))",
               "D(1).real, D(1).imag, D(1).conjugate()", "isinstance(D(1), numbers.Number), isinstance(D(1), numbers.Real)", "copy.deepcopy(D('1.10'))",
               "pickle.loads(pickle.dumps(D('-1.50E+7')))", "D('1.5').__reduce__()", "int(D(10) ** 27 + 1)", "D(3) in {3: 1}, {D('3.0'): 2}[3]"]:
    show(source)

print("-- formats")
for spec in ["", ".2f", "e", ".3e", "E", "g", ".4G", "%", ".1%", ",", "_", ",.2f", "012,.1f", ">15", "*^15", "=+15", "<15|", "n", ".3n", "z.0f", "#.0f", ".6_f",
             "_.7_f", " ", "+", "010", "x", "<08", "5.", ".2d", "é>12", "\x00", ".1000000000000000000f"]:
    for value in ["1234567.891", "-0.0004", "1E+25", "0E-9", "-Infinity", "NaN12"]:
        show("format(v, s)", v=D(value), s=spec)
show("D(1).__format__(3)")
show("D(1).__format__('f', 3)")
show("D('12345.5').__format__('n', {'decimal_point': ';', 'thousands_sep': '-', 'grouping': chr(2)})")
show("D('12345.5').__format__('g', {'decimal_point': 'xxxxx', 'thousands_sep': '-', 'grouping': chr(2)})")
with localcontext(capitals=0, rounding=ROUND_UP):
    print(D("1E+5"), repr(D("1E+5")), D("123E+4").to_eng_string(), format(D("1.21"), ".1f"))
print("%s %r %d %.2f %s" % (D("1.5"), D("1.5"), D("2.9"), D("1.555"), f"{D('0.1'):>8.3f}"))

print("-- methods")
a, b = D("123.456"), D("-7.89")
for name in ["exp", "ln", "log10", "sqrt", "next_minus", "next_plus", "normalize", "to_integral", "to_integral_exact", "to_integral_value", "logb", "logical_invert",
             "number_class", "to_eng_string", "is_normal", "is_subnormal", "adjusted", "canonical", "copy_abs", "copy_negate", "is_canonical", "is_finite",
             "is_infinite", "is_nan", "is_qnan", "is_snan", "is_signed", "is_zero", "radix"]:
    show(f"a.{name}(), D('-0.0').{name}()" if name not in ("logical_invert", "log10", "ln", "logb") else f"D('101').{name}()")
for name in ["compare", "compare_signal", "compare_total", "compare_total_mag", "max", "max_mag", "min", "min_mag", "next_toward", "remainder_near", "copy_sign",
             "same_quantum", "quantize"]:
    show(f"a.{name}(b), b.{name}(3)")
for source in ["D('1100').logical_and(1010)", "D('1100').logical_or(D('1010'))", "D('1100').logical_xor(1010)", "D(2).logical_and(1)", "D('123456').rotate(2)",
               "D('123456').shift(-2)", "D('1.5').scaleb(3)", "D('1.5').scaleb(10**20)", "D(2).fma(3, '4')", "D(2).fma(3, 4)", "a.quantize(D('0.1'), ROUND_UP)",
               "a.quantize(D('1e30'))", "a.quantize(1, 'x')", "a.quantize(1.5)", "a.exp(3)", "a.exp(context=Context(prec=5))", "a.to_integral(rounding=ROUND_CEILING)",
               "a.compare('1')", "D('1E-5').quantize(D('1E-40'))"]:
    show(source)
k = Context(prec=6)
for name, count in [("abs", 1), ("minus", 1), ("plus", 1), ("exp", 1), ("ln", 1), ("sqrt", 1), ("to_sci_string", 1), ("number_class", 1), ("copy_decimal", 1),
                    ("add", 2), ("subtract", 2), ("multiply", 2), ("divide", 2), ("divide_int", 2), ("divmod", 2), ("remainder", 2), ("power", 2), ("compare", 2),
                    ("quantize", 2), ("same_quantum", 2), ("fma", 3), ("power", 3)]:
    args = ["12", "5", "7"][:count]
    show(f"k.{name}({', '.join(args)})")
for source in ["k.abs('x')", "k.add(1.5, 1)", "k.is_canonical(1)", "k.canonical(D(1))", "k.power(a=2, b=3)", "k.power(2, 3, modulo=5)", "k._apply(D('1.23456789'))"]:
    show(source)


class Money(Decimal):
    def __new__(cls, value="0"):
        return super().__new__(cls, value)

    def __str__(self):
        return "$" + super().__str__()


m = Money("1.50")
print(m, repr(m), type(m + 1), type(Money.from_float(0.5)), m == D("1.5"), pickle.loads(pickle.dumps(m)), D(m), type(D(m)), m.__reduce__())
m.note = "own"
print(m.note)
show("setattr(D(1), 'x', 1)")
show("setattr(D, 'x', 1)")
show("D.exp(1)")

print("-- floats may be refused")
with localcontext() as ctx:
    ctx.traps[FloatOperation] = True
    for source in ["D(1.5)", "D(1) < 1.5", "D(1) == 1.0", "D.from_float(1.5)", "getcontext().create_decimal(1.5)"]:
        show(source)

print("-- long ones")
with localcontext(prec=5000, Emax=MAX_EMAX, Emin=MIN_EMIN) as ctx:
    x = D(3) ** 9000
    y = D(7).sqrt()
    print(hash(x), hash(x * x), hash(x * x // (x + 1)), hash(y), hash((y * y).normalize()), hash((x + 1).sqrt()), hash(D(2).exp()), hash(D(3).ln()))
    print(int(x) == 3**9000, D(3**9000) == x, str(x)[:20], len(str(x)))
with localcontext(prec=60000):
    x = D(2) ** 190000
    print(len(str(x)), hash(x), int(x) == 2**190000, hash(x * x), hash((x * x + 12345) // x), hash((x * x + 12345) % x))
with localcontext(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN):
    print(D(4) / 2, D(6).sqrt() if False else D(36).sqrt(), D(10) % 3, D("1E+100").normalize())
    show("D(1) / 3")
    show("D(2).sqrt()")


def pi():
    lasts, t, s, n, na, d, da = map(D, (0, 3, 3, 1, 0, 0, 24))
    while s != lasts:
        lasts = s
        n, na = n + na, na + 8
        d, da = d + da, da + 32
        t = (t * n) / d
        s += t
    return +s


for prec in (9, 28, 100):
    with localcontext(prec=prec):
        print(pi())
