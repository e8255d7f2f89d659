# needs: package(numpy)
"""Arrays: dtypes, indexing, ufuncs, records, strings, dates, pickling, files and errors."""

import copy
import io
import pickle
import warnings

import numpy as np

np.set_printoptions(precision=6, suppress=True, linewidth=100)


def attempt(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", str(error).splitlines()[0])


print("== creation and dtypes")
for maker in (
    lambda: np.arange(12).reshape(3, 4),
    lambda: np.linspace(0, 1, 5),
    lambda: np.array([[1, 2.5], [3, 4]], dtype="f4"),
    lambda: np.array([True, False]),
    lambda: np.array(["ab", "cde"]),
    lambda: np.array([b"x", b"yz"]),
    lambda: np.array([1 + 2j, 3]),
    lambda: np.array([None, [1], "x"], dtype=object),
    lambda: np.full((2, 2), 7, dtype=np.uint8),
    lambda: np.eye(3, k=1, dtype=int),
    lambda: np.fromiter((n * n for n in range(5)), dtype=np.int64),
    lambda: np.frombuffer(b"\x01\x00\x02\x00", dtype="<u2"),
    lambda: np.fromfunction(lambda i, j: i + 10 * j, (2, 3)),
    lambda: np.array([10**30, 1]),
    lambda: np.asarray(memoryview(b"abc")),
):
    a = maker()
    print(repr(a), a.dtype, a.shape, a.strides, a.flags.c_contiguous, a.flags.owndata)
for text in ("i4", ">f8", "U5", "S3", "?", "M8[ms]", "m8[h]", "V7", "c8", "O", "e"):
    d = np.dtype(text)
    print(text, repr(d), d.kind, d.itemsize, d.alignment, d.byteorder, d.str)
for a, b in (("i1", "u1"), ("i8", "u8"), ("f4", "i4"), ("f4", "c8"), ("S3", "U5"), ("?", "i2")):
    print(a, b, np.promote_types(a, b), np.can_cast(a, b), np.can_cast(a, b, "same_kind"))
print(np.result_type(np.int8(3), 4), np.result_type(np.float32(1), 1.0), np.min_scalar_type(300))
attempt("promote", lambda: np.promote_types("M8[s]", "f8"))
attempt("bad dtype", lambda: np.dtype("no such type"))

print("== indexing")
a = np.arange(24).reshape(2, 3, 4)
print(a[1, 2], a[..., 0], a[:, ::-1, 1:3], a[:, [0, 2], -1], sep="\n")
print(a[a % 5 == 0], a[np.newaxis, 0, 1].shape, a.T.shape, a.swapaxes(0, 2).strides)
print(np.nonzero(a > 20), np.argwhere(a > 21), np.where(a > 12, a, -1), sep="\n")
b = a.copy()
b[0, ...] = [[1], [2], [3]]
b[1][b[1] > 18] *= 10
np.add.at(b, (0, [0, 0, 1], 1), 5)
print(b)
print(np.take(a, [1, 5, 7]), np.take_along_axis(b[0], np.array([[3], [0], [1]]), axis=1).ravel())
attempt("index", lambda: a[2])
attempt("too many", lambda: a[0, 0, 0, 0])
attempt("float index", lambda: a[1.0])
attempt("mask shape", lambda: a[np.ones((2, 2), bool)])
attempt("broadcast", lambda: np.ones((2, 3)) + np.ones((4,)))
attempt("assign", lambda: b.__setitem__(0, np.ones((7, 7))))
attempt("truth", lambda: bool(a))
attempt("reshape", lambda: a.reshape(5, 5))
attempt("read only", lambda: np.broadcast_to([1, 2], (2, 2)).__setitem__(0, 1))

print("== ufuncs")
x = np.array([-2, -1, 0, 1, 2])
for f in (np.abs, np.sign, np.square, np.exp, np.sin, np.arctan, np.cbrt, np.invert, np.isfinite, np.positive):
    print(f.__name__, f.nin, f.nout, f(x))
for f in (np.add, np.maximum, np.power, np.floor_divide, np.remainder, np.hypot, np.left_shift, np.logical_xor):
    print(f.__name__, f(np.abs(x) + 1, 3), f.identity)
print(np.divmod(x, 2), np.modf([1.5, -2.25]), np.frexp([8.0, 0.75]))
print(np.add.reduce(a, axis=1), np.add.accumulate(x), np.multiply.outer(x, [1, 10]), sep="\n")
print(np.add.reduceat(np.arange(8), [0, 4, 1, 5]), np.maximum.reduce(a, axis=(0, 2)))
print(np.add(x, 1, where=x > 0, out=np.zeros(5, int)), np.sum(x, where=x > 0, initial=100))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(np.array([1.0, -1, 0]) / 0, np.log([-1.0, 0]), np.array([127], "i1") + np.array([1], "i1"))
    print([str(w.message) for w in caught])
with np.errstate(all="raise"):
    attempt("divide", lambda: np.array([1.0]) / 0)
    attempt("overflow", lambda: np.exp(np.array([1e4])))
attempt("negative power", lambda: np.array([2]) ** -1)
attempt("no loop", lambda: np.sin("x"))
attempt("cast", lambda: np.add(1.5, 2, out=np.zeros(1, int)))
twice = np.frompyfunc(lambda p, q: f"{p}/{q}", 2, 1)
print(twice([1, 2], [[3], [4]]), np.vectorize(lambda n, m=1: n + m)([1, 2], m=5))

print("== reductions, sorting, sets")
m = np.array([[3.0, 1, 2], [9, np.nan, 4]])
print(np.nansum(m), np.nanmean(m, axis=1), np.nanargmax(m, axis=1), m.max(), np.sort(m, axis=None))
print(a.mean(), a.std(ddof=1).round(6), a.var(axis=0)[0], a.cumsum()[-3:], a.prod(axis=2)[1], np.ptp(a, axis=0)[0])
print(np.median([3, 1, 2, 10]), np.percentile(np.arange(11), [10, 50, 95]), np.quantile([1, 2, 3], 0.4))
k = np.array([5, 2, 8, 2, 9, 1])
print(np.argsort(k, kind="stable"), np.partition(k, 2)[:3].sum(), np.searchsorted([1, 3, 5], [0, 3, 9]))
print(np.unique(k, return_counts=True), np.intersect1d(k, [2, 9, 7]), np.isin(k, [2, 5]))
print(np.bincount([0, 1, 1, 4]), np.histogram(k, bins=3), np.digitize(k, [2, 5]), np.lexsort((k, k % 2)))
print(np.concatenate([k[:2], k[-2:]]), np.stack([k, k])[:, 0], np.split(k, 3), np.tile([1, 2], 2), np.repeat(k, 2)[:4])
print(np.einsum("ij,jk->ik", np.arange(4).reshape(2, 2), np.eye(2)), np.tensordot(a, a, 3), np.cross([1, 0, 0], [0, 1, 0]))

print("== structured arrays and records")
people = np.array(
    [("Ada", 36, 1.65), ("Bob", 41, 1.8), ("Cy", 7, 1.2)],
    dtype=[("name", "U10"), ("age", "i4"), ("height", "f8")],
)
print(people.dtype, people["name"], people[people["age"] > 10]["height"].mean().round(4))
print(np.sort(people, order="age")["name"], people[0].item(), people[["age", "name"]][1])
people[1]["age"] = 42
print(people.view(np.recarray).age, np.rec.fromarrays([[1, 2], ["x", "y"]], names="n,s")[1].s)
nested = np.zeros(2, dtype=[("pos", [("x", "f4"), ("y", "f4")]), ("tags", "S2", (2,))])
nested["pos"]["x"] = 3
nested["tags"][0] = [b"a", b"bcd"]
print(nested, nested.dtype.fields["pos"][1], nested.dtype["tags"].shape, nested.itemsize)
print(np.dtype({"names": ["a", "b"], "formats": ["u1", "f8"], "offsets": [0, 4], "itemsize": 16}))
print(np.dtype([("a", "u1"), ("b", "f8")], align=True).itemsize)
attempt("field", lambda: people["nothing"])

print("== strings and dates")
words = np.array(["one", "two", "three"])
print(np.strings.upper(words), np.strings.add(words, "!"), np.strings.find(words, "e"), words == "two", words.dtype)
print(np.char.encode(["é", "日本"], "utf-8"))
var = np.array(["a long string indeed", "x", None], dtype=np.dtypes.StringDType(na_object=None))
print(var, var.dtype, np.strings.str_len(var[:2]))
d = np.array(["2026-01-31", "2024-02-29", "NaT"], dtype="M8[D]")
print(d + np.timedelta64(1, "D"), d.astype("M8[M]"), np.isnat(d), (d[0] - d[1]).item(), np.busday_count("2026-01-01", "2026-02-01"))
print(np.datetime_as_string(d[:2], unit="h"), np.arange("2026-01", "2026-04", dtype="M8[M]"), d[0].item())

print("== pickling, copying, files, buffers")
for p in range(2, 6):
    for value in (a, people, words, var, np.float32(1.5), np.dtype("f4,i2"), np.sin, d):
        again = pickle.loads(pickle.dumps(value, protocol=p))
        same = np.array_equal(again, value) if isinstance(value, np.ndarray) and value.dtype.kind not in "MT" else True
        assert same and type(again) is type(value), (p, value)
buffers = []
data = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
print(len(buffers), np.array_equal(pickle.loads(data, buffers=buffers), a), copy.deepcopy(people).base is None)
stream = io.BytesIO()
np.savez_compressed(stream, a=a, people=people)
stream.seek(0)
with np.load(stream) as loaded:
    print(sorted(loaded.files), loaded["people"]["name"], (loaded["a"] == a).all())
text = io.StringIO()
np.savetxt(text, a[0], fmt="%d", header="cols")
print(text.getvalue().split("\n")[:2], np.loadtxt(io.StringIO("1,2\n3,4"), delimiter=",").sum())
print(np.genfromtxt(io.StringIO("a b\n1 2\n3 x"), names=True))
view = memoryview(a)
print(view.format, view.shape, view.strides, view.nbytes, bytes(np.array([1, 2], ">i2")), a.tobytes()[:9])
print(np.array(bytearray(b"abc")).dtype, np.asarray(memoryview(bytearray(8)).cast("d")), np.array2string(a[0, 0], separator=";"))

print("== subclasses and protocols")


class Tagged(np.ndarray):
    def __new__(cls, data, tag):
        self = np.asarray(data).view(cls)
        self.tag = tag
        return self

    def __array_finalize__(self, source):
        self.tag = getattr(source, "tag", "none") + "'"


t = Tagged([1, 2, 3], "t")
print(t, t.tag, t[1:].tag, (t + 1).tag, type(t.sum()).__name__, t.view(np.ndarray).__class__.__name__)


class Logged:
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return ufunc.__name__, method, len(inputs), sorted(kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return function.__name__, [t.__name__ for t in types]


print(np.add(Logged(), 1), np.multiply.reduce(Logged(), axis=0), [1] * np.ones(1) @ np.ones(1), np.concatenate([Logged()]))


class Arrayish:
    def __array__(self, dtype=None, copy=None):
        return np.array([4, 5], dtype=dtype)


print(np.sum(Arrayish()), np.asarray(Arrayish(), dtype="f4"), np.float64(3) == 3, hash(np.int64(7)) == hash(7))
s = np.float64("1.25")
print(repr(s), s.as_integer_ratio(), s.is_integer(), format(s, ".3f"), f"{np.int32(255):x}", np.bool_(True) & 1, int(np.uint8(9)))
print(isinstance(s, float), np.int64(5) // 2, -np.int8(5), divmod(np.float32(7), 2), np.iinfo("i4").max, np.finfo("f8").eps)
attempt("out of bounds", lambda: np.uint8(300))
it = np.nditer([np.arange(3), None], flags=["external_loop"], op_flags=[["readonly"], ["writeonly", "allocate"]])
for p, q in it:
    q[...] = p * 2
print(it.operands[1], [index for index in np.ndindex(2, 2)], list(np.ndenumerate([[5]])))
