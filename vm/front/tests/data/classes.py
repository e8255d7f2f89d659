"""Classes, decorators, closures, annotations."""
from functools import wraps
import os.path as paths


def traced(note: str = "call"):
    def outer(function):
        calls = 0

        @wraps(function)
        def inner(*args, **kwargs) -> object:
            nonlocal calls
            calls += 1
            return function(*args, **kwargs), note, calls

        return inner

    return outer


class Shape:
    sides: int = 0
    __slots__ = ("name", "_hidden")

    def __init__(self, name, /, *, hidden=None):
        super().__init__()
        self.name, self._hidden = name, hidden

    @property
    def area(self):
        return 0.0

    @traced(note="scale")
    def scale[T: (int, float)](self, by: T, *rest: T) -> list[T]:
        self.__private = [by * n for n in rest if n]
        return [*self.__private, -1, ~by, not by]

    class Inner(dict, metaclass=type):
        x = [y for y in range(3)]


def count(limit):
    global total
    total = 0
    for n in range(limit):
        if n % 15 == 0:
            continue
        elif n > 1_000_000:
            break
        total += n
    else:
        total = -1
    return lambda scale=total, *, plus: scale * limit + plus


type Pair[A, *B, **C] = tuple[A, A]
assert paths.join("a", "b") == 'a/b', "joined"
del count
