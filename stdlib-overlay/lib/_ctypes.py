"""The types behind ctypes, in Python over the native module _foreign.

Memory, layouts, pointers, the buffer protocol, shared libraries and calls with numbers, pointers, strings and objects
work. What is not written says so by name: C functions made from Python ones (callbacks), and structures passed or
returned by value.
"""

import _foreign
import struct as _struct
import sys as _sys

__version__ = "1.1.0"

RTLD_LOCAL, RTLD_GLOBAL = 0, 0x100
FUNCFLAG_STDCALL, FUNCFLAG_CDECL, FUNCFLAG_HRESULT, FUNCFLAG_PYTHONAPI = 0, 1, 2, 4
FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR = 8, 16
TYPEFLAG_ISPOINTER, TYPEFLAG_HASPOINTER = 0x100, 0x200
CTYPES_MAX_ARGCOUNT = 1024
SIZEOF_TIME_T = 8

_LITTLE = _sys.byteorder == "little"
_NATIVE, _SWAPPED = ("<", ">") if _LITTLE else (">", "<")


class ArgumentError(Exception):
    pass


class _Codes:
    """How the type codes of simple types look in memory: struct's code, size, alignment, format of views."""

    table = {}
    for code, packed in zip("cbBhHiIlLqQfd?", "cbBhHiIqQqQfd?"):
        size = _struct.calcsize("<" + packed)
        table[code] = (packed, size, "<" + code)
    table["g"] = (None, 16, "<g")
    table["u"] = ("I", 4, "<u")
    for code in "PzZO":
        table[code] = ("Q", 8, "<" + code)
    table["F"] = ("ff", 8, "<F")
    table["D"] = ("dd", 16, "<D")
    del code, packed, size


# A type's description, kept on the class as `_info`.
class StgInfo:
    __slots__ = ("size", "align", "format", "shape", "itemsize", "final", "fields", "pointer_type", "big")

    def __init__(self, size, align, format, shape=(), itemsize=None):
        self.size, self.align, self.format, self.shape = size, align, format, shape
        self.itemsize = size if itemsize is None else itemsize
        self.final = False
        self.fields = []
        self.pointer_type = None


def _info(cls):
    info = cls.__dict__.get("_info")
    if info is None:
        for base in cls.__mro__[1:]:
            info = base.__dict__.get("_info")
            if info is not None:
                return info
        raise TypeError("abstract class")
    return info


class CType_Type(type):
    def __mul__(cls, length):
        if not isinstance(length, int):
            return NotImplemented
        if length < 0:
            raise ValueError("Array length must be >= 0, not %d" % length)
        key = cls, length
        found = _array_types.get(key)
        if found is None:
            found = PyCArrayType(f"{cls.__name__}_Array_{length}", (Array,), {"_length_": length, "_type_": cls})
            _array_types[key] = found
        return found

    __rmul__ = __mul__

    def from_address(cls, address):
        if not isinstance(address, int):
            raise TypeError("integer expected")
        _info(cls)
        return cls._at(address, None)

    def from_buffer(cls, source, offset=0):
        size = _info(cls).size
        view = memoryview(source)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        if offset < 0:
            raise ValueError("offset cannot be negative")
        if size > view.nbytes - offset:
            raise ValueError(f"Buffer size too small ({view.nbytes} instead of at least {size + offset} bytes)")
        self = cls._at(_foreign.address(view) + offset, view)
        self._keep(-1, source)
        return self

    def from_buffer_copy(cls, source, offset=0):
        size = _info(cls).size
        data = bytes(memoryview(source).cast("B")) if memoryview(source).nbytes else b""
        if offset < 0:
            raise ValueError("offset cannot be negative")
        if size > len(data) - offset:
            raise ValueError(f"Buffer size too small ({len(data)} instead of at least {size + offset} bytes)")
        self = cls.__new__(cls)
        self._memory[:] = data[offset:offset + size]
        return self

    def in_dll(cls, library, name):
        try:
            address = _foreign.symbol(library._handle, name)
        except OSError as error:
            raise ValueError(str(error)) from None
        return cls._at(address, None)

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        parameter = getattr(value, "_as_parameter_", None)
        if parameter is not None:
            return cls.from_param(parameter)
        raise TypeError(f"expected {cls.__name__} instance instead of {type(value).__name__}")

    @property
    def __pointer_type__(cls):
        kind = _info(cls).pointer_type if "_info" in cls.__dict__ else None
        if kind is None:
            raise AttributeError(f"type object {cls.__name__!r} has no attribute '__pointer_type__'")
        return kind

    @__pointer_type__.setter
    def __pointer_type__(cls, kind):
        _own_info(cls).pointer_type = kind


def _own_info(cls):
    info = cls.__dict__.get("_info")
    if info is None:
        base = _info(cls)
        info = StgInfo(base.size, base.align, base.format, base.shape, base.itemsize)
        info.fields = base.fields
        cls._info = info
    return info


_array_types = {}


