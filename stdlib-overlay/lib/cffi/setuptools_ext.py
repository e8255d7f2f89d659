"""`cffi_modules=["path/build.py:ffibuilder"]` in setup(): modules that FFI objects describe are built with the rest."""

import os
import sys
import sysconfig


def error(message):
    from ._shimmed_dist_utils import DistutilsSetupError
    raise DistutilsSetupError(message)


def cffi_modules(dist, attr, value):
    """The keyword of setup()."""
    assert attr == 'cffi_modules'
    for spec in [value] if isinstance(value, str) else value:
        add_cffi_module(dist, spec)


def execfile(filename, glob):
    """Runs a build script; importing its package might need what is yet to be built."""
    with open(filename, encoding='utf-8') as f:
        source = f.read()
    exec(compile(source, filename, 'exec'), glob, glob)


def _find_ffi(spec):
    # The FFI object that 'path/build.py:variable' names.
    from .api import FFI
    if not isinstance(spec, str):
        error("argument to 'cffi_modules=...' must be a str or a list of str, not %r" % (type(spec).__name__,))
    filename, colon, variable = spec.partition(':')
    if not colon or ':' in variable:
        error("%r must be of the form 'path/build.py:ffi_variable'" % (spec,))
    if not os.path.exists(filename):
        hint = ''
        as_path = filename.replace('.', '/') + '.py'
        if os.path.exists(as_path):
            hint = ' (rewrite cffi_modules to [%r])' % ('%s:%s' % (as_path, variable),)
        error("%r does not name an existing file%s" % (filename, hint))
    names = {'__name__': '__cffi__', '__file__': filename}
    execfile(filename, names)
    if variable not in names:
        error("%r: object %r not found in module" % (spec, variable))
    ffi = names[variable]
    if not isinstance(ffi, FFI):
        ffi = ffi()
    if not isinstance(ffi, FFI):
        error("%r is not an FFI instance (got %r)" % (spec, type(ffi).__name__))
    if not hasattr(ffi, '_assigned_source'):
        error("%r: the set_source() method was not called" % (spec,))
    return ffi


def add_cffi_module(dist, mod_spec):
    """Adds one module to a distribution."""
    ffi = _find_ffi(mod_spec)
    module_name, source, source_extension, kwds = ffi._assigned_source
    if ffi._windows_unicode:
        kwds = kwds.copy()
        ffi._apply_windows_unicode(kwds)
    if source is None:
        _add_py_module(dist, ffi, module_name)
    else:
        _add_c_module(dist, ffi, module_name, source, source_extension, kwds)


def _set_py_limited_api(Extension, kwds):
    """One module for all versions of Python, unless the keywords or the build say otherwise."""
    from . import recompiler
    if 'py_limited_api' not in kwds and not hasattr(sys, 'gettotalrefcount') and recompiler.USE_LIMITED_API:
        import setuptools
        major = setuptools.__version__.partition('.')[0]
        # Older ones do not know the keyword.
        if not major.isdigit() or int(major) >= 26:
            kwds['py_limited_api'] = True
    if sysconfig.get_config_var('Py_GIL_DISABLED'):
        if sys.version_info < (3, 15):
            kwds['py_limited_api'] = False
        else:
            kwds.setdefault('define_macros', []).append(('Py_TARGET_ABI3T', '0x030f0000'))
    if kwds.get('py_limited_api') is False:
        kwds.setdefault('define_macros', []).append(('_CFFI_NO_LIMITED_API', None))
    return kwds


def _write_module(path, make):
    """Lets make(path) write a module's file, and tells of it; make() says whether the file has changed."""
    from ._shimmed_dist_utils import log, mkpath

    log.info("generating cffi module %r" % path)
    mkpath(os.path.dirname(path))
    if not make(path):
        log.info("already up-to-date")


def _add_c_module(dist, ffi, module_name, source, source_extension, kwds):
    from ._shimmed_dist_utils import Extension
    from setuptools.command.build_ext import build_ext
    from . import recompiler

    sources = kwds.pop('sources', [])
    # The file is written, and named, when the command runs.
    placeholder = '$PLACEHOLDER'
    kwds = _set_py_limited_api(Extension, kwds)
    ext = Extension(name=module_name, sources=[placeholder, *map(os.path.normpath, sources)], **kwds)

    def write_source(tmpdir, pre_run):
        def make(c_file):
            # A hook for users: it may change the extension or the source.
            if pre_run is not None:
                pre_run(ext, ffi)
            return recompiler.make_c_source(ffi, module_name, source, c_file)

        c_file = os.path.join(tmpdir, module_name + source_extension)
        _write_module(c_file, make)
        return c_file

    if dist.ext_modules is None:
        dist.ext_modules = []
    dist.ext_modules.append(ext)
    base = dist.cmdclass.get('build_ext', build_ext)

    class build_ext_make_mod(base):
        def run(self):
            if ext.sources[0] == placeholder:
                ext.sources[0] = write_source(self.build_temp, getattr(self, 'pre_run', None))
            base.run(self)
    dist.cmdclass['build_ext'] = build_ext_make_mod


def _add_py_module(dist, ffi, module_name):
    from setuptools.command.build_ext import build_ext
    from setuptools.command.build_py import build_py
    from . import recompiler

    package, _, last = module_name.rpartition('.')

    def write_module(py_file):
        _write_module(py_file, lambda path: recompiler.make_py_source(ffi, module_name, path))

    base_py = dist.cmdclass.get('build_py', build_py)

    class build_py_make_mod(base_py):
        def run(self):
            base_py.run(self)
            write_module(os.path.join(self.build_lib, *module_name.split('.')) + '.py')

        def get_source_files(self):
            # The module is no source: it is not to be packed with them.
            saved = self.py_modules
            try:
                if saved:
                    self.py_modules = [m for m in saved if m != module_name]
                return base_py.get_source_files(self)
            finally:
                self.py_modules = saved
    dist.cmdclass['build_py'] = build_py_make_mod

    # Installing has to know of it too.
    if dist.py_modules is None:
        dist.py_modules = []
    dist.py_modules.append(module_name)

    base_ext = dist.cmdclass.get('build_ext', build_ext)

    class build_ext_make_mod(base_ext):
        def run(self):
            base_ext.run(self)
            if self.inplace:
                folder = self.get_finalized_command('build_py').get_package_dir(package)
                write_module(os.path.join(folder, last + '.py'))
    dist.cmdclass['build_ext'] = build_ext_make_mod
