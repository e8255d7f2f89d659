//! The arithmetic types, each under the one name cffi prints it with. Fixed-width names are types of their own here:
//! `int32_t` and `int` have the same layout and different ids, since programs see the name.

use crate::{LongDouble, Target};
use serde::{Deserialize, Serialize};

/// What kind of number a primitive holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrimitiveKind {
    /// A character: reads and writes as text (or as one byte), not as a number. `signed` matters to C alone.
    Char { signed: bool },
    /// A signed integer.
    Signed,
    /// An unsigned integer.
    Unsigned,
    /// `_Bool`: 0 or 1.
    Bool,
    /// `float`, `double`, `long double`.
    Float,
    /// Two floats: real and imaginary part.
    Complex,
}

/// How a row of the table below is classified before the target is known.
#[derive(Clone, Copy)]
enum Row {
    PlainChar,
    WideChar,
    UnsignedChar,
    Signed,
    Unsigned,
    Bool,
    Float,
    Complex,
}

macro_rules! primitives {
    ($($variant:ident $name:literal $row:ident $size:literal $align:literal,)*) => {
        /// An arithmetic type. One row of the table in this file each.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Primitive { $($variant,)* }

        const TABLE: &[(Primitive, &str, Row, u64, u64)] =
            &[$((Primitive::$variant, $name, Row::$row, $size, $align),)*];
    };
}

// Variant, the name that is printed, kind, size and alignment (the same on both targets).
// To add one: a row here, and where a header declares it under that name, `cdef` finds it by `from_name`.
primitives! {
    Char "char" PlainChar 1 1,
    SChar "signed char" Signed 1 1,
    UChar "unsigned char" Unsigned 1 1,
    Bool "_Bool" Bool 1 1,
    Short "short" Signed 2 2,
    UShort "unsigned short" Unsigned 2 2,
    Int "int" Signed 4 4,
    UInt "unsigned int" Unsigned 4 4,
    Long "long" Signed 8 8,
    ULong "unsigned long" Unsigned 8 8,
    LongLong "long long" Signed 8 8,
    ULongLong "unsigned long long" Unsigned 8 8,
    Int128 "__int128" Signed 16 16,
    UInt128 "unsigned __int128" Unsigned 16 16,
    Float "float" Float 4 4,
    Double "double" Float 8 8,
    LongDouble "long double" Float 16 16,
    FloatComplex "_cffi_float_complex_t" Complex 8 4,
    DoubleComplex "_cffi_double_complex_t" Complex 16 8,
    WChar "wchar_t" WideChar 4 4,
    Char16 "char16_t" UnsignedChar 2 2,
    Char32 "char32_t" UnsignedChar 4 4,
    I8 "int8_t" Signed 1 1,
    U8 "uint8_t" Unsigned 1 1,
    I16 "int16_t" Signed 2 2,
    U16 "uint16_t" Unsigned 2 2,
    I32 "int32_t" Signed 4 4,
    U32 "uint32_t" Unsigned 4 4,
    I64 "int64_t" Signed 8 8,
    U64 "uint64_t" Unsigned 8 8,
    ILeast8 "int_least8_t" Signed 1 1,
    ULeast8 "uint_least8_t" Unsigned 1 1,
    ILeast16 "int_least16_t" Signed 2 2,
    ULeast16 "uint_least16_t" Unsigned 2 2,
    ILeast32 "int_least32_t" Signed 4 4,
    ULeast32 "uint_least32_t" Unsigned 4 4,
    ILeast64 "int_least64_t" Signed 8 8,
    ULeast64 "uint_least64_t" Unsigned 8 8,
    IFast8 "int_fast8_t" Signed 1 1,
    UFast8 "uint_fast8_t" Unsigned 1 1,
    IFast16 "int_fast16_t" Signed 8 8,
    UFast16 "uint_fast16_t" Unsigned 8 8,
    IFast32 "int_fast32_t" Signed 8 8,
    UFast32 "uint_fast32_t" Unsigned 8 8,
    IFast64 "int_fast64_t" Signed 8 8,
    UFast64 "uint_fast64_t" Unsigned 8 8,
    IntPtr "intptr_t" Signed 8 8,
    UIntPtr "uintptr_t" Unsigned 8 8,
    IntMax "intmax_t" Signed 8 8,
    UIntMax "uintmax_t" Unsigned 8 8,
    PtrDiff "ptrdiff_t" Signed 8 8,
    Size "size_t" Unsigned 8 8,
    SSize "ssize_t" Signed 8 8,
}

impl Primitive {
    /// All of them, in the table's order.
    pub fn all() -> impl Iterator<Item = Primitive> {
        TABLE.iter().map(|row| row.0)
    }

    /// The name cffi prints.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// As a C compiler reads it without any header but those of the fixed-width names.
    pub fn c_name(self) -> &'static str {
        match self {
            Primitive::FloatComplex => "float _Complex",
            Primitive::DoubleComplex => "double _Complex",
            _ => self.name(),
        }
    }

    /// The primitive printed as `name`.
    pub fn from_name(name: &str) -> Option<Primitive> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Whether the name comes from a header (`int32_t`, `size_t`) and is not a keyword of C.
    pub fn is_library_name(self) -> bool {
        self.name().ends_with("_t") && self != Primitive::FloatComplex && self != Primitive::DoubleComplex
    }

    /// Bytes.
    pub fn size(self) -> u64 {
        TABLE[self as usize].3
    }

    /// Alignment in bytes, also as a struct's member.
    pub fn align(self) -> u64 {
        TABLE[self as usize].4
    }

    /// What it holds, on that target.
    pub fn kind(self, target: Target) -> PrimitiveKind {
        match TABLE[self as usize].2 {
            Row::PlainChar => PrimitiveKind::Char { signed: target.char_is_signed() },
            Row::WideChar => PrimitiveKind::Char { signed: target.wchar_is_signed() },
            Row::UnsignedChar => PrimitiveKind::Char { signed: false },
            Row::Signed => PrimitiveKind::Signed,
            Row::Unsigned => PrimitiveKind::Unsigned,
            Row::Bool => PrimitiveKind::Bool,
            Row::Float => PrimitiveKind::Float,
            Row::Complex => PrimitiveKind::Complex,
        }
    }

    /// Whether C counts it among the integers: characters and `_Bool` too.
    pub fn is_integral(self) -> bool {
        !matches!(TABLE[self as usize].2, Row::Float | Row::Complex)
    }

    /// Whether it is a signed integer in C's eyes, on that target.
    pub fn is_signed(self, target: Target) -> bool {
        matches!(self.kind(target), PrimitiveKind::Signed | PrimitiveKind::Char { signed: true })
    }

    /// The type of C that this library name stands for: `int` for `int32_t`; a keyword type stands for itself.
    pub fn keyword(self, target: Target) -> Primitive {
        use Primitive::*;
        if !self.is_library_name() {
            return self;
        }
        match (self, self.size(), self.is_signed(target)) {
            (_, 1, true) => SChar,
            (_, 1, false) => UChar,
            (_, 2, true) => Short,
            (_, 2, false) => UShort,
            (_, 4, true) => Int,
            (_, 4, false) => UInt,
            (_, _, true) => Long,
            (_, _, false) => ULong,
        }
    }

    /// Whether this is `long double` in the x87's format.
    pub(crate) fn is_x87(self, target: Target) -> bool {
        self == Primitive::LongDouble && target.long_double() == LongDouble::X87
    }
}
