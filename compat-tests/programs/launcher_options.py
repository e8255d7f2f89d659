# needs: stdlib(subprocess, runpy, zipfile, atexit, warnings, threading)
# The command line: options, environment, kinds of programs, exit statuses, what happens at the end.
import os
import re
import subprocess
import sys

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
CLEAN["PYTHONDONTWRITEBYTECODE"] = "1"
CLEAN["LC_ALL"] = "C.UTF-8"
HERE = os.getcwd()


def run(*args, input="", **env):
    p = subprocess.run([sys.executable, *args], input=input, capture_output=True, text=True, env={**CLEAN, **env})
    name = os.path.basename(sys.executable)

    def shown(text):
        for part, stands in ((sys.executable, "PYTHON"), (HERE, "HERE"), (name, "PYTHON")):
            text = text.replace(part, stands)
        return re.sub("0x[0-9a-f]+", "ADDRESS", text)

    print("$", *[repr(a) for a in args], *[f"{k}={v}" for k, v in env.items()])
    print("status", p.returncode)
    for label, text in (("out", p.stdout), ("err", p.stderr)):
        for line in shown(text).splitlines():
            print(f"  {label}: {line}")


def write(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as f:
        f.write(text)


FLAGS = "import sys; f = sys.flags; print({n: getattr(f, n) for n in dir(f) if n[0] != '_' and not n.startswith('n_') and n not in ('count', 'index', 'gil')})"

# Wrong lines.
for args in (["-J"], ["-kx"], ["--foo"], ["-c"], ["-m"], ["-W"], ["-X"], ["--check-hash-based-pycs"], ["--check-hash-based-pycs", "x"]):
    run(*args)
# Settings that cannot be.
for x in ("int_max_str_digits=abc", "int_max_str_digits", "int_max_str_digits=5", "utf8=5", "importtime=5", "cpu_count=x",
          "cpu_count=0", "frozen_modules=x", "thread_inherit_context=5", "gil=0"):
    run("-X", x, "-c", "1")
for name, value in (("PYTHONHASHSEED", "x"), ("PYTHONHASHSEED", "4294967296"), ("PYTHONUTF8", "5"), ("PYTHONINTMAXSTRDIGITS", "1")):
    run("-c", "1", **{name: value})
# Flags.
run("-c", FLAGS)
run("-bbBdEIPqsSu", "-c", FLAGS)
run("-OOc", FLAGS)
run("-X", "dev", "-X", "utf8", "-X", "a=b=c", "-X", "int_max_str_digits=1000", "-c", FLAGS + "; print(sys._xoptions, sys.warnoptions)")
run("-c", FLAGS, PYTHONOPTIMIZE="x", PYTHONDEBUG="3", PYTHONNOUSERSITE="1", PYTHONSAFEPATH="1", PYTHONINTMAXSTRDIGITS="700",
    PYTHONVERBOSE="", PYTHONDONTWRITEBYTECODE="0")
run("-E", "-c", FLAGS, PYTHONOPTIMIZE="2")
run("-W", "once", "-bb", "-c", "import sys; print(sys.warnoptions)", PYTHONWARNINGS="a,b,ignore")
run("-c", "import sys; print(sys.flags.hash_randomization, hash('abc'))", PYTHONHASHSEED="0")
run("-c", "import sys; print(sys.flags.hash_randomization, hash('abc'))", PYTHONHASHSEED="42")
run("-c", "import sys; print(sys.pycache_prefix)", PYTHONPYCACHEPREFIX="/pcp")
run("-X", "pycache_prefix=/q", "-c", "import sys; print(sys.pycache_prefix)")
run("-X", "cpu_count=3", "-c", "import os; print(os.cpu_count(), os.process_cpu_count())")
run("-X", "frozen_modules=off", "-c", "import _imp; print(_imp._frozen_module_names())")
run("-X", "faulthandler", "-c", "import faulthandler; print(faulthandler.is_enabled())")
run("-c", "import sys; print(sys.argv, sys.path[0] == '', sys.orig_argv[1:])", "-a", "b")
run("-P", "-c", "import sys; print(sys.path[0] == '')")
run("-S", "-c", "import sys; print('site' in sys.modules)")
run("-c", "import sys; print([s.errors for s in (sys.stdin, sys.stdout, sys.stderr)], [s.encoding for s in (sys.stdin, sys.stdout, sys.stderr)])")
run("-c", "import sys; print([(s.encoding, s.errors) for s in (sys.stdin, sys.stdout, sys.stderr)])", PYTHONIOENCODING="latin-1:replace")
run("-c", "import sys; print([(s.encoding, s.errors) for s in (sys.stdin, sys.stdout, sys.stderr)])", PYTHONIOENCODING="ascii")
run("-c", "import sys; print([s.line_buffering for s in (sys.stdin, sys.stdout, sys.stderr)], [s.write_through for s in (sys.stdin, sys.stdout, sys.stderr)])")
run("-u", "-c", "import sys; print([s.line_buffering for s in (sys.stdin, sys.stdout, sys.stderr)], [s.write_through for s in (sys.stdin, sys.stdout, sys.stderr)])")

# Kinds of programs.
SHOW = "import sys\nprint(sys.argv, sys.path[0])\nprint(sorted(k for k in globals()), __name__, __package__, type(__loader__).__name__, __spec__ and __spec__.name)\nprint(globals().get('__file__'))\n"
write("prog.py", SHOW)
write("folder/__main__.py", SHOW)
write("empty/x.txt", "")
write("pack/__init__.py", "print('pack')\n")
write("pack/sub.py", SHOW)
write("pack2/__init__.py", "")
write("pack2/__main__.py", SHOW)
write("first.py", "this is no Python\nprint('second line', __import__('sys')._getframe().f_lineno)\n")
import zipfile
with zipfile.ZipFile("app.zip", "w") as z:
    z.writestr("__main__.py", SHOW)
run("prog.py", "a", "-b")
run("./prog.py")
run("folder", "a")
run("app.zip", "a")
run("empty")
run("-m", "prog", "a")
run("-m", "pack.sub")
run("-m", "pack2")
run("-m", "pack")
run("-m", "nomod")
run("-m", "pack.none")
run("-m", "sys")
run("nofile.py")
run("-x", "first.py")
run("-", "a", input=SHOW)
run(input=SHOW)
run("-c", "  x = 1\n  print(x)")
run("-c", "  x = 1\n  print(x)\nif x:\n    print(2)")

# Ends.
for code in ("3", "'msg'", "-1", "263", "2**70", "2.5", "(1, 2)", "None", ""):
    run("-c", f"import sys; sys.exit({code})")
run("-c", "raise KeyboardInterrupt")
run("-c", "import sys\ndef h(*a): 1/0\nsys.excepthook = h\nx")
run("-c", "import sys\ndef h(*a): sys.exit(7)\nsys.excepthook = h\nx")
run("-c", "import sys\ndel sys.excepthook\nx")
run("-c", "import sys\nsys.stderr = None\nx")
run("-c", "import sys; sys.stdout.write('x'); sys.stdout.close()")
run("-c", "print(1); import os; os.close(1)")
run("-c", """
import atexit, threading, time
def f(): 1/0
atexit.register(f)
atexit.register(print, "bye", sep="-")
def late():
    time.sleep(0.1)
    print("thread")
threading.Thread(target=late).start()
class A:
    def __del__(self): print("del", self.name, A is not None, threading is not None)
a = A(); a.name = "cycle"; a.b = a
c = A(); c.name = "global"
_d = A(); _d.name = "underscore"
print("end")
raise SystemExit(3)
""")
run("-c", "import atexit\n@atexit.register\ndef f():\n    print('f')\n    atexit.register(print, 'g')\natexit.unregister(print)\nprint(atexit._ncallbacks())")

# Prompts, as they are without a terminal.
run("-i", "-q", input="x = 3\nx\nif x:\n    print(x)\n\n1/0\ndef f():\n    return g\n\nf()\n'''a\nb'''\nimport sys; sys.ps1 = '% '\nx = (1,\n2)\nx\nraise SystemExit(4)\n")
run("-i", "-q", "-c", "import sys; x = 5; sys.exit(3)", input="x\n")
run("-i", "-q", "prog.py", input="print('typed')\n")
write("startup.py", "print('startup')\nstarted = 1\n")
run("-i", "-q", input="started\n", PYTHONSTARTUP="startup.py")
run("-q", "-c", "print(1)", input="print(2)\n", PYTHONINSPECT="1")
