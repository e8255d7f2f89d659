"""Compiling modules with the C compiler that the runtime's build data name (or the environment: CC, CFLAGS, LDFLAGS ...)."""

import os
import shlex
import subprocess
import sys
from os.path import samefile

from .error import VerificationError

# Keywords of an Extension whose values are paths.
LIST_OF_FILE_NAMES = ['sources', 'include_dirs', 'library_dirs', 'extra_objects', 'depends']


class _Extension:
    """What an Extension of setuptools says, where setuptools is not installed."""

    _LISTS = ('include_dirs', 'define_macros', 'undef_macros', 'library_dirs', 'libraries', 'runtime_library_dirs',
              'extra_objects', 'extra_compile_args', 'extra_link_args', 'export_symbols', 'swig_opts', 'depends')

    def __init__(self, name, sources, language=None, optional=None, py_limited_api=False, **kwds):
        self.name = name
        self.sources = sources
        self.language = language
        self.optional = optional
        self.py_limited_api = py_limited_api
        for key in self._LISTS:
            setattr(self, key, kwds.pop(key, None) or [])
        if kwds:
            raise TypeError("unknown keywords of an extension: %s" % ', '.join(sorted(kwds)))


def get_extension(srcfilename, modname, sources=(), **kwds):
    """An Extension of setuptools (where that is installed) for a source file and others."""
    try:
        from setuptools import Extension
    except ImportError:
        Extension = _Extension
    return Extension(name=modname, sources=[srcfilename, *map(os.path.normpath, sources)], **kwds)


def _variable(name, default=''):
    import sysconfig
    return os.environ.get(name) or sysconfig.get_config_var(name) or default


def compile(tmpdir, ext, compiler_verbose=0, debug=None, target=None):
    """Compiles an Extension in `tmpdir`, and gives the path of the module.

    `target` is the file's name where it is not the one that Python imports; 'name.*' is a shared library's.
    """
    if debug is None:
        debug = sys.flags.debug
    output = os.path.join(tmpdir, target_name(ext, target))
    is_cpp = ext.language == 'c++' or any([_is_cpp(source) for source in ext.sources])
    objects = [_compile_one(tmpdir, ext, source, compiler_verbose, debug) for source in ext.sources]
    if os.path.dirname(output):
        os.makedirs(os.path.dirname(output), exist_ok=True)
    link = shlex.split(_variable('LDSHARED', 'cc -shared'))
    if is_cpp:
        link = shlex.split(_variable('LDCXXSHARED')) or ['c++', *link[1:]]
    elif os.environ.get('CC'):
        link = [*shlex.split(os.environ['CC']), *link[1:]]
    link += shlex.split(os.environ.get('LDFLAGS', ''))
    link += [*objects, *ext.extra_objects]
    link += ['-L' + folder for folder in ext.library_dirs]
    link += ['-Wl,-rpath,' + folder for folder in ext.runtime_library_dirs]
    link += ['-l' + library for library in ext.libraries]
    _run([*link, '-o', output, *ext.extra_link_args], compiler_verbose, 'LinkError')
    return os.path.abspath(output)


def target_name(ext, target):
    """The file that an extension becomes."""
    if target is None:
        import sysconfig
        suffix = sysconfig.get_config_var('EXT_SUFFIX') or '.so'
        if getattr(ext, 'py_limited_api', False):
            suffix = '.abi3.so'
        return os.path.join(*ext.name.split('.')) + suffix
    name = target[:-2] + '.so' if target.endswith('.*') else target
    return os.path.join(*ext.name.split('.')[:-1], name)


def _is_cpp(source):
    return os.path.splitext(source)[1] in ('.cpp', '.cc', '.cxx', '.C', '.c++')


def _compile_one(tmpdir, ext, source, verbose, debug):
    import sysconfig
    output = os.path.join(tmpdir, os.path.splitext(source)[0].lstrip('/') + '.o')
    os.makedirs(os.path.dirname(output) or '.', exist_ok=True)
    if _is_cpp(source):
        command = shlex.split(_variable('CXX', 'c++')) + shlex.split(os.environ.get('CXXFLAGS', ''))
    else:
        command = shlex.split(_variable('CC', 'cc'))
    command += shlex.split(sysconfig.get_config_var('CFLAGS') or '-O2')
    command += shlex.split(os.environ.get('CFLAGS', '')) + shlex.split(os.environ.get('CPPFLAGS', ''))
    command += shlex.split(sysconfig.get_config_var('CCSHARED') or '-fPIC')
    command += ['-g'] if debug else []
    for macro in ext.define_macros:
        name, value = macro if len(macro) == 2 else (*macro, None)
        command.append('-D' + name if value is None else '-D%s=%s' % (name, value))
    command += ['-U' + name for name in ext.undef_macros]
    includes = [*ext.include_dirs, sysconfig.get_path('include'), sysconfig.get_path('platinclude')]
    command += ['-I' + folder for folder in dict.fromkeys(includes)]
    _run([*command, '-c', source, '-o', output, *ext.extra_compile_args], verbose, 'CompileError')
    return output


def _run(command, verbose, what):
    if verbose:
        print(shlex.join(command))
    try:
        done = subprocess.run(command)
    except OSError as e:
        raise VerificationError("%s: the compiler %r does not run: %s" % (what, command[0], e))
    if done.returncode != 0:
        raise VerificationError("%s: command %r failed with exit code %d" % (what, command[0], done.returncode))


def maybe_relative_path(path):
    """A path as seen from the current folder, if it lies below that."""
    if not os.path.isabs(path):
        return path
    folder, names = path, []
    while True:
        parent, name = os.path.split(folder)
        if parent == folder or not parent:
            return path
        names.insert(0, name)
        folder = parent
        try:
            if samefile(folder, os.curdir):
                return os.path.join(*names)
        except OSError:
            pass


def flatten(x):
    """Keywords of an extension as one text, the same for equal ones."""
    if isinstance(x, str):
        return '%ds%s' % (len(x), x)
    if isinstance(x, dict):
        return '%dd' % len(x) + ''.join([flatten(key) + flatten(x[key]) for key in sorted(x)])
    if isinstance(x, (list, tuple)):
        return '%dl' % len(x) + ''.join([flatten(item) for item in x])
    if isinstance(x, int):
        return '%di' % x
    raise TypeError("the keywords to verify() contains unsupported object %r" % (x,))
