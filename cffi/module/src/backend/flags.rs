//! What is known of a C type at a glance: its kind, and bits to test several kinds at once.

/// How values of a type are read and written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    Bool,
    F32,
    F64,
    LongDouble,
    /// Complex numbers of two floats, of two doubles.
    C64,
    C128,
    Char,
    Char16,
    Char32,
    Pointer,
    /// Pointer to function: functions themselves have no type object, as in cffi.
    Function,
    Array,
    Struct,
    Union,
    Void,
}

pub const SIGNED: u32 = 1;
pub const UNSIGNED: u32 = 1 << 1;
pub const CHAR: u32 = 1 << 2;
pub const FLOAT: u32 = 1 << 3;
pub const COMPLEX: u32 = 1 << 4;
pub const POINTER: u32 = 1 << 5;
pub const ARRAY: u32 = 1 << 6;
pub const STRUCT: u32 = 1 << 7;
pub const UNION: u32 = 1 << 8;
pub const FUNCTION: u32 = 1 << 9;
pub const VOID: u32 = 1 << 10;

/// Struct or union.
pub const RECORD: u32 = STRUCT | UNION;
pub const PRIMITIVE: u32 = SIGNED | UNSIGNED | CHAR | FLOAT | COMPLEX;
/// Reads as a number from its bytes alone.
pub const INTEGRAL: u32 = SIGNED | UNSIGNED | CHAR;

/// `void *` or `char *`.
pub const VOIDCHAR_PTR: u32 = 1 << 11;
pub const VOID_PTR: u32 = 1 << 12;
pub const OPAQUE: u32 = 1 << 13;
pub const ENUM: u32 = 1 << 14;
/// Pointer to struct or union: what `newp` makes of it owns a second object.
pub const PTR_TO_OWNED: u32 = 1 << 15;
pub const LONGDOUBLE: u32 = 1 << 16;
pub const BOOL: u32 = 1 << 17;
/// `FILE`.
pub const FILE: u32 = 1 << 18;
pub const SIGNED_WCHAR: u32 = 1 << 19;

/// The fields do not lie where their types alone would put them.
pub const CUSTOM_POS: u16 = 1;
/// Has an open array, in itself or in a member.
pub const VAR_ARRAY: u16 = 2;
/// Packed so that something lies elsewhere than it would.
pub const PACKED_CHANGE: u16 = 4;
/// A struct or union without fields so far.
pub const UNREALIZED: u16 = 8;
/// Fields are made when first wanted.
pub const LAZY: u16 = 16;
/// Being completed.
pub const UNDER_CONSTRUCTION: u16 = 32;
