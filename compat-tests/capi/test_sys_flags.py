import ast
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import capi_sys_flags as m
from support import *


def child(code, *flags, **env):
    """What a program prints in a process of its own, as Python reads it; and what it writes to the other stream."""
    e = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | env
    r = subprocess.run([sys.executable, *flags, "-c", f"import sys; sys.path.insert(0, {os.getcwd()!r}); import capi_sys_flags as m\n" + code], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=e)
    if r.returncode:
        raise Failed(r.stderr)
    return ast.literal_eval(r.stdout)


@once("in processes of their own")
def test_flags():
    needs(m, "flags")
    base = child("print(m.flags())")
    same(base, {"dont_write_bytecode": 0, "hash_randomization": 1, "ignore_environment": 0, "isolated": 0, "no_site": 0, "no_user_site": 0, "unbuffered": 0, "verbose": 0, "utf8_mode": 0, "interactive": 0})
    for flags, env, changed in (
        (["-B"], {}, {"dont_write_bytecode": 1}),
        ([], {"PYTHONDONTWRITEBYTECODE": "1"}, {"dont_write_bytecode": 1}),
        ([], {"PYTHONHASHSEED": "0"}, {"hash_randomization": 0}),
        ([], {"PYTHONHASHSEED": "random"}, {}),
        ([], {"PYTHONHASHSEED": "5"}, {}),
        (["-E"], {"PYTHONDONTWRITEBYTECODE": "1"}, {"ignore_environment": 1}),
        (["-I"], {}, {"isolated": 1, "ignore_environment": 1, "no_user_site": 1}),
        (["-S"], {}, {"no_site": 1}),
        (["-s"], {}, {"no_user_site": 1}),
        ([], {"PYTHONNOUSERSITE": "1"}, {"no_user_site": 1}),
        (["-u"], {}, {"unbuffered": 1}),
        ([], {"PYTHONUNBUFFERED": "1"}, {"unbuffered": 1}),
        (["-v"], {}, {"verbose": 1}),
        (["-vv"], {}, {"verbose": 2}),
        (["-X", "utf8"], {}, {"utf8_mode": 1}),
        ([], {"PYTHONUTF8": "1"}, {"utf8_mode": 1}),
    ):
        same(child("print(m.flags())", *flags, **env), base | changed)


@once("in processes of their own")
def test_file_system():
    same(child("print(m.file_system())"), ("surrogateescape", 0, 0))
    same(child("print(m.file_system())", "-X", "utf8"), ("surrogateescape", 0, 1))
    same(child("print(m.x_options())", "-X", "one", "-X", "two=2"), {"one": True, "two": "2"})
    is_(m.x_options(), sys._xoptions)
    changes(sys._xoptions, 0, m.x_options)


@once("in processes of their own")
def test_paths():
    prefix, exec_prefix, full, name, path, home = m.paths()
    same((prefix, exec_prefix, full, home), (sys.prefix, sys.exec_prefix, sys.executable, None))
    true(os.path.basename(name).startswith(("python", "dovetail")), name)
    at_start, now = child("print((m.paths()[4].split(':'), sys.path[1:]))", "-I", "-S")
    same(at_start, now)
    at_start, now = child("print((m.paths()[4].split(':'), sys.path))")
    same([p in now[2:] for p in at_start], [True] * len(at_start))


def test_warn_options():
    old = list(sys.warnoptions)
    try:
        m.reset_warn_options()
        same((m.has_warn_options(), sys.warnoptions), (0, []))
        m.add_warn_option("ignore")
        same((m.has_warn_options(), sys.warnoptions), (1, ["ignore"]))
        s = "".join(["error::", "Warning"])
        changes(s, 1, m.add_warn_option_object, s)
        same(sys.warnoptions, ["ignore", "error::Warning"])
        options = sys.warnoptions
        m.reset_warn_options()
        same((sys.warnoptions is options, options), (True, []))
    finally:
        sys.warnoptions[:] = old
    old = dict(sys._xoptions)
    m.add_x_option("compat_a")
    m.add_x_option("compat_b=value=x")
    same((sys._xoptions["compat_a"], sys._xoptions["compat_b"]), (True, "value=x"))
    sys._xoptions.clear()
    sys._xoptions.update(old)


def test_path_and_argv():
    old_path, old_argv = sys.path, sys.argv
    try:
        m.set_path("/one:/two::/three")
        same(sys.path, ["/one", "/two", "", "/three"])
        m.set_path("")
        same(sys.path, [""])
        m.set_argv(["", "b"], 0)
        same((sys.argv, sys.path), (["", "b"], [""]))
        sys.path = ["/x"]
        m.set_argv(["-c", "ü"], 1)
        same((sys.argv, sys.path), (["-c", "ü"], ["", "/x"]))
        sys.path = ["/x"]
        m.set_argv(["/no/such/script.py"], 1)
        same((sys.argv, sys.path), (["/no/such/script.py"], ["/no/such", "/x"]))
        m.set_argv([], 0)
        same(sys.argv, [""])
        sys.path = ["/y"]
        m.set_argv(["-c", "z"], -1)
        same((sys.argv, sys.path), (["-c", "z"], ["", "/y"]))
    finally:
        sys.path, sys.argv = old_path, old_argv


def test_streams():
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        same((m.format_stdout("ü"), m.write_stderr(b"text"), m.write_stderr(b"x" * 2000)), (0, 0, 0))
    same(out.getvalue(), "text 5 'ü' lo\n")
    same(err.getvalue(), "text -7 lon|\n" + "x" * 1000 + "... truncated")

    class Broken:
        def write(self, s):
            raise OSError("no room")

    with contextlib.redirect_stdout(Broken()), contextlib.redirect_stderr(Broken()):
        same((m.format_stdout(1), m.write_stderr(b"")), (0, 0))


@once("in processes of their own")
def test_environment():
    needs(m, "getenv")
    same(child("print((m.getenv('COMPAT_NAME'), m.getenv('COMPAT_NONE')))", COMPAT_NAME="value"), ("value", None))
    same(child("print(m.getenv('COMPAT_NAME'))", "-E", COMPAT_NAME="value"), None)


@once("in processes of their own")
def test_files():
    needs(m, "interactive")
    same((m.interactive("/dev/null", "<stdin>"), m.interactive("/dev/null", NULL), m.interactive("/dev/null", "x")), (0, 0, 0))
    asked = "print([m.interactive('/dev/null', x) for x in ('<stdin>', ..., '???', 'x')])"
    same((child(asked), child(asked, "-i")), ([0, 0, 0, 0], [1, 1, 1, 0]))
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"\x01\x02\xff\xff\x00\x80")
        f.flush()
        same(m.read_short(f.name), (0x201, -1, -32768))
        f.truncate(5)
        a, b, e = m.read_short(f.name)
        same((a, b, type(e), str(e)), (0x201, -1, EOFError, "EOF read where not expected"))


run(globals())
