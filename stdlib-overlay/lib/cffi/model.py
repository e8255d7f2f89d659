"""C types as Python sees them before the backend makes its own of them.

A type knows how C writes it (`get_c_name`) and how the backend makes it (`get_cached_btype`).  All but structs, unions and
enums are equal when they are written the same; those are equal only to themselves.
"""

import sys

from .error import CDefError, VerificationError, VerificationMissing
from .lock import allocate_lock

Q_CONST = 0x01
Q_RESTRICT = 0x02
Q_VOLATILE = 0x04

_QUALIFIERS = ((Q_CONST, 'const'), (Q_VOLATILE, 'volatile'), (Q_RESTRICT, '__restrict'))


def qualify(quals, replace_with):
    """A declarator with qualifiers before it, the first of them nearest."""
    for bit, word in _QUALIFIERS:
        if quals & bit:
            replace_with = ' %s %s' % (word, replace_with.lstrip())
    return replace_with


class BaseTypeByIdentity:
    """Any type.  `before` and `after` are what C writes left and right of a declarator."""

    is_array_type = False
    is_raw_function = False
    before = ''
    after = ''

    @property
    def c_name_with_marker(self):
        return self.before + '&' + self.after

    def declare(self, name, quals=0):
        """The declaration of `name`, which may also be a declarator, as C writes it but for types without a name."""
        inner = name.strip()
        if inner.startswith('*') and self.after.startswith('['):
            inner = '(%s)' % inner
        elif inner and inner[0] not in '[(':
            inner = ' ' + inner
        return self.before + qualify(quals, inner) + self.after

    def get_c_name(self, replace_with='', context='a C file', quals=0):
        """As declare(), for C code, where each type needs a name."""
        text = self.declare(replace_with, quals)
        if '$' in text:
            raise VerificationError("cannot generate '%s' in %s: unknown type name" % (self._get_c_name(), context))
        return text

    def _get_c_name(self):
        return self.before + self.after

    def has_c_name(self):
        return '$' not in self._get_c_name()

    def is_integer_type(self):
        return False

    def parts(self):
        """The types it is made of."""
        return ()

    def get_cached_btype(self, ffi, finishlist, can_delay=False):
        """The backend's type.  Structs that still need their fields are added to `finishlist`."""
        btype = ffi._cached_btypes.get(self)
        if btype is None:
            btype = ffi._cached_btypes.setdefault(self, self.build_backend_type(ffi, finishlist))
        return btype

    def __repr__(self):
        return '<%s>' % self._get_c_name()


class BaseType(BaseTypeByIdentity):
    """Types that are equal when all their parts are; `_attrs_` names these."""

    _attrs_ = ()
    _hash = None

    def _get_items(self):
        return [(name, getattr(self, name)) for name in self._attrs_]

    def __eq__(self, other):
        if self is other:
            return True
        return self.__class__ is other.__class__ and self._get_items() == other._get_items()

    def __hash__(self):
        if self._hash is None:
            self._hash = hash((self.__class__, *[getattr(self, name) for name in self._attrs_]))
        return self._hash


class VoidType(BaseType):
    before = 'void'

    def build_backend_type(self, ffi, finishlist):
        return global_cache(self, ffi, 'new_void_type')


void_type = VoidType()


def _kinds():
    kinds = dict.fromkeys(['char', 'wchar_t', 'char16_t', 'char32_t'], 'c')
    kinds.update(dict.fromkeys(['float', 'double', 'long double'], 'f'))
    kinds.update(dict.fromkeys(['_cffi_float_complex_t', '_cffi_double_complex_t'], 'j'))
    integers = ['_Bool', 'signed char', 'intptr_t', 'uintptr_t', 'intmax_t', 'uintmax_t', 'ptrdiff_t', 'size_t', 'ssize_t']
    for name in ['char', 'short', 'int', 'long', 'long long']:
        integers += [name, 'unsigned ' + name]
    for bits in [8, 16, 32, 64]:
        for form in ['int%d_t', 'int_least%d_t', 'int_fast%d_t']:
            integers += [form % bits, 'u' + form % bits]
    for name in integers:
        kinds.setdefault(name, 'i')
    return kinds


