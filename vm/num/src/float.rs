//! Floats: text in both directions, rounding, powers, hashing.
//!
//! Everything works on `f64`. Decimal text is exact or shortest as CPython's: the shortest digits
//! come from `zmij`, fixed numbers of digits and parsing from the standard library, both correctly
//! rounded; the layout is written here.

use crate::digits;
use crate::error::{Error, Result};
use crate::int::{self, HASH_MODULUS, Int};

mod arith;
mod hex;
mod parse;
mod round;
mod text;

pub use arith::{Power, floor_div, floor_divmod, floor_mod, pow, true_div};
pub use hex::{from_hex, to_hex};
pub use parse::{parse, parse_prefix, without_underscores};
pub use round::round_to;
pub use text::{Code, Flags, format, repr, repr_into};

/// The hash of an infinity, from `sys.hash_info.inf`; its negative for the negative one.
pub const HASH_INFINITY: i64 = 314_159;

/// `hash(value)` for a value that is not a NaN (whose hash is its object's); equal to the hash of
/// an equal integer.
#[inline]
pub fn hash(value: f64) -> Option<i64> {
    if !value.is_finite() {
        return match value.is_nan() {
            true => None,
            false => Some(if value > 0.0 { HASH_INFINITY } else { -HASH_INFINITY }),
        };
    }
    let (mantissa, exponent) = int::decompose(value);
    // Multiplication by a power of two rotates the 61-bit word; division rotates the other way.
    let rotation = exponent.rem_euclid(61) as u32;
    let rotated = ((mantissa << rotation) & HASH_MODULUS) | (mantissa >> 1) >> (60 - rotation);
    let rest = if rotated == HASH_MODULUS { 0 } else { rotated };
    let hash = if value < 0.0 { -(rest as i64) } else { rest as i64 };
    Some(if hash == -1 { -2 } else { hash })
}

/// `value.is_integer()`.
#[inline]
pub fn is_integer(value: f64) -> bool {
    value.is_finite() && value.trunc() == value
}

/// `value.as_integer_ratio()`: numerator and positive denominator in lowest terms.
///
/// Errors: `OverflowError` for an infinity, `ValueError` for a NaN.
pub fn as_integer_ratio(value: f64) -> Result<(Int, Int)> {
    if value.is_nan() {
        return Err(Error::value("cannot convert NaN to integer ratio"));
    }
    if value.is_infinite() {
        return Err(Error::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mut mantissa, mut exponent) = int::decompose(value);
    if mantissa == 0 {
        return Ok((Int::zero(), Int::from(1)));
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += zeros as i64;
    let magnitude = digits::from_u64(mantissa);
    Ok(if exponent >= 0 {
        (Int::new(value < 0.0, digits::shl(&magnitude, exponent as u64)), Int::from(1))
    } else {
        (Int::new(value < 0.0, magnitude), Int::new(false, digits::shl(&[1], -exponent as u64)))
    })
}
