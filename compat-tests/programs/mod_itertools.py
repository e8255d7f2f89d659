# needs: stdlib(itertools)
# Every iterator of itertools, with its errors, laziness and pickling-free state.
from itertools import *
import itertools


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


def take(n, it):
    return list(islice(it, n))


print(take(4, count()), take(3, count(10, -2)), take(3, count(0.5, 0.25)), take(2, count(2 ** 63 - 1)), repr(count(1)), repr(count(1, 2)), repr(count(1.5)))
print(take(5, cycle("ab")), list(cycle([])), take(3, repeat("x")), list(repeat(1, 3)), list(repeat(1, -1)), repr(repeat("a", 2)), repeat(1, 5).__length_hint__())
err(count, "a")
err(cycle, 5)
err(repeat)
err(repeat, 1, "x")
err(repeat(1).__length_hint__)
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 4], max)), list(accumulate("abc")), list(accumulate([1, 2], initial=10)), list(accumulate([], initial=5)), list(accumulate([])), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=2)))
err(lambda: list(accumulate([1, "a"])))
print(["".join(b) for b in batched("abcdefg", 3)], list(batched([], 2)), list(batched("ab", 2, strict=True)))
err(lambda: list(batched("abc", 2, strict=True)))
err(batched, "abc", 0)
print(list(chain("ab", [1], ())), list(chain()), list(chain.from_iterable(["ab", "cd"])), list(chain.from_iterable(x for x in [[1], [2]])))
err(lambda: list(chain([1], 5)))
err(chain.from_iterable, 5)
print(list(compress("abcdef", [1, 0, 1, 0, 1])), list(compress("ab", [])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(filterfalse(None, [0, 1, "", "a"])), list(filterfalse(lambda x: x % 2, range(6))), list(starmap(pow, [(2, 3), (3, 2)])), list(starmap(lambda *a: a, [[], "ab"])))
err(lambda: list(starmap(pow, [5])))
err(takewhile, 5)
err(lambda: list(takewhile(5, [1])))
print(list(islice("abcdef", 3)), list(islice("abcdef", 2, 5)), list(islice("abcdef", 1, None, 2)), list(islice("abc", 10)), list(islice("abc", 0)))
it = iter(range(10))
print(list(islice(it, 2, 4)), next(it), list(islice(it, None)), next(it, "end"))
err(islice, "abc", -1)
err(islice, "abc", 0, 5, 0)
err(islice, "abc", "x")
err(islice, "abc")
print(list(pairwise("abcd")), list(pairwise("a")), list(zip_longest("ab", "xyz")), list(zip_longest("a", "xyz", [1, 2], fillvalue="-")), list(zip_longest()))
err(zip_longest, "a", bad=1)
err(zip_longest, 5)
print(list(product("ab", [1, 2])), list(product()), list(product("ab", repeat=2)), list(product("ab", [])), list(product([1], repeat=0)), len(list(product(range(3), repeat=4))))
err(product, "a", repeat=-1) if False else print(list(product("a", repeat=1)))
print(["".join(p) for p in permutations("abc")], list(permutations([1, 2, 3], 1)), list(permutations([1], 2)), list(permutations([])), len(list(permutations(range(6), 3))))
print(["".join(c) for c in combinations("abcd", 2)], list(combinations([1, 2], 3)), list(combinations([1, 2], 0)), ["".join(c) for c in combinations_with_replacement("abc", 2)], list(combinations_with_replacement([], 1)))
err(permutations, "ab", -1)
err(permutations, "ab", "x")
err(combinations, "ab", -1)
err(combinations, "ab")
for k, g in groupby("aaabbca"):
    print(k, "".join(g), end="; ")
print([(k, list(g)) for k, g in groupby([1, 3, 2, 4, 5], key=lambda v: v % 2)])
g = groupby("aab")
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
err(groupby)
err(groupby, 5)
a, b, c = tee("abc", 3)
print(next(a), next(a), list(b), list(a), list(c), tee([], 0), [list(t) for t in tee(iter([1, 2]))])
d, = tee("xy", 1)
e = d.__copy__()
print(next(d), list(e), list(d), type(d).__name__)
err(tee, "a", -1)
err(tee, 5)


class Counting:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 5:
            raise StopIteration
        return self.n


c = Counting()
t1, t2 = tee(c)
print(next(t1), next(t1), c.n, next(t2), c.n)
c = Counting()
ch = chain(c, ["then"])
print(next(ch), c.n, list(ch))
for name in ("accumulate", "batched", "chain", "combinations", "combinations_with_replacement", "compress", "count", "cycle", "dropwhile", "filterfalse", "groupby", "islice", "pairwise", "permutations", "product", "repeat", "starmap", "takewhile", "zip_longest"):
    cls = getattr(itertools, name)
    assert isinstance(cls, type) and cls.__module__ == "itertools", name


def fails():
    yield 1
    raise KeyError("source")


for it in (chain(fails()), cycle(fails()), islice(fails(), 5), accumulate(fails()), compress(fails(), repeat(1)), pairwise(fails()), zip_longest(fails()), starmap(lambda *a: a, ([v] for v in fails())), takewhile(lambda v: True, fails()), groupby(fails()), batched(fails(), 3)):
    try:
        print(type(it).__name__, [v for v in it])
    except KeyError as e:
        print(type(it).__name__, "raised", e)


def primes():
    seen = []
    for n in count(2):
        if not any(n % p == 0 for p in takewhile(lambda p: p * p <= n, seen)):
            seen.append(n)
            yield n


print(take(12, primes()), sum(takewhile(lambda p: p < 100, primes())), list(map(sum, batched(range(10), 4))), dict(zip("abc", count(1))), list(zip(count(), "xy")), max(map(len, permutations("abcd", 2))))
print(list(chain.from_iterable(zip("abc", "123"))), list(islice(chain.from_iterable(repeat("ab")), 5)), [list(g) for _, g in groupby(sorted("mississippi"))], sum(1 for _ in product("01", repeat=8)))
