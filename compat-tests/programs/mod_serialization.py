# needs: stdlib(json, _json, csv, _csv, pickle, _pickle, marshal, copy, copyreg)
# json, csv, pickle, marshal, copy: output, round trips, options, hooks, errors.
import copy
import copyreg
import csv
import io
import json
import marshal
import pickle
import pickletools


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


v = {"a": [1, 2.5, -0.0, 1e100, True, None, "é\n\"\\\u2028😀\x00"], "nested": {"k": [], "m": {}}, "1": (1, 2)}
s = json.dumps(v)
print(s, json.loads(s) == {**v, "1": [1, 2]}, json.dumps(v, ensure_ascii=False), json.dumps(v, sort_keys=True, separators=(",", ":")))
print(json.dumps(v, indent=2), json.dumps([1, [2]], indent="\t"), json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps(float("nan")), json.dumps([float("inf")]), json.dumps({(1,): 2, "k": 1}, skipkeys=True), json.dumps("x"), json.dumps(2 ** 70))
print(json.loads("[1, 2.0, -3e2, true, false, null, \"\\u00e9\\ud83d\\ude00\", {}, NaN, -Infinity]"), json.loads(b'{"a": 1}'), json.loads('{"a": 1, "a": 2}'), json.loads("1" * 30), json.loads('[1.5]', parse_float=str), json.loads('{"x": 1}', object_hook=lambda d: list(d)), json.loads('{"x": 1, "y": 2}', object_pairs_hook=lambda p: p), json.loads(' "s" '))
for bad in ("", "[1,]", "{1: 2}", "[1 2]", '{"a" 1}', '"abc', '"\\q"', '"\x01"', "tru", "[1", "{", "1 2", "01", "-", '"\\u12"', '{"a":}', "nul", "[,]", '{"a": 1,}', "\ufeff1"):
    try:
        print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as e:
        print(repr(bad), e, e.pos, e.lineno, e.colno)
err(json.dumps, {1, 2})
err(json.dumps, {(1,): 1})
err(json.dumps, float("nan"), allow_nan=False)
err(json.loads, 5)
loop = []
loop.append(loop)
err(json.dumps, loop)
print(json.dumps({"s": {3}}, default=sorted), json.JSONEncoder(indent=1).encode([1]), "".join(json.JSONEncoder().iterencode([1, {"a": 2}])), json.JSONDecoder().raw_decode("[1] rest"))