class _CData(metaclass=CType_Type):
    """An instance's memory: `_address`, a view of it, and what keeps it alive."""

    _b_base_ = None
    _b_needsfree_ = False

    def __new__(cls, *args, **kwargs):
        info = _info(cls)
        info.final = True
        self = object.__new__(cls)
        owner = bytearray(info.size or 1)
        self._owner = owner
        self._address = _foreign.address(owner)
        self._size = info.size
        self._memory = memoryview(owner)[:info.size]
        self._b_needsfree_ = True
        self._objects = None
        return self

    @classmethod
    def _at(cls, address, owner, base=None):
        """An instance over memory that somebody else keeps."""
        info = _info(cls)
        info.final = True
        self = object.__new__(cls)
        self._owner = owner
        self._address = address
        self._size = info.size
        self._memory = None
        self._b_base_ = base
        self._b_needsfree_ = False
        self._objects = None
        return self

    def __getattr__(self, name):
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _bytes(self):
        memory = self._memory
        if memory is None:
            memory = self._memory = _foreign.memory(self._address, self._size)
        return memory

    def _keep(self, key, value):
        if value is None:
            return
        if self._b_base_ is not None:
            base, index = self._b_base_, getattr(self, "_b_index", 0)
            base._keep(f"{index:x}:{key}" if key is not None else f"{index:x}", value)
            return
        if self._objects is None:
            self._objects = {}
        if key is None or key == -1:
            if not isinstance(self._objects, dict) or not self._objects:
                self._objects = value
                return
        if not isinstance(self._objects, dict):
            self._objects = {"ffffffff": self._objects}
        self._objects[str(key)] = value

    def __buffer__(self, flags):
        info = _info(type(self))
        if info.format is None:
            return memoryview(self._bytes())
        return _foreign.view(self._address, self._size, info.format, info.itemsize, info.shape)

    def __reduce__(self):
        if _has_pointers(type(self)):
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        return _unpickle, (type(self), (self.__dict__.get("_extra"), bytes(self._bytes())))

    def __setstate__(self, state):
        self._bytes()[:len(state[1])] = state[1]

    def __ctypes_from_outparam__(self):
        return self

    __hash__ = object.__hash__


def _unpickle(cls, state):
    self = cls.__new__(cls)
    self.__setstate__(state)
    return self


def _has_pointers(cls):
    if issubclass(cls, (_Pointer, CFuncPtr)):
        return True
    if issubclass(cls, _SimpleCData):
        return cls._type_ in "zZPO"
    if issubclass(cls, Array):
        return _has_pointers(cls._type_)
    return any(_has_pointers(field.type) for field in _info(cls).fields)


# Simple types


class PyCSimpleType(CType_Type):
    def __new__(meta, name, bases, namespace, **kwargs):
        cls = super().__new__(meta, name, bases, namespace, **kwargs)
        code = getattr(cls, "_type_", None)
        if code is None:
            if "_SimpleCData" in globals():
                raise AttributeError("class must define a '_type_' attribute")
            return cls
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1:
            raise ValueError("class must define a '_type_' attribute which must be a string of length 1")
        if code not in _Codes.table:
            raise AttributeError("class must define a '_type_' attribute which must be\n"
                                 "a single character string containing one of 'cbBhHiIlLdDfuzZqQPXOv?g'.")
        packed, size, format = _Codes.table[code]
        swapped = namespace.get("_swapped", False)
        align = 4 if code == "F" else 8 if code == "D" else size
        # Views say what a long is in eight bytes, as struct's standard sizes do.
        shown = {"l": "q", "L": "Q"}.get(code, code)
        cls._info = StgInfo(size, align, (">" if swapped else "<") + shown)
        if packed is not None and len(packed) == 1:
            cls._codec = _struct.Struct((_SWAPPED if swapped else _NATIVE) + packed)
        elif packed:
            cls._codec = _struct.Struct(_NATIVE + packed)
        if bases[0] is globals().get("_SimpleCData") and not swapped and code in "hHiIlLqQfdbBc?":
            other = meta(name, bases, {**namespace, "_swapped": True, "__module__": cls.__module__}) if size > 1 else cls
            native, foreign = ("__ctype_le__", "__ctype_be__") if _LITTLE else ("__ctype_be__", "__ctype_le__")
            setattr(cls, native, cls)
            setattr(cls, foreign, other)
            if other is not cls:
                setattr(other, native, cls)
                setattr(other, foreign, other)
        return cls

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        code = cls._type_
        if code in "zZP":
            if value is None:
                return None
            if code == "z" and isinstance(value, bytes) or code == "P" and isinstance(value, (bytes, int)) or code in "ZP" and isinstance(value, str):
                return _Argument(value)
            if isinstance(value, (Array, _Pointer, CFuncPtr)) and (code == "P" or _text_code(type(value)) == ("c" if code == "z" else "u")):
                return value
            if isinstance(value, _Reference) or isinstance(value, _SimpleCData) and value._type_ in "zZP":
                return value
        else:
            try:
                made = cls.__new__(cls)
                made.value = value
                return made
            except (TypeError, ValueError):
                pass
        parameter = getattr(value, "_as_parameter_", None)
        if parameter is not None:
            return cls.from_param(parameter)
        if code in "zZP":
            raise TypeError(f"{type(value).__name__!r} object cannot be interpreted as ctypes.{cls.__name__}")
        if code == "c":
            raise TypeError("one character bytes, bytearray, or an integer in range(256) expected")
        cls().value = value
        raise TypeError("wrong type")


