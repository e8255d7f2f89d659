"""Loading an extension module from a file, whatever its name."""

import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec


def load_dynamic(name, path, file=None):
    """The module `name` from the shared library at `path`; `file` is ignored."""
    loader = ExtensionFileLoader(name, path)
    spec = ModuleSpec(name, loader, origin=path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules[name]


def find_module(name, path=None):
    """(open file, path, (suffix, mode, kind)) of a module in folders, as the module imp of old gave it; kind 1 is source,
    3 an extension, 5 a package (its folder, with no file)."""
    from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES
    from os.path import isfile, join
    for folder in sys.path if path is None else path:
        if isfile(join(folder, name, '__init__.py')):
            return None, join(folder, name), ('', '', 5)
        for suffixes, mode, kind in ((EXTENSION_SUFFIXES, 'rb', 3), (SOURCE_SUFFIXES, 'r', 1)):
            for suffix in suffixes:
                filename = join(folder, name + suffix)
                if isfile(filename):
                    return open(filename, mode), filename, (suffix, mode, kind)
    raise ImportError("No module named %r" % name, name=name)
