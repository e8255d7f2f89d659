# needs: package(msgpack)
"""msgpack's C implementation: every format, streams, extension types, hooks, limits, errors."""

import array
import collections
import datetime
import io

import msgpack
from msgpack import ExtType, Packer, Timestamp, Unpacker, fallback, packb, unpackb

print(msgpack.Packer.__module__, msgpack.version >= (1, 0))


def attempt(label, call):
    try:
        print(label, "->", repr(call()))
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


VALUES = [
    None, True, False, 0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, -1, -32, -33, -128, -129,
    -32768, -32769, -(2**31), -(2**31) - 1, -(2**63), 0.0, -1.5, 1e300, float("inf"), "", "a", "é" * 20, "x" * 31, "x" * 32,
    b"", b"ab", [], [1, [2, [3]]], list(range(16)), {}, {"a": 1, "b": [None]}, {1: 2, b"k": "v"},
    ExtType(5, b"abcd"), ExtType(3, b"x" * 17), Timestamp(1, 0), Timestamp(2**34, 999), Timestamp(-1, 5),
]
for value in VALUES:
    data = packb(value)
    slow = fallback.Packer().pack(value)
    back = unpackb(data, strict_map_key=False)
    assert data == slow and back == value, value
    assert fallback.unpackb(data, strict_map_key=False) == value
    print(data[:12].hex(), len(data), type(back).__name__)
for size in (255, 256, 65535, 65536):
    for value in (b"x" * size, "y" * size, [0] * size, ExtType(1, b"z" * size), dict.fromkeys(range(size))):
        data = packb(value)
        print(size, type(value).__name__, data[:5].hex(), len(data), unpackb(data, strict_map_key=False) == value)
print(packb(1.5, use_single_float=True).hex(), packb("x", use_bin_type=False).hex(), packb((1, 2)).hex(), packb(bytearray(b"b")).hex())
print(packb(memoryview(b"view")).hex(), packb(array.array("i", [1]).tobytes()).hex(), packb(collections.OrderedDict(z=1, a=2)).hex())


class Text(str):
    pass


class Number(int):
    pass


print(packb([Text("t"), Number(3)]).hex(), unpackb(packb((1, (2,))), use_list=False))
attempt("strict types", lambda: packb(Number(3), strict_types=True))
attempt("too big", lambda: packb(2**64))
attempt("too small", lambda: packb(-(2**63) - 1))
attempt("object", lambda: packb(object))
attempt("set", lambda: packb({1}))
attempt("surrogate", lambda: packb("\ud800"))
print(packb("\ud800", unicode_errors="surrogatepass").hex())
loop = []
loop.append(loop)
attempt("recursion", lambda: packb(loop))


print("== hooks")


def default(value):
    if isinstance(value, set):
        return ExtType(1, packb(sorted(value)))
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    raise TypeError(f"cannot send {type(value).__name__}")


def ext_hook(code, data):
    return set(unpackb(data)) if code == 1 else ExtType(code, data)


def object_hook(value):
    return complex(value["re"], value["im"]) if value.keys() == {"re", "im"} else value


sent = packb({"s": {3, 1}, "c": 1 + 2j, "e": ExtType(9, b"?")}, default=default)
print(sorted(unpackb(sent, ext_hook=ext_hook, object_hook=object_hook).items(), key=str))
attempt("default fails", lambda: packb([object], default=default))
print(unpackb(packb({"a": 1, "b": 2}), object_pairs_hook=list), unpackb(packb([1, 2]), list_hook=tuple))
attempt("hook fails", lambda: unpackb(packb({"a": 1}), object_hook=lambda value: value["missing"]))
attempt("two hooks", lambda: unpackb(b"\x80", object_hook=dict, object_pairs_hook=list))
moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.timezone.utc)
data = packb(moment, datetime=True)
print(data.hex(), [unpackb(data, timestamp=n) for n in range(4)])
attempt("naive", lambda: packb(datetime.datetime(2026, 1, 1), datetime=True))
stamp = Timestamp.from_datetime(moment)
print(stamp, stamp.to_unix(), stamp.to_unix_nano(), stamp == Timestamp.from_bytes(stamp.to_bytes()), hash(stamp) == hash(Timestamp(*(stamp.seconds, stamp.nanoseconds))))

print("== packer and unpacker objects")
packer = Packer(autoreset=False)
packer.pack_array_header(2)
packer.pack("in")
packer.pack_map_header(1)
packer.pack("k")
packer.pack_ext_type(4, b"ext")
print(packer.bytes().hex(), packer.getbuffer().nbytes, packer.reset(), packer.bytes())
packer.pack_map_pairs([("a", 1), ("b", 2)])
print(packer.bytes().hex())
attempt("header size", lambda: packer.pack_array_header(2**40))
attempt("ext code", lambda: packer.pack_ext_type(200, b""))
unpacker = Unpacker()
for part in (b"\x01\x92\x02", b"\xa3ab", b"c\xc0", b"\x93"):
    unpacker.feed(part)
    print(list(unpacker), unpacker.tell())
unpacker = Unpacker(io.BytesIO(b"".join(packb(v) for v in ([1], {"a": 2}, "x", 5))), read_size=3)
print(unpacker.read_array_header(), unpacker.unpack(), unpacker.read_map_header(), unpacker.unpack(), unpacker.skip(), unpacker.read_bytes(1), unpacker.unpack())
attempt("end", unpacker.unpack)
attempt("header", lambda: (lambda u: (u.feed(b"\x01"), u.read_map_header()))(Unpacker()))
print([v for v in Unpacker(io.BytesIO(packb("é") * 3))], unpackb(b"\xa1\xff", unicode_errors="replace"), unpackb(b"\xa1x", raw=True))

print("== bad input and limits")
for bad in (b"", b"\xc1", b"\x92\x01", b"\x01\x02", b"\xa5ab", b"\xd9", b"\xc7\x04\x01ab", b"\xa1\xff", b"\x81\x01\x02", b"\x81\x90\x01", b"\x91" * 2000):
    attempt(ascii(bad[:10]), lambda: unpackb(bad))
attempt("extra", lambda: unpackb(b"\x01\x02\x03"))
try:
    unpackb(b"\x01\x02\x03")
except msgpack.ExtraData as error:
    print(error.unpacked, bytes(error.extra), isinstance(error, ValueError))
for option, data in (("max_str_len", b"\xa3abc"), ("max_bin_len", b"\xc4\x03abc"), ("max_array_len", b"\x93\x01\x02\x03"), ("max_map_len", b"\x83\x01\x02\x03\x04\x05\x06"), ("max_ext_len", b"\xc7\x03\x01abc")):
    attempt(option, lambda: unpackb(data, strict_map_key=False, **{option: 2}))
attempt("buffer full", lambda: Unpacker(max_buffer_size=4).feed(b"12345"))
attempt("not a stream", lambda: Unpacker(object()))
attempt("text", lambda: unpackb("x"))


class Stream:
    def __init__(self):
        self.count = 0

    def read(self, size):
        self.count += 1
        if self.count > 1:
            raise OSError("gone")
        return b"\x93\x01"


attempt("broken stream", lambda: Unpacker(Stream()).unpack())
table = [{"id": n, "name": f"row {n}", "score": n / 3, "tags": ["x"] * (n % 4)} for n in range(3000)]
data = packb(table)
print(len(data), unpackb(data) == table, sum(1 for _ in Unpacker(io.BytesIO(packb(1) * 5000))))
