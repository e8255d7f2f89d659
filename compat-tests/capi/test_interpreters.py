import builtins
import os
import sys
import capi_interpreters as m
from support import *


def told(code, run=m.run):
    """What code tells in another interpreter, by a pipe, and the result of running it."""
    r, w = os.pipe()
    try:
        code = f"import os\ndef tell(text): os.write({w}, text.encode())\n" + code
        result = run(code)
    finally:
        os.close(w)
    with open(r, encoding="utf-8") as file:
        return file.read(), result


@once("modules of an ended interpreter are not all given back yet")
def test_own_modules():
    sys.only_here = builtins.only_here = 1
    try:
        text, (number, status, current, newest) = told(
            "import sys, builtins, __main__\n"
            "tell(f'{hasattr(sys, \"only_here\")} {hasattr(builtins, \"only_here\")} {__main__.__dict__ is globals()}')\n"
            "sys.only_there = builtins.only_there = 1\n"
            "sys.modules['only_there'] = sys\n"
        )
    finally:
        del sys.only_here, builtins.only_here
    same(text, "False False True")
    same((number > 0, status, current, newest), (True, 0, 1, 1))
    same((hasattr(sys, "only_there"), hasattr(builtins, "only_there"), "only_there" in sys.modules), (False, False, False))


@once("modules of an ended interpreter are not all given back yet")
def test_library():
    text, result = told(
        "import json, enum, pickle, threading, asyncio\n"
        "class Color(enum.Enum): RED = 1\n"
        "tell(json.dumps([1, 'x']) + str(pickle.loads(pickle.dumps(Color.RED)) is Color.RED))\n"
        "asyncio.run(asyncio.sleep(0))\n"
        "t = threading.Thread(target=tell, args=('!',))\n"
        "t.start(); t.join()\n"
    )
    same(text, '[1, "x"]True!')
    same(result[1], 0)
    # What it imported first does not end with it.
    import enum
    import pickle

    is_(pickle.loads(pickle.dumps(enum.Enum)), enum.Enum)


@once("modules of an ended interpreter are not all given back yet")
def test_end():
    text, _ = told("import atexit\natexit.register(tell, 'at exit')\n")
    same(text, "at exit")
    text, _ = told("class C:\n    def __del__(self): tell('gone')\nc = C()\nc.itself = c\n")
    same(text, "gone")
    text, _ = told("import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.05), tell('joined'))).start()\n")
    same(text, "joined")


@once("modules of an ended interpreter are not all given back yet")
def test_many():
    before = m.all()
    numbers = [m.run("import re, collections")[0] for _ in range(10)]
    same(len(set(numbers)), 10)
    same(m.all(), before)
    text, _ = told("import capi_interpreters as m\ntell(str(len(m.all())))\n", lambda c: m.run(f"import sys\nsys.path[:] = {sys.path!r}\n" + c))
    same(text, str(len(before) + 1))


@once("modules of an ended interpreter are not all given back yet")
def test_settings():
    limit = sys.get_int_max_str_digits()
    text, _ = told("import sys\nsys.set_int_max_str_digits(5000)\nsys.setrecursionlimit(500)\ntell('set')\n")
    same(text, "set")
    same(sys.get_int_max_str_digits(), limit)


@once("modules of an ended interpreter are not all given back yet")
def test_features():
    code = "import os\ntry:\n    pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)\n    tell('forked')\nexcept RuntimeError as e: tell(str(e))\n"
    same(told(code, lambda c: m.configured(c, False, False, False)), ("fork not supported for isolated subinterpreters", 0))
    code = "import _thread\ntry: _thread.start_new_thread(print, ())\nexcept RuntimeError as e: tell(str(e))\n"
    same(told(code, lambda c: m.configured(c, False, False, False)), ("thread is not supported for isolated subinterpreters", 0))
    same(told("tell('own')", lambda c: m.configured(c, False, True, True)), ("own", 0))
    same(m.bad_config(), (1, 1))


@once("modules of an ended interpreter are not all given back yet")
def test_config():
    same(m.config_get("verbose"), sys.flags.verbose)
    same(m.config_get_int("isolated"), sys.flags.isolated)
    is_(m.config_get("module_search_paths"), sys.path)
    same("xoptions" in m.config_names(), True)
    raises(ValueError, m.config_get, "nothing", text="unknown config option name: nothing")
    raises(TypeError, m.config_get_int, "platlibdir", text="config option platlibdir is not an int")
    raises(ValueError, m.config_set, "isolated", 1, text="cannot set read-only option isolated")
    raises(TypeError, m.config_set, "argv", [1], text="expected str, list item 0 has type int")
    old = m.config_get("verbose")
    m.config_set("verbose", 0)
    same((m.config_get("verbose"), sys.flags.verbose), (0, 0))
    m.config_set("verbose", old)


run(globals())
