import os
import re
import signal
import subprocess
import sys
import threading
import capi_process_ends as m
from support import *


def child(code, *flags):
    """Exit status, output and errors of a process, with addresses and places left out."""
    r = subprocess.run([sys.executable, *flags, "-c", "import capi_process_ends as m, sys\n" + code], capture_output=True, text=True)
    errors = re.sub("0x[0-9a-f]+", "ADDRESS", r.stderr)
    errors = re.sub(r"refcount : \d+", "refcount : N", errors)
    errors = re.sub(r"Current thread ADDRESS( \[.*?\])?", "Current thread ADDRESS", errors)
    errors = re.sub(r"\n\nExtension modules: .*", "", errors, flags=re.S)
    errors = re.sub(r"\n\nCurrent thread's C stack trace.*", "", errors, flags=re.S)
    return r.returncode, r.stdout, errors.rstrip().splitlines()


FATAL = ["Python runtime state: initialized", "", "Current thread ADDRESS (most recent call first):", '  File "<string>", line 3 in f', '  File "<string>", line 4 in <module>']


def fatal(call):
    return child(f"def f():\n {call}\nf()")


@once("in processes of their own")
def test_fatal_errors():
    same(fatal("m.fatal('text of C')"), (-signal.SIGABRT, "", ["Fatal Python error: text of C", *FATAL]))
    same(fatal("m.fatal_unlocked()"), (-signal.SIGABRT, "", ["Fatal Python error: without the lock", *FATAL]))


@once("in processes of their own")
def test_fatal_functions():
    needs(m, "fatal_in")
    same(fatal("m.fatal_in('a_function', 'a message')"), (-signal.SIGABRT, "", ["Fatal Python error: a_function: a message", *FATAL]))
    same(fatal("m.fatal_in(..., 'a message')"), (-signal.SIGABRT, "", ["Fatal Python error: a message", *FATAL]))
    same(fatal("m.fatal_macro()"), (-signal.SIGABRT, "", ["Fatal Python error: t_fatal_macro: by the macro", *FATAL]))
    same(fatal("m.fatal_refcount('count is gone')"), (-signal.SIGABRT, "", ["Fatal Python error: some_function: count is gone: bug likely caused by a refcount error in a C extension", *FATAL]))
    same(fatal("m.init_state()"), (-signal.SIGABRT, "", ["Fatal Python error: _PyThreadState_Init: _PyThreadState_Init() is for internal use only", *FATAL]))


@once("in processes of their own")
def test_assertions():
    needs(m, "assert_failed")
    about = ["Enable tracemalloc to get the memory block allocation traceback", "", "object address  : ADDRESS", "object refcount : N", "object type     : ADDRESS", "object type name: list", "object repr     : [1]", "", "Fatal Python error: _PyObject_AssertFailed: _PyObject_AssertFailed"]
    for args, first in (
        ("'x > 0', 'it is not'", 'file.c:77: function_of_c: Assertion "x > 0" failed: it is not'),
        ("'x > 0', ...", 'file.c:77: function_of_c: Assertion "x > 0" failed'),
        ("..., 'just a message'", "file.c:77: function_of_c: Assertion failed: just a message"),
        ("..., ...", "file.c:77: function_of_c: Assertion failed"),
    ):
        same(fatal(f"m.assert_failed([1], {args})"), (-signal.SIGABRT, "", [first, *about, *FATAL]))


@once("in processes of their own")
def test_exit():
    same(child("import atexit; atexit.register(print, 'at exit of Python'); print('before'); m.exit(3)"), (3, "before\nat exit of Python\nat exit of C\n", []))
    same(child("m.exit(0)"), (0, "at exit of C\n", []))


@once("in processes of their own")
def test_finalize():
    code = "import atexit; atexit.register(print, 'at exit of Python'); print('before');"
    same(child(code + "m.finalize()"), (7, "before\nat exit of Python\nat exit of C\n", []))
    same(child(code + "m.finalize_ex()"), (10, "before\nat exit of Python\nat exit of C\n", []))


@once("in processes of their own")
def test_at_exit():
    needs(m, "at_exit")
    same(child("import atexit\natexit.register(print, 'first', flush=True)\nm.at_exit(1)\nm.at_exit(2)\natexit.register(print, 'last', flush=True)"), (0, "last\nfirst\nthe end of two\nthe end of one\n", []))


def test_signals():
    old = signal.getsignal(signal.SIGUSR1)
    same(m.set_signal(signal.SIGUSR1), (1, 1, 1, 1))
    same(m.set_signal(signal.SIGKILL), "refused")
    same(m.set_signal(1000), "refused")
    is_(signal.getsignal(signal.SIGUSR1), old)


def test_wakeup():
    needs(m, "wakeup_fd")
    r, w = os.pipe()
    os.set_blocking(w, False)
    old_handler = signal.signal(signal.SIGUSR1, lambda *a: None)
    try:
        before = m.wakeup_fd(w)
        signal.raise_signal(signal.SIGUSR1)
        same(os.read(r, 10), bytes([signal.SIGUSR1]))
        same(m.wakeup_fd(-1), w)
        same(signal.set_wakeup_fd(before), -1)
    finally:
        signal.signal(signal.SIGUSR1, old_handler)
        os.close(r)
        os.close(w)


@once("in processes of their own")
def test_fork():
    seen = []
    os_pid = os.getpid()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()

    def inside():
        good = os.getpid() != os_pid and threading.active_count() == 1 and threading.current_thread() is threading.main_thread()
        t = threading.Thread(target=seen.append, args=(1,))
        t.start()
        t.join()
        return 42 if good and seen == [1] and called == [0, 1] else 43

    called = []
    os.register_at_fork(before=lambda: called.append(0), after_in_child=lambda: called.append(1), after_in_parent=lambda: called.append(2))
    for way in (0, 1):
        called.clear()
        same(m.fork(way, inside), (1, 1, 42))
        same((called, seen, threading.active_count()), ([0, 2], [], 2))
    stop.set()
    thread.join()


@once("the text depends on the machine")
def test_dump_stack():
    needs(m, "dump_stack")
    text = m.dump_stack()
    true(text.startswith("Current thread's C stack trace (most recent call first):\n  ") or text.startswith("Current thread's C stack trace"), text)


run(globals())
