# needs: stdlib(array, collections, types, weakref)
"""Subscripts and attributes at sites that see one class for long and then others: what classes do in slots of their own."""

import types
import weakref
from array import array
from collections import OrderedDict, UserDict, defaultdict, deque


class Keys:
    def __getitem__(self, key):
        if key == 3:
            raise LookupError("three")
        return ("item", key)


class Meta(type):
    def __getitem__(cls, key):
        return ("class item", key)


class Subscribed(metaclass=Meta):
    pass


class ListKind(list):
    def __getitem__(self, key):
        return ("list kind", super().__getitem__(key))


def subscript(o, key):
    return o[key]


def attribute(o):
    return o.name


def called(o, argument):
    return o.method(argument)


def tried(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


told_already = {}


def told(first, results):
    """Prints results once, and for later sites whether they are the same."""
    text = str(results)
    if text not in told_already:
        told_already[text] = first
        print(first, text)
    else:
        print(first, "as", told_already[text])


MANY = 2000
keys = 1, True, 3, "a", slice(0, 2), 2**70, -1, 1.0
objects = [
    "text", b"bytes", bytearray(b"array"), range(10, 20), memoryview(b"view"), array("i", [5, 6, 7, 8]), (1, 2, 3, 4),
    [9, 8, 7, 6], {1: "one", 2: "two"}, deque([1, 2, 3]), defaultdict(list), OrderedDict(a=1), UserDict({1: 2}), Keys(),
    Subscribed, ListKind([4, 3, 2]), types.MappingProxyType({1: "proxy"}), list, 12, None, Keys,
]
for first in objects:
    # The site is made for one class, and meets all the others.
    subscript.__code__ = subscript.__code__.replace()
    for _ in range(MANY):
        tried(subscript, first, 1)
    for o in objects:
        told(type(first).__name__, [str(tried(subscript, o, key)).split(" at 0x")[0] for key in keys])


class Base:
    name = "base"

    def method(self, argument):
        return ("base method", argument)


class Child(Base):
    name = "child"

    def method(self, argument):
        return ("child method", argument)

    def parent(self):
        return super()


class Hooked:
    def __getattribute__(self, name):
        if name == "missing":
            raise AttributeError(name)
        return lambda argument=None: (name, argument) if argument else name


class Falling:
    def __getattr__(self, name):
        if name == "name":
            return "fell"
        return lambda argument: ("fell", name, argument)


child = Child()
module = types.ModuleType("made")
module.name, module.method = "module", lambda argument: ("module function", argument)
late = types.ModuleType("late")
late.__getattr__ = lambda name: "late " + name if name == "name" else (lambda argument: ("late", argument))
owners = [child, child.parent(), weakref.proxy(child), module, late, Child, Falling(), child.method, list[int], 5]
for first in owners:
    attribute.__code__ = attribute.__code__.replace()
    called.__code__ = called.__code__.replace()
    for _ in range(MANY):
        tried(attribute, first)
        tried(called, first, 1)
    told(type(first).__name__, [tried(attribute, o) for o in owners])
    told(type(first).__name__, [str(tried(called, o, 1)) for o in owners])
hooked = Hooked()
print([attribute(hooked)(), called(hooked, 2)], tried(lambda: hooked.missing))


def refused(o):
    return o.nothing


for _ in range(MANY):
    tried(refused, module)
print([str(tried(refused, o)).split(" at 0x")[0] for o in owners])


# What a slot does to the objects that hold it.
class Vanishing:
    def __getitem__(self, key):
        global holder
        holder = None
        return key


holder = None


def last_use(key):
    return holder[key]


for _ in range(MANY):
    holder = Vanishing()
    last_use("kept")
print(last_use.__code__.co_name, holder, tried(last_use, 0))