class BasePrimitiveType(BaseType):
    """Numbers and characters."""

    _attrs_ = ('name',)

    def __init__(self, name):
        self.name = name
        self.before = name

    def is_complex_type(self):
        return False


class PrimitiveType(BasePrimitiveType):
    # By name: 'c'haracter, 'i'nteger, 'f'loat or complex ('j').
    ALL_PRIMITIVE_TYPES = _kinds()
    # Those that compiled modules have no number for.
    IN_LINE_TYPES = dict.fromkeys(['__int128', 'unsigned __int128'], 'i')

    def __init__(self, name):
        self._kind = self.ALL_PRIMITIVE_TYPES.get(name) or self.IN_LINE_TYPES[name]
        BasePrimitiveType.__init__(self, name)

    def is_char_type(self):
        return self._kind == 'c'

    def is_integer_type(self):
        return self._kind == 'i'

    def is_float_type(self):
        return self._kind == 'f'

    def is_complex_type(self):
        return self._kind == 'j'

    def build_backend_type(self, ffi, finishlist):
        return global_cache(self, ffi, 'new_primitive_type', self.name)


class UnknownIntegerType(BasePrimitiveType):
    """`typedef int... name;`"""

    def is_integer_type(self):
        return True

    def build_backend_type(self, ffi, finishlist):
        raise NotImplementedError("integer type '%s' can only be used after compilation" % self.name)


class UnknownFloatType(BasePrimitiveType):
    """`typedef float... name;`"""

    def build_backend_type(self, ffi, finishlist):
        raise NotImplementedError("float type '%s' can only be used after compilation" % self.name)


class BaseFunctionType(BaseType):
    _attrs_ = ('args', 'result', 'ellipsis', 'abi')
    _opening = '('

    def __init__(self, args, result, ellipsis, abi=None):
        self.args = args
        self.result = result
        self.ellipsis = ellipsis
        self.abi = abi
        words = [arg._get_c_name() for arg in args]
        if ellipsis:
            words.append('...')
        opening = self._opening
        if abi is not None:
            opening = '(%s %s' % (abi, opening[1:])
        self.before = result.before + opening
        self.after = ')(%s)%s' % (', '.join(words) or 'void', result.after)

    def parts(self):
        return (*self.args, self.result)


class RawFunctionType(BaseFunctionType):
    """A function, which in Python is only met through a pointer."""

    is_raw_function = True

    def build_backend_type(self, ffi, finishlist):
        raise CDefError("cannot render the type %r: it is a function type, not a pointer-to-function type" % (self,))

    def as_function_pointer(self):
        return FunctionPtrType(self.args, self.result, self.ellipsis, self.abi)


class FunctionPtrType(BaseFunctionType):
    _opening = '(*'

    def build_backend_type(self, ffi, finishlist):
        result = self.result.get_cached_btype(ffi, finishlist)
        args = tuple([arg.get_cached_btype(ffi, finishlist) for arg in self.args])
        how = []
        if self.abi == '__stdcall' and not self.ellipsis:
            stdcall = getattr(ffi._backend, 'FFI_STDCALL', None)
            if stdcall is not None:
                how.append(stdcall)
        return global_cache(self, ffi, 'new_function_type', args, result, self.ellipsis, *how)

    def as_raw_function(self):
        return RawFunctionType(self.args, self.result, self.ellipsis, self.abi)


class PointerType(BaseType):
    _attrs_ = ('totype', 'quals')

    def __init__(self, totype, quals=0):
        self.totype = totype
        self.quals = quals
        star = ' *'
        if totype.is_array_type:
            star = '(*'
        # Qualifiers are those of what it points to: they stand before the star.
        self.before = totype.before + qualify(quals, star)
        self.after = (')' if totype.is_array_type else '') + totype.after

    def parts(self):
        return (self.totype,)

    def build_backend_type(self, ffi, finishlist):
        item = self.totype.get_cached_btype(ffi, finishlist, can_delay=True)
        return global_cache(self, ffi, 'new_pointer_type', item)


