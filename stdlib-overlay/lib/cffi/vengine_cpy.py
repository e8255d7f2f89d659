"""The engine of ffi.verify() that cffi has beside the generic one.  Here both make the same library; only its name differs."""

from .vengine_gen import VGenericEngine


class VCPythonEngine(VGenericEngine):
    _class_key = 'x'
