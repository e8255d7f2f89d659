"""What only a C compiler can make callable: inline functions of headers, and macros with parameters.

A small library is compiled when such a name is first used, and kept in the cache folder; where there is no compiler, an
error says so.  The result type of a macro is asked of libclang, for the types of the arguments at hand.
"""

import hashlib
import os
import re

from . import model
from .error import FFIError


class _NeedsCompiler(AttributeError):
    """A name of a library that cannot be had without a compiler."""


def _folder():
    from .cparser import _cache_folder
    folder = _cache_folder()
    if folder is None:
        import tempfile
        return tempfile.mkdtemp(prefix='dovetail-shim-')
    return os.path.join(os.path.dirname(folder), 'shim')


# What only cdef() understands: dots but for those of variadic functions, and functions written in Python.
_NOT_C = re.compile(r'\.\.\.\s*[;\]},]|=\s*\.\.\.|\b(?:typedef|define\s+\w+)\s+\.\.\.|\w\s*\.\.\.\s*\w|extern\s*"')


def _preamble(parser):
    # The preprocessor lines of all texts, but for those that stand for constants the compiler cannot know; texts with
    # functions of their own as a whole.
    lines = []
    for text in parser.native.texts():
        if re.search(r'\binline\b', text) and not _NOT_C.search(text):
            lines.append(text)
            continue
        for line in text.replace('\\\n', ' ').splitlines():
            if line.lstrip().startswith('#') and not line.rstrip().endswith('...'):
                lines.append(line)
    return '#include <stddef.h>\n#include <stdint.h>\n#include <sys/types.h>\n' + '\n'.join(lines) + '\n'


def _compiled(parser, source, what):
    """The path of a library with that source."""
    import shlex
    import subprocess
    from .ffiplatform import _variable
    flags = ['-O2', '-fPIC', '-shared', '-w', *parser.compiler_flags()]
    command = shlex.split(_variable('CC', 'cc'))
    key = hashlib.sha256('\0'.join([source, *command, *flags]).encode()).hexdigest()[:32]
    folder = _folder()
    target = os.path.join(folder, key + '.so')
    if os.path.exists(target):
        return target
    os.makedirs(folder, exist_ok=True)
    temporary = '%s.%d' % (target, os.getpid())
    try:
        done = subprocess.run([*command, *flags, '-x', 'c', '-', '-o', temporary], input=source, text=True,
                              capture_output=True)
    except OSError as e:
        raise _NeedsCompiler("%s exists only in its header: a C compiler is needed to make it callable, and %r does not "
                             "run (%s)" % (what, command[0], e.strerror)) from None
    if done.returncode != 0:
        raise FFIError("%s: the C compiler does not take it:\n%s" % (what, done.stderr.strip()))
    os.replace(temporary, target)
    return target


def _wrapper(name, expression, args, result):
    # C of an exported function with that name and types, which evaluates an expression of x0, x1 ...
    params = ', '.join([arg.get_c_name(' x%d' % i) for i, arg in enumerate(args)]) or 'void'
    how = '' if isinstance(result, model.VoidType) else 'return '
    return '%s\n{\n  %s%s;\n}\n' % (result.get_c_name('%s(%s)' % (name, params)), how, expression)


def inline_function(ffi, name, tp):
    """The function that a header defines itself."""
    call = '%s(%s)' % (name, ', '.join(['x%d' % i for i in range(len(tp.args))]))
    wrapper = '__dovetail_' + name
    if tp.ellipsis:
        raise FFIError("%s: inline functions with '...' cannot be called" % name)
    source = _preamble(ffi._parser) + _wrapper(wrapper, call, tp.args, tp.result)
    library = ffi._backend.load_library(_compiled(ffi._parser, source, "the inline function '%s'" % name), 0)
    ffi._libraries.append(library)
    return library.load_function(ffi._get_cached_btype(tp), wrapper)


class MacroFunction:
    """A macro with parameters, called with Python's numbers and C data."""

    def __init__(self, ffi, name, params, body):
        self._ffi = ffi
        self._made = {}
        self.__name__ = name
        self.__doc__ = '#define %s(%s) %s' % (name, ', '.join(params), body)

    def __repr__(self):
        return '<macro %s>' % self.__name__

    def __call__(self, *args):
        types = tuple([self._type_of(arg) for arg in args])
        function = self._made.get(types)
        if function is None:
            with self._ffi._lock:
                function = self._made[types] = self._make(types)
        return function(*args)

    def _type_of(self, arg):
        ffi = self._ffi
        if isinstance(arg, ffi.CData):
            return ffi.getctype(ffi.typeof(arg))
        if isinstance(arg, float):
            return 'double'
        if isinstance(arg, bytes):
            return 'char *'
        if isinstance(arg, int):
            return 'int' if -2**31 <= arg < 2**31 else 'long long' if arg < 2**63 else 'unsigned long long'
        raise TypeError("%s: macros take numbers, bytes and C data, not %s" % (self.__name__, type(arg).__name__))

    def _make(self, names):
        ffi, parser, name = self._ffi, self._ffi._parser, self.__name__
        args = []
        for text in names:
            tp = parser.parse_type(text)
            args.append(model.PointerType(tp.item) if isinstance(tp, model.ArrayType) else tp)
        samples = ', '.join(['*(%s)0' % arg.get_c_name('*') for arg in args])
        # A macro whose value is no expression is a statement.
        result = parser.type_of_expression('%s(%s)' % (name, samples)) or model.void_type
        if isinstance(result, model.ArrayType):
            result = model.PointerType(result.item)
        elif result.is_raw_function:
            result = result.as_function_pointer()
        call = '%s(%s)' % (name, ', '.join(['x%d' % i for i in range(len(args))]))
        source = _preamble(parser) + _wrapper('__dovetail_macro', call, args, result)
        library = ffi._backend.load_library(_compiled(parser, source, "the macro '%s'" % name), 0)
        ffi._libraries.append(library)
        function = model.FunctionPtrType(tuple(args), result, False)
        return library.load_function(ffi._get_cached_btype(function), '__dovetail_macro')