def _text_code(cls):
    kind = getattr(cls, "_type_", None)
    return getattr(kind, "_type_", None)


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    def __init__(self, value=None):
        if value is not None:
            self.value = value

    @property
    def value(self):
        return self._get()

    @value.setter
    def value(self, value):
        self._set(value)

    def _get(self):
        code, memory = self._type_, self._bytes()
        if code == "c":
            return bytes(memory)
        if code == "g":
            raise NotImplementedError("_ctypes: values of long double")
        if code in "FD":
            return complex(*self._codec.unpack(memory))
        number = self._codec.unpack(memory)[0]
        if code == "u":
            return chr(number)
        if code == "P":
            return number or None
        if code == "z":
            return _foreign.string(number) if number else None
        if code == "Z":
            return _wide_string(number) if number else None
        if code == "O":
            return _foreign.object(number, False)
        return number

    def _set(self, value):
        code = self._type_
        if code == "c":
            if isinstance(value, (bytes, bytearray)) and len(value) == 1:
                self._bytes()[:] = bytes(value)
            elif isinstance(value, int) and 0 <= value < 256:
                self._bytes()[0] = value
            else:
                given = type(value).__name__
                if isinstance(value, (bytes, bytearray)):
                    given += f" of length {len(value)}"
                raise TypeError(f"one character bytes, bytearray, or an integer in range(256) expected, not {given}")
            return
        if code == "u":
            if not isinstance(value, str):
                raise TypeError(f"a unicode character expected, not instance of {type(value).__name__}")
            if len(value) != 1:
                raise TypeError(f"a unicode character expected, not a string of length {len(value)}")
            value = ord(value)
        elif code in "fd":
            if not isinstance(value, (int, float)) and not hasattr(value, "__float__"):
                raise TypeError(f"must be real number, not {type(value).__name__}")
            value = float(value)
            if code == "f" and abs(value) != float("inf") and abs(value) > 3.4028235677973366e38:
                value = float("inf") if value > 0 else float("-inf")
        elif code in "FD":
            value = complex(value)
            self._bytes()[:] = self._codec.pack(value.real, value.imag)
            return
        elif code == "g":
            raise NotImplementedError("_ctypes: values of long double")
        elif code == "?":
            value = bool(value)
        elif code in "zZ":
            if isinstance(value, bytes if code == "z" else str):
                kept = _c_text(value)
                self._keep(None, kept)
                value = _foreign.address(kept)
            elif value is None:
                value = 0
            elif not isinstance(value, int):
                raise TypeError(f"{'bytes' if code == 'z' else 'unicode string'} or integer address expected instead of {type(value).__name__} instance")
        elif code == "P":
            if value is None:
                value = 0
            elif not isinstance(value, int):
                raise TypeError("cannot be converted to pointer")
            value &= 2**64 - 1
        elif code == "O":
            self._keep(None, value)
            value = id(value)
        else:
            if not isinstance(value, int):
                if isinstance(value, float) or not hasattr(value, "__index__"):
                    raise TypeError(f"{type(value).__name__!r} object cannot be interpreted as an integer")
                value = value.__index__()
            bits = 8 * self._codec.size
            value &= (1 << bits) - 1
            if code in "bhilq" and value >> (bits - 1):
                value -= 1 << bits
        self._bytes()[:] = self._codec.pack(value)

    def __bool__(self):
        return any(self._bytes())

    def __repr__(self):
        if type(self).__base__ is not _SimpleCData:
            return f"<{type(self).__name__} object at {id(self):#x}>"
        return f"{type(self).__name__}({self.value!r})"


def _c_text(value):
    """The bytes of a C string, in memory that does not move. A bytes object has a NUL at its end already."""
    if isinstance(value, bytes):
        return value
    return bytearray(value.encode("utf-32-le" if _LITTLE else "utf-32-be", "surrogatepass") + b"\0\0\0\0")


def _wide_string(address, length=-1):
    characters = []
    while length < 0 or len(characters) < length:
        code = int.from_bytes(_foreign.memory(address + 4 * len(characters), 4), _sys.byteorder)
        if length < 0 and not code:
            break
        characters.append(chr(code))
    return "".join(characters)


def _load(cls, address, base, index):
    """The Python value of a part: simple types give their value, others an object over the same memory."""
    part = cls._at(address, base._owner, base)
    part._b_index = index
    if issubclass(cls, _SimpleCData) and cls.__base__ is _SimpleCData:
        part._b_base_ = None
        return part._get()
    return part


