# needs: stdlib(importlib, marshal, os, py_compile, subprocess, sys)
# Cached code that is not what it says: marshal data cut at every byte, unknown types, wrong sizes and times, hashes.
import importlib.util
import marshal
import os
import py_compile
import struct
import sys

SOURCE = '''
def f(a, *b, c=1.5, **d):
    "doc"
    return [x * 2 for x in b], {1: "\\u65e5", None: (1, 2**70, -3j, b"q", ..., frozenset({1}))}
class A:
    y = "é" * 3
value = "from source"
'''
code = compile(SOURCE, "s.py", "exec")
data = marshal.dumps(code)


def outcome(data):
    try:
        return type(marshal.loads(data)).__name__
    except (EOFError, ValueError, TypeError) as e:
        return f"{type(e).__name__}: {e}"


seen = {}
for n in range(len(data)):
    seen.setdefault(outcome(data[:n]), []).append(n)
print("cut at every byte:", sorted((what, len(at) > 50) for what, at in seen.items()))
plain = marshal.dumps([1, 2.5, "text", b"bytes", (None, True, ...), {"k": {1, 2}}, 2**100, 1j, frozenset("a")], 1)
for n in range(len(plain)):
    what = outcome(plain[:n])
    if not what.startswith("EOFError"):
        print("cut", n, what)
for byte in range(256):
    what = outcome(bytes([byte]))
    if "unknown type code" not in what and "EOFError" not in what:
        print(byte, chr(byte & 127), what)
for bad in (b"i\1\2", b"[\xff\xff\xff\xff", b"s\xff\xff\0\0abc", b"u\xff\xff\xff\xff", b"u\2\0\0\0\xff\xff", b"l\1\0\0\0\xff\xff", b"l\2\0\0\0\1\0\0\0", b"r\0\0\0\0", b"r\xff\xff\xff\xff", b"\xdb\1\0\0\0r\0\0\0\0", b"f\3abc", b"g1234567", b"y12345678", b"{N", b"<\1\0\0\0[\0\0\0\0", b">\1\0\0\0{0", b"c" + b"\0" * 20, b"a\3\0\0\0ab\xff", b"z\5ab", b"Z", b"T", b"0", b"\xe9\1\0\0\0", b")\1" * 5000 + b"N", b"[\1\0\0\0" * 5000 + b"N"):
    print(bad[:12], len(bad), outcome(bad))
for bad in (None, 5, "text", b"", bytearray(b"N"), memoryview(b"T")):
    print(repr(bad)[:12], outcome(bad))


class Reader:
    def __init__(self, data):
        self.data = data

    def read(self, n):
        return self.data

    def readinto(self, b):
        return self.data


for given in (b"", "text", None, b"too much of it", 5, 10**9, -1):
    try:
        print(given, marshal.load(Reader(given)))
    except (EOFError, ValueError, TypeError, AttributeError) as e:
        print(repr(given), type(e).__name__, e)
for bad in (object(), [object()], lambda: 0, {1: [Reader]}, len, marshal, slice(1, object())):
    try:
        marshal.dumps(bad)
        print("dumped")
    except ValueError as e:
        print(e)
deep = []
for _ in range(5000):
    deep = [deep]
try:
    marshal.dumps(deep)
except ValueError as e:
    print(e)
for version in (-1, 0, 1, 2, 3, 4, 5, 6, 100):
    try:
        print(version, marshal.loads(marshal.dumps(("a", "a", 1.5, None), version)))
    except (ValueError, TypeError) as e:
        print(version, type(e).__name__, e)
try:
    marshal.loads(data, allow_code=False)
except ValueError as e:
    print(e)
try:
    marshal.dumps(code, allow_code=False)
except ValueError as e:
    print(e)

sys.path.insert(0, os.getcwd())
sys.dont_write_bytecode = True
with open("target.py", "w") as f:
    f.write("value = 'from source'\n")
os.mkdir("__pycache__")
cache = importlib.util.cache_from_source("target.py")
py_compile.compile("target.py", doraise=True)
with open(cache, "rb") as f:
    good = f.read()
magic, stat = good[:4], os.stat("target.py")
stale = marshal.dumps(compile("value = 'from the cache'", "target.py", "exec"))
checked = magic + struct.pack("<I", 3) + importlib.util.source_hash(b"value = 'from source'\n")
unchecked = magic + struct.pack("<I", 1) + bytes(8)
fresh = magic + struct.pack("<III", 0, int(stat.st_mtime), stat.st_size)


def load(what, data):
    with open(cache, "wb") as f:
        f.write(data)
    importlib.invalidate_caches()
    sys.modules.pop("target", None)
    try:
        import target
        print(what, "->", target.value)
    except (ImportError, EOFError, ValueError, TypeError) as e:
        print(what, "->", type(e).__name__, str(e).replace(os.getcwd(), "."), "target" in sys.modules)
    with open(cache, "rb") as f:
        if f.read() != data:
            print("  the file was written")


load("as it should be", fresh + stale)
load("wrong size", magic + struct.pack("<III", 0, int(stat.st_mtime), stat.st_size + 1) + stale)
load("wrong time", magic + struct.pack("<III", 0, int(stat.st_mtime) - 10, stat.st_size) + stale)
load("wrong magic", struct.pack("<H", 3000) + b"\r\n" + fresh[4:] + stale)
load("checked hash", checked + stale)
load("wrong checked hash", checked[:8] + bytes(8) + stale)
load("unchecked hash", unchecked + stale)
load("bad flags", magic + struct.pack("<I", 0xfff) + bytes(8) + stale)
for n in (0, 3, 4, 8, 15):
    load(f"header of {n} bytes", (fresh + stale)[:n])
for n in (16, 17, 30, len(fresh + stale) - 1):
    load(f"cut at {n if n < 31 else 'the last byte'}", (fresh + stale)[:n])
load("garbage", fresh + b"\xff" * 50)
load("zeros", fresh + bytes(50))
load("a string", fresh + marshal.dumps("not code"))
load("more behind it", fresh + stale + b"more")
os.remove(cache)
os.mkdir(cache)
sys.modules.pop("target", None)
import target
print("a folder in its place ->", target.value)
