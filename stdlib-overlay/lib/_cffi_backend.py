"""Hands over to the runtime's own backend of cffi.

A wheel's _cffi_backend that lies earlier on sys.path is found before this file.  One that lies later is used with
``-X cffi=wheel`` or ``DOVETAIL_CFFI=wheel``.
"""

import sys


def _wheel_instead():
    wanted = sys._xoptions.get('cffi')
    if wanted is None:
        import os
        wanted = os.environ.get('DOVETAIL_CFFI')
    if wanted != 'wheel':
        return None
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    here = __file__[:-len('/_cffi_backend.py')]
    spec = PathFinder.find_spec('_cffi_backend', [p for p in sys.path if p != here])
    if spec is None:
        raise ImportError("'_cffi_backend' of a wheel was asked for (-X cffi=wheel or DOVETAIL_CFFI=wheel), but no cffi "
                          "is installed beside the runtime's own", name='_cffi_backend')
    del sys.modules['_cffi_backend']
    module = module_from_spec(spec)
    sys.modules['_cffi_backend'] = module
    spec.loader.exec_module(module)
    return module


_backend = _wheel_instead()
if _backend is None:
    import _dovetail_cffi_backend as _backend
    sys.modules['_cffi_backend'] = _backend
