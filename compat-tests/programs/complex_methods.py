# needs: core
# Complex numbers: construction, parsing, arithmetic, formatting, errors.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


inf, nan = float("inf"), float("nan")
print(1j, 1 + 2j, -1j, 1 - 2j, 0j, -0j, complex(-0.0, -0.0), complex(0, -0.0), 1e100j, 2.50j, complex(inf, nan), complex(-inf, -inf))
print(complex(), complex(1), complex(1.5, 2), complex("1+2j"), complex(" -3.5e2j "), complex("(1-2j)"), complex("j"), complex("-j"), complex("inf+nanj"), complex("1_0j"))
print(complex(real=1, imag=2), complex(imag=3), complex(True), complex(1 + 2j))
for bad in ("", "1+", "1 + 2j", "1+2i", "(1", "1+2j3", "--1j", "abc"):
    err(complex, bad)
err(complex, None)
err(complex, [])
err(complex, "1", 2)
err(complex, 1, "2")
err(complex, 1, 2, 3)
z = 3 + 4j
print(z.real, z.imag, z.conjugate(), abs(z), -z, +z, bool(z), bool(0j), z == 3 + 4j, z == 3, 3 + 0j == 3, z != 1, hash(3 + 0j) == hash(3), hash(z), hash(1j))
print(z + 1, 1 + z, z - 1.5, 1 - z, z * 2, z * 1j, z / 2, 1 / z, z ** 2, z ** -1, z ** 0.5, 2 ** 1j, z ** 0, 0j ** 0, (1 + 1j) ** 10, (1 + 1j) ** 101)
print(z * z.conjugate(), (1 + 2j) * (3 - 1j), (1 + 2j) / (3 - 1j), (1e300 + 1e300j) / (1e300 + 1e300j), 1j * inf)
err(lambda: z / 0)
err(lambda: 0j ** -1)
err(lambda: z // 1)
err(lambda: z % 1)
err(lambda: divmod(z, 1))
err(lambda: z < 1)
err(lambda: z > z)
err(lambda: int(z))
err(lambda: float(z))
err(lambda: z + "x")
err(lambda: pow(z, 2, 3))
err(lambda: (1e200 + 1j) ** 10)
err(lambda: abs(complex(1e308, 1e308) * 10 / 10))
err(abs, complex(1.7e308, 1.7e308))
err(round, z)
err(lambda: ~z)
err(lambda: setattr(z, "real", 1))
for spec in ("", "f", ".2f", "e", "g", ".3g", "20", "<20.1f", ">20.1f", "^20.1f", "+.1f", ",.1f", "_", ".4", "#.0f", "n"):
    print(repr(spec), format(1234.5 - 6.25j, spec))
err(format, z, "d")
err(format, z, "=20")
err(format, z, "020")
err(format, z, "%")
print(f"{z}", f"{z!r:>10}", "{:.1f}".format(z), "%s %r" % (z, z), str(1e20 + 1e-20j))
print(z.__add__(1), z.__radd__(1), z.__sub__(1), z.__rsub__(1), z.__mul__(2), z.__rmul__(2), z.__truediv__(2), z.__rtruediv__(25), z.__pow__(2), z.__rpow__(1))
print(z.__neg__(), z.__pos__(), z.__abs__(), z.__bool__(), z.__complex__(), z.__eq__(z), z.__ne__(z), z.__lt__(z), z.__getnewargs__(), z.__repr__(), z.__format__(".0f"))
print(complex.from_number(3), complex.from_number(2.5), complex.from_number(1j))
err(complex.from_number, "1")


class C(complex):
    def __repr__(self):
        return "C" + complex.__repr__(self)


c = C(1, 2)
print(c, str(c), c + 1, type(c + 1), C.from_number(5), c.conjugate(), complex(c), type(complex(c)), c == 1 + 2j, {1 + 2j: "k"}[c])


class HasComplex:
    def __complex__(self):
        return 5 + 6j


class HasFloat:
    def __float__(self):
        return 2.5


class HasIndex:
    def __index__(self):
        return 7


class Bad:
    def __complex__(self):
        return 1.0


print(complex(HasComplex()), complex(HasFloat()), complex(HasIndex()), complex(1, HasFloat()), complex(HasIndex(), HasIndex()), complex.from_number(HasComplex()))
err(complex, Bad())
print(sum([1j, 2, 3.5]), sum([1j] * 3, 1), sum([0.1j] * 10), [1j, 2j].index(2j), (1j).imag == 1, {1j, 1j, 0j + 1j} == {1j})
print(complex(nan, 1) == complex(nan, 1), complex(1, inf) * 1, complex(inf, 0) * 1j, -0.0 + 0j, 0j - 0.0, (-0.0 - 0j), 1 - 0j, -(0j))
print(complex("1e400"), complex("nan"), complex("-nanj"), complex("+1j"), complex("1e5+1e-5j"), complex("-0-0j"), complex("\t1\n"))