def _store(cls, address, base, index, value):
    part = cls._at(address, base._owner, base)
    part._b_index = index
    if issubclass(cls, _SimpleCData) and not isinstance(value, _CData):
        part._set(value)
        return
    if isinstance(value, cls) or isinstance(value, _CData) and _compatible(cls, type(value)):
        if issubclass(cls, _Pointer) and isinstance(value, Array):
            part._bytes()[:] = value._address.to_bytes(8, _sys.byteorder)
            base._keep(index, value)
            return
        part._bytes()[:] = value._bytes()
        base._keep(index, value._objects if value._objects is not None else value if _has_pointers(cls) else None)
        return
    if issubclass(cls, _Pointer) and value is None:
        part._bytes()[:] = bytes(8)
        return
    if issubclass(cls, (Array, Structure, Union)) and isinstance(value, (tuple, bytes, str)):
        if isinstance(value, tuple):
            made = cls(*value)
        else:
            if len(value) > cls._length_:
                raise ValueError("bytes too long" if isinstance(value, bytes) else "string too long")
            part.value = value
            return
        part._bytes()[:] = made._bytes()
        base._keep(index, made._objects)
        return
    raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")


def _compatible(cls, other):
    if issubclass(cls, _Pointer):
        return issubclass(other, _Pointer) and other._type_ is cls._type_ or issubclass(other, Array) and other._type_ is cls._type_
    return issubclass(other, cls)


# Arrays


