# needs: stdlib(importlib, os, struct, sys)
# Extension modules that cannot be loaded: a symbol that nobody has, no init function, files that are no library.
import importlib.machinery
import importlib.util
import os
import struct
import sys

SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]
MACHINE, GLOB_DAT = {"x86_64": (62, 6), "aarch64": (183, 1025)}[os.uname().machine]


def library(needed=(), undefined=(), defined=()):
    """A shared library without code: it wants the symbols of one list and has (data of) the others."""
    strings = b"\0"
    place = {}
    for name in (*needed, *undefined, *defined):
        place[name] = len(strings)
        strings += name.encode() + b"\0"
    symbols = [bytes(24)]
    for name in undefined:
        symbols.append(struct.pack("<IBBHQQ", place[name], 0x12, 0, 0, 0, 0))
    for name in defined:
        symbols.append(struct.pack("<IBBHQQ", place[name], 0x11, 0, 1, 0x800, 8))
    chain = [0] + [n + 1 for n in range(1, len(symbols))]
    chain[-1] = 0
    table = struct.pack(f"<{3 + len(symbols)}I", 1, len(symbols), 1 if len(symbols) > 1 else 0, *chain)
    at = 64 + 3 * 56
    symtab, at = at, at + 24 * len(symbols)
    rela, at = at, at + 24 * len(undefined)
    relocations = b"".join(struct.pack("<QQq", 0x900 + 8 * n, (n + 1) << 32 | GLOB_DAT, 0) for n in range(len(undefined)))
    hashes, at = at, at + len(table) + -len(table) % 8
    strtab, at = at, at + len(strings) + -len(strings) % 8
    rows = [(1, place[name]) for name in needed]
    rows += [(4, hashes), (5, strtab), (6, symtab), (10, len(strings)), (11, 24)]
    if undefined:
        rows += [(7, rela), (8, len(relocations)), (9, 24), (24, 0)]  # bound at once
    dynamic = b"".join(struct.pack("<qQ", *row) for row in rows + [(0, 0)])
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1" + bytes(9), 3, MACHINE, 1, 0, 64, 0, 0, 64, 56, 3, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 6, 0, 0, 0, 0x1000, 0x1000, 0x1000)
    head += struct.pack("<IIQQQQQQ", 2, 6, at, at, at, len(dynamic), len(dynamic), 8)
    head += struct.pack("<IIQQQQQQ", 0x6474e551, 6, 0, 0, 0, 0, 0, 16)  # no executable stack
    body = head + b"".join(symbols) + relocations + table + bytes(-len(table) % 8) + strings + bytes(-len(strings) % 8) + dynamic
    return body.ljust(0x1000, b"\0")


def attempt(what, name, data):
    with open(name + SUFFIX, "wb") as f:
        f.write(data)
    before = set(sys.modules)
    try:
        module = __import__(name)
        print(what, "loaded", module)
    except ImportError as e:
        print(what, "->", type(e).__name__, str(e).replace(os.getcwd(), "."), "|", e.name, e.path and os.path.basename(e.path) == name + SUFFIX)
    print("  left in sys.modules:", sorted(set(sys.modules) - before))


sys.path.insert(0, os.getcwd())
import encodings.punycode
attempt("unknown symbol", "wants", library(undefined=["PyObject_NobodyHasThis"]))
attempt("unknown symbol behind a known one", "wants_more", library(undefined=["PyLong_FromLong", "nobody_has_this_either"]))
attempt("no such library", "needs", library(needed=["libnobody-has-this.so.9"]))
attempt("no init function", "plain", library(undefined=["PyLong_FromLong"]))
attempt("another module's init function", "other", library(defined=["PyInit_another"]))
attempt("non-ASCII without init", "naïve", library())
good = library()
attempt("empty", "empty", b"")
attempt("short", "short", good[:10])
attempt("cut in the headers", "cut", good[:100])
attempt("text", "text", b"print('I am no library')\n" * 100)
attempt("another word size", "small", good[:4] + b"\1" + good[5:])
attempt("another processor", "foreign", good[:18] + struct.pack("<H", 0x1234) + good[20:])
attempt("not shared", "static", good[:16] + struct.pack("<H", 1) + good[18:])
attempt("other byte order", "big", good[:5] + b"\2" + good[6:])

os.mkdir("folder" + SUFFIX)
try:
    import folder
    print(folder)
except ImportError as e:
    print(type(e).__name__, e)
spec = importlib.util.spec_from_file_location("gone", os.path.join(os.getcwd(), "gone.so"))
try:
    importlib.util.module_from_spec(spec)
except ImportError as e:
    print(type(e).__name__, str(e).replace(os.getcwd(), "."), e.name)
loader = importlib.machinery.ExtensionFileLoader("nul", "a\0b.so")
try:
    importlib.util.module_from_spec(importlib.util.spec_from_loader("nul", loader, origin="a\0b.so"))
except (ImportError, ValueError) as e:
    print(type(e).__name__, e)
try:
    import _imp
    _imp.create_dynamic(None)
except (AttributeError, TypeError) as e:
    print(type(e).__name__, e)
with open("wants" + SUFFIX, "rb") as f:
    print("the file is as it was:", f.read() == library(undefined=["PyObject_NobodyHasThis"]))
