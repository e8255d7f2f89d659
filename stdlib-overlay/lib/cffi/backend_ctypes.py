"""A backend for programs that ask for the one on ctypes by name: here it is the native backend as an object.

Types and data of it and of the default backend are the same.
"""

import _cffi_backend


class CTypesBackend:
    """Has the native backend's functions as attributes."""

    RTLD_LAZY = _cffi_backend.RTLD_LAZY
    RTLD_NOW = _cffi_backend.RTLD_NOW
    RTLD_GLOBAL = _cffi_backend.RTLD_GLOBAL
    RTLD_LOCAL = _cffi_backend.RTLD_LOCAL

    def __init__(self):
        self.ffi = None

    def set_ffi(self, ffi):
        self.ffi = ffi

    def __getattr__(self, name):
        return getattr(_cffi_backend, name)