class PyCArrayType(CType_Type):
    def __new__(meta, name, bases, namespace, **kwargs):
        cls = super().__new__(meta, name, bases, namespace, **kwargs)
        if "Array" not in globals():
            return cls
        length, kind = getattr(cls, "_length_", None), getattr(cls, "_type_", None)
        if length is None:
            raise AttributeError("class must define a '_length_' attribute")
        if not isinstance(length, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if kind is None:
            raise AttributeError("class must define a '_type_' attribute")
        inner = _info(kind)
        if inner.size * length >= 2**63:
            raise OverflowError("array too large")
        inner.final = True
        cls._info = StgInfo(inner.size * length, inner.align, inner.format, (length, *inner.shape), inner.itemsize)
        code = getattr(kind, "_type_", None)
        if issubclass(kind, _SimpleCData) and code == "c":
            cls.value = property(_char_value, _set_char_value)
            cls.raw = property(_raw, _set_raw)
        elif issubclass(kind, _SimpleCData) and code == "u":
            cls.value = property(_wide_value, _set_wide_value)
        return cls


class Array(_CData, metaclass=PyCArrayType):
    def __init__(self, *items):
        if len(items) > self._length_:
            raise IndexError("invalid index")
        for index, item in enumerate(items):
            self[index] = item

    def __len__(self):
        return self._length_

    def _place(self, index):
        if not 0 <= index < self._length_:
            raise IndexError("invalid index")
        return self._address + index * _info(self._type_).size

    def __getitem__(self, index):
        if isinstance(index, slice):
            items = [self[n] for n in range(*index.indices(self._length_))]
            code = getattr(self._type_, "_type_", None)
            return b"".join(items) if code == "c" else "".join(items) if code == "u" else items
        index = index.__index__()
        index += self._length_ if index < 0 else 0
        return _load(self._type_, self._place(index), self, index)

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            places = range(*index.indices(self._length_))
            if len(places) != len(value):
                raise ValueError("Can only assign sequence of same size")
            for n, item in zip(places, value):
                self[n] = item
            return
        index = index.__index__()
        index += self._length_ if index < 0 else 0
        _store(self._type_, self._place(index), self, index, value)

    def __delitem__(self, index):
        raise TypeError("Array does not support item deletion")

    def __iter__(self):
        for index in range(self._length_):
            yield self[index]

    def __class_getitem__(cls, item):
        from types import GenericAlias
        return GenericAlias(cls, item)


def _raw(self):
    return bytes(self._bytes())


def _set_raw(self, value):
    data = bytes(value)
    if len(data) > self._size:
        raise ValueError("byte string too long")
    self._bytes()[:len(data)] = data


def _char_value(self):
    return bytes(self._bytes()).partition(b"\0")[0]


def _set_char_value(self, value):
    if not isinstance(value, bytes):
        raise TypeError(f"bytes expected instead of {type(value).__name__} instance")
    if len(value) > self._size:
        raise ValueError("byte string too long")
    self._bytes()[:len(value)] = value
    if len(value) < self._size:
        self._bytes()[len(value)] = 0


def _wide_value(self):
    text = bytes(self._bytes()).decode("utf-32-le" if _LITTLE else "utf-32-be", "surrogatepass")
    return text.partition("\0")[0]


def _set_wide_value(self, value):
    if not isinstance(value, str):
        raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
    if len(value) > self._length_:
        raise ValueError("string too long")
    data = bytes(_c_text(value))[:self._size]
    self._bytes()[:len(data)] = data


# Structures and unions


class CField:
    """A field: a descriptor that reads and writes its part of the memory."""

    def __init__(self, *, name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None):
        self.name, self.type, self.byte_size, self.byte_offset = name, type, byte_size, byte_offset
        self._index = index
        self.is_bitfield = bit_size is not None
        self.bit_size = bit_size if self.is_bitfield else byte_size * 8
        self.bit_offset = bit_offset if self.is_bitfield else 0
        self.is_anonymous = False

    @property
    def offset(self):
        return self.byte_offset

    @property
    def size(self):
        return self.bit_size << 16 | self.bit_offset if self.is_bitfield else self.byte_size

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = _load(self.type, instance._address + self.byte_offset, instance, self._index)
        if isinstance(value, Array) and _text_code(type(value)) in ("c", "u"):
            return value.value
        if self.is_bitfield:
            value = int(value) >> self.bit_offset & (1 << self.bit_size) - 1
            if self.type._type_ in "bhilq" and value >> (self.bit_size - 1):
                value -= 1 << self.bit_size
            return bool(value) if self.type._type_ == "?" else value
        return value

    def __set__(self, instance, value):
        if not self.is_bitfield:
            _store(self.type, instance._address + self.byte_offset, instance, self._index, value)
            return
        part = self.type._at(instance._address + self.byte_offset, instance._owner)
        mask = (1 << self.bit_size) - 1 << self.bit_offset
        held = int(part._get()) & ~mask
        part._set(held | int(value) << self.bit_offset & mask)

    def __delete__(self, instance):
        raise TypeError("cannot delete attribute")

    def __repr__(self):
        at = f"{self.byte_offset}:{self.bit_offset}, size={self.bit_size}" if self.is_bitfield else f"{self.byte_offset}, size={self.byte_size}"
        return f"<ctypes.CField {self.name!r} type={self.type.__name__}, ofs={at}>"


class UnionType(CType_Type):
    def __new__(meta, name, bases, namespace, **kwargs):
        cls = super().__new__(meta, name, bases, namespace, **kwargs)
        if not any(issubclass(base, _CData) and base is not _CData for base in bases):
            cls._info = StgInfo(0, 1, "B")
            return cls
        if namespace.get("_abstract_"):
            return cls
        if "_fields_" in namespace:
            # Through the metaclass, which may be one of ctypes._endian.
            cls._fields_ = namespace["_fields_"]
        else:
            base = _info(cls)
            cls._info = StgInfo(base.size, base.align, base.format, base.shape)
            cls._info.fields = base.fields
        return cls

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        if name == "_fields_":
            _set_fields(cls, value)


class PyCStructType(UnionType):
    pass


def _set_fields(cls, fields):
    from ctypes._layout import get_layout

    known = cls.__dict__.get("_info")
    if known is not None and known.final:
        raise AttributeError("_fields_ is final")
    is_struct = issubclass(cls, Structure)
    base = cls.__base__ if "_info" in cls.__base__.__dict__ and _info(cls.__base__).fields else None
    for field in fields:
        if not (isinstance(field, tuple) and len(field) in (2, 3) and isinstance(field[0], str)):
            raise TypeError("_fields_ must be a sequence of (name, C type) pairs")
    layout = get_layout(cls, list(fields), is_struct=is_struct, base=base)
    made = list(layout.fields)
    info = StgInfo(layout.size, layout.align, layout.format_spec)
    info.fields = (list(_info(base).fields) if base else []) + made
    type.__setattr__(cls, "_info", info)
    info.final = True
    anonymous = cls.__dict__.get("_anonymous_", ())
    for field in made:
        _info(field.type).final = True
        field.is_anonymous = field.name in anonymous
        type.__setattr__(cls, field.name, field)
    for name in anonymous:
        field = cls.__dict__.get(name)
        if not isinstance(field, CField):
            raise AttributeError(name)
        for inner in _info(field.type).fields:
            if inner.name not in cls.__dict__:
                type.__setattr__(cls, inner.name, _Through(field, inner))


class _Through:
    """A field of an anonymous field."""

    def __init__(self, outer, inner):
        self._outer, self._inner = outer, inner
        self.offset, self.size = outer.byte_offset + inner.byte_offset, inner.size

    def __get__(self, instance, owner=None):
        return self if instance is None else self._inner.__get__(self._outer.__get__(instance))

    def __set__(self, instance, value):
        self._inner.__set__(self._outer.__get__(instance), value)


def _fill(self, args, kwargs):
    fields = _info(type(self)).fields
    if len(args) > len(fields):
        raise TypeError("too many initializers")
    for field, value in zip(fields, args):
        if field.name in kwargs:
            raise TypeError(f"duplicate values for field {field.name!r}")
        setattr(self, field.name, value)
    for name, value in kwargs.items():
        setattr(self, name, value)


class Structure(_CData, metaclass=PyCStructType):
    def __new__(cls, *args, **kwargs):
        if cls.__dict__.get("_abstract_"):
            raise TypeError("abstract class")
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        _fill(self, args, kwargs)


class Union(_CData, metaclass=UnionType):
    def __new__(cls, *args, **kwargs):
        if cls.__dict__.get("_abstract_"):
            raise TypeError("abstract class")
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        _fill(self, args, kwargs)


# Pointers


class PyCPointerType(CType_Type):
    def __new__(meta, name, bases, namespace, **kwargs):
        cls = super().__new__(meta, name, bases, namespace, **kwargs)
        cls._info = StgInfo(8, 8, "&B")
        kind = namespace.get("_type_")
        if kind is not None:
            meta.set_type(cls, kind)
        return cls

    def set_type(cls, kind):
        if not isinstance(kind, CType_Type):
            raise TypeError("_type_ must have storage info")
        cls._type_ = kind
        inner = _info(kind)
        shape = "(" + ",".join(map(str, inner.shape)) + ")" if inner.shape else ""
        cls._info.format = "&" + shape + (inner.format or "B")
        own = _own_info(kind)
        if own.pointer_type is None:
            own.pointer_type = cls

    def from_param(cls, value):
        if value is None:
            return None
        if isinstance(value, cls._type_):
            return byref(value)
        if isinstance(value, (_Pointer, Array)) and issubclass(value._type_, cls._type_):
            return value
        return super().from_param(value)


class _Pointer(_CData, metaclass=PyCPointerType):
    def __new__(cls, *args):
        if getattr(cls, "_type_", None) is None:
            raise TypeError("Cannot create instance: has no _type_")
        return super().__new__(cls)

    def __init__(self, target=None):
        if target is not None:
            self.contents = target

    def _get(self):
        return int.from_bytes(self._bytes(), _sys.byteorder)

    @property
    def contents(self):
        address = self._get()
        if not address:
            raise ValueError("NULL pointer access")
        kept = self._objects.get("1") if isinstance(self._objects, dict) else None
        return self._type_._at(address, (self._owner, kept, self._objects))

    @contents.setter
    def contents(self, target):
        if not isinstance(target, self._type_):
            raise TypeError(f"expected {self._type_.__name__} instead of {type(target).__name__}")
        self._bytes()[:] = target._address.to_bytes(8, _sys.byteorder)
        self._keep("1", target)

    def __bool__(self):
        return self._get() != 0

    def _place(self, index):
        address = self._get()
        if not address:
            raise ValueError("NULL pointer access")
        return address + index * _info(self._type_).size

    def __getitem__(self, index):
        if isinstance(index, slice):
            step = 1 if index.step is None else index.step
            if index.stop is None:
                raise ValueError("slice stop is required")
            if step < 0 and index.start is None:
                raise ValueError("slice start is required for step < 0")
            items = [self[n] for n in range(index.start or 0, index.stop, step)]
            code = getattr(self._type_, "_type_", None)
            return b"".join(items) if code == "c" else "".join(items) if code == "u" else items
        index = index.__index__()
        return _load(self._type_, self._place(index), self, index)

    def __setitem__(self, index, value):
        index = index.__index__()
        _store(self._type_, self._place(index), self, index, value)


_pointer_type_cache = {}


def POINTER(cls):
    if cls is None:
        from ctypes import c_void_p
        return c_void_p
    if isinstance(cls, str):
        return PyCPointerType(f"LP_{cls}", (_Pointer,), {})
    own = cls.__dict__.get("_info")
    if own is not None and own.pointer_type is not None:
        return own.pointer_type
    return PyCPointerType(f"LP_{cls.__name__}", (_Pointer,), {"_type_": cls})


def pointer(target):
    return POINTER(type(target))(target)


class _Reference:
    """What `byref` gives: an address that keeps its target."""

    def __init__(self, target, offset):
        self._obj, self._address = target, target._address + offset

    def __repr__(self):
        return f"<cparam 'P' ({self._address:#x})>"


class _Argument:
    """A bytes, str or int that goes to C as a pointer."""

    def __init__(self, value):
        self._obj = value


def byref(target, offset=0):
    if not isinstance(target, _CData):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(target).__name__}'")
    return _Reference(target, offset)