def ConstPointerType(totype):
    return PointerType(totype, Q_CONST)


voidp_type = PointerType(void_type)
const_voidp_type = ConstPointerType(void_type)


class NamedPointerType(PointerType):
    """A pointer to a struct without a name, which only its typedef names."""

    _attrs_ = ('totype', 'name')

    def __init__(self, totype, name, quals=0):
        PointerType.__init__(self, totype, quals)
        self.name = name
        self.before = name
        self.after = ''


class ArrayType(BaseType):
    """`length` is a number, None for `[]`, '...' for `[...]`, or an expression of C."""

    _attrs_ = ('item', 'length')
    is_array_type = True

    def __init__(self, item, length):
        self.item = item
        self.length = length
        inside = {None: '', '...': '/*...*/'}.get(length, length)
        self.before = item.before
        self.after = '[%s]%s' % (inside, item.after)

    def parts(self):
        return (self.item,)

    def length_is_unknown(self):
        return isinstance(self.length, str)

    def resolve_length(self, newlength):
        return ArrayType(self.item, newlength)

    def has_dots(self):
        """Whether a length of it, or of the arrays in it, was written as '...'."""
        return self.length == '...' or (self.item.is_array_type and self.item.has_dots())

    def with_lengths_of(self, expression):
        """The type in which lengths written as '...' are what C says of an expression."""
        item = self.item.with_lengths_of(expression + '[0]') if self.item.is_array_type else self.item
        return ArrayType(item, '_cffi_array_len(%s)' % expression if self.length == '...' else self.length)

    def build_backend_type(self, ffi, finishlist):
        if self.length_is_unknown():
            raise CDefError("cannot render the type %r: unknown length" % (self,))
        self.item.get_cached_btype(ffi, finishlist)
        pointer = PointerType(self.item).get_cached_btype(ffi, finishlist)
        return global_cache(self, ffi, 'new_array_type', pointer, self.length)


char_array_type = ArrayType(PrimitiveType('char'), None)


class StructOrUnionOrEnum(BaseTypeByIdentity):
    """What has a tag, or the name of a typedef in its place."""

    forcename = None
    # A backend and the type it has made of this one.
    _made = None, None

    def _write_name(self):
        self.before = self.forcename or '%s %s' % (self.kind, self.name)

    def force_the_name(self, forcename):
        self.forcename = forcename
        self._write_name()

    def get_official_name(self):
        return self.before


