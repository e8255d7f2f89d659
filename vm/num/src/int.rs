//! Integers of any size with Python's rules.
//!
//! [`IntRef`] borrows an int object's sign and digits; [`Int`] owns a result. Operations are free
//! functions from references to owned values. Where both operands have at most two digits (below
//! 2^60) they work in machine words and do not allocate; a caller that wants to skip even the
//! repacking can test [`IntRef::small`] itself and use `i64` and `i128` directly.

use std::cmp::Ordering;

use crate::digits::{self, Digits};

mod arith;
mod bits;
mod bytes;
mod convert;
mod divide;
mod hash;
mod modular;
mod parse;
mod pow;
mod text;

pub use arith::{abs, add, cmp, mul, neg, sub};
pub use bits::{and, bit_count, bit_length, invert, lshift, or, rshift, shl, shr, trailing_zeros, xor};
pub use bytes::{ByteOrder, bytes_needed, from_bytes, to_bytes};
pub use convert::{cmp_float, frexp, from_float, from_float_rounded, to_float};
pub use divide::{floor_div, floor_divmod, floor_mod, near_divmod, round_to, true_div};
pub use hash::{HASH_MODULUS, hash};
pub use modular::{gcd, inverse, lcm, pow_mod};
pub use parse::{ParseError, parse};
pub use pow::{isqrt, pow};
pub use text::{Radix, decimal_digits_estimate, to_decimal, to_decimal_limited, to_radix};

pub(crate) use convert::{decompose, ldexp_u128};
pub(crate) use parse::trim;

/// A borrowed integer: a sign and a magnitude in the form of [`crate::digits`].
#[derive(Clone, Copy, Debug)]
pub struct IntRef<'a> {
    /// Whether the number is below zero; false for zero.
    pub negative: bool,
    /// The magnitude.
    pub digits: &'a [u32],
}

/// An owned integer. Up to 120 bits live in the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Int {
    /// Whether the number is below zero; false for zero.
    pub negative: bool,
    /// The magnitude.
    pub digits: Digits,
}

impl<'a> IntRef<'a> {
    /// The number with this sign and magnitude; the sign of zero does not matter.
    #[inline]
    pub fn new(negative: bool, digits: &'a [u32]) -> IntRef<'a> {
        debug_assert!(digits.last() != Some(&0) && digits.iter().all(|&digit| digit <= digits::MASK));
        IntRef { negative: negative && !digits.is_empty(), digits }
    }

    /// Zero.
    pub const ZERO: IntRef<'static> = IntRef { negative: false, digits: &[] };

    /// The value of an integer of at most two digits, else `None`.
    #[inline]
    pub fn small(self) -> Option<i64> {
        let magnitude = match *self.digits {
            [] => 0,
            [d0] => d0 as i64,
            [d0, d1] => d0 as i64 | (d1 as i64) << 30,
            _ => return None,
        };
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// Whether the number is zero.
    #[inline]
    pub fn is_zero(self) -> bool {
        self.digits.is_empty()
    }

    /// Whether the number is odd.
    #[inline]
    pub fn is_odd(self) -> bool {
        self.digits.first().is_some_and(|digit| digit & 1 == 1)
    }

    /// Whether the number is one.
    #[inline]
    pub fn is_one(self) -> bool {
        !self.negative && *self.digits == [1]
    }

    /// -1, 0 or 1.
    #[inline]
    pub fn sign(self) -> i32 {
        match self.digits {
            [] => 0,
            _ if self.negative => -1,
            _ => 1,
        }
    }

    /// An owned copy.
    pub fn to_owned(self) -> Int {
        Int { negative: self.negative, digits: Digits::from_slice(self.digits) }
    }

    /// The number without its sign.
    pub fn magnitude(self) -> IntRef<'a> {
        IntRef { negative: false, digits: self.digits }
    }
}

impl PartialEq for IntRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative && self.digits == other.digits
    }
}

impl Eq for IntRef<'_> {}

impl PartialOrd for IntRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IntRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        cmp(*self, *other)
    }
}

impl<'a> From<&'a Int> for IntRef<'a> {
    fn from(value: &'a Int) -> IntRef<'a> {
        value.as_ref()
    }
}

impl Int {
    /// Zero.
    pub fn zero() -> Int {
        Int::default()
    }

    /// The number with this sign and magnitude; the sign of zero does not matter.
    #[inline]
    pub fn new(negative: bool, digits: Digits) -> Int {
        debug_assert!(digits.last() != Some(&0));
        Int { negative: negative && !digits.is_empty(), digits }
    }

    /// A borrow of this number.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef { negative: self.negative, digits: &self.digits }
    }
}