def sizeof(what):
    if isinstance(what, _CData):
        return what._size
    if isinstance(what, CType_Type):
        try:
            return _info(what).size
        except TypeError:
            pass
    raise TypeError("this type has no size")


def alignment(what):
    if isinstance(what, _CData):
        return _info(type(what)).align
    if isinstance(what, CType_Type):
        try:
            return _info(what).align
        except TypeError:
            pass
    raise TypeError("no alignment info")


def addressof(what):
    if not isinstance(what, _CData):
        raise TypeError("invalid type")
    return what._address


def resize(what, size):
    if not isinstance(what, _CData):
        raise TypeError("excepted ctypes instance")
    least = _info(type(what)).size
    if size < least:
        raise ValueError(f"minimum size is {least}")
    if not what._b_needsfree_:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    owner = bytearray(size)
    owner[:what._size] = what._bytes()
    what._owner, what._address, what._size = owner, _foreign.address(owner), size
    what._memory = memoryview(owner)


def buffer_info(what):
    cls = type(what) if isinstance(what, _CData) else what
    info = _info(cls)
    return info.format, len(info.shape), info.shape


# Functions

_errno = 0


def get_errno():
    return _errno


def set_errno(value):
    global _errno
    old, _errno = _errno, value
    return old


def dlopen(name, mode=RTLD_LOCAL):
    return _foreign.open(name, mode)


