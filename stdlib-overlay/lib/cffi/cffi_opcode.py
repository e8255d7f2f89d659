"""Codes of the tables that compiled modules hand to the backend: 32-bit words, an argument above an operation."""

from .error import VerificationError

# Operations have the odd numbers from 1 on (an even word is an address); C knows them as _CFFI_OP_*.
_OPERATIONS = ('PRIMITIVE POINTER ARRAY OPEN_ARRAY STRUCT_UNION ENUM FUNCTION FUNCTION_END NOOP BITFIELD TYPENAME '
               'CPYTHON_BLTN_V CPYTHON_BLTN_N CPYTHON_BLTN_O CONSTANT CONSTANT_INT GLOBAL_VAR DLOPEN_FUNC DLOPEN_CONST '
               'GLOBAL_VAR_F EXTERN_PYTHON').split()
CLASS_NAME = {2 * i + 1: name for i, name in enumerate(_OPERATIONS)}
globals().update(('OP_' + name, number) for number, name in CLASS_NAME.items())

# Primitive types by number: (name of the number, name of the type).
_PRIMITIVES = [
    ('VOID', None), ('BOOL', '_Bool'), ('CHAR', 'char'), ('SCHAR', 'signed char'), ('UCHAR', 'unsigned char'),
    ('SHORT', 'short'), ('USHORT', 'unsigned short'), ('INT', 'int'), ('UINT', 'unsigned int'), ('LONG', 'long'),
    ('ULONG', 'unsigned long'), ('LONGLONG', 'long long'), ('ULONGLONG', 'unsigned long long'), ('FLOAT', 'float'),
    ('DOUBLE', 'double'), ('LONGDOUBLE', 'long double'), ('WCHAR', 'wchar_t'),
]
_PRIMITIVES += [('%sINT%d' % (u, bits), '%sint%d_t' % (u.lower(), bits)) for bits in (8, 16, 32, 64) for u in ('', 'U')]
_PRIMITIVES += [('INTPTR', 'intptr_t'), ('UINTPTR', 'uintptr_t'), ('PTRDIFF', 'ptrdiff_t'), ('SIZE', 'size_t'),
                ('SSIZE', 'ssize_t')]
_PRIMITIVES += [('%sINT_%s%d' % (u, form, bits), '%sint_%s%d_t' % (u.lower(), form.lower(), bits))
                for form in ('LEAST', 'FAST') for bits in (8, 16, 32, 64) for u in ('', 'U')]
_PRIMITIVES += [('INTMAX', 'intmax_t'), ('UINTMAX', 'uintmax_t'), ('FLOATCOMPLEX', '_cffi_float_complex_t'),
                ('DOUBLECOMPLEX', '_cffi_double_complex_t'), ('CHAR16', 'char16_t'), ('CHAR32', 'char32_t')]
globals().update(('PRIM_' + short, number) for number, (short, _) in enumerate(_PRIMITIVES))
PRIMITIVE_TO_INDEX = {name: number for number, (_, name) in enumerate(_PRIMITIVES) if name is not None}

_NUM_PRIM = len(_PRIMITIVES)
_UNKNOWN_PRIM = -1
_UNKNOWN_FLOAT_PRIM = -2
_UNKNOWN_LONG_DOUBLE = -3
_IO_FILE_STRUCT = -1

F_UNION = 0x01
F_CHECK_FIELDS = 0x02
F_PACKED = 0x04
F_EXTERNAL = 0x08
F_OPAQUE = 0x10

G_FLAGS = {'_CFFI_' + name: value for name, value in list(globals().items()) if name.startswith('F_')}


def format_four_bytes(num):
    """A word as the text of a bytes literal, highest byte first."""
    return ''.join(['\\x%02X' % byte for byte in (num & 0xffffffff).to_bytes(4, 'big')])


class CffiOp:
    """A word of the table of types; without an operation, a length."""

    def __init__(self, op, arg):
        self.op = op
        self.arg = arg

    def as_c_expr(self):
        if self.op is None:
            return '(_cffi_opcode_t)(%s)' % (self.arg,)
        return '_CFFI_OP(_CFFI_OP_%s, %s)' % (CLASS_NAME[self.op], self.arg)

    def as_python_bytes(self):
        if self.op is None and self.arg.isdigit():
            value = int(self.arg)
            if value >= 1 << 31:
                raise OverflowError("cannot emit %r: limited to 2**31-1" % (self.arg,))
            return format_four_bytes(value)
        if isinstance(self.arg, str):
            raise VerificationError("cannot emit to Python: %r" % (self.arg,))
        return format_four_bytes(self.arg << 8 | self.op)

    def __str__(self):
        return '(%s %s)' % (CLASS_NAME.get(self.op, self.op), self.arg)
