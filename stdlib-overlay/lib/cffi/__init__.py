"""Calling C from Python: declarations are read by libclang, from cdef texts and from the platform's own headers.

The interface is that of the package cffi; see docs/ffi.md of the runtime for what it has beyond it.  A cffi wheel that lies
later on sys.path is used instead with ``-X cffi=wheel`` or ``DOVETAIL_CFFI=wheel``.
"""


def _wheel_instead():
    # Runs the package of a wheel in this one's place, if that is asked for and there is one.
    import sys
    wanted = sys._xoptions.get('cffi')
    if wanted is None:
        import os
        wanted = os.environ.get('DOVETAIL_CFFI')
    if wanted != 'wheel':
        return False
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    here = __path__[0][:-len('/cffi')]
    spec = PathFinder.find_spec('cffi', [p for p in sys.path if p != here])
    if spec is None or spec.origin == __file__:
        raise ImportError("'cffi' of a wheel was asked for (-X cffi=wheel or DOVETAIL_CFFI=wheel), but no cffi is "
                          "installed beside the runtime's own", name='cffi')
    module = module_from_spec(spec)
    sys.modules[__name__] = module
    spec.loader.exec_module(module)
    return True


if not _wheel_instead():
    from .api import FFI
    from .error import CDefError, FFIError, PkgConfigError, VerificationError, VerificationMissing

    __all__ = ['FFI', 'VerificationError', 'VerificationMissing', 'CDefError', 'FFIError']

    __version__ = "2.1.1"
    __version_info__ = (2, 1, 1)

    # Part of the names of the modules that ffi.verify() makes: a new number makes old ones unused.
    __version_verifier_modules__ = "0.8.6"

del _wheel_instead
