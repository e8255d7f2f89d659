# needs: package(pyyaml)
"""PyYAML with libyaml: loading, dumping, tags, events, nodes, streams, errors, both implementations alike."""

import collections
import datetime
import io

import yaml

print(yaml.__with_libyaml__, yaml.CSafeLoader.__mro__[1].__name__, yaml.cyaml.CParser.__module__)


def attempt(label, call):
    try:
        print(label, "->", repr(call()))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = (mark.line, mark.column) if mark else None
        print(label, "raises", type(error).__name__, place, getattr(error, "problem", error))
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


DOC = """
# a document
defaults: &base {retries: 3, hosts: [a, b], on: yes}
service:
  <<: *base
  retries: 5
  text: |
    line one
      line two
  folded: >-
    joined
    words

    new
  quoted: "tab\\t \\u00e9 \\x41"
  single: 'it''s'
  plain: some words
numbers: [1, 0x1F, 0o17, 017, -5, 1_000, 3.14, 1e3, .inf, -.INF, .nan, 190:20:30]
others: [~, null, true, No, 2026-01-31, 2026-01-31T12:30:00Z, 2026-01-31 12:30:00.5 -3:00, "", =]
? complex key
: value
? [x, y]
: tuple key
set: !!set {a, b}
omap: !!omap [x: 1, y: 2]
pairs: !!pairs [x: 1, x: 2]
binary: !!binary SGVsbG8=
forced: !!str 12
number: !!float 3
"""
for loader in (yaml.SafeLoader, yaml.CSafeLoader):
    try:
        print(yaml.load(DOC, loader))
    except yaml.YAMLError as error:
        print(type(error).__name__, error.problem, error.problem_mark.line)
DOC = DOC.replace("? [x, y]\n: tuple key\n", "").replace(", =]", "]")
slow, fast = yaml.load(DOC, yaml.SafeLoader), yaml.load(DOC, yaml.CSafeLoader)
print(repr(slow) == repr(fast))
for key, value in fast.items():
    print(key, repr(value))
print(fast["service"]["hosts"] is fast["defaults"]["hosts"])

print("== dumping")
shared = ["s"]
DATA = {
    "int": 5, "big": 10**25, "float": [0.1, 1e300, float("inf")], "none": None, "bool": True, "text": "plain",
    "needs quotes": ["yes", "1", "", " x", "a: b", "# c", "é", "\x07", "tab\t", "multi\nline\n", "'", "@x", "-", "2026-01-01"],
    "bytes": b"\x00\x01", "date": datetime.date(2026, 1, 2), "time": datetime.datetime(2026, 1, 2, 3, 4, 5),
    "set": {"only"}, "nested": {"a": {"b": []}, "c": {}}, "one": shared, "two": shared, "tuple": (1, 2),
}
for options in ({}, {"default_flow_style": True}, {"default_flow_style": None, "allow_unicode": True, "sort_keys": False},
                {"default_style": '"', "indent": 4, "width": 30}, {"explicit_start": True, "explicit_end": True, "version": (1, 1), "canonical": True}):
    one, two = (yaml.dump(DATA, Dumper=d, **options) for d in (yaml.SafeDumper, yaml.CSafeDumper))
    print(sorted(options), one == two)
    print(two)
print(yaml.safe_load(yaml.safe_dump(DATA)) == {**DATA, "tuple": [1, 2]})
print(yaml.dump_all([1, {"a": 2}], Dumper=yaml.CDumper), list(yaml.load_all("--- 1\n--- [2]\n...\n", yaml.CLoader)))
loop = [1]
loop.append(loop)
print(yaml.dump(loop, Dumper=yaml.CDumper), (lambda v: v[1] is v)(yaml.load(yaml.dump(loop), yaml.CLoader)))
attempt("no representer", lambda: yaml.dump(range(3), Dumper=yaml.CSafeDumper))
attempt("python object", lambda: yaml.dump(collections.OrderedDict(a=1), Dumper=yaml.CDumper))
attempt("full load", lambda: yaml.load("!!python/tuple [1, 2]", yaml.CFullLoader))
attempt("safe refuses", lambda: yaml.load("!!python/object/apply:os.getcwd []", yaml.CSafeLoader))

