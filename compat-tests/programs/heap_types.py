# needs: stdlib
# Which types say that they are on the heap, and what rests on that: pickling by protocols 0 and 1.
import _asyncio, _bz2, _collections, _contextvars, _csv, _datetime, _decimal, _elementtree, _functools, _io, _json, _lzma
import _operator, _pickle, _queue, _random, _socket, _struct, _thread, _typing, _zoneinfo, array, copy, copyreg, datetime
import decimal, io, itertools, mmap, pickle, pyexpat, select, typing, unicodedata, zlib

HEAP = 1 << 9
for module in (_asyncio, _bz2, _collections, _contextvars, _csv, _datetime, _decimal, _elementtree, _functools, _io, _json, _lzma,
               _operator, _pickle, _queue, _random, _socket, _struct, _thread, _typing, _zoneinfo, array, itertools, mmap, pyexpat,
               select, typing, unicodedata, zlib):
    types = {name: kind for name, kind in vars(module).items() if isinstance(kind, type) and kind.__module__ != "__main__"}
    print(module.__name__, sorted(name for name, kind in types.items() if not kind.__flags__ & HEAP))


class Shelf(typing.Generic[typing.TypeVar("T")]):
    def __init__(self):
        self.books = [1]


class Bytes(io.BytesIO):
    pass


class Text(io.StringIO):
    pass


class Row(_collections.deque):
    pass


class Instant(datetime.datetime):
    pass


class Number(decimal.Decimal):
    pass


for value in (Shelf(), Bytes(b"ab"), Text("ab"), Row([1]), Instant(2020, 1, 2), Number("1.5"), array.array("i", [1])):
    for protocol in range(6):
        try:
            back = pickle.loads(pickle.dumps(value, protocol))
            print(type(back).__name__, protocol, getattr(back, "__dict__", None))
        except Exception as e:
            print(type(value).__name__, protocol, type(e).__name__, e)

