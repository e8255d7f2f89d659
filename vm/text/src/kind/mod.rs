//! Text in the four shapes of PEP 393: one, two or four bytes a character, and ASCII marked apart.
//!
//! A code point is a `u32` below 0x110000; lone surrogates are ordinary code points here.

mod buf;
mod finder;
mod text;
mod unit;

pub use buf::{OwnedBody, TextBuf};
pub use text::{Chars, Text};
pub use unit::Unit;

/// The greatest code point there is.
pub const MAX_CODE_POINT: u32 = 0x10_ffff;

/// The shape of a string's body, ordered from narrow to wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One byte a character, all below 0x80.
    Ascii,
    /// One byte a character.
    Latin1,
    /// Two bytes a character, native order.
    Ucs2,
    /// Four bytes a character, native order.
    Ucs4,
}

impl Kind {
    /// The narrowest kind that holds `max_char`.
    #[inline]
    pub const fn of_max_char(max_char: u32) -> Kind {
        match max_char {
            0..=0x7f => Kind::Ascii,
            0x80..=0xff => Kind::Latin1,
            0x100..=0xffff => Kind::Ucs2,
            _ => Kind::Ucs4,
        }
    }

    /// The greatest code point a body of this kind can hold.
    #[inline]
    pub const fn max_char(self) -> u32 {
        match self {
            Kind::Ascii => 0x7f,
            Kind::Latin1 => 0xff,
            Kind::Ucs2 => 0xffff,
            Kind::Ucs4 => MAX_CODE_POINT,
        }
    }

    /// Bytes a character.
    #[inline]
    pub const fn unit_size(self) -> usize {
        match self {
            Kind::Ascii | Kind::Latin1 => 1,
            Kind::Ucs2 => 2,
            Kind::Ucs4 => 4,
        }
    }
}

/// Runs an expression with the units of a [`Text`] bound as a slice of their own type.
///
/// `with_units!(text, |s| f(s))` instantiates `f` for `&[u8]`, `&[u16]` and `&[u32]`.
#[macro_export]
macro_rules! with_units {
    ($text:expr, |$s:ident| $body:expr) => {
        match $text {
            $crate::Text::Ascii($s) | $crate::Text::Latin1($s) => $body,
            $crate::Text::Ucs2($s) => $body,
            #[allow(clippy::useless_conversion)]
            $crate::Text::Ucs4($s) => $body,
        }
    };
}
