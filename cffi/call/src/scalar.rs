//! Values of one number or pointer: how they lie in memory and in a register.

use dovetail_ctype::{Primitive, Type, TypeId, Types};

/// What a value of one register is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Scalar {
    /// No value; results alone.
    Void,
    /// `_Bool`: 0 or 1.
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    Pointer,
    F32,
    F64,
}

impl Scalar {
    /// What a type is, if it is one number or pointer of at most 8 bytes, or `void`.
    pub fn of(types: &Types, id: TypeId) -> Option<Scalar> {
        match types.get(id) {
            Type::Void => Some(Scalar::Void),
            Type::Pointer { .. } => Some(Scalar::Pointer),
            Type::Enum(e) => Scalar::of(types, types.enumeration(*e).underlying),
            Type::Primitive(p) => match p {
                Primitive::Bool => Some(Scalar::Bool),
                Primitive::Float => Some(Scalar::F32),
                Primitive::Double => Some(Scalar::F64),
                _ if !p.is_integral() => None,
                _ => Some(match (p.size(), p.is_signed(types.target())) {
                    (1, true) => Scalar::I8,
                    (1, false) => Scalar::U8,
                    (2, true) => Scalar::I16,
                    (2, false) => Scalar::U16,
                    (4, true) => Scalar::I32,
                    (4, false) => Scalar::U32,
                    (8, true) => Scalar::I64,
                    (8, false) => Scalar::U64,
                    _ => return None,
                }),
            },
            _ => None,
        }
    }

    /// Whether it travels in a floating-point register.
    #[inline]
    pub fn is_float(self) -> bool {
        matches!(self, Scalar::F32 | Scalar::F64)
    }

    /// Bytes in memory; 0 for `void`.
    #[inline]
    pub fn size(self) -> usize {
        match self {
            Scalar::Void => 0,
            Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
            Scalar::I16 | Scalar::U16 => 2,
            Scalar::I32 | Scalar::U32 | Scalar::F32 => 4,
            Scalar::I64 | Scalar::U64 | Scalar::Pointer | Scalar::F64 => 8,
        }
    }

    /// The register's word for the value at `p`: integers are extended by their sign or by zeros, a float is its bits.
    ///
    /// # Safety
    /// `p` is readable for the value's size.
    #[inline]
    pub unsafe fn read(self, p: *const u8) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Scalar::Void => 0,
                Scalar::Bool | Scalar::U8 => u64::from(*p),
                Scalar::I8 => *p.cast::<i8>() as u64,
                Scalar::I16 => p.cast::<i16>().read_unaligned() as u64,
                Scalar::U16 => u64::from(p.cast::<u16>().read_unaligned()),
                Scalar::I32 => p.cast::<i32>().read_unaligned() as u64,
                Scalar::U32 | Scalar::F32 => u64::from(p.cast::<u32>().read_unaligned()),
                Scalar::I64 | Scalar::U64 | Scalar::Pointer | Scalar::F64 => p.cast::<u64>().read_unaligned(),
            }
        }
    }

    /// A register's word as the value is: what stands above its size in the register may be anything.
    #[inline]
    pub fn extended(self, word: u64) -> u64 {
        match self {
            Scalar::Void => 0,
            Scalar::Bool | Scalar::U8 => u64::from(word as u8),
            Scalar::I8 => word as i8 as u64,
            Scalar::I16 => word as i16 as u64,
            Scalar::U16 => u64::from(word as u16),
            Scalar::I32 => word as i32 as u64,
            Scalar::U32 | Scalar::F32 => u64::from(word as u32),
            Scalar::I64 | Scalar::U64 | Scalar::Pointer | Scalar::F64 => word,
        }
    }

    /// Writes the value in a register's word to `p`: no more than its bytes.
    ///
    /// # Safety
    /// `p` is writable for the value's size.
    #[inline]
    pub unsafe fn write(self, word: u64, p: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.size() {
                0 => {}
                1 => *p = word as u8,
                2 => p.cast::<u16>().write_unaligned(word as u16),
                4 => p.cast::<u32>().write_unaligned(word as u32),
                _ => p.cast::<u64>().write_unaligned(word),
            }
        }
    }
}