rows = [["a", "b c", 'q"q', "x,y", "multi\nline", ""], [1, 2.5, None, True, "é", " sp "]]
for kw in ({}, {"delimiter": ";", "quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC, "lineterminator": "\n"}, {"quoting": csv.QUOTE_NONE, "escapechar": "\\"}, {"dialect": "excel-tab"}, {"quotechar": "'", "doublequote": False, "escapechar": "^"}, {"quoting": csv.QUOTE_NOTNULL}):
    out = io.StringIO(newline="")
    csv.writer(out, **kw).writerows(rows)
    print(kw, repr(out.getvalue()), list(csv.reader(io.StringIO(out.getvalue(), newline=""), **kw)) if "lineterminator" not in kw and kw.get("quoting") != csv.QUOTE_NONNUMERIC else "")
print(list(csv.DictReader(["h1,h2", "1,2", "3,4,5", "6"])), list(csv.reader(["a, b"], skipinitialspace=True)), csv.list_dialects(), csv.field_size_limit(), csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter)
err(csv.writer, 5)
err(csv.reader, 5)
err(csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow, ["a,b"])
err(csv.writer(io.StringIO()).writerow, 5)
err(lambda: list(csv.reader(["a"], delimiter="xx")))
err(csv.reader, [], "no-such-dialect")
err(lambda: list(csv.reader(['"abc'], strict=True)))
err(lambda: list(csv.reader([b"x"])))


class P:
    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return self.__dict__ == o.__dict__


class S:
    __slots__ = ("a", "b")


class Reduced:
    def __reduce__(self):
        return (complex, (1, 2))


class State(list):
    def __getstate__(self):
        return "the state"

    def __setstate__(self, s):
        self.restored = s


class NewArgs(int):
    def __new__(cls, v, extra):
        self = super().__new__(cls, v)
        self.extra = extra
        return self

    def __getnewargs__(self):
        return (int(self), "again")


shared = [1]
cyc = {}
cyc["self"] = cyc
slots = S()
slots.a = 5
values = [None, True, 0, -1, 2 ** 31, 2 ** 70, -(2 ** 200), 1.5, 1j, "é😀", "", b"bytes", bytearray(b"ba"), [1, [2]], (1,), (1, 2, 3, 4), {"k": 1}, {1, 2}, frozenset([3]), range(3), slice(1, 2), len, int, P(3), Reduced(), NewArgs(7, "x"), [shared, shared], ..., NotImplemented, ValueError("e"), "x" * 300]
for proto in range(pickle.HIGHEST_PROTOCOL + 1):
    ok = 0
    for x in values:
        data = pickle.dumps(x, proto)
        for loads in (pickle.loads, pickle._loads):
            y = loads(data)
            ok += repr(y) == repr(x) or y == x or isinstance(x, Reduced)
        pickletools.dis(data, io.StringIO())
    print(proto, ok, 2 * len(values), len(pickle.dumps(values, proto)) == len(pickle._dumps(values, proto)), pickle.loads(pickle.dumps([shared, shared], proto))[0] is not shared)
c = pickle.loads(pickle.dumps(cyc))
print(c["self"] is c, pickle.loads(pickle.dumps(slots)).a, pickle.loads(pickle.dumps(State([1, 2]))).restored, pickle.loads(pickle.dumps(NewArgs(7, "x"))).extra, pickle.loads(pickle.dumps(P(shared))) == P(shared))
print(pickle.dumps([1, "a", (2,), {"k": None}], 0), pickle.dumps([1, "a", (2,), {"k": None}], 4), pickle.dumps((1, 2 ** 40, 1.5, b"x"), 5))
err(pickle.dumps, lambda: 0)
err(pickle.dumps, (x for x in ""))
err(pickle.loads, b"")
err(pickle.loads, b"\x80\x04junk")
err(pickle.loads, b"cno_module\nname\n.")
err(pickle.dumps, 1, 99)


class Restricted(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"no {module}.{name}")

    def persistent_load(self, pid):
        return "persistent " + pid


class Persist(pickle.Pickler):
    def persistent_id(self, o):
        return "pid" if isinstance(o, P) else None

    def reducer_override(self, o):
        return (str, ("overridden",)) if o is S else NotImplemented


buf = io.BytesIO()
Persist(buf).dump([P(1), S])
err(Restricted(io.BytesIO(buf.getvalue())).load)
buf = io.BytesIO()
Persist(buf).dump([P(1), 2])
print(Restricted(io.BytesIO(buf.getvalue())).load())
buffers = []
data = pickle.dumps(pickle.PickleBuffer(b"out of band"), 5, buffer_callback=buffers.append)
print(len(buffers), bytes(pickle.loads(data, buffers=buffers)))
for x in (None, 5, -(2 ** 100), 1.5, "é", b"b", [1, (2, {3: "x"})], {1, 2} & {1}, True, ..., 1j, frozenset("a")):
    assert marshal.loads(marshal.dumps(x)) == x
print(marshal.dumps([1, "a", None]), marshal.version, eval(marshal.loads(marshal.dumps(compile("6 * 7", "f", "eval")))))
err(marshal.dumps, object())
err(marshal.loads, b"")
err(marshal.loads, b"\xff")
d = {"a": [1], "p": P([2])}
sh, de = copy.copy(d), copy.deepcopy(d)
d["a"].append(9)
print(sh["a"], de["a"], de["p"].x, copy.deepcopy(cyc)["self"]["self"] is not cyc, copy.copy(slots).a, copy.replace(compile("1", "f", "eval"), co_name="z").co_name, copyreg.dispatch_table.__class__.__name__)
