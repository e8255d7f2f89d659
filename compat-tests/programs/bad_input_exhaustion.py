# needs: stdlib(array, importlib, os, resource, subprocess, sys)
# What runs out or goes away: memory under a limit, modules that remove themselves, sys.modules and builtins taken apart.
import os
import subprocess
import sys


def tail(error):
    return [line for line in error.replace(sys.executable, "python").splitlines() if not line.startswith("  ")]


LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_AS, (10**9,) * 2)\n"


def limited(what, code):
    p = subprocess.run([sys.executable, "-c", LIMITED + code], capture_output=True, text=True, timeout=60)
    print(what, p.returncode, p.stdout.split(), tail(p.stderr))


limited("one block", "x = bytearray(4 * 10**9)")
limited("one list", "x = [None] * 10**9")
limited("growing", "l = []\ntry:\n    while True: l.append(bytes(25_000_000))\nexcept MemoryError:\n    n = len(l); del l\n    print(2 < n < 60)")
limited("doubled text", "s = 'x' * 1000\ntry:\n    while True: s += s\nexcept MemoryError: print('caught', len(s) > 10**8)")
limited("compiling", "l = []\ntry:\n    while True: l.append(bytes(10**6))\nexcept MemoryError:\n    del l[50:]\n    exec('x = 5')\n    print('compiled', x)")
limited("array", "import array\na = array.array('q', bytes(8)) \ntry:\n    a *= 10**9\nexcept MemoryError: print('caught', len(a))")
limited("integer", "try:\n    1 << 40 * 10**9\nexcept (MemoryError, OverflowError): print('caught')")
limited("joined", "try:\n    ','.join(['x' * 10**8] * 100)\nexcept MemoryError: print('caught')")

with open("going.py", "w") as f:
    f.write("import os, sys\nos.remove(__file__)\ndel sys.modules['going']\nimport helper_of_going\n")
with open("twice.py", "w") as f:
    f.write("value = 1\n")
env = {**os.environ, "PYTHONPATH": os.getcwd(), "PYTHONDONTWRITEBYTECODE": "1"}
for what, code in (
    ("removes itself", "import going"),
    ("gone at the reload", "import twice, os, importlib, sys\nos.remove('twice.py'); importlib.invalidate_caches()\nprint(twice.value)\nimportlib.reload(twice)"),
    ("sys.modules is no dict", "import sys; sys.modules = None\nimport json"),
    ("None in sys.modules", "import sys; sys.modules['json'] = None\nimport json"),
    ("no import function", "import builtins; del builtins.__import__\nimport json"),
    ("no builtins", "import sys\nfor m in ('builtins', 'sys', 'io', 'encodings'): sys.modules.pop(m, None)\nprint('alive')"),
):
    p = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    print(what, p.returncode, p.stdout.split(), [line.replace(os.getcwd(), ".") for line in tail(p.stderr)][-1:])
