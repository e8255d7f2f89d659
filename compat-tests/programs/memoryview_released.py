# needs: stdlib(array, ctypes)
"""Views that are released while they are being read or written, and casts from formats of ctypes and struct."""

import array
import ctypes


class Releasing:
    """Releases a view at every conversion, and puts other memory in its place."""

    def __init__(self, view, value):
        self.view, self.value = view, value

    def convert(self):
        self.view.release()
        self.other = bytearray(64)
        return self.value

    __index__ = convert

    def __float__(self):
        return float(self.convert())

    def __bool__(self):
        return bool(self.convert())


def tried(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def fresh(*cast):
    view = memoryview(bytearray(b"\xff" * 64))
    return view.cast(*cast) if cast else view


for cast, key in [((), lambda i: i), ((), lambda i: slice(i, 8)), ((), lambda i: slice(None, i)), (("B", (32, 2)), lambda i: (i, 0)),
                  (("B", (2, 32)), lambda i: (0, i))]:
    v = fresh(*cast)
    got = tried(v.__getitem__, key(Releasing(v, 1)))
    print("get", cast, list(got) if isinstance(got, memoryview) else got)
    v = fresh(*cast)
    value = b"spammer"[: len(range(64)[key(1)])] if isinstance(key(0), slice) else 42
    print("set", cast, tried(v.__setitem__, key(Releasing(v, 1)), value))
for c in "bBhHiIlLqQnNfd?":
    v = fresh(c)
    print(c, tried(v.__setitem__, 0, Releasing(v, 4)))


class Exporter(array.array):
    def __hash__(self):
        view.release()
        self.clear()
        return 5


exporter = Exporter("B", b"A" * 100)
view = memoryview(exporter).toreadonly()
print(tried(hash, view), len(exporter), tried(view.release), tried(hash, view))


class Separator(bytes):
    def __len__(self):
        view.release()
        memory.clear()
        return 1


memory = bytearray(b"A" * 10)
view = memoryview(memory)
print(tried(view.hex, Separator(b":")), len(memory), view.hex(":"))
view.release()

number = ctypes.c_double()
view = memoryview(number)
print(view.format, tried(view.cast, "d"), tried(view.cast, "H"), tried(view.cast, "zz"), view.cast("B").format, view.cast("c").nbytes)
bytes_of = view.cast("B")
bytes_of[:] = bytes(ctypes.c_double(0.6))
print(number.value, bytes_of.cast("d")[0], bytes_of.cast("b", (2, 4)).tolist())


class Pair(ctypes.Structure):
    _fields_ = [("first", ctypes.c_int), ("second", ctypes.c_short * 2)]


view = memoryview(Pair(1, (2, 3)))
print(view.format, view.shape, view.cast("B", (8,)).tolist(), tried(view.cast, "i"))
