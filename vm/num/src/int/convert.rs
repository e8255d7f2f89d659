//! Between integers, machine words and floats.

use std::cmp::Ordering;

use super::{Int, IntRef};
use crate::digits::{self, Digits};
use crate::error::{Error, Result};

macro_rules! from_signed {
    ($($signed:ty, $digits:path;)*) => {$(
        impl From<$signed> for Int {
            #[inline]
            fn from(value: $signed) -> Int {
                Int { negative: value < 0, digits: $digits(value.unsigned_abs().into()) }
            }
        }
    )*};
}

from_signed! {
    i32, digits::from_u64;
    i64, digits::from_u64;
    i128, digits::from_u128;
}

macro_rules! from_unsigned {
    ($($unsigned:ty, $digits:path;)*) => {$(
        impl From<$unsigned> for Int {
            #[inline]
            fn from(value: $unsigned) -> Int {
                Int { negative: false, digits: $digits(value.into()) }
            }
        }
    )*};
}

from_unsigned! {
    u32, digits::from_u64;
    u64, digits::from_u64;
    u128, digits::from_u128;
}

impl From<usize> for Int {
    fn from(value: usize) -> Int {
        Int::from(value as u64)
    }
}

impl IntRef<'_> {
    /// The value as an `i64`, if it fits.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        let magnitude = digits::to_u64(self.digits)?;
        if self.negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }

    /// The value as a `u64`, if it fits.
    #[inline]
    pub fn to_u64(self) -> Option<u64> {
        if self.negative { None } else { digits::to_u64(self.digits) }
    }

    /// The value as an `i128`, if it fits.
    pub fn to_i128(self) -> Option<i128> {
        let magnitude = digits::to_u128(self.digits)?;
        if self.negative { 0i128.checked_sub_unsigned(magnitude) } else { i128::try_from(magnitude).ok() }
    }

    /// The value as a `u128`, if it fits.
    pub fn to_u128(self) -> Option<u128> {
        if self.negative { None } else { digits::to_u128(self.digits) }
    }

    /// The lowest 64 bits in two's complement, as C's masking conversions take them.
    pub fn to_u64_wrapping(self) -> u64 {
        let low = self.digits.iter().take(3).rev().fold(0u64, |value, &digit| value << 30 | digit as u64);
        if self.negative { low.wrapping_neg() } else { low }
    }
}

/// `mantissa * 2^exponent` rounded once, half to even, also into the subnormal range; `None` when
/// it is too large.
pub(crate) fn ldexp_u128(mantissa: u128, exponent: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = 128 - mantissa.leading_zeros() as i64;
    let top = bits + exponent;
    if top > 1024 {
        return None;
    }
    // The weight of the result's lowest bit: 53 bits below the top one, but never below 2^-1074.
    let lowest = (top - 53).max(-1074);
    let dropped = lowest - exponent;
    let rounded = if dropped <= 0 {
        mantissa << -dropped
    } else if dropped > bits {
        0
    } else {
        let half = 1u128 << (dropped - 1);
        let kept = if dropped == 128 { 0 } else { mantissa >> dropped };
        let rest = mantissa - if dropped == 128 { 0 } else { kept << dropped };
        kept + (rest > half || (rest == half && kept & 1 == 1)) as u128
    };
    // `rounded` is at most 2^53; a carry out of the mantissa moves into the exponent by itself.
    let biased = (lowest + 1074) as u64;
    let value = rounded as u64;
    let pattern = if biased == 0 || value < 1 << 52 { value } else { (biased << 52) + value };
    let result = f64::from_bits(pattern);
    result.is_finite().then_some(result)
}

/// The integer mantissa and the exponent of a finite float: `abs(value) == mantissa * 2^exponent`.
pub(crate) fn decompose(value: f64) -> (u64, i64) {
    let pattern = value.to_bits();
    let biased = (pattern >> 52 & 0x7ff) as i64;
    let fraction = pattern & ((1 << 52) - 1);
    if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) }
}

/// The nearest float, ties to even.
///
/// Errors: `OverflowError` when the number is too large.
#[inline]
pub fn to_float(a: IntRef<'_>) -> Result<f64> {
    if let Some(value) = a.small() {
        return Ok(value as f64);
    }
    let bits = digits::bit_length(a.digits);
    let magnitude = if bits <= 128 {
        digits::to_u128(a.digits).expect("at most 128 bits") as f64
    } else if bits > 1024 {
        f64::INFINITY
    } else {
        ldexp_u128(digits::top_bits(a.digits) as u128, bits as i64 - 64).unwrap_or(f64::INFINITY)
    };
    if magnitude.is_infinite() {
        return Err(Error::overflow("int too large to convert to float"));
    }
    Ok(if a.negative { -magnitude } else { magnitude })
}

/// A fraction in `[0.5, 1.0)` in magnitude and an exponent with `a` rounded to `fraction *
/// 2^exponent`; zeros for zero. Never overflows: the base of `math.log` for large integers.
pub fn frexp(a: IntRef<'_>) -> (f64, i64) {
    if a.is_zero() {
        return (0.0, 0);
    }
    let bits = digits::bit_length(a.digits) as i64;
    let top = if bits >= 64 {
        digits::top_bits(a.digits)
    } else {
        digits::to_u64(a.digits).expect("below 64 bits") << (64 - bits)
    };
    let fraction = ldexp_u128(top as u128, -64).expect("at most one");
    let (fraction, exponent) = if fraction == 1.0 { (0.5, bits + 1) } else { (fraction, bits) };
    (if a.negative { -fraction } else { fraction }, exponent)
}

/// `int(value)`: the integer part.
///
/// Errors: `OverflowError` for an infinity, `ValueError` for a NaN.
pub fn from_float(value: f64) -> Result<Int> {
    if (-9.2e18..=9.2e18).contains(&value) {
        return Ok(Int::from(value as i64));
    }
    if value.is_nan() {
        return Err(Error::value("cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(Error::overflow("cannot convert float infinity to integer"));
    }
    Ok(truncated(value))
}

/// `round(value)`: the nearest integer, ties to even. Errors as [`from_float`].
pub fn from_float_rounded(value: f64) -> Result<Int> {
    from_float(value.round_ties_even())
}

/// The integer part of a finite float.
fn truncated(value: f64) -> Int {
    let (mantissa, exponent) = decompose(value);
    let magnitude: Digits = if exponent >= 0 {
        digits::shl(&digits::from_u64(mantissa), exponent as u64)
    } else if exponent > -64 {
        digits::from_u64(mantissa >> -exponent)
    } else {
        Digits::new()
    };
    Int::new(value < 0.0, magnitude)
}

/// Compares an integer with a float exactly; `None` when the float is a NaN.
pub fn cmp_float(a: IntRef<'_>, b: f64) -> Option<Ordering> {
    const EXACT: i64 = 1 << 53;
    if let Some(value) = a.small()
        && (-EXACT..=EXACT).contains(&value)
    {
        return (value as f64).partial_cmp(&b);
    }
    if b.is_nan() {
        return None;
    }
    if b.is_infinite() {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    // A float that reaches this magnitude has no fraction, so that equal integer parts mean equal
    // numbers; where they differ, a fraction of `b` could not turn the order.
    Some(super::cmp(a, truncated(b).as_ref()))
}
