"""Times what `import cffi` and a library that was loaded before add to a start, and the memory they take: `time` or `memory`."""

import sys
from time import process_time


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


if not hasattr(sys, "dovetail"):
    import ffi_library  # finds the wheel

    del sys.modules["cffi"]
memory, before = resident(), process_time()
import cffi

ffi = cffi.FFI()
ffi.cdef("int abs(int);")
ffi.dlopen("libc.so.6")
if sys.argv[1] == "time":
    print("RESULT", "import cffi, cdef, dlopen", process_time() - before, sep="\t")
else:
    print("BYTES", "import cffi, cdef, dlopen: memory", resident() - memory, sep="\t")
