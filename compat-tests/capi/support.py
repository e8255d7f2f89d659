"""What every test file uses: expectations, reference counts, and the run of its test functions."""

import gc
import sys

NULL = ...


class Failed(Exception):
    pass


def same(found, expected):
    """The result has this value and type."""
    if type(found) is not type(expected) or not (found == expected or found != found and expected != expected):
        raise Failed(f"{found!r} instead of {expected!r}")


def is_(found, expected):
    """The result is this very object."""
    if found is not expected:
        raise Failed(f"{found!r} is not the object {expected!r}")


def true(value, what="a condition does not hold"):
    if not value:
        raise Failed(what)


def raises(kind, f, *args, text=None, **kw):
    """The call raises exactly this type, with this text if given; returns the exception."""
    try:
        r = f(*args, **kw)
    except BaseException as e:
        if type(e) is not kind:
            raise Failed(f"{type(e).__name__}: {e} instead of {kind.__name__}") from e
        if text is not None and str(e) != text:
            raise Failed(f"message {str(e)!r} instead of {text!r}")
        return e
    raise Failed(f"returned {r!r} instead of raising {kind.__name__}")


def bad_call(f, *args):
    """The call raises what PyErr_BadInternalCall sets; where in the runtime that was does not matter."""
    e = raises(SystemError, f, *args)
    if not str(e).endswith("bad argument to internal function"):
        raise Failed(f"message {str(e)!r} is not that of a bad internal call")


class Thing:
    """An object nobody else holds, for counting references."""

    def __repr__(self):
        return "Thing"


def count(obj):
    return sys.getrefcount(obj) - 1


def changes(obj, by, f, *args, times=1):
    """The calls change the object's reference count by this many each; the result is dropped."""
    before = count(obj)
    for _ in range(times):
        f(*args)
    after = count(obj)
    if after - before != by * times:
        raise Failed(f"reference count changed by {after - before} instead of {by * times}")


def keeps(f, *args, times=10):
    """The calls, failing or not, change no argument's reference count."""
    before = [count(a) for a in args]
    for _ in range(times):
        try:
            f(*args)
        except Exception:
            pass
    after = [count(a) for a in args]
    if after != before:
        raise Failed(f"reference counts of {args!r} went from {before} to {after}")


def once(reason):
    """Marks a test that is not repeated to look for memory left behind, with the reason why it cannot be."""

    def mark(f):
        f.only_once = reason
        return f

    return mark


def left_behind(f, rounds=60):
    """Memory blocks that each further run of the test leaves behind; tables that grow now and then do not count."""
    for _ in range(3):
        f()
    for _ in range(4):
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(rounds):
            f()
        gc.collect()
        blocks = (sys.getallocatedblocks() - before) / rounds
        if blocks < 1:
            return 0
    return blocks


def run(namespace):
    """Runs all test_ functions, each many times to see that nothing stays behind, and prints a line for each; `LIMITED` lists what the limited API lacks."""
    for name, f in list(namespace.items()):
        if not name.startswith("test_") or not callable(f):
            continue
        print("run", name[5:], flush=True)
        try:
            f()
            if not hasattr(f, "only_once") and (blocks := left_behind(f)):
                raise Failed(f"leaves {blocks:.1f} memory blocks behind each time")
        except Skip as e:
            print("skipped", name[5:])
        except BaseException as e:
            text = f"{type(e).__name__}: {e}" if not isinstance(e, Failed) else str(e)
            tb, line = e.__traceback__, 0
            while tb is not None:
                if tb.tb_frame.f_globals is namespace:
                    line = tb.tb_lineno
                tb = tb.tb_next
            print(f"FAILED {name[5:]}: line {line}: " + " ".join(text.split()), flush=True)
        else:
            print("ok", name[5:], flush=True)
    print("done", flush=True)


class Skip(Exception):
    """The module under test was built for an API that lacks what this test needs."""


def needs(module, *names):
    for n in names:
        if not hasattr(module, n):
            raise Skip(n)
