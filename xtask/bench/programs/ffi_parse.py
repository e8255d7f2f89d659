"""Times one parse of declarations: `cold` and `warm` of a cdef of 2,000 lines, `header NAME` of a header.

Warm means that an earlier process read the same text: on Dovetail its result is then on disk; cffi keeps nothing.
"""

import os
import subprocess
import sys
import tempfile
from time import process_time

from ffi_library import FFI


def declarations():
    lines = []
    for i in range(250):
        lines += [f"struct record_{i} {{", "    int number;", f"    double values[{i % 7 + 1}];", "    struct record_0 *next;",
                  "    const char *name;", "};", f"typedef struct record_{i} record_{i}_t;",
                  f"int function_{i}(record_{i}_t *record, int count, const char *const *names, double (*each)(void *, int));"]
    return "\n".join(lines)


mode = sys.argv[1]
if mode == "header":
    text, name = f"#include <{sys.argv[2]}>", f"cdef: #include <{sys.argv[2]}>, cold"
else:
    text, name = declarations(), f"cdef {mode}: 2,000 lines"
with tempfile.TemporaryDirectory() as folder:
    if mode == "warm" and sys.argv[2:] != ["inner"]:
        environment = dict(os.environ, XDG_CACHE_HOME=folder)
        for _ in range(2):
            done = subprocess.run([sys.executable, *sys.argv, "inner"], env=environment, stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout, end="")
        sys.exit()
    if mode != "warm":
        os.environ["XDG_CACHE_HOME"] = folder
    ffi = FFI()
    before = process_time()
    ffi.cdef(text)
    print("RESULT", name, process_time() - before, sep="\t")