print("== own tags")


class Point(yaml.YAMLObject):
    yaml_tag = "!point"
    yaml_loader = yaml.CSafeLoader
    yaml_dumper = yaml.CSafeDumper

    def __init__(self, x, y):
        self.x, self.y = x, y


point = yaml.load("!point {x: 1, y: [2]}", yaml.CSafeLoader)
print(type(point).__name__, vars(point), yaml.dump(Point(3, "z"), Dumper=yaml.CSafeDumper))
yaml.add_constructor("!twice", lambda loader, node: loader.construct_scalar(node) * 2, yaml.CSafeLoader)
yaml.add_multi_constructor("!m:", lambda loader, suffix, node: (suffix, loader.construct_sequence(node)), yaml.CSafeLoader)
yaml.add_implicit_resolver("!version", __import__("re").compile(r"^v\d+$"), ["v"], yaml.CSafeLoader)
yaml.add_constructor("!version", lambda loader, node: int(node.value[1:]), yaml.CSafeLoader)
yaml.add_representer(complex, lambda dumper, c: dumper.represent_scalar("!complex", str(c)), yaml.CSafeDumper)
print(yaml.load("[!twice ab, !m:go [1], v12, v, !unk x]".replace(", !unk x", ""), yaml.CSafeLoader), yaml.dump(1 + 2j, Dumper=yaml.CSafeDumper))
attempt("unknown tag", lambda: yaml.load("!unk x", yaml.CSafeLoader))

print("== events, tokens, nodes")
SOURCE = "%YAML 1.1\n--- &a !t\n- x: 'y'\n- *a\n- |+\n  z\n"
for loader in (yaml.Loader, yaml.CLoader):
    for event in yaml.parse(SOURCE, loader):
        print(type(event).__name__, event.start_mark.line, event.end_mark.column, getattr(event, "value", ""), getattr(event, "anchor", ""))
    print([type(token).__name__ for token in yaml.scan(SOURCE, loader)])
node = yaml.compose("{a: [1, 2.5]}", yaml.CLoader)
print(node.tag, node.value[0][1].value[1].tag, yaml.serialize(node, Dumper=yaml.CDumper))
print(yaml.emit(yaml.parse("[1, {a: b}]", yaml.CLoader), Dumper=yaml.CDumper))

print("== streams and errors")
print(yaml.load(io.BytesIO("é: ü".encode("utf-16")), yaml.CSafeLoader), yaml.load(io.StringIO("a: 1"), yaml.CSafeLoader), yaml.load(b"x", yaml.CSafeLoader))
out = io.BytesIO()
print(yaml.dump({"é": 1}, out, Dumper=yaml.CSafeDumper, encoding="utf-8", allow_unicode=True), out.getvalue())


class Broken:
    def read(self, size):
        raise OSError("stream broke")

    def write(self, data):
        raise OSError("cannot write")


attempt("reading", lambda: yaml.load(Broken(), yaml.CSafeLoader))
attempt("writing", lambda: yaml.dump([1], Broken(), Dumper=yaml.CSafeDumper))
for bad in ("a: b: c", "[1, 2", "{a", "\tx: 1", "- a\nb", "&x", "*nope", "a: 'open", "%YAML 9.9\n--- x", "? - {", "\x01", "!<bad", "a: !!int x", "- &a 1\n- &a 2", "{[1]: 2}"):
    attempt(ascii(bad), lambda: yaml.load(bad, yaml.CSafeLoader))
many = yaml.dump([{"id": n, "name": f"item {n}", "tags": ["a", "b"]} for n in range(300)], Dumper=yaml.CSafeDumper)
print(len(many), sum(item["id"] for item in yaml.load(many, yaml.CSafeLoader)))
