"""Times Python functions that C calls through cffi."""

from ffi_library import load
from pyperf import Runner

ffi, lib = load("api")
callback = ffi.callback("int(int)", lambda number: number)


def call_back():
    lib.call_many(callback, 2000)


Runner().bench_func("cffi callback", call_back)
