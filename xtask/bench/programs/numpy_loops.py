"""NumPy where the array is small and the crossing is all: scalars and short arrays in Python loops."""

import numpy as np
from pyperf import Runner

small = np.arange(10, dtype=np.float64)
other = np.linspace(0.0, 1.0, 10)
matrix = np.eye(3)
N = range(1000)


def scalar_arithmetic():
    x = np.float64(1.5)
    for _ in N:
        x = x * 0.5 + 1.0


def scalar_indexing():
    a = small
    total = 0.0
    for i in N:
        total += a[i % 10]


def item_assignment():
    a = small.copy()
    for i in N:
        a[i % 10] = i


def small_ufuncs():
    a, b = small, other
    for _ in N:
        a + b
        np.sqrt(b)


def small_reductions():
    a = small
    for _ in N:
        a.sum()
        a.max()


def small_dot():
    m = matrix
    for _ in N:
        m @ m


def creation():
    for _ in N:
        np.zeros(3)
        np.array([1.0, 2.0, 3.0])


def slicing():
    a = small
    for _ in N:
        a[2:8][::2]


runner = Runner()
for function in (
    scalar_arithmetic, scalar_indexing, item_assignment, small_ufuncs, small_reductions, small_dot, creation, slicing,
):
    runner.bench_func("numpy: " + function.__name__, function)
