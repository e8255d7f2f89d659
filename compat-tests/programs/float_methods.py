# needs: core
# Every public method of float; repr, parsing, special values, rounding, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


inf, nan = float("inf"), float("nan")
print(0.1, 0.1 + 0.2, 1.0, 100.0, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 0.00012, 1e22, 1e100, 5e-324, 1.7976931348623157e308)
print(-0.0, inf, -inf, nan, 2.5e-8, 1 / 3, 2 / 3, 3.0e0, .5, 5., 1_0.0_1, 1e1_0)
print(float(), float("1.5"), float("  -2e3\n"), float("1_0.5"), float("inF"), float("-Infinity"), float("NAN"), float(".5"), float("5."), float(b"2.5"), float("١.٥"))
for bad in ("", "abc", "1.2.3", "1e", "_1", "1__0", "0x10", "1 2", "--1", "1e+", "\x00"):
    err(float, bad)
err(float, None)
err(float, [])
err(float, 1j)
err(float, x=1)
err(float, 1, 2)
print((1.5).as_integer_ratio(), (0.1).as_integer_ratio(), (-0.0).as_integer_ratio(), (1e300).as_integer_ratio()[1])
err(inf.as_integer_ratio)
err(nan.as_integer_ratio)
print((1.5).is_integer(), (2.0).is_integer(), inf.is_integer(), nan.is_integer())
print((1.5).conjugate(), (1.5).real, (1.5).imag)
print((1.5).hex(), (0.1).hex(), (-0.0).hex(), inf.hex(), nan.hex(), (5e-324).hex(), (1e308).hex(), (0.5).hex())
for text in ("0x1.8p3", "1.8p3", "-0x.1p4", "inf", "-nan", "0x1p-1074", "0x1.fffffffffffffp1023", "  0xAp0 ", "0x1.00000000000008p0", "0x1.000000000000081p0"):
    print(text, float.fromhex(text))
err(float.fromhex, "0x1p1024")
err(float.fromhex, "xyz")
err(float.fromhex, 1.0)
print(float.from_number(3), float.from_number(2.5), float.from_number(True))
err(float.from_number, "1")
print(float.__getformat__("double"), float.__getformat__("float"))
err(float.__getformat__, "int")

print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), divmod(7.5, -2), 1e300 * 1e10, -1e300 * 1e10, inf - inf, inf * 0)
print(0.0 == -0.0, nan == nan, nan != nan, nan < 1, 1 < inf, -inf < inf, [nan] == [nan], nan in [nan], 1.0 == 1, 0.5 < 1)
print(2.0 ** 0.5, 2.0 ** -1, (-8.0) ** 3, (-8.0) ** (1 / 3), 0.0 ** 0.0, inf ** 0, 1 ** nan, (-0.0) ** -1.0 if False else "skip", 2 ** -2)
err(lambda: 1.0 / 0)
err(lambda: 1.0 // 0)
err(lambda: 1.0 % 0)
err(lambda: divmod(1.0, 0.0))
err(lambda: 0.0 ** -1)
err(lambda: 10.0 ** 400)
err(lambda: 1.5 << 1)
err(lambda: 1.5 & 1)
err(lambda: 1.5 + "x")
err(lambda x=[1]: x[1.0])
err(lambda: range(1.0))
err(lambda: "x" * 1.0)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.567, -2), round(0.5), round(1.5), round(1e20), round(2.5, 0), round(1e308, -308))
print(round(0.15, 1), round(0.25, 1), round(0.35, 1), round(-0.4), round(5e-324, 300), round(1.0, None), round(123.456, 400), round(123.456, -400))
err(round, inf)
err(round, nan)
err(round, 1.5, 1.5)
print(round(inf, 1), round(nan, 2), abs(-1.5), abs(-0.0), -1.5, +1.5, int(-1.9), (1.7).__trunc__(), (1.7).__floor__(), (1.2).__ceil__(), (-1.2).__floor__())
print((1.5).__add__(1), (1.5).__radd__(1), (1.5).__sub__(1), (1.5).__rsub__(1), (1.5).__mul__(2), (1.5).__rmul__(2), (1.5).__truediv__(2), (1.5).__rtruediv__(3))
print((1.5).__floordiv__(1), (1.5).__rfloordiv__(4), (1.5).__mod__(1), (1.5).__rmod__(4), (1.5).__divmod__(1), (1.5).__rdivmod__(4), (1.5).__pow__(2), (1.5).__rpow__(2))
print((1.5).__neg__(), (1.5).__pos__(), (-1.5).__abs__(), (1.5).__bool__(), (1.5).__int__(), (1.5).__float__(), (1.5).__round__(), (1.25).__round__(1), (1.5).__getnewargs__())
print((1.5).__eq__(1.5), (1.5).__ne__(1), (1.5).__lt__(2), (1.5).__le__(1), (1.5).__gt__(1), (1.5).__ge__("x"), (1.5).__repr__(), (1.5).__format__(".3f"))
print(hash(1.0), hash(0.5), hash(-0.5), hash(inf), hash(-inf), hash(1e300), hash(0.1), hash(2.0 ** 61), hash(-1.0), hash(1e16) == hash(10 ** 16))

for spec in ("", "f", ".2f", "10.3f", "<10.1f", "+.1f", " .1f", "010.2f", "e", ".3e", "E", "g", ".3g", "#.3g", "G", "n", "%", ".1%", ",", ",.2f", "_.2f", ".0f", "#.0f", "=+10.1f", "*^12.1f", ".10", "z.1f"):
    print(repr(spec), [format(v, spec) for v in (1234.5678, -0.00001234, 0.0, 1e20)])
for v in (inf, -inf, nan):
    print(format(v, "f"), format(v, "10.2f"), format(v, "+g"), format(v, "E"), format(v, "%"), format(v, "010"))
err(format, 1.5, "d")
err(format, 1.5, "x")
err(format, 1.5, ".2")
err(format, 1.5, "10.2.3f")
err(format, 1.5, ",_f")
print("%f %e %g %.3f %10.2f %-10.1f| %+f %05.1f %r %s %a" % (1.5, 1.5, 1.5, 2.0005, 3.14159, 2.5, 1.0, 2.5, 0.1, 0.1, 0.1))
print("%g %g %g %g %#g %.0e" % (1e5, 1e6, 1e-4, 1e-5, 1.0, 12345.0), "%d" % 3.99, "%i" % -2.5)
total = 0.0
for i in range(1000):
    total += 0.1
print(total, sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([0.1] * 10, 0.0), min(nan, 1.0), max(1.0, nan))


class F(float):
    def __repr__(self):
        return "F(" + float.__repr__(self) + ")"


x = F(2.5)
print(x, x + 1, str(x), f"{x}", f"{x:.1f}", x.real, type(x.conjugate()), F.fromhex("0x1p1"), F.from_number(3), float(x), type(float(x)))


class HasFloat:
    def __float__(self):
        return 4.25


class HasIndex:
    def __index__(self):
        return 4


class BadFloat:
    def __float__(self):
        return 1


print(float(HasFloat()), float(HasIndex()))
err(float, BadFloat())
