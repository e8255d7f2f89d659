# needs: package(numpy)
"""Numerics: linear algebra, FFT, random numbers, polynomials, masked arrays, threads."""

import pickle
import threading

import numpy as np
from numpy import fft, linalg, ma
from numpy.polynomial import Chebyshev, Polynomial

np.set_printoptions(precision=5, suppress=True, linewidth=100)


def attempt(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", str(error).splitlines()[0])


def show(label, value, digits=6):
    print(label, np.round(value, digits) + 0.0)


print("== linear algebra")
a = np.array([[4.0, 2, 1], [2, 5, 3], [1, 3, 6]])
b = np.array([1.0, 2, 3])
show("solve", linalg.solve(a, b))
show("inv", linalg.inv(a))
show("det", linalg.det(a))
show("slogdet", linalg.slogdet(a)[1])
show("eigenvalues", linalg.eigvalsh(a))
show("singular", linalg.svd(a, compute_uv=False))
show("cholesky", linalg.cholesky(a))
q, r = linalg.qr(a)
show("qr", np.abs(np.diag(r)))
show("q orthogonal", q.T @ q)
show("lstsq", linalg.lstsq(np.vander([1, 2, 3, 4], 2), [1.0, 3, 5, 7.1], rcond=None)[0])
show("pinv", linalg.pinv(a[:, :2]))
show("norms", [linalg.norm(a), linalg.norm(a, 1), linalg.norm(a, 2), linalg.norm(b, np.inf)])
show("power", linalg.matrix_power(a.astype(int), 3))
show("expm by eig", np.sort(linalg.eigvals(a).real))
show("complex", linalg.solve(a + 1j * np.eye(3), b))
show("stacked", linalg.det(np.stack([a, a * 2])))
print(linalg.matrix_rank([[1, 2], [2, 4]]), np.trace(a), np.kron([1, 2], [1, 10]), np.vdot([1j, 2], [1j, 2]))
show("multi_dot", linalg.multi_dot([a, a, b]))
show("cond", linalg.cond(a), 4)
attempt("singular", lambda: linalg.inv(np.zeros((2, 2))))
attempt("not square", lambda: linalg.det(np.ones((2, 3))))
attempt("not positive", lambda: linalg.cholesky([[1.0, 2], [2, 1]]))
attempt("mismatch", lambda: a @ np.ones(4))
big = np.arange(250_000, dtype=float).reshape(500, 500) % 17
show("big product", (big @ big).trace())
ints = np.arange(9).reshape(3, 3)
print(ints @ ints, (ints.astype(object) @ ints)[0], np.dot(ints[0], ints[1]), np.inner(ints, ints)[2])

print("== fft")
t = np.arange(16)
signal = np.sin(2 * np.pi * 3 * t / 16) + 0.5
show("rfft", np.abs(fft.rfft(signal)))
show("back", fft.irfft(fft.rfft(signal)) - signal)
show("fft", fft.fft([1, 2, 3]))
show("ortho", fft.fft([1, 2, 3, 4], norm="ortho"))
show("fft2", fft.fft2(np.eye(3)))
show("fftn", np.abs(fft.fftn(np.ones((2, 2, 2)))).sum())
print(fft.fftfreq(8, 0.1), fft.rfftfreq(5), fft.fftshift(np.arange(5)), fft.rfft(np.ones(4, np.float32)).dtype)
show("prime", np.abs(fft.fft(np.arange(13)))[:4])
attempt("empty", lambda: fft.fft([]))

print("== random numbers")
rng = np.random.default_rng(12345)
print(rng.integers(0, 100, 10), rng.integers(5, size=(2, 2), endpoint=True, dtype=np.uint8))
show("random", rng.random(4))
show("normal", rng.standard_normal(4))
show("exponential", rng.exponential(2.0, 3))
show("gamma", rng.gamma([1.0, 2.0], 1.5))
show("beta", rng.beta(2, 3, 2))
print(rng.poisson(4, 6), rng.binomial(10, 0.3, 6), rng.geometric(0.2, 4), rng.hypergeometric(5, 5, 4, 3))
print(rng.choice(10, 5, replace=False), rng.choice(["a", "b", "c"], 4, p=[0.1, 0.2, 0.7]), rng.permutation(6))
show("dirichlet", rng.dirichlet([1, 2, 3]))
show("multivariate", rng.multivariate_normal([0, 1], [[2, 0.3], [0.3, 1]]))
print(rng.multinomial(20, [0.2, 0.3, 0.5]), rng.bytes(5))
x = np.arange(6)
rng.shuffle(x)
print(x, rng.bit_generator.__class__.__name__)
for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM):
    one = np.random.Generator(kind(7))
    two = pickle.loads(pickle.dumps(one))
    print(kind.__name__, one.integers(0, 1000, 3), two.integers(0, 1000, 3), one.bit_generator.random_raw())
