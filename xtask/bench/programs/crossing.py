"""Times the crossings that crossing.c has, many of each in a Python loop."""

import crossing
from crossing import Thing
from pyperf import Runner

COUNT = 2000


class Field:
    field = 1


class Derived(Thing):
    def method(self):
        return super().method()


def identity(value):
    return value


thing, derived, field = Thing(), Derived(), Field()
numbers = list(range(0, 300000, 1000))
floats = {i: float(i) for i in range(300)}
COUNT_RANGE = range(COUNT)


def noargs():
    f = crossing.noargs
    for _ in COUNT_RANGE:
        f()


def one():
    f = crossing.one
    for _ in COUNT_RANGE:
        f(None)


def fastcall():
    f = crossing.fast
    for _ in COUNT_RANGE:
        f(1, 2, 3)


def varargs():
    f = crossing.varargs
    for _ in COUNT_RANGE:
        f(None, 2, 3.0)


def keywords():
    f = crossing.keywords
    for _ in COUNT_RANGE:
        f(1, second=2)


def vectorcall():
    f = thing
    for _ in COUNT_RANGE:
        f(1)


def method():
    t = thing
    for _ in COUNT_RANGE:
        t.method()


def derived_method():
    d = derived
    for _ in COUNT_RANGE:
        d.method()


def slots():
    t = thing
    for _ in COUNT_RANGE:
        t + t
        len(t)
        t[5]
        t == t


def create():
    for _ in COUNT_RANGE:
        Thing()


def get_attributes():
    t = thing
    for _ in COUNT_RANGE:
        t.number
        t.real
        t.object


def set_attributes():
    t = thing
    for _ in COUNT_RANGE:
        t.number = 5
        t.real = 2.5
        t.object = None


def c_calls_python():
    crossing.call_many(identity, COUNT)


def build_list():
    crossing.build_list(COUNT)


def build_tuples():
    crossing.build_tuples(COUNT)


def build_dict():
    crossing.build_dict(COUNT)


def read_list():
    for _ in range(20):
        crossing.read_list(numbers)


def read_dict():
    for _ in range(20):
        crossing.read_dict(floats)


def read_sequence():
    for _ in range(20):
        crossing.read_sequence(numbers)
        crossing.read_sequence(thing)


def iterate():
    for _ in range(20):
        crossing.iterate(numbers)
        crossing.iterate(x for x in numbers)


def attributes_from_c():
    for _ in range(20):
        crossing.attributes(field)


runner = Runner()
for function in (
    noargs, one, fastcall, varargs, keywords, vectorcall, method, derived_method, slots, create, get_attributes,
    set_attributes, c_calls_python, build_list, build_tuples, build_dict, read_list, read_dict, read_sequence,
    iterate, attributes_from_c,
):
    runner.bench_func("crossing: " + function.__name__, function)
