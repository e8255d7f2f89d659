"""Times what Python does with C data through cffi: fields, items, new, buffer, string."""

from ffi_library import load
from pyperf import Runner

COUNT_RANGE = range(2000)
ffi, lib = load("api")
point = ffi.new("struct point *", [3, 4, 2.5, b"a name"])
numbers = ffi.new("int[100]", list(range(100)))


def read_fields():
    p = point
    for _ in COUNT_RANGE:
        p.x
        p.weight


def write_fields():
    p = point
    for _ in COUNT_RANGE:
        p.y = 7
        p.weight = 1.5


def read_items():
    n = numbers
    for _ in COUNT_RANGE:
        n[50]


def write_items():
    n = numbers
    for _ in COUNT_RANGE:
        n[50] = 5


def new_struct():
    new, kind = ffi.new, ffi.typeof("struct point *")
    for _ in COUNT_RANGE:
        new(kind)


def new_by_name():
    new = ffi.new
    for _ in COUNT_RANGE:
        new("int *", 5)


def buffer():
    view, n = ffi.buffer, numbers
    for _ in COUNT_RANGE:
        view(n)


def string():
    read, s = ffi.string, point.name
    for _ in COUNT_RANGE:
        read(s)


runner = Runner()
for function in (read_fields, write_fields, read_items, write_items, new_struct, new_by_name, buffer, string):
    runner.bench_func("cffi data: " + function.__name__, function)
