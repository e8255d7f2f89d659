# needs: stdlib
"""Sub-interpreters through _interpreters: what is their own, what passes, what fails."""

import sys

import _interpreters as low


def attempt(what, f, *args, **kwargs):
    try:
        print(what, "->", repr(f(*args, **kwargs)))
    except Exception as e:
        print(what, "->", f"{type(e).__module__}.{type(e).__qualname__}: {e}")


number = low.create()
print(low.get_main(), low.get_current(), (number, low.WHENCE_STDLIB) in low.list_all())
print(low.new_config(), low.new_config("legacy"), low.new_config("isolated", gil="shared"), sep="\n")
print(low.get_config(number))

sys.only_here = 1
print(low.exec(number, "import sys; print(hasattr(sys, 'only_here'), __name__, flush=True)"))
print(low.exec(number, "x = [1, 2]"), low.exec(number, "x.append(3); print(x, flush=True)"))
low.set___main___attrs(number, {"text": "été", "number": 10**9, "nested": (1, ("a", None))})
print(low.exec(number, "print(text, number, nested, flush=True)"))
print(low.exec(number, "print(given, flush=True)", {"given": b"bytes"}))


def body():
    import json

    print(json.dumps({"in": "function"}), flush=True)


print(low.run_func(number, body))
snap = low.exec(number, "class Odd(ValueError): pass\nraise Odd('why')")
print(snap.type.__name__, snap.type.__module__, snap.msg, snap.formatted)
print(snap.errdisplay)
print(low.call(number, len, ("four",)), low.call(number, divmod, (7, 2)))
print(low.call(number, int, ("no number",))[1].formatted)
print(low.exec(number, "import threading\nt = threading.Thread(target=print, args=('thread',), kwargs={'flush': True})\nt.start(); t.join()"))

attempt("unknown", low.exec, 10_000, "")
attempt("negative", low.exec, -1, "")
attempt("no number", low.exec, "one", "")
attempt("main", low.exec, 0, "")
attempt("script", low.exec, number, 5)
attempt("args", low.exec, number, lambda a: None)
attempt("syntax", low.exec, number, "1 +")
attempt("object", low.set___main___attrs, number, {"a": Ellipsis.__class__})
attempt("config", low.create, "unheard-of")
attempt("key", low.new_config, unheard_of=True)
attempt("current", low.destroy, 0)
print([low.is_shareable(o) for o in (None, True, 1, 1.5, "s", b"b", (1, "a"), [], {}, object())])
print(low.is_running(number), low.is_running(0))
print(low.capture_exception(KeyError("k")).formatted)
attempt("destroy", low.destroy, number)
attempt("destroy", low.destroy, number)
for _ in range(5):
    again = low.create("legacy")
    low.exec(again, "import collections, re")
    low.destroy(again)
print(len(low.list_all()))