legacy = np.random.RandomState(42)
print(legacy.randint(0, 10, 5), legacy.rand(2).round(6), legacy.randn(2).round(6), legacy.choice(5, 2))
state = legacy.get_state()
first = legacy.rand()
legacy.set_state(state)
print(first == legacy.rand(), state[0], len(state[1]))
children = np.random.SeedSequence(9).spawn(2)
print([np.random.default_rng(c).integers(1000) for c in children], children[0].generate_state(2))
jumped = np.random.PCG64(1).jumped()
print(np.random.Generator(jumped).integers(1000))
attempt("bad p", lambda: rng.choice(3, p=[0.5, 0.2, 0.2]))
attempt("bad scale", lambda: rng.normal(0, -1))
attempt("bad range", lambda: rng.integers(5, 5))

print("== polynomials and interpolation")
p = Polynomial([1, -3, 2])
print(p, p(2), p.deriv(), p.integ(), p * p, p // Polynomial([0, 1]))
show("roots", p.roots())
show("fit", Polynomial.fit([0, 1, 2, 3], [1, 3, 7, 13], 2).convert().coef)
show("chebyshev", Chebyshev([1, 2, 3])(0.5))
show("interp", np.interp([0.5, 1.5, 9], [0, 1, 2], [0, 10, 40]))
show("polyfit", np.polyfit([0, 1, 2], [1, 2, 5], 2))
show("gradient", np.gradient([1.0, 4, 9, 16]))
show("convolve", np.convolve([1, 2, 3], [0, 1, 0.5]))
show("trapezoid", np.trapezoid([1, 2, 3], dx=0.5))
show("corrcoef", np.corrcoef([1, 2, 3, 4], [1, 3, 2, 5]))
show("cov", np.cov([[1, 2, 3], [3, 1, 2]]))

print("== masked arrays")
m = ma.array([1, 2, 3, 4], mask=[0, 1, 0, 0])
print(m, m.mean(), m.filled(-1), m + 1, ma.masked_where(m > 2, m), m.compressed(), m.count(), repr(m[1]))
print(ma.masked_invalid([1.0, np.nan, np.inf]), ma.concatenate([m, [5]]), m.argmax(), (m * m).sum())
m[0] = ma.masked
print(m.mask, ma.median(m), pickle.loads(pickle.dumps(m)))

print("== memory and threads")
base = np.arange(10)
window = np.lib.stride_tricks.sliding_window_view(base, 4)
print(window.shape, window.sum(axis=1), np.shares_memory(base, window), np.may_share_memory(base, base.copy()))
print(np.lib.stride_tricks.as_strided(base, (3, 2), (16, 8)).copy(), base.itemsize)
del window
base.resize(3, refcheck=False)
print(base)
results = {}


def work(n):
    results[n] = float(np.sqrt(np.arange(100_000.0) * n).sum().round(3))


threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
attempt("memory", lambda: np.zeros((1 << 60,)))
with np.printoptions(threshold=5, edgeitems=1):
    print(np.arange(100), np.array([1e-10, 1.0, 1e10]))
print(np.array_repr(np.array([[0.1 + 0.2, 1 / 3]])), np.format_float_positional(2.5, trim="-"), np.base_repr(255, 16))
