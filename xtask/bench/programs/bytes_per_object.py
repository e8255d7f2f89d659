"""How much memory one object of each kind takes: the growth of the resident set over many of them.

Prints lines `BYTES <tab> kind <tab> bytes`. Each kind is measured in a process of its own, named by the argument.
"""

import sys

COUNT = 400_000


class Plain:
    def __init__(self, value):
        self.a = value
        self.b = None


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, value):
        self.a = value
        self.b = None


KINDS = {
    "int": lambda i: i + 1_000_000,
    "big int": lambda i: (1 << 100) + i,
    "float": lambda i: i + 0.5,
    "str": lambda i: "text%d" % i,
    "bytes": lambda i: b"bytes%d" % i,
    "tuple of 2": lambda i: (None, i & 1),
    "empty list": lambda i: [],
    "list of 4": lambda i: [None, None, None, None],
    "empty dict": lambda i: {},
    "dict of 4": lambda i: {"a": 1, "b": 2, "c": 3, "d": 4},
    "set of 4": lambda i: {1, 2, 3, 4},
    "instance": Plain,
    "instance with slots": Slotted,
    "function": lambda i: lambda: i,
    "bound method": lambda i: [].append,
}


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def main(kind):
    make = KINDS[kind]
    keep = [None] * COUNT
    for i in range(1000):
        keep[i] = make(i)
    before = resident()
    for i in range(1000, COUNT):
        keep[i] = make(i)
    after = resident()
    print("BYTES", kind, (after - before) / (COUNT - 1000), sep="\t")


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    for kind in KINDS:
        print("KIND", kind, sep="\t")
