"""Declarations of one FFI object: texts are read by the native module _cdef, and become types of `model` when asked for."""

import os
import sys

import _cdef

from . import model
from .error import CDefError, FFIError

CDEF_SOURCE_STRING = "<cdef source string>"

# Kinds of declarations that ffi.include() takes over.
_INCLUDED_KINDS = ('struct', 'union', 'enum', 'anonymous', 'typedef')


def _cache_folder():
    # Where parse results are kept; None where that is switched off or there is no home.
    folder = os.environ.get('DOVETAIL_CDEF_CACHE')
    if folder is not None:
        return folder or None
    base = os.environ.get('XDG_CACHE_HOME')
    if not base:
        home = os.path.expanduser('~')
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, '.cache')
    return os.path.join(base, 'dovetail', 'cdef')


_KINDS = {
    'parse': CDefError,
    'header': CDefError,
    'conflict': FFIError,
    'unsupported': FFIError,
    'libclang': FFIError,
    'crash': FFIError,
    'not implemented': NotImplementedError,
}


def _raise(kind, message, name):
    if kind == 'conflict' and 'duplicate declaration of' in message:
        raise CDefError(message)
    if kind == 'not implemented':
        # The exception of the language has no place in its text.
        message = message.removeprefix(CDEF_SOURCE_STRING).lstrip(':0123456789 ') or message
    raise _KINDS[kind](message)


class _Included:
    # A declaration of an included parser, not asked for yet.
    __slots__ = ('parser', 'key')

    def __init__(self, parser, key):
        self.parser = parser
        self.key = key


class Declarations(dict):
    """'kind name' -> (type, qualifiers).  A value is made when it is first asked for."""

    def __init__(self, parser):
        self._parser = parser

    def __getitem__(self, key):
        value = dict.__getitem__(self, key)
        if type(value) is not tuple:
            value = self._parser._declared(key, value)
            dict.__setitem__(self, key, value)
        return value

    def get(self, key, default=None):
        return self[key] if key in self else default

    def items(self):
        return [(key, self[key]) for key in self]

    def values(self):
        return [self[key] for key in self]


