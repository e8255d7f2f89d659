# needs: core
# Match statements: all patterns, guards, class patterns, captures, bindings on failure, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Color:
    RED = 1
    GREEN = "green"

    class Deep:
        BLUE = (3,)


def kind(v):
    match v:
        case None:
            return "none"
        case True | False:
            return "bool"
        case 0 | 0.5 | -1 | 2 + 3j | -2 - 1j:
            return "special number"
        case Color.RED:
            return "red"
        case Color.GREEN | Color.Deep.BLUE:
            return "green or blue"
        case "a" | "b" as letter:
            return f"letter {letter}"
        case "con" "cat" | b"bytes" | """tri""":
            return "literal string"
        case int(n) if n > 100:
            return f"big {n}"
        case int() | float() as num:
            return f"number {num}"
        case str(s):
            return f"str {s}"
        case []:
            return "empty sequence"
        case [one]:
            return f"one {one}"
        case [Point(x=0, y=0), *_]:
            return "starts at origin"
        case [1, *middle, 9]:
            return f"1..9 with {middle}"
        case (first, second):
            return f"pair {first} {second}"
        case [first, *rest]:
            return f"first {first} rest {rest}"
        case {}  if not v:
            return "empty mapping"
        case {"type": "move", "to": [x, y], **others}:
            return f"move to {x},{y} with {others}"
        case {"type": str(t)}:
            return f"typed {t}"
        case {1: a, Color.GREEN: b}:
            return f"keys {a} {b}"
        case dict():
            return "other dict"
        case Point(0, y):
            return f"on y axis at {y}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point(x, y=Point(y=inner)):
            return f"nested {x} {inner}"
        case Point():
            return "a point"
        case _:
            return f"other {type(v).__name__}"


for v in (None, True, False, 0, 0.5, -1, 2 + 3j, -2 - 1j, 1, "green", (3,), "a", "b", "concat", b"bytes", "tri", 500, 50, 2.5, "text", [], (), [7], ["x"], [Point(0, 0), 1, 2], [1, 2, 3, 9], [1, 9], (1, 2), [1, 2, 3], range(2), {}, {"type": "move", "to": (1, 2), "speed": 3}, {"type": "move", "to": [1]}, {"type": 5}, {1: "A", "green": "B", "z": 0}, {"x": 1}, Point(0, 5), Point(3, 3), Point(1, Point(2, 7)), Point(1, 2), {1, 2}, b"b", bytearray(b"ab"), object, iter([1])):
    print(kind(v))


def bindings(v):
    a = b = c = "unset"
    match v:
        case [a, b, 3]:
            r = 1
        case [a, [b, c]]:
            r = 2
        case {"k": a, "l": 5}:
            r = 3
        case a if False:
            r = 4
        case _:
            r = 0
    return r, a, b, c


for v in ([1, 2, 3], [1, 2, 4], [1, [2, 3]], [1, [2]], {"k": 1, "l": 5}, {"k": 1, "l": 6}, 7):
    print(bindings(v))


class Four:
    __match_args__ = ("a", "b")
    a, b, c = 1, 2, 3


class BadArgs:
    __match_args__ = ["a"]


class BadNames:
    __match_args__ = (5,)
    a = 1


def too_many(v):
    match v:
        case Four(1, 2, 3):
            return "no"


def bad_args(v):
    match v:
        case BadArgs(1):
            return "no"


def bad_names(v):
    match v:
        case BadNames(1):
            return "no"


def twice(v):
    match v:
        case Four(1, a=1):
            return "no"


def not_class(v):
    match v:
        case kind(1):
            return "no"


def int_two(v):
    match v:
        case int(1, 2):
            return "no"


def no_args_class(v):
    match v:
        case object(1):
            return "no"


for f, v in ((too_many, Four()), (bad_args, BadArgs()), (bad_names, BadNames()), (twice, Four()), (not_class, 1), (int_two, 1), (no_args_class, 1), (too_many, 5)):
    err(f, v)


def builtins(v):
    match v:
        case bool(b):
            return "bool", b
        case bytearray(b) | bytes(b):
            return "bytes", b
        case dict(d):
            return "dict", d
        case float(f):
            return "float", f
        case frozenset(s) | set(s):
            return "set", sorted(s)
        case list(x):
            return "list", x
        case tuple(x):
            return "tuple", x
        case str(s):
            return "str", s
        case int(i):
            return "int", i


print([builtins(v) for v in (True, b"b", bytearray(b"c"), {"k": 1}, 1.5, {2}, frozenset([3]), [4], (5,), "s", 6)])
print([builtins(type("MyInt", (int,), {})(3)), builtins(None)])


class Log:
    def __init__(self, name):
        self.__dict__["name"] = name

    def __getattr__(self, attr):
        print("getattr", attr)
        if attr == "gone":
            raise AttributeError
        return attr.upper()


match Log("l"):
    case Log(gone=1):
        print("no")
    case Log(alpha="ALPHA", beta=b):
        print("matched", b)


class Mapping(dict):
    def get(self, k, default=None):
        print("get", k)
        return super().get(k, default)

    def __missing__(self, k):
        return "made up"


match Mapping(a=1):
    case {"zz": v}:
        print("no", v)
    case {"a": v, **rest}:
        print("a", v, rest)


class Eq:
    def __eq__(self, o):
        print("eq", o)
        return o == 5


match Eq():
    case 4:
        print("four")
    case 5:
        print("five")


def evaluated():
    print("subject once")
    return [1, [2, [3, [4]]]]


match evaluated():
    case [1, [2, [x, [y]]]] if print("guard", x, y):
        print("no: print returns None")
    case [a, [b, [*c]]]:
        print(a, b, c)
match 1, 2:
    case x, y:
        print(x + y)
match *[1, 2], 3:
    case [*all_]:
        print(all_)
match = 5
case = {"match": match}
print(match, case)
match case:
    case {"match": match}:
        print("soft keywords", match)
type = "soft"
_ = "underscore"
match 3:
    case _:
        print(_, type)
del type


def command(text):
    match text.split():
        case ["go", ("north" | "south") as way]:
            return "going", way
        case ["go", *_]:
            return "cannot go there"
        case ["get", *things] if len(things) > 1:
            return "getting", things
        case ["get", thing]:
            return thing
        case ["quit" as verb, *rest]:
            return verb, rest
        case [] | [_]:
            return "short"


for text in ("go north", "go up", "get a b", "get a", "quit now", "", "x", "what is this"):
    print(command(text))


def evaluate(tree):
    match tree:
        case int(n) | float(n):
            return n
        case ("+", *args):
            return sum(map(evaluate, args))
        case ("*", a, b):
            return evaluate(a) * evaluate(b)
        case ("neg", a):
            return -evaluate(a)
        case ("if", c, t, e):
            return evaluate(t if evaluate(c) else e)
        case [op, *_]:
            raise ValueError(f"unknown {op}")


print(evaluate(("+", 1, ("*", 2, 3), ("neg", ("if", 0, 1, 2)))))
err(evaluate, ("?", 1))
