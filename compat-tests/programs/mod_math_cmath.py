# needs: stdlib(math, cmath)
# math and cmath: exact results, special values, errors. Transcendental results are shown with 12 digits.
import math
import cmath


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


inf, nan = math.inf, math.nan
print(math.pi, math.e, math.tau, math.inf, math.nan)
for f in "acos asin atan sinh cosh tanh cos sin tan asinh atanh exp exp2 expm1 log1p erf erfc gamma lgamma cbrt sqrt log log2 log10 degrees radians fabs".split():
    row = []
    for v in (0.5, 0.0, -0.0, 1.0, -0.25, inf, -inf, nan, 3):
        try:
            r = getattr(math, f)(v)
            row.append(f"{r:.12g}")
        except (ValueError, OverflowError) as e:
            row.append(f"{type(e).__name__}: {e}")
    print(f, row)
print(math.ceil(1.2), math.floor(-1.2), math.trunc(-1.9), math.ceil(-0.5), math.floor(10 ** 30), math.modf(-3.25), math.frexp(10.0), math.ldexp(0.75, 4), math.fmod(-7, 3), math.remainder(7, 4), math.copysign(1, -0.0), math.hypot(3, 4), math.hypot(1, 2, 2), math.hypot(), math.dist([0, 0], (3, 4)), math.atan2(1, -1), math.pow(2, 0.5), math.log(8, 2), math.log(10 ** 400), math.log2(2 ** 1000), math.log10(10 ** 300))
print(math.gcd(12, 18), math.gcd(), math.gcd(0, 0), math.gcd(-4, 6, 10), math.gcd(2 ** 100, 6 ** 50), math.lcm(4, 6), math.lcm(), math.lcm(0, 5), math.factorial(20), math.factorial(0), math.comb(10, 3), math.comb(3, 10), math.comb(100, 50), math.perm(5), math.perm(5, 2), math.perm(3, 5), math.isqrt(10 ** 40), math.isqrt(99), math.prod([1, 2, 3]), math.prod([], start=5), math.prod([1.5, 2]))
print(math.fsum([0.1] * 10), math.fsum([1e100, 1, -1e100]), math.sumprod([1, 2], [3, 4]), math.sumprod([0.1] * 3, [10] * 3), math.fma(2.0, 3.0, 1.0), math.isclose(1, 1 + 1e-10), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9), math.isfinite(1), math.isinf(-inf), math.isnan(nan), math.nextafter(1, 2), math.nextafter(0, -1), math.nextafter(1, 2, steps=3), math.ulp(1.0), math.ulp(1e300))
for call in ("math.sqrt(-1)", "math.log(0)", "math.log(-5)", "math.acos(2)", "math.exp(1000)", "math.factorial(-1)", "math.factorial(2.5)", "math.comb(-1, 2)", "math.isqrt(-1)", "math.isqrt(2.5)", "math.gcd(1.5)", "math.fmod(1, 0)", "math.pow(0, -1)", "math.ceil(inf)", "math.floor(nan)", "math.gamma(-1)", "math.ldexp(1, 10**10)", "math.sin('x')", "math.sin(1j)", "math.hypot('x')", "math.dist([1], [1, 2])", "math.fsum(['x'])", "math.fsum([inf, -inf])", "math.log(10, 1)", "math.log(1, 0)", "math.isclose(1, 1, rel_tol=-1)", "math.sumprod([1], [1, 2])", "math.atan2(1)", "math.perm(2, -1)", "math.trunc('x')", "math.cbrt(None)", "math.nextafter(1, 2, steps=-1)", "math.fma(inf, 0, 1)", "math.lgamma(0)", "math.remainder(inf, 1)", "math.log1p(-1)", "math.atanh(1)"):
    print(call, end=" -> ")
    err(eval, call, {"math": math, "inf": inf, "nan": nan})


class R:
    def __ceil__(self):
        return "ceil"

    def __floor__(self):
        return "floor"

    def __trunc__(self):
        return "trunc"

    def __float__(self):
        return 0.25


print(math.ceil(R()), math.floor(R()), math.trunc(R()), math.sqrt(R()))
print(cmath.pi, cmath.inf, cmath.infj, cmath.nanj, cmath.e, cmath.tau, cmath.nan)
for f in "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase".split():
    row = []
    for z in (1 + 2j, -0.5, 0j, complex(-0.0, 0.0), 0.25j, complex(inf, 1), complex(0, nan)):
        try:
            r = getattr(cmath, f)(z)
            row.append(f"{r:.10g}")
        except (ValueError, OverflowError) as e:
            row.append(f"{type(e).__name__}: {e}")
    print(f, row)
print(cmath.polar(3 + 4j)[0], f"{cmath.polar(1j)[1]:.12g}", f"{cmath.rect(2, cmath.pi / 2):.6g}", cmath.isclose(1j, 1j + 1e-12), cmath.isfinite(1j), cmath.isinf(complex(0, inf)), cmath.isnan(complex(nan, 0)), f"{cmath.log(8, 2):.12g}")
err(cmath.sqrt, "x")
err(cmath.exp, 1000)
err(cmath.rect, 1j, 1)
err(cmath.log, 0)
print(sum(math.sqrt(i) > 5 for i in range(100)), all(math.isqrt(n) ** 2 <= n < (math.isqrt(n) + 1) ** 2 for n in range(2000)), all(math.gcd(a, b) == math.gcd(b, a) for a in range(30) for b in range(30)), math.comb(200, 100) == math.factorial(200) // math.factorial(100) ** 2)
