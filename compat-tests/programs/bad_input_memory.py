# needs: core
# Memory exhaustion by one huge request: MemoryError or OverflowError, and the program goes on.
def err(what, f):
    try:
        r = f()
        print(what, "no error:", type(r).__name__)
    except (MemoryError, OverflowError, ValueError) as e:
        print(what, type(e).__name__, e)


HUGE = 2 ** 62
MOST = 2 ** 63 - 1
err("list repeat", lambda: [0] * HUGE)
err("list repeat most", lambda: [0, 1] * MOST)
err("tuple repeat", lambda: (0,) * HUGE)
err("str repeat", lambda: "x" * HUGE)
err("wide str repeat", lambda: "日本" * HUGE)
err("str repeat most", lambda: "ab" * MOST)
err("bytes repeat", lambda: b"x" * HUGE)
err("bytes of size", lambda: bytes(HUGE))
err("bytearray of size", lambda: bytearray(HUGE))
err("bytearray repeat", lambda: bytearray(b"ab") * MOST)
err("beyond index size", lambda: [0] * 2 ** 64)
err("negative is empty", lambda: [0] * -(2 ** 64))
err("bytes beyond", lambda: bytes(2 ** 64))
err("str center", lambda: "x".center(HUGE))
err("str ljust", lambda: "x".ljust(HUGE))
err("str zfill", lambda: "x".zfill(HUGE))
err("bytes center", lambda: b"x".center(HUGE))
err("expandtabs", lambda: "a\tb".expandtabs(MOST))
err("shift", lambda: 1 << HUGE * 8)
err("format width", lambda: "%*d" % (2 ** 64, 1))
err("format spec", lambda: format(1, str(2 ** 64)))
err("to_bytes", lambda: (1).to_bytes(HUGE, "big"))
err("range to list", lambda: list(range(HUGE)))


class Hint:
    def __init__(self, n):
        self.n = n

    def __length_hint__(self):
        return self.n

    def __iter__(self):
        return iter("ab")


class Length(Hint):
    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return i


err("hint", lambda: list(Hint(HUGE)))
err("hint beyond", lambda: list(Hint(2 ** 64)))
err("len beyond", lambda: len(Length(2 ** 64)))
err("range len", lambda: len(range(2 ** 70)))


def grow():
    a = [1]
    a *= HUGE
    return a


def grow_bytes():
    b = bytearray(b"abc")
    b *= HUGE
    return b


def resize():
    b = bytearray(1)
    b.resize(HUGE)
    return b


err("in place list", grow)
err("in place bytearray", grow_bytes)
err("bytearray resize", resize)
l = [1, 2, 3]
try:
    l *= HUGE
except MemoryError:
    print("the list is as before", l)
b = bytearray(b"abc")
try:
    b *= HUGE
except MemoryError:
    print("the bytearray is as before", b)


def handler_allocates():
    try:
        return bytes(HUGE)
    except MemoryError as e:
        return [str(e), repr(e), e.args, "x" * 1000][:3]


print(handler_allocates())
for i in range(20):
    try:
        [None] * HUGE
    except MemoryError:
        pass
print("still running", sum(range(100)), "".join(reversed("fine")))