class StructOrUnion(StructOrUnionOrEnum):
    # (offsets, sizes, total size, alignment) where somebody who knows has told.
    fixedlayout = None
    # 0: the backend has not got the fields, 1: it is getting them, 2: it has.
    completed = 0
    partial = False
    packed = 0
    origin = None
    _loader = None

    def __init__(self, name, fldnames, fldtypes, fldbitsize, fldquals=None):
        self.name = name
        self.set_fields(fldnames, fldtypes, fldbitsize, fldquals)
        self._write_name()

    @classmethod
    def lazily(cls, name, loader):
        """One whose fields `loader(self)` sets when they are first asked for."""
        self = cls.__new__(cls)
        self.name = name
        self._loader = loader
        self._write_name()
        return self

    def set_fields(self, fldnames, fldtypes, fldbitsize, fldquals=None):
        self.fldnames = fldnames
        self.fldtypes = fldtypes
        self.fldbitsize = fldbitsize
        self.fldquals = fldquals

    def reload(self, loader):
        """Forgets the fields: they will be asked for again."""
        for name in ('fldnames', 'fldtypes', 'fldbitsize', 'fldquals'):
            self.__dict__.pop(name, None)
        self._loader = loader

    def __getattr__(self, name):
        if name.startswith('fld') and self._loader is not None:
            loader, self._loader = self._loader, None
            try:
                loader(self)
            except BaseException:
                self._loader = loader
                raise
            return getattr(self, name)
        raise AttributeError('%r object has no attribute %r' % (type(self).__name__, name))

    def parts(self):
        return self.fldtypes or ()

    def anonymous_struct_fields(self):
        if self.fldtypes is not None:
            for name, tp in zip(self.fldnames, self.fldtypes):
                if name == '' and isinstance(tp, StructOrUnion):
                    yield tp

    def enumfields(self, expand_anonymous_struct_union=True):
        """(name, type, bits or -1, qualifiers) of each field; those of members without name in their place."""
        fldquals = self.fldquals or (0,) * len(self.fldnames)
        for field in zip(self.fldnames, self.fldtypes, self.fldbitsize, fldquals):
            if expand_anonymous_struct_union and field[0] == '' and isinstance(field[1], StructOrUnion):
                yield from field[1].enumfields()
            else:
                yield field

    def force_flatten(self):
        """Makes the fields of members without name its own."""
        fields = list(self.enumfields())
        columns = zip(*fields) if fields else ((), (), (), ())
        self.set_fields(*[tuple(column) for column in columns])

    def get_cached_btype(self, ffi, finishlist, can_delay=False):
        btype = StructOrUnionOrEnum.get_cached_btype(self, ffi, finishlist)
        if not can_delay:
            self.finish_backend_type(ffi, finishlist)
        return btype

    def finish_backend_type(self, ffi, finishlist):
        """Gives the backend's type its fields."""
        if self.completed == 2:
            return
        if self.completed == 1:
            raise NotImplementedError("recursive structure declaration for '%s'" % (self.name,))
        btype = ffi._cached_btypes[self]
        self.completed = 1
        try:
            if self.fldtypes is None:
                pass
            elif self.fixedlayout is None:
                self._finish_computed(ffi, btype, finishlist)
            else:
                self._finish_told(ffi, btype, finishlist)
        except BaseException:
            self.completed = 0
            raise
        self.completed = 2

    def _finish_computed(self, ffi, btype, finishlist):
        ftypes = [tp.get_cached_btype(ffi, finishlist) for tp in self.fldtypes]
        fields = list(zip(self.fldnames, ftypes, self.fldbitsize))
        flags = ()
        if self.packed == 1:
            flags = (8,)
        elif self.packed:
            flags = (0, self.packed)
        ffi._backend.complete_struct_or_union(btype, fields, self, -1, -1, *flags)

    def _finish_told(self, ffi, btype, finishlist):
        offsets, sizes, totalsize, alignment = self.fixedlayout
        ftypes = []
        for i, (name, tp, size) in enumerate(zip(self.fldnames, self.fldtypes, sizes)):
            if isinstance(tp, ArrayType) and tp.length_is_unknown():
                itemsize = ffi.sizeof(tp.item.get_cached_btype(ffi, finishlist))
                length, rest = divmod(size, itemsize)
                if rest:
                    self._wrong(name, "has a bogus size?")
                tp = tp.resolve_length(length)
                self.fldtypes = self.fldtypes[:i] + (tp,) + self.fldtypes[i + 1:]
            ftype = tp.get_cached_btype(ffi, finishlist)
            if not (isinstance(tp, ArrayType) and tp.length is None):
                declared = ffi.sizeof(ftype)
                if declared != size:
                    self._wrong(name, "is declared as %d bytes, but is really %d bytes" % (declared, size))
            ftypes.append(ftype)
        fields = list(zip(self.fldnames, ftypes, self.fldbitsize, offsets))
        ffi._backend.complete_struct_or_union(btype, fields, self, totalsize, alignment)

    def _wrong(self, field, what):
        raise VerificationError("field '%s.%s' %s" % (self.name, field or '{}', what))

    def check_not_partial(self):
        if self.partial and self.fixedlayout is None:
            raise VerificationMissing(self._get_c_name())

    def build_backend_type(self, ffi, finishlist):
        self.check_not_partial()
        finishlist.append(self)
        return global_cache(self, ffi, 'new_%s_type' % self.kind, self.get_official_name(), key=self)