def dlclose(handle):
    _foreign.close(handle)


def dlsym(handle, name):
    return _foreign.symbol(handle, name)


def _cast(source, kept, kind):
    if not (isinstance(kind, CType_Type) and (issubclass(kind, (_Pointer, CFuncPtr)) or issubclass(kind, _SimpleCData) and kind._type_ in "sPzUZXO")):
        raise TypeError("cast() argument 2 must be a pointer, not " + getattr(kind, "__name__", repr(kind)))
    texts = []
    address, _ = _to_word(source, texts)
    result = kind.__new__(kind) if not issubclass(kind, CFuncPtr) else kind._at_function(address)
    result._bytes()[:] = address.to_bytes(8, _sys.byteorder)
    if isinstance(source, _CData):
        result._objects = {"0": source, **(source._objects if isinstance(source._objects, dict) else {})}
    elif texts:
        result._objects = texts[0]
    return result


def _string_at(address, size):
    kept = []
    number, _ = _to_word(address, kept)
    return _foreign.string(number) if size < 0 else bytes(_foreign.memory(number, size)) if size else b""


def _wstring_at(address, size):
    kept = []
    number, _ = _to_word(address, kept)
    return _wide_string(number, size)


def _memoryview_at(address, size, readonly):
    kept = []
    number, _ = _to_word(address, kept)
    view = _foreign.memory(number, size)
    return view.toreadonly() if readonly else view


# Addresses that stand for functions of this module.
_OWN = {1: _cast, 2: _string_at, 3: _wstring_at, 4: _memoryview_at}
_cast_addr, _string_at_addr, _wstring_at_addr, _memoryview_at_addr = _OWN
_program = _foreign.open(None, 0)
_memmove_addr, _memset_addr = _foreign.symbol(_program, "memmove"), _foreign.symbol(_program, "memset")


def _to_word(value, kept):
    """An argument as an integer register's content, or as a floating-point register's: (bits, is floating)."""
    if value is None:
        return 0, False
    if isinstance(value, int):
        return value & 2**64 - 1, False
    if isinstance(value, (bytes, str)):
        text = _c_text(value)
        kept.append(text)
        return _foreign.address(text), False
    if isinstance(value, _Reference):
        return value._address, False
    if isinstance(value, _Argument):
        return _to_word(value._obj, kept)
    if isinstance(value, Array):
        return value._address, False
    if isinstance(value, _Pointer):
        return value._get(), False
    if isinstance(value, CFuncPtr):
        if value._callable is not None:
            raise NotImplementedError("_ctypes: C functions that call Python ones")
        return value._function, False
    if isinstance(value, _SimpleCData):
        code = value._type_
        if code == "g" or code in "FD":
            raise NotImplementedError(f"_ctypes: arguments of type {type(value).__name__}")
        bits = int.from_bytes(value._bytes(), _sys.byteorder)
        if code in "bhilq":
            size = 8 * value._size
            bits = (bits - (bits >> (size - 1) << size)) & 2**64 - 1
        return bits, code in "fd"
    if isinstance(value, _CData):
        raise NotImplementedError("_ctypes: structures passed by value")
    parameter = getattr(value, "_as_parameter_", None)
    if parameter is not None:
        return _to_word(parameter, kept)
    raise TypeError("Don't know how to convert parameter")


