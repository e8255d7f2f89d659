# needs: stdlib(site)
# What site adds to the builtins: exit, quit, help, copyright, credits, license; and the interactive hooks.
import builtins
import io
import site
import sys


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e, getattr(e, "code", "no code"))


for name in ("exit", "quit", "help", "copyright", "credits", "license"):
    v = getattr(builtins, name)
    print(name, type(v).__name__, type(v).__module__, callable(v))
print(repr(exit), repr(quit), repr(help), exit.name, quit.eof)
print(repr(copyright).startswith("Copyright (c) "), repr(license)[:20], len(repr(credits)) > 50)
sys.stdin, keep = io.StringIO(), sys.stdin
err(exit)
sys.stdin = io.StringIO()
err(quit, 3)
sys.stdin = io.StringIO()
err(exit, "message")
sys.stdin = keep
print(sys.stdin is keep, "site" in sys.modules, sys.flags.no_site, site.ENABLE_USER_SITE in (True, False, None), isinstance(site.PREFIXES, list), sys.prefix in site.PREFIXES)
sys.stdout, out = io.StringIO(), sys.stdout
help(len)
text, sys.stdout = sys.stdout.getvalue(), out
print(text.splitlines()[0], "Return the number of items in a container." in text)


def documented(a: int, *, b="x") -> str:
    """First line.

    More text.
    """


class Shown:
    """A class to show."""

    attr = 1

    def method(self):
        "Method doc."

    @property
    def prop(self):
        "Prop doc."


for thing in (documented, Shown):
    sys.stdout = io.StringIO()
    help(thing)
    text, sys.stdout = sys.stdout.getvalue(), out
    print(text)
with open("extra.pth", "w") as f:
    f.write("# comment\nadded_folder\nimport sys; sys.from_pth = 'ran'\n")
import os
os.mkdir("added_folder")
site.addsitedir(os.getcwd())
print([os.path.basename(p) for p in sys.path if p.endswith("added_folder")], getattr(sys, "from_pth", None), site.getsitepackages() != [])
sys.displayhook("shown")
print(builtins._)
