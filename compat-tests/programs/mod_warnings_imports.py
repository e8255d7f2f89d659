# needs: stdlib(warnings, _warnings, importlib, _imp, atexit, faulthandler, types, marshal)
# Warnings and their filters; the import system from packages written here; exit functions; fault handler.
import atexit
import faulthandler
import importlib
import importlib.util
import os
import sys
import types
import warnings
import _imp
import _warnings


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    warnings.warn("plain")
    warnings.warn("dep", DeprecationWarning, stacklevel=1)
    warnings.warn(RuntimeWarning("instance"))
    warnings.warn_explicit("explicit", UserWarning, "f.py", 5, module="m", registry={})
    _warnings.warn("native")
    print([(w.category.__name__, str(w.message), w.lineno > 0, os.path.basename(w.filename)) for w in log])
    log.clear()
    warnings.simplefilter("default")
    for _ in range(3):
        warnings.warn("once per place")
    print(len(log))
    warnings.filterwarnings("ignore", message="ignored.*", category=UserWarning)
    warnings.filterwarnings("error", module="nowhere")
    warnings.warn("ignored text")
    warnings.filterwarnings("error", category=FutureWarning)
    err(warnings.warn, "raised", FutureWarning)
    print(len(log), warnings.filters[0][0], warnings.formatwarning("m", UserWarning, "f.py", 3, "line"))
err(warnings.warn, "x", 5)
err(warnings.warn, "x", stacklevel="a")
err(warnings.simplefilter, "bad")
err(warnings.filterwarnings, "ignore", message=5)


@warnings.deprecated("use other")
def old_function():
    return "old"


with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    print(old_function(), old_function.__deprecated__, [str(w.message) for w in log])

os.makedirs("pkg/sub")
files = {
    "pkg/__init__.py": "print('init', __name__, __path__ is not None, __package__)\nfrom . import a\nvalue = a.x\ndef __getattr__(n):\n    if n == 'lazy': return 'made lazily'\n    raise AttributeError(n)\n__all__ = ['value', 'a']\n",
    "pkg/a.py": "print('a', __name__, __spec__.parent)\nx = 1\nfrom .sub import b\n_private = 2\n",
    "pkg/sub/__init__.py": "print('sub')\n",
    "pkg/sub/b.py": "from ... import nope\n" if False else "from .. import a\nprint('b sees', hasattr(a, 'x'))\n",
    "single.py": "counter = globals().get('counter', 0) + 1\n",
    "broken.py": "def f(:\n",
    "fails.py": "before = 1\nraise ValueError('at import')\n",
    "circular1.py": "import circular2\nx = 1\n",
    "circular2.py": "from circular1 import x\n",
    "shadow.py": "import sys\nsys.modules[__name__] = 'replaced'\n",
    "main_like.py": "if __name__ == '__main__': print('run as main', __spec__)\n",
}
for name, text in files.items():
    with open(name, "w") as f:
        f.write(text)
os.mkdir("ns")
with open("ns/inner.py", "w") as f:
    f.write("y = 2\n")
here = os.getcwd()
sys.path.insert(0, here)
importlib.invalidate_caches()
import pkg.sub.b
import pkg.a as alias
from pkg import *
from pkg import lazy
print(value, a is alias, lazy, "x" in dir(alias), pkg.__spec__.submodule_search_locations is not None, pkg.sub.b.__name__, alias.__cached__.endswith(".cpython-314.pyc"), alias.__loader__.__class__.__name__, sorted(k for k in sys.modules if k.startswith("pkg")))
import ns.inner
print(ns.inner.y, ns.__path__.__class__.__name__, ns.__file__ if hasattr(ns, "__file__") else None, ns.__spec__.origin)
import single
print(single.counter, importlib.reload(single).counter, single is sys.modules["single"])
err(importlib.import_module, "broken")
err(importlib.import_module, "fails")
print("fails" in sys.modules)
try:
    import circular1
except ImportError as e:
    print(str(e).replace(here, ""))
import shadow
print(shadow)
for src in ("import nothing.here", "import pkg.nothing", "from pkg import nothing", "from . import x", "import single.sub", "from pkg.a import zz"):
    try:
        exec(src, {"__name__": "test"})
    except (ImportError, KeyError) as e:
        print(src, "|", type(e).__name__, str(e).replace(here, ""), getattr(e, "name", None))
exec("from .a import x as from_relative; print(from_relative)", {"__name__": "pkg.made", "__package__": "pkg"})
print(importlib.import_module(".a", "pkg") is alias, importlib.util.find_spec("single").name, importlib.util.find_spec("none"), importlib.util.resolve_name(".x", "pkg"), importlib.util.cache_from_source("/x/y.py").endswith("__pycache__/y.cpython-314.pyc"))
sys.modules["blocked"] = None
err(importlib.import_module, "blocked")


class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == "virtual":
            return importlib.util.spec_from_loader(name, Finder)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.made = "by the finder"


sys.meta_path.insert(0, Finder)
import virtual
print(virtual.made, virtual.__spec__.loader is Finder)
sys.meta_path.remove(Finder)
m = types.ModuleType("made", "doc")
print(m.__name__, m.__doc__, repr(m), types.ModuleType.__dir__ is not None, _imp.is_builtin("sys"), _imp.is_frozen("_frozen_importlib") or True, _imp.lock_held(), _imp.extension_suffixes()[0].startswith(".cpython-314"), _imp.source_hash(5, b"x").__class__.__name__, _imp.check_hash_based_pycs, len(importlib.util.MAGIC_NUMBER))
err(lambda: m.none)
spec = importlib.util.spec_from_file_location("from_file", "single.py")
mod = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mod)
print(mod.counter, spec.loader.get_source("from_file")[:7], spec.loader.is_package("from_file"))
import zipfile
with zipfile.ZipFile("z.zip", "w") as z:
    z.writestr("zipped.py", "where = 'inside the zip'\n")
    z.writestr("zpkg/__init__.py", "from . import mod\n")
    z.writestr("zpkg/mod.py", "v = 3\n")
sys.path.insert(0, "z.zip")
import zipped
import zpkg
print(zipped.where, zpkg.mod.v, zipped.__loader__.__class__.__name__)
err(exec, "import sys; sys.path_hooks[0]('no.zip')")
atexit.register(lambda *a, **k: print("exit 1", a, k), 1, k=2)
gone = atexit.register(print, "never")
atexit.unregister(gone)


@atexit.register
def last_registered_first_run():
    print("exit 2")


print(atexit._ncallbacks(), faulthandler.is_enabled(), faulthandler.enable(), faulthandler.is_enabled(), faulthandler.disable())
with open("dump.txt", "w+") as f:
    faulthandler.dump_traceback(file=f, all_threads=False)
    f.seek(0)
    print(f.read().splitlines()[0])
err(faulthandler.enable, 5.5)
err(atexit.register, 5)
import __future__
print(__future__.annotations.getMandatoryRelease(), [n for n in __future__.all_feature_names][-1])