class StructType(StructOrUnion):
    kind = 'struct'


class UnionType(StructOrUnion):
    kind = 'union'


class EnumType(StructOrUnionOrEnum):
    kind = 'enum'
    partial = False
    partial_resolved = False

    def __init__(self, name, enumerators, enumvalues, baseinttype=None):
        self.name = name
        self.enumerators = enumerators
        self.enumvalues = enumvalues
        self.baseinttype = baseinttype
        self._write_name()

    def check_not_partial(self):
        if self.partial and not self.partial_resolved:
            raise VerificationMissing(self._get_c_name())

    def build_backend_type(self, ffi, finishlist):
        self.check_not_partial()
        base = self.build_baseinttype(ffi, finishlist)
        return global_cache(self, ffi, 'new_enum_type', self.get_official_name(), self.enumerators, self.enumvalues,
                            base, key=self)

    def build_baseinttype(self, ffi, finishlist):
        """The backend's type of the integers it is stored in."""
        if self.baseinttype is not None:
            return self.baseinttype.get_cached_btype(ffi, finishlist)
        low = min(self.enumvalues, default=0)
        high = max(self.enumvalues, default=0)
        if not self.enumvalues:
            import warnings
            # It is to be seen each time.
            globals().get('__warningregistry__', {}).clear()
            warnings.warn("%r has no values explicitly defined; guessing that it is equivalent to 'unsigned int'"
                          % self._get_c_name())
        for name in (('int', 'long') if low < 0 else ('unsigned int', 'unsigned long')):
            btype = PrimitiveType(name).get_cached_btype(ffi, finishlist)
            bits = 8 * ffi.sizeof(btype)
            least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if low < 0 else (0, (1 << bits) - 1)
            if least <= low and high <= most:
                return btype
        raise CDefError("%s values don't all fit into either 'long' or 'unsigned long'" % self._get_c_name())


def unknown_type(name, structname=None):
    """`typedef ... name;`"""
    tp = StructType('$' + name if structname is None else structname, None, None, None)
    tp.force_the_name(name)
    tp.origin = 'unknown_type'
    return tp


def unknown_ptr_type(name, structname=None):
    """`typedef ... *name;`"""
    tp = StructType('$$' + name if structname is None else structname, None, None, None)
    return NamedPointerType(tp, name)


# Types of backends that do not keep their own: by the backend's class.
global_lock = allocate_lock()
_typecaches = {}


def get_typecache(backend):
    """A cache for a backend that makes a new type each time it is asked; None for modules, which make each type once."""
    if isinstance(backend, type(sys)):
        return None
    with global_lock:
        return _typecaches.setdefault(type(backend), {})


def global_cache(srctype, ffi, funcname, *args, key=None):
    """What the backend's function `funcname` gives for `args`, made once.

    `key` is a struct, union or enum, which several FFI objects may share: it keeps its type itself.
    """
    if key is not None:
        backend, made = key._made
        if backend is ffi._backend:
            return made
    elif ffi._typecache is not None:
        made = ffi._typecache.get((funcname, args))
        if made is not None:
            return made
    try:
        made = getattr(ffi._backend, funcname)(*args)
    except NotImplementedError as e:
        raise NotImplementedError("%s: %r: %s" % (funcname, srctype, e))
    if key is not None:
        with global_lock:
            backend, known = key._made
            if backend is ffi._backend:
                return known
            key._made = ffi._backend, made
    elif ffi._typecache is not None:
        made = ffi._typecache.setdefault((funcname, args), made)
    return made


def pointer_cache(ffi, btype):
    """The backend's pointer to a type of the backend."""
    return global_cache('?', ffi, 'new_pointer_type', btype)


def attach_exception_info(e, name):
    """Says in an exception's message which declaration it is about."""
    if e.args and isinstance(e.args[0], str):
        e.args = ('%s: %s' % (name, e.args[0]), *e.args[1:])