class PyCFuncPtrType(CType_Type):
    def __new__(meta, name, bases, namespace, **kwargs):
        cls = super().__new__(meta, name, bases, namespace, **kwargs)
        cls._info = StgInfo(8, 8, "X{}")
        return cls


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    _flags_ = FUNCFLAG_CDECL
    _name = None
    _callable = None

    def __new__(cls, *args):
        self = super().__new__(cls)
        self._function = 0
        self._own_argtypes = self._own_restype = self._own_errcheck = None
        self._has_restype = False
        return self

    @classmethod
    def _at(cls, address, owner, base=None):
        """The function whose address lies in somebody's memory."""
        self = super()._at(address, owner, base)
        self._function = int.from_bytes(_foreign.memory(address, 8), _sys.byteorder)
        self._own_argtypes = self._own_restype = self._own_errcheck = None
        self._has_restype = False
        return self

    @classmethod
    def _at_function(cls, address):
        self = cls.__new__(cls)
        self._function = address
        return self

    def __init__(self, source=None, *rest):
        if source is None:
            return
        if isinstance(source, int):
            self._function = source
        elif isinstance(source, tuple):
            name, library = source
            if isinstance(name, int):
                raise NotImplementedError("_ctypes: functions by ordinal")
            name = name.decode() if isinstance(name, bytes) else name
            try:
                self._function = _foreign.symbol(library._handle, name)
            except OSError as error:
                raise AttributeError(str(error)) from None
            self._name, self._library = name, library
        elif callable(source):
            # It can be made, as ctypes.util does at its import, but neither called nor handed to C.
            self._callable = source
        else:
            raise TypeError("argument must be callable or integer function address")
        self._bytes()[:] = self._function.to_bytes(8, _sys.byteorder)

    @property
    def argtypes(self):
        return self._own_argtypes if self._own_argtypes is not None else getattr(self, "_argtypes_", None)

    @argtypes.setter
    def argtypes(self, types):
        for number, kind in enumerate(types or (), 1):
            if not hasattr(kind, "from_param"):
                raise TypeError(f"item {number} in _argtypes_ has no from_param method")
        self._own_argtypes = None if types is None else tuple(types)

    @property
    def restype(self):
        return self._own_restype if self._has_restype else getattr(self, "_restype_", None)

    @restype.setter
    def restype(self, kind):
        if kind is not None and not callable(kind):
            raise TypeError("restype must be a type, a callable, or None")
        self._own_restype, self._has_restype = kind, True

    @property
    def errcheck(self):
        return self._own_errcheck

    @errcheck.setter
    def errcheck(self, function):
        if function is not None and not callable(function):
            raise TypeError("the errcheck attribute must be callable")
        self._own_errcheck = function

    def __bool__(self):
        return self._function != 0

    def __repr__(self):
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def __call__(self, *args, **kwargs):
        if kwargs:
            raise TypeError("this function takes no keyword arguments")
        if self._callable is not None:
            raise NotImplementedError("_ctypes: C functions that call Python ones")
        if self._function in _OWN:
            return _OWN[self._function](*args)
        types = self.argtypes
        if types is not None and len(args) < len(types):
            raise TypeError(f"this function takes at least {len(types)} argument{'s' * (len(types) != 1)} ({len(args)} given)")
        general, floating, stack, kept = [], [], [], []
        for number, value in enumerate(args):
            try:
                converted = types[number].from_param(value) if types is not None and number < len(types) else value
                kept.append(converted)
                if types is not None and number < len(types) and getattr(types[number], "_type_", None) == "O":
                    converted = id(value)
                bits, in_floating = _to_word(converted, kept)
            except NotImplementedError:
                raise
            except Exception as error:
                raise ArgumentError(f"argument {number + 1}: {type(error).__name__}: {error}") from None
            if in_floating:
                (floating if len(floating) < _foreign.FLOATING else stack).append(bits)
            else:
                (general if len(general) < _foreign.GENERAL else stack).append(bits)
        kind = self.restype
        code = getattr(kind, "_type_", None) if isinstance(kind, PyCSimpleType) else None
        if isinstance(kind, CType_Type) and code is None and not issubclass(kind, (_Pointer, CFuncPtr)):
            raise NotImplementedError("_ctypes: structures returned by value")
        python = bool(self._flags_ & FUNCFLAG_PYTHONAPI)
        own = bool(self._flags_ & FUNCFLAG_USE_ERRNO)
        bits, errno = _foreign.call(self._function, tuple(general), tuple(floating), tuple(stack), code in ("f", "d"), python, _errno if own else 0)
        if own:
            set_errno(errno)
        result = self._result(kind, code, bits)
        if self._own_errcheck is not None:
            result = self._own_errcheck(result, self, args)
        return result

    def _result(self, kind, code, bits):
        if kind is None:
            return None
        if not isinstance(kind, CType_Type):
            return kind(_struct.unpack("<i", (bits & 2**32 - 1).to_bytes(4, "little"))[0])
        if code == "O":
            if not bits:
                raise ValueError("PyObject is NULL")
            return _foreign.object(bits, True)
        result = kind.__new__(kind) if not issubclass(kind, CFuncPtr) else kind._at_function(bits)
        result._bytes()[:] = (bits & (1 << 8 * result._size) - 1).to_bytes(result._size, _sys.byteorder)
        checked = getattr(kind, "_check_retval_", None)
        if checked is not None:
            return checked(result)
        return result._get() if code is not None and kind.__base__ is _SimpleCData else result


def call_function(address, args):
    return CFuncPtr._at_function(address)(*args)


call_cdeclfunction = call_function


def PyObj_FromPtr(address):
    return _foreign.object(address, False)


def Py_INCREF(value):
    kept = CFuncPtr._at_function(_foreign.symbol(_program, "Py_IncRef"))
    kept(id(value))
    return value


def Py_DECREF(value):
    CFuncPtr._at_function(_foreign.symbol(_program, "Py_DecRef"))(id(value))
    return value
