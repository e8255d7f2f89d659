//! The state word of a `str` as a plain number, beside bindgen's accessors for its bit-fields.

use crate::_PyUnicodeObject_state;

/// Where `interned` starts (2 bits).
pub const STATE_INTERNED_SHIFT: u32 = 0;
/// Where `kind` starts (3 bits).
pub const STATE_KIND_SHIFT: u32 = 2;
/// The bit of `compact`.
pub const STATE_COMPACT: u32 = 1 << 5;
/// The bit of `ascii`.
pub const STATE_ASCII: u32 = 1 << 6;
/// The bit of `statically_allocated`.
pub const STATE_STATICALLY_ALLOCATED: u32 = 1 << 7;

impl _PyUnicodeObject_state {
    /// The whole word, with bit-fields from the lowest bit up, as GCC and Clang lay them out on
    /// little-endian machines.
    pub const fn bits(self) -> u32 {
        // SAFETY: the struct is four plain bytes aligned to four, and any bits are a valid u32.
        unsafe { core::mem::transmute(self) }
    }

    /// A state from its whole word.
    pub const fn from_bits(bits: u32) -> Self {
        // SAFETY: the struct is four plain bytes aligned to four without invalid values.
        unsafe { core::mem::transmute(bits) }
    }
}
