"""What ffi.dlopen() gives: an object whose attributes are the functions, variables and constants that the FFI declares.

An attribute is made when it is first asked for.  Functions and constants then lie in the object itself, variables are
properties of its class, of which each library has one of its own.
"""

import os

from . import model


def open_backend_library(backend, name, flags):
    """The backend's library of that name: a file name or path, a bare name that the linker would find, or None."""
    if not isinstance(name, str):
        return backend.load_library(name, flags)
    first = None
    if '.' in name or os.sep in name:
        try:
            return backend.load_library(name, flags)
        except OSError as e:
            first = e
    from ctypes.util import find_library
    path = find_library(name)
    if path is not None:
        return backend.load_library(path, flags)
    message = "ctypes.util.find_library() did not manage to locate a library called %r" % (name,)
    if first is not None:
        message = "%s.  Additionally, %s" % (first, message)
    raise OSError(message)


class _Reader:
    """Makes the attributes of one library."""

    def __init__(self, ffi, backendlib):
        self.ffi = ffi
        self.backendlib = backendlib
        self.library = None
        self.addresses = {}
        self.documented = []

    def make(self, name):
        """Makes an attribute, unless another thread has."""
        library = self.library
        cls = type(library)
        with self.ffi._lock:
            if name in library.__dict__ or name in cls.__dict__:
                return
            parser = self.ffi._parser
            declarations = parser._declarations
            if 'function ' + name in declarations:
                library.__dict__[name] = self.function(name)
            elif 'variable ' + name in declarations:
                setattr(cls, name, self.variable(name))
            elif name in parser._unknown_constants:
                # An enum with dots, complete now or never.
                library.__dict__[name] = self.enumerator(parser._type(parser._unknown_constants[name]), name)
            elif name in parser._int_constants:
                library.__dict__[name] = parser._int_constants[name]
            elif 'constant ' + name in declarations:
                library.__dict__[name] = self.constant('constant ' + name)
            elif 'macro ' + name in declarations and parser.constant_value('macro ' + name) is not None:
                library.__dict__[name] = self.constant('macro ' + name)
            elif isinstance(parser._macros.get(name), tuple):
                from .shim import MacroFunction
                library.__dict__[name] = MacroFunction(self.ffi, name, *parser._macros[name])
            else:
                enum = self.enum_of(name)
                if enum is None:
                    raise AttributeError(self.why_not(name))
                library.__dict__[name] = self.enumerator(enum, name)

    @staticmethod
    def enumerator(enum, name):
        enum.check_not_partial()
        return enum.enumvalues[enum.enumerators.index(name)]

    def enum_of(self, name):
        # The enum of an included FFI that has this constant.
        for key in self.ffi._parser._declarations:
            if key.startswith(('enum ', 'anonymous ')):
                tp = self.ffi._parser._declarations[key][0]
                if isinstance(tp, model.EnumType) and name in tp.enumerators:
                    return tp
        return None

    def why_not(self, name):
        macro = self.ffi._parser._macros.get(name)
        if macro is None:
            return name
        return "%s: the macro '%s' is no constant" % (name, macro)

    def btype(self, key):
        return self.ffi._get_cached_btype(self.ffi._parser._declarations[key][0])

    def function(self, name):
        key = 'function ' + name
        btype = self.btype(key)
        tp = self.ffi._parser._declarations[key][0]
        params, doc, inline, symbol = self.ffi._parser.details(key)
        try:
            function = self.backendlib.load_function(btype, symbol or name)
        except AttributeError:
            if not inline:
                raise
            from .shim import inline_function
            function = inline_function(self.ffi, name, tp)
        self.document(function, name, tp, params, doc)
        return function

    def document(self, function, name, tp, params, doc):
        # For help(): the prototype with the names of the parameters, and the comment before it.
        words = [arg.declare(word or '') for arg, word in zip(tp.args, params or [''] * len(tp.args))]
        if tp.ellipsis:
            words.append('...')
        text = tp.result.declare('%s(%s)' % (name, ', '.join(words) or 'void')) + ';'
        from _cdef import document
        document(function, '%s\n\n%s' % (text, doc) if doc else text)
        self.documented.append(function)

    def close(self):
        from _cdef import document
        while self.documented:
            document(self.documented.pop())
        self.backendlib.close_lib()

    def variable(self, name):
        btype = self.btype('variable ' + name)
        read, write = self.backendlib.read_variable, self.backendlib.write_variable
        read(btype, name)
        return property(lambda library: read(btype, name), lambda library, value: write(btype, name, value))

    def constant(self, key):
        name = key.partition(' ')[2]
        value = self.ffi._parser.constant_value(key)
        if isinstance(value, tuple):
            return self.ffi._backend.cast(self.btype_of_address(key), value[0])
        if value is not None:
            return value
        raise NotImplementedError("non-integer constant '%s' cannot be accessed from a dlopen() library" % (name,))

    def btype_of_address(self, key):
        number = self.ffi._parser.native.item(self.ffi._parser._numbers[key])[0]
        tp = self.ffi._parser._type(number)
        if not isinstance(tp, (model.PointerType, model.FunctionPtrType)):
            return self.ffi.BVoidP
        return self.ffi._get_cached_btype(tp)

    def address(self, name):
        """ffi.addressof(lib, name)"""
        library = self.library
        if name not in library.__dict__ and name not in type(library).__dict__:
            try:
                self.make(name)
            except AttributeError:
                pass
        if name in library.__dict__:
            return library.__dict__[name]
        if not isinstance(type(library).__dict__.get(name), property):
            raise AttributeError("cffi library has no function or global variable named '%s'" % (name,))
        if name not in self.addresses:
            with self.ffi._lock:
                btype = self.btype('variable ' + name)
                if btype.kind != 'array':
                    btype = model.pointer_cache(self.ffi, btype)
                self.addresses[name] = self.backendlib.load_function(btype, name)
        return self.addresses[name]

    def names(self):
        parser = self.ffi._parser
        names = dict.fromkeys(parser._int_constants)
        names.update(dict.fromkeys(parser._unknown_constants))
        for key in parser._declarations:
            kind, _, name = key.partition(' ')
            if kind in ('function', 'variable', 'constant'):
                names[name] = None
            elif kind == 'macro' and parser.constant_value(key) is not None:
                names[name] = None
        return list(names)


def make_library(ffi, name, flags):
    """The library object for a name, and the dictionary in which its functions are kept."""
    reader = _Reader(ffi, open_backend_library(ffi._backend, name, flags))

    class FFILibrary:
        def __getattr__(self, name):
            reader.make(name)
            return getattr(self, name)

        def __setattr__(self, name, value):
            cls = type(self)
            if name not in cls.__dict__:
                reader.make(name)
            known = cls.__dict__.get(name)
            if isinstance(known, property):
                known.__set__(self, value)
            else:
                object.__setattr__(self, name, value)

        def __dir__(self):
            with ffi._lock:
                return reader.names()

        def __addressof__(self, name):
            return reader.address(name)

        def __cffi_close__(self):
            reader.close()
            self.__dict__.clear()

    if isinstance(name, str):
        FFILibrary.__name__ = 'FFILibrary_%s' % name
    reader.library = FFILibrary()
    return reader.library, reader.library.__dict__
