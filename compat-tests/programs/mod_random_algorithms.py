# needs: stdlib(random, _random, bisect, _bisect, heapq, _heapq, statistics, _statistics, fractions, decimal)
# Seeded random numbers, bisection, heaps, statistics, and the number classes of the library.
import bisect
import decimal
import fractions
import heapq
import random
import statistics as st
import _bisect
import _heapq
import _random


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


r = random.Random(42)
print([r.random() for _ in range(4)], r.getrandbits(10), r.getrandbits(100), r.getrandbits(0), r.randbytes(5), r.randint(1, 6), r.randrange(0, 100, 7), r.choice("abcdef"), r.choices([1, 2, 3], weights=[1, 0, 5], k=5), r.sample(range(50), 5), r.sample("ab", counts=[2, 3], k=3), r.uniform(1, 2), r.triangular(0, 1, 0.3))
l = list(range(10))
r.shuffle(l)
print(l, r.gauss(0, 1), r.normalvariate(), r.expovariate(2), r.betavariate(1, 2), r.gammavariate(2, 1), r.lognormvariate(0, 1), r.vonmisesvariate(0, 4), r.paretovariate(3), r.weibullvariate(1, 2), r.binomialvariate(10, 0.3))
state = r.getstate()
a = [r.random() for _ in range(3)]
r.setstate(state)
print(a == [r.random() for _ in range(3)], state[0], len(state[1]))
for seed in (0, -5, 2 ** 100, "text", b"bytes", 1.5, None.__class__):
    try:
        print(repr(seed), random.Random(seed).random())
    except TypeError as e:
        print(repr(seed), type(e).__name__, e)
base = _random.Random(7)
print(base.random(), base.getrandbits(33), base.seed(7), base.random())
err(base.getrandbits, -1)
err(base.setstate, (1,))
err(base.setstate, 5)
err(r.choice, [])
err(r.sample, [1], 2)
err(r.sample, {1}, 1)
err(r.randrange, 5, 5)
err(r.randrange, 1.5)
err(r.choices, [1], weights=[0])
err(r.setstate, (9, (), None))
big = random.Random(1)
print(sum(big.random() for _ in range(10000)), sum(big.getrandbits(32) for _ in range(1000)))
s = [1, 3, 3, 5]
print(bisect.bisect(s, 3), bisect.bisect_left(s, 3), bisect.bisect_right(s, 3, 0, 2), bisect.bisect_left(s, 4, key=lambda v: v + 1), bisect.insort(s, 4), s, bisect.insort_left(s, 3), s, bisect.insort(s, -7, key=abs) if False else None, _bisect.bisect_left is bisect.bisect_left)
err(bisect.bisect, s, 1, -1)
err(bisect.bisect, s, "a")
err(bisect.insort, (1,), 0)
err(bisect.bisect, 5, 1)
h = []
for v in (5, 1, 4, 2, 3):
    heapq.heappush(h, v)
print(h, heapq.heappop(h), heapq.heappushpop(h, 0), heapq.heapreplace(h, 9), h, heapq.nlargest(2, [3, 1, 4]), heapq.nsmallest(2, "hello", key=lambda c: -ord(c)), list(heapq.merge([1, 4], [2, 3], reverse=False)), heapq.heapify(x := [5, 4, 3, 2, 1]), x)
m = [1, 5, 3]
heapq.heapify_max(m)
print(m, heapq.heappush_max(m, 9), heapq.heappop_max(m), heapq.heappushpop_max(m, 0), heapq.heapreplace_max(m, 2), m, _heapq.heappop is heapq.heappop)
err(heapq.heappop, [])
err(heapq.heappush, (1,), 1)
err(heapq.heapify, ["a", 1])
err(heapq.heapreplace, [], 1)
rng = random.Random(3)
items = [rng.randrange(1000) for _ in range(500)]
heap = items[:]
heapq.heapify(heap)
print([heapq.heappop(heap) for _ in range(len(heap))] == sorted(items))
d = [2.75, 1.75, 1.25, 0.25, 0.5, 1.25, 3.5]
print(st.mean(d), st.fmean(d), st.fmean(d, [1] * 7), st.geometric_mean([1, 2, 4]), st.harmonic_mean([40, 60]), st.median(d), st.median_low([1, 2, 3, 4]), st.median_high([1, 2, 3, 4]), st.median_grouped([1, 2, 2, 3], 1), st.mode("aab"), st.multimode("aabb"), st.pstdev(d), st.pvariance(d), st.stdev(d), st.variance(d), st.quantiles(d, n=4), st.covariance([1, 2, 3], [1, 2, 3]), st.correlation([1, 2, 3], [3, 2, 1]), st.linear_regression([1, 2], [3, 5]))
n = st.NormalDist(100, 15)
print(n.cdf(115), n.inv_cdf(0.9), n.pdf(100), n.zscore(130), n + 5, n * 2, n.overlap(st.NormalDist(110, 15)), n.quantiles(4), st.NormalDist.from_samples([1, 2, 3]))
err(st.mean, [])
err(st.mode, [])
err(st.variance, [1])
err(n.inv_cdf, 2)
F = fractions.Fraction
print(F(3, 6), F("0.125"), F(1.5), F("3/4") + F(1, 4), F(1, 3) ** 2, F(7, 2) // 1, float(F(1, 8)), F(22, 7).limit_denominator(5), round(F(7, 2)), F(1, 3) < 0.34, hash(F(2)) == hash(2), f"{F(1, 3):.3f}", divmod(F(7, 2), F(1, 2)), F(-1, 2), F(2) ** F(1, 2))
err(F, 1, 0)
err(F, "x")
D = decimal.Decimal
with decimal.localcontext(prec=10) as ctx:
    print(D(1) / D(7), D("1.10") + D("2.205"), D("1e3"), D(2).sqrt(), D("1.005").quantize(D("0.01")), D("NaN"), D("-0"), D(1).exp(), D(10).ln(), D("123.456").as_tuple(), D(0.1), D("7") // 2, D(-7) % 3, f"{D('1234.5'):,.2f}", D("1E+2").normalize(), D(5).compare(D(6)), max(D(1), D("2.5")), ctx.prec)
err(lambda: D(1) / 0)
err(D, "x")
err(lambda: D(1) + 1.5)
