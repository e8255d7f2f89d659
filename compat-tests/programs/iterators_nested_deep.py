# needs: stdlib
"""Iterators that stand in one another a hundred thousand deep give their item or RecursionError, and are freed."""

import itertools

WRAPPERS = {
    "chain": lambda it: itertools.chain(it),
    "chain.from_iterable": lambda it: itertools.chain.from_iterable([it]),
    "zip": lambda it: zip(it),
    "enumerate": lambda it: enumerate(it),
    "islice": lambda it: itertools.islice(it, 2),
    "takewhile": lambda it: itertools.takewhile(bool, it),
    "filterfalse": lambda it: itertools.filterfalse(lambda item: False, it),
    "accumulate": lambda it: itertools.accumulate(it),
    "compress": lambda it: itertools.compress(it, itertools.repeat(1)),
    "batched": lambda it: itertools.batched(it, 1),
    "groupby": lambda it: itertools.groupby(it),
    "cycle": lambda it: itertools.cycle(it),
}


def outcome(wrap, depth):
    it = iter([1, 2, 3])
    for _ in range(depth):
        it = wrap(it)
    try:
        next(it)
    except RecursionError:
        return "RecursionError"
    return "an item"


for name, wrap in WRAPPERS.items():
    shallow = outcome(wrap, 100)
    deep = outcome(wrap, 100_000)
    print(name, shallow, deep in ("RecursionError", "an item"))
