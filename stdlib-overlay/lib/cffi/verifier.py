"""ffi.verify(): compiles a library with all that an FFI declares, once, and loads it."""

import os
import shutil
import sys
from importlib.machinery import EXTENSION_SUFFIXES

from . import ffiplatform
from .error import VerificationError

# The tests of cffi set it.
_FORCE_GENERIC_ENGINE = False
_TMPDIR = None


class Verifier:
    """The library of one FFI: its source, its file, and loading it."""

    def __init__(self, ffi, preamble, tmpdir=None, modulename=None, ext_package=None, tag='', force_generic_engine=False,
                 source_extension='.c', flags=None, relative_to=None, **kwds):
        new = ffi._parser._uses_new_feature
        if new:
            raise VerificationError("feature not supported with ffi.verify(), but only with ffi.set_source(): %s" % new)
        if modulename and tag:
            raise TypeError("can't specify both 'modulename' and 'tag'")
        self.ffi = ffi
        self.preamble = preamble
        flat = None if modulename else ffiplatform.flatten(kwds)
        self._vengine = _locate_engine_class(ffi, force_generic_engine)(self)
        self._vengine.patch_extension_kwds(kwds)
        self.flags = flags
        self.kwds = self.make_relative_to(kwds, relative_to)
        if not modulename:
            modulename = '_cffi_%s_%s%s' % (tag, self._vengine._class_key, _digest(ffi, preamble, flat))
        self.tmpdir = tmpdir or _caller_dir_pycache()
        self.sourcefilename = os.path.join(self.tmpdir, modulename + source_extension)
        self.modulefilename = os.path.join(self.tmpdir, modulename + EXTENSION_SUFFIXES[0])
        self.ext_package = ext_package
        self._has_source = False
        self._has_module = False

    def write_source(self, file=None):
        """Writes the C text to `sourcefilename`, or into a file."""
        with self.ffi._lock:
            if self._has_source and file is None:
                raise VerificationError("source code already written")
            self._write_source(file)

    def compile_module(self):
        """Makes `modulefilename`, and the source first where it is missing."""
        with self.ffi._lock:
            if self._has_module:
                raise VerificationError("module already compiled")
            self._compile_module()

    def load_library(self):
        """The library, made first where it is missing."""
        with self.ffi._lock:
            if not self._has_module:
                self._locate_module()
            if not self._has_module:
                self._compile_module()
            return self._vengine.load_library() if self.flags is None else self._vengine.load_library(self.flags)

    def get_module_name(self):
        return os.path.basename(self.modulefilename).split('.', 1)[0]

    def get_extension(self):
        """An Extension for setup()."""
        if not self._has_source:
            with self.ffi._lock:
                if not self._has_source:
                    self._write_source()
        source = ffiplatform.maybe_relative_path(self.sourcefilename)
        return ffiplatform.get_extension(source, self.get_module_name(), **self.kwds)

    def generates_python_module(self):
        return self._vengine._gen_python_module

    def make_relative_to(self, kwds, relative_to):
        """File names in keywords as seen from the folder of a file."""
        folder = relative_to and os.path.dirname(relative_to)
        if not folder:
            return kwds
        kwds = kwds.copy()
        for key in ffiplatform.LIST_OF_FILE_NAMES:
            if key in kwds:
                if not isinstance(kwds[key], (list, tuple)):
                    raise TypeError("keyword '%s' should be a list or tuple" % (key,))
                kwds[key] = [os.path.join(folder, name) for name in kwds[key]]
        return kwds

    def _locate_module(self):
        if not os.path.isfile(self.modulefilename):
            path = None
            if self.ext_package:
                from importlib import import_module
                try:
                    path = import_module(self.ext_package).__path__
                except ImportError:
                    return
            found = self._vengine.find_module(self.get_module_name(), path, EXTENSION_SUFFIXES)
            if found is None:
                return
            self.modulefilename = found
        self._vengine.collect_types()
        self._has_module = True

    def _write_source(self, file=None):
        import io
        buffer = io.StringIO() if file is None else file
        self._vengine._f = buffer
        try:
            self._vengine.write_source_to_f()
        finally:
            del self._vengine._f
        if file is not None:
            return
        text = buffer.getvalue()
        try:
            with open(self.sourcefilename, encoding='utf-8') as f:
                same = f.read() == text
        except (OSError, UnicodeError):
            same = False
        if not same:
            _make_folder_of(self.sourcefilename)
            with open(self.sourcefilename, 'w', encoding='utf-8') as f:
                f.write(text)
        self._has_source = True

    def _compile_module(self):
        if not self._has_source:
            self._write_source()
        source = ffiplatform.maybe_relative_path(self.sourcefilename)
        ext = ffiplatform.get_extension(source, self.get_module_name(), **self.kwds)
        made = ffiplatform.compile(os.path.dirname(self.sourcefilename), ext)
        if not (os.path.exists(self.modulefilename) and ffiplatform.samefile(made, self.modulefilename)):
            _make_folder_of(self.modulefilename)
            shutil.move(made, self.modulefilename)
        self._has_module = True


def _locate_engine_class(ffi, force_generic):
    if force_generic or _FORCE_GENERIC_ENGINE:
        from .vengine_gen import VGenericEngine
        return VGenericEngine
    from .vengine_cpy import VCPythonEngine
    return VCPythonEngine


def _digest(ffi, preamble, flat):
    # Two checksums of all that the library depends on.
    import binascii
    from . import __version_verifier_modules__
    parts = ['%d.%d' % sys.version_info[:2], __version_verifier_modules__, preamble, flat, *ffi._cdefsources]
    key = '\x00'.join(parts).encode('utf-8')
    return '%x%x' % (binascii.crc32(key[0::2]), binascii.crc32(key[1::2]))


def _caller_dir_pycache():
    folder = _TMPDIR or os.environ.get('CFFI_TMPDIR')
    if folder:
        return folder
    filename = sys._getframe(2).f_code.co_filename
    return os.path.abspath(os.path.join(os.path.dirname(filename), '__pycache__'))


def set_tmpdir(dirname):
    """Where libraries are made, instead of the caller's __pycache__."""
    global _TMPDIR
    _TMPDIR = dirname


def cleanup_tmpdir(tmpdir=None, keep_so=False):
    """Removes what was made there: sources, libraries (unless they are to be kept) and the folder `build`."""
    tmpdir = tmpdir or _caller_dir_pycache()
    suffixes = ('.c',) if keep_so else ('.c', EXTENSION_SUFFIXES[0].lower())
    try:
        names = os.listdir(tmpdir)
    except OSError:
        return
    for name in names:
        if name.lower().startswith('_cffi_') and name.lower().endswith(suffixes):
            try:
                os.unlink(os.path.join(tmpdir, name))
            except OSError:
                pass
    for folder, _, files in os.walk(os.path.join(tmpdir, 'build')):
        for name in files:
            try:
                os.unlink(os.path.join(folder, name))
            except OSError:
                pass


def _get_so_suffixes():
    return EXTENSION_SUFFIXES[:]


def _extension_suffixes():
    return EXTENSION_SUFFIXES[:]


def _make_folder_of(filename):
    folder = os.path.dirname(filename)
    if folder:
        os.makedirs(folder, exist_ok=True)