class Parser:

    def __init__(self):
        self._declarations = Declarations(self)
        self._int_constants = {}
        self._options = {}
        # Structs that the backend knew as opaque and that have got fields.
        self._recomplete = []
        self._native = None
        # Numbers of items by key.
        self._numbers = {}
        # Our types by number, and those that are an included parser's: (parser, its number).
        self._types = {}
        self._foreign = {}
        # Constants of enums with dots, with their enum's number.
        self._unknown_constants = {}
        # Macros that are no constants, with their text.
        self._macros = {}
        self._pointer_names = None
        # -I and -D of texts so far.
        self._flags = []
        # How many types were written with members.
        self._typed = 0
        # Keys of included declarations whose types are not in the set yet, and the set.
        self._included = {}
        self._included_types = set()

    # ----------

    @property
    def native(self):
        if self._native is None:
            self._native = _cdef.Declarations(_cache_folder(), [p for p in sys.path if p])
        return self._native

    def parse(self, csource, override=False, packed=False, pack=None, dllexport=False, names=(), include_dirs=(),
              define=None, arguments=()):
        if packed:
            if packed is not True:
                raise ValueError("'packed' should be False or True; use 'pack' to give another value")
            if pack:
                raise ValueError("cannot give both 'pack' and 'packed'")
            pack = 1
        elif pack:
            if pack & (pack - 1):
                raise ValueError("'pack' must be a power of two, not %r" % (pack,))
        else:
            pack = 0
        previous = self._options
        self._options = {'override': override, 'packed': pack, 'dllexport': dllexport}
        try:
            news = self.native.parse(csource, pack, override, names, include_dirs, _defines(define), arguments)
            if len(news) == 3:
                _raise(*news)
            flags = ['-I%s' % d for d in include_dirs] + ['-D%s' % d for d in _defines(define)]
            self._flags += [f for f in flags if f not in self._flags]
            self._take(*news)
        finally:
            self._options = previous

    def _take(self, keys, constants, unknown, changed, macros, warnings):
        for name, value in constants.items():
            self._add_constant(name, value)
        for text in warnings:
            import warnings as module
            module.warn(text, stacklevel=5)
        prefix = None
        if self._options.get('dllexport'):
            prefix = 'function '
        table = self._declarations
        for key, number in keys.items():
            if prefix and key.startswith(prefix):
                key = 'dllexport_python ' + key[len(prefix):]
            dict.__setitem__(table, key, number)
            self._numbers[key] = number
        self._unknown_constants.update(unknown)
        self._macros.update(macros)
        self._pointer_names = None
        for number in changed:
            self._changed(number)

    def _changed(self, number):
        tp = self._types.get(number)
        if tp is None and number in self._foreign:
            parser, theirs = self._foreign[number]
            tp = parser._type(theirs)
        if tp is None:
            return
        record = self.native.record(number)
        if tp.forcename is None and record[2] is not None:
            tp.force_the_name(record[2])
        if record[3] is not None and tp.fldtypes is None:
            self._describe(tp, record)
            if tp.completed:
                tp.completed = 0
                self._recomplete.append(tp)

    def _add_constant(self, name, value):
        known = self._int_constants.setdefault(name, value)
        if known != value:
            raise FFIError("multiple declarations of constant: %s" % (name,))

    @property
    def _uses_new_feature(self):
        for key in self._declarations:
            if key.startswith('typedef '):
                tp = self._declarations[key][0]
                if isinstance(tp, model.UnknownIntegerType):
                    return "'typedef int... %s'" % tp.name
                if isinstance(tp, model.UnknownFloatType):
                    return "'typedef float... %s'" % tp.name
        return None

    @property
    def _included_declarations(self):
        # All types that included parsers declare.
        while self._included:
            key, parser = self._included.popitem()
            self._included_types.add(parser._declarations[key][0])
        return self._included_types

    # ----------

    def parse_type(self, cdecl):
        return self.parse_type_and_quals(cdecl)[0]

    def parse_type_and_quals(self, cdecl):
        first, second = self.native.parse_type(cdecl)
        if isinstance(first, int):
            return self._type(first), second
        if '{' in cdecl:
            return self._type_with_members(cdecl)
        if first.startswith('unknown identifier') and cdecl.strip().isidentifier():
            raise CDefError(first)
        if first == 'negative array size':
            raise ValueError(first)
        if '"' in cdecl:
            import warnings
            warnings.warn("String literal found in cdef() or type source. String literals are ignored here, but you "
                          "should remove them anyway because some character sequences confuse pre-parsing.",
                          stacklevel=4)
        before = cdecl[:second]
        line = before.count('\n')
        text = cdecl.splitlines()[line] if cdecl.splitlines()[line:] else ''
        column = len(before) - (before.rfind('\n') + 1)
        raise CDefError('cannot parse "%s"\n%s:%d:%d: %s\n%s\n%s^' % (
            text.strip(), CDEF_SOURCE_STRING, line + 1, column + 1, first, text, ' ' * column))

    def _type_with_members(self, cdecl):
        # 'struct { int a; } *': a text for libclang, as the type of a variable that nobody sees.
        self._typed += 1
        news = self.native.parse('extern __typeof__(%s) __dovetail_type_%d;' % (cdecl, self._typed))
        if len(news) == 3:
            _raise(*news)
        return self._last_typed(news)

    def type_of_expression(self, expression):
        """The type that C gives an expression; None where it is none."""
        self._typed += 1
        news = self.native.parse('extern __typeof__(%s) __dovetail_type_%d;' % (expression, self._typed))
        return None if len(news) == 3 else self._last_typed(news)[0]

    def compiler_flags(self):
        """-I and -D for a compiler, as texts so far were read with."""
        return self._flags

    def _last_typed(self, news):
        for number in news[3]:
            self._changed(number)
        number, quals = self.native.item(news[0]['variable __dovetail_type_%d' % self._typed])[:2]
        return self._type(number), quals

    def include(self, other):
        if self._native is not None or other._native is not None:
            for ours, theirs in self.native.include(other.native).items():
                if ours not in self._types:
                    self._foreign.setdefault(ours, (other, theirs))
        table = self._declarations
        for key in other._declarations:
            kind = key.partition(' ')[0]
            if kind not in _INCLUDED_KINDS or key.startswith('anonymous $enum_$'):
                continue
            if key in table:
                if table[key] != other._declarations[key] and not self._options.get('override'):
                    raise FFIError("multiple declarations of %s (for interactive usage, try cdef(xx, override=True))"
                                   % (key,))
                continue
            dict.__setitem__(table, key, _Included(other, key))
            self._included[key] = other
        for name, value in other._int_constants.items():
            self._add_constant(name, value)
        self._flags += [f for f in other._flags if f not in self._flags]
        self._macros.update(other._macros)
        self._unknown_constants.update(
            (name, value) for name, value in other._unknown_constants.items() if name not in self._unknown_constants)

    def resolve(self, source, include_dirs=(), define=None):
        """Completes what dots leave open from headers; gives the differences found."""
        result = self.native.resolve(source, include_dirs, _defines(define))
        if isinstance(result, tuple):
            _raise(*result)
        for number, tp in list(self._types.items()):
            if isinstance(tp, model.StructOrUnion) and number not in self._foreign:
                if not tp.completed:
                    self._describe(tp, self.native.record(number))
            elif isinstance(tp, model.EnumType):
                if tp.partial:
                    del self._types[number]
            else:
                del self._types[number]
        for key, number in self._numbers.items():
            if key in self._declarations:
                dict.__setitem__(self._declarations, key, number)
        self._unknown_constants.clear()
        for key in self._numbers:
            kind, _, name = key.partition(' ')
            if kind in ('enum', 'anonymous'):
                tp = self._declarations[key][0]
                if isinstance(tp, model.EnumType) and not tp.partial:
                    self._int_constants.update(zip(tp.enumerators, tp.enumvalues))
            elif kind == 'macro' and isinstance(self._declarations[key][0], int):
                self._int_constants[name] = self._declarations[key][0]
        return result

    # ----------

    def _declared(self, key, value):
        # What stands behind a key: (type, qualifiers).
        if type(value) is _Included:
            return value.parser._declarations[value.key]
        number, quals, known = self.native.item(value)[:3]
        kind, _, name = key.partition(' ')
        if kind == 'macro':
            return ('...' if known is None else known), 0
        tp = self._type(number)
        if kind in ('function', 'extern_python', 'extern_python_plus_c', 'dllexport_python'):
            return tp.as_function_pointer(), 0
        if kind == 'typedef' and type(tp) is model.PointerType and _nameless(tp.totype):
            tp = model.NamedPointerType(tp.totype, name, tp.quals)
        if kind in ('struct', 'union', 'enum', 'anonymous'):
            quals = 0
        return tp, quals

    def constant_value(self, key):
        """The value of a constant that is known without a library, else None; int, float, bytes or (address,)."""
        number = self._numbers.get(key)
        return None if number is None else self.native.item(number)[2]

    def details(self, key):
        """(names of parameters or None, documentation or None, whether inline, symbol or None) of a declaration."""
        number = self._numbers.get(key)
        return (None, None, False, None) if number is None else self.native.item(number)[3:]

    def _type(self, number):
        tp = self._types.get(number)
        if tp is None:
            if number in self._foreign:
                parser, theirs = self._foreign[number]
                tp = parser._type(theirs)
            else:
                tp = self._make(number)
            tp = self._types.setdefault(number, tp)
        return tp

    def _make(self, number):
        kind, *parts = self.native.type(number)
        if kind == 0:
            return model.void_type
        if kind == 1:
            return model.PrimitiveType(parts[0])
        if kind == 2:
            return model.UnknownIntegerType(parts[0])
        if kind == 3:
            return model.UnknownFloatType(parts[0])
        if kind == 4:
            to, quals = parts
            totype = self._type(to)
            if totype.is_raw_function:
                return totype.as_function_pointer()
            if totype.is_array_type and totype.has_dots():
                # Behind a pointer only a typedef can have brought it: the compiler is asked about that.
                arrays = self._expressions_of_arrays(to)
                if len(arrays) == 1:
                    totype = totype.with_lengths_of(arrays[0])
            if _nameless(totype):
                name = self._names_of_pointers().get(number) or self._name_of_included_pointer(totype)
                if name is not None:
                    return model.NamedPointerType(totype, name, quals)
            return model.PointerType(totype, quals)
        if kind == 5:
            item, length, _ = parts
            return model.ArrayType(self._type(item), length)
        if kind == 6:
            result, params, ellipsis, abi = parts
            args = tuple([self._type(p) for p in params])
            return model.RawFunctionType(args, self._type(result), ellipsis, abi)
        if kind == 7:
            return self._record(number)
        return self._enum(number)

    def _record(self, number):
        record = self.native.record(number)
        keyword, tag, forced, fields, *_ = record
        if tag == '_IO_FILE' and keyword == 'struct' and fields is None and 'struct _IO_FILE' not in self._declarations:
            from .commontypes import COMMON_TYPES
            return COMMON_TYPES['FILE']
        cls = model.StructType if keyword == 'struct' else model.UnionType
        tp = cls.lazily(tag, None)
        if forced is not None:
            tp.force_the_name(forced)
            if fields is None and tag == '$' + forced:
                tp.origin = 'unknown_type'
        self._describe(tp, record)
        return tp

    def _describe(self, tp, record):
        fields, partial, pack, layout = record[3:]
        tp.partial = partial and layout is None
        tp.packed = pack
        if fields is None:
            tp.set_fields(None, None, None, None)
            return
        bits = [field[2] for field in fields]
        if layout is not None and all(b < 0 for b in bits):
            size, align, offsets, sizes = layout
            tp.fixedlayout = offsets, sizes, size, align

        def load(tp):
            types = tuple([self._type(field[1]) for field in fields])
            tp.set_fields(tuple([field[0] for field in fields]), types, tuple(bits), tuple([field[3] for field in fields]))

        tp.reload(load)

    def _enum(self, number):
        tag, forced, names, values, partial, underlying = self.native.enumeration(number)
        base = None
        if values:
            base = model.PrimitiveType(underlying)
        guessed = []
        for value in values or ():
            if value is None:
                value = guessed[-1] + 1 if guessed else 0
            guessed.append(value)
        tp = model.EnumType(tag, names or (), tuple(guessed), base)
        if forced is not None:
            tp.force_the_name(forced)
        tp.partial = partial
        return tp

    def _names_of_pointers(self):
        # Typedefs that name a pointer, by the pointer's number.
        if self._pointer_names is None:
            self._pointer_names = names = {}
            for key, number in self._numbers.items():
                if key.startswith('typedef '):
                    ty = self.native.item(number)[0]
                    if self.native.type(ty)[0] == 4:
                        names.setdefault(ty, key[len('typedef '):])
        return self._pointer_names

    def _expressions_of_arrays(self, number):
        # C expressions of the array type of that number: a typedef's own, or the items of one, which as a parameter is a
        # pointer to its first item.
        found = []
        for key, item in self._numbers.items():
            if key.startswith('typedef '):
                ty = self.native.item(item)[0]
                kind, *parts = self.native.type(ty)
                if ty == number:
                    found.append('(*(%s *)0)' % key[len('typedef '):])
                elif kind == 5 and parts[0] == number:
                    found.append('(*(%s *)0)[0]' % key[len('typedef '):])
        return found

    def _name_of_included_pointer(self, totype):
        for key in self._declarations:
            if key.startswith('typedef ') and key not in self._numbers:
                tp = self._declarations[key][0]
                if isinstance(tp, model.NamedPointerType) and tp.totype is totype:
                    return tp.name
        return None


def _nameless(tp):
    # A struct, union or enum that C can only name through a typedef of a pointer to it.
    if not isinstance(tp, model.StructOrUnionOrEnum) or tp.forcename is not None:
        return False
    return tp.name.startswith('$$') or (tp.name.startswith('$') and tp.name[1:].isdigit())


def _defines(define):
    # {'NAME': value or None} or a list of names, pairs and 'NAME=value', as a list of texts.
    if not define:
        return ()
    pairs = define.items() if isinstance(define, dict) else [(d, None) if isinstance(d, str) else d for d in define]
    return [name if value is None else '%s=%s' % (name, value) for name, value in pairs]
