"""Names of types that need no declaration."""

from . import model
from .error import FFIError

COMMON_TYPES = {
    'FILE': model.unknown_type('FILE', '_IO_FILE'),
    'bool': '_Bool',
    'float _Complex': '_cffi_float_complex_t',
    'double _Complex': '_cffi_double_complex_t',
}
COMMON_TYPES.update((name, name) for name in model.PrimitiveType.ALL_PRIMITIVE_TYPES if name.endswith('_t'))


def resolve_common_type(parser, commontype):
    """The type of that name, and its qualifiers."""
    known = COMMON_TYPES.get(commontype, commontype)
    if not isinstance(known, str):
        return known, 0
    if known in model.PrimitiveType.ALL_PRIMITIVE_TYPES:
        return model.PrimitiveType(known), 0
    if known == commontype:
        raise FFIError("Unsupported type: %r" % (commontype,))
    return parser.parse_type_and_quals(known)
