# needs: sys
# The sys module: constants every program relies on, frames, exceptions, limits, interning, hooks, streams.
import sys


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


print(sys.version_info[:2], sys.version_info.major, sys.version_info.releaselevel, sys.hexversion >> 16 == 0x030e, sys.api_version, sys.implementation.name, sys.implementation.cache_tag, sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform)
print(type(sys.version_info).__name__, sys.version_info >= (3, 14), sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.int_info.bits_per_digit, sys.int_info.default_max_str_digits, sys.hash_info.modulus, sys.hash_info.width, sys.hash_info.inf, sys.thread_info.name)
print(sys.argv[0].endswith(".py"), len(sys.argv), type(sys.path).__name__, "sys" in sys.modules, sys.modules["sys"] is sys, sys.modules["__main__"].__dict__ is globals(), "sys" in sys.builtin_module_names, len(sys.stdlib_module_names) > 250, "json" in sys.stdlib_module_names, sys.dont_write_bytecode, sys.flags.optimize, sys.flags.utf8_mode)
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.stdout.encoding, sys.stdin.errors, sys.stderr.errors, sys.stdout.name, sys.stderr.fileno(), sys.stdout is sys.__stdout__, sys.stdin.readable(), sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits())
print(sys.intern("some name") is sys.intern("some " + "name"), sys._is_interned("len"), sys._is_gil_enabled(), sys.is_finalizing(), sys.getrefcount(object()) >= 1, sys.getsizeof([]) > 0, sys.getsizeof(1, 5) > 0, callable(sys.displayhook), sys.excepthook is sys.__excepthook__, sys.ps1 if hasattr(sys, "ps1") else "no ps1")
err(sys.intern, 5)
err(sys.intern, type("S", (str,), {})("x"))


class NoSize:
    def __sizeof__(self):
        return "x"


err(sys.getsizeof, NoSize())
print(sys.getsizeof(NoSize(), "default"))


def frames():
    f = sys._getframe()
    print(f.f_code.co_name, f.f_back.f_code.co_name, sys._getframe(1).f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, f.f_globals is globals(), f.f_builtins["len"] is len, sorted(f.f_locals), sys._getframemodulename(), f.f_lasti > 0, f.f_trace, f.f_generator)
    x = 1
    f.f_locals["x"] = 2
    f.f_locals["extra"] = 3
    print(x, sorted(f.f_locals), f.f_locals.get("nope"), type(f.f_locals).__name__, dict(f.f_locals)["x"])
    return f


def caller():
    return frames()


f = caller()
print(f.f_back.f_code.co_name if f.f_back else "returned", repr(f).split(" at ")[0], f.clear(), f.f_locals)
err(sys._getframe, 1000)
err(sys._getframe, "x")
err(sys._getframe().clear)


def gen():
    yield sys._getframe().f_back.f_code.co_name


print(list(gen()), [sys._getframe().f_code.co_name for _ in "x"], (lambda: sys._getframe().f_code.co_name)())
print(sys.exc_info(), sys.exception())
try:
    try:
        raise ValueError("one")
    except ValueError as e:
        print(sys.exc_info()[0].__name__, sys.exc_info()[1] is e, sys.exc_info()[2] is e.__traceback__, sys.exception() is e)
        raise KeyError("two")
except KeyError as e:
    print(sys.exception() is e, e.__context__)
    print(sys.exc_info()[2].tb_frame.f_code.co_name, sys.exc_info()[2].tb_next)
print(sys.exception())
old = sys.getrecursionlimit()
sys.setrecursionlimit(200)


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


print(100 < depth() < 200)
sys.setrecursionlimit(old)
err(sys.setrecursionlimit, 0)
err(sys.setrecursionlimit, "x")
sys.set_int_max_str_digits(700)
err(str, 10 ** 800)
err(int, "1" * 800)
print(sys.get_int_max_str_digits(), len(str(10 ** 600)))
err(sys.set_int_max_str_digits, 5)
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)))
sys.setswitchinterval(0.01)
print(sys.getswitchinterval())
err(sys.setswitchinterval, -1)
sys.displayhook([1, 2])
sys.displayhook(None)
print(_)
import builtins
del builtins._
seen = []
sys.displayhook = lambda v: seen.append(v)
exec(compile("5; None; 'x'", "f", "single"))
sys.displayhook = sys.__displayhook__
print(seen)
sys.excepthook(ValueError, ValueError("through the hook"), None)
err(sys.exit)
err(sys.exit, 5)
err(sys.exit, "message")
err(sys.exit, (1, 2))
events = []
sys.addaudithook(lambda name, args: events.append((name, args)) if name.startswith("test.") else None)
sys.audit("test.event", 1, "two")
print(events)
sys.unraisablehook = lambda u: print("unraisable:", u.exc_type.__name__, u.exc_value, u.err_msg.split(" at ")[0])


class BadDel:
    def __del__(self):
        raise ValueError("in del")


BadDel()
sys.unraisablehook = sys.__unraisablehook__


class Writer:
    def __init__(self):
        self.parts = []

    def write(self, s):
        self.parts.append(s)
        return len(s)

    def flush(self):
        self.parts.append("<flush>")


w = Writer()
sys.stdout = w
print("captured", flush=True)
sys.stdout = sys.__stdout__
print(w.parts)
sys.stdout = None
print("nowhere")
sys.stdout = sys.__stdout__
del sys.stdout
err(lambda: sys.__stdout__ is None)if False else None
sys.stdout = sys.__stdout__
print(sys.stdout.write("written\n"), sys.stdout.isatty(), sys.stdout.writable(), sys.stdout.line_buffering in (True, False))
sys.stdout.buffer.write(b"bytes\n")
sys.stdout.flush()
sys.stderr.write("to stderr\n")
print("to stderr too", file=sys.stderr)
print(sys.orig_argv is not None, sys.executable != "", sys.prefix == sys.exec_prefix, sys.base_prefix != "", sys.copyright.splitlines()[-1] != "", sys.float_repr_style, sys.warnoptions, sys._xoptions, sys.pycache_prefix, sys.platlibdir != "", sys.abiflags)
print(sys.call_tracing(lambda a: a + 1, (1,)), sys.gettrace(), sys.getprofile(), sys._clear_internal_caches(), sys.getallocatedblocks() > 0, sys.get_coroutine_origin_tracking_depth(), sys.get_asyncgen_hooks(), sys.meta_path != [], sys.path_hooks is not None, type(sys.path_importer_cache).__name__, list(sys._current_frames().values())[0] is sys._getframe(), sys._current_exceptions() != {})
sys.lazily = 1
print(sys.lazily, sys.__name__, sys.__doc__[:6], sys.__spec__.name, sys.__loader__ is not None)
