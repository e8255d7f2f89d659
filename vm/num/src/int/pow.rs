//! Powers and square roots.

use dashu_int::ops::SquareRoot;

use super::{Int, IntRef, bits, mul};
use crate::digits::{self, Digits, big};
use crate::error::{Error, Kind, Result};

/// `a ** exponent` for an exponent that is not negative (a negative one is a float's business).
///
/// Errors: `MemoryError` when the result cannot fit.
pub fn pow(a: IntRef<'_>, exponent: IntRef<'_>) -> Result<Int> {
    debug_assert!(!exponent.negative);
    let negative = a.negative && exponent.is_odd();
    match *a.digits {
        _ if exponent.is_zero() => return Ok(Int::from(1)),
        [] => return Ok(Int::zero()),
        [1] => return Ok(Int::new(negative, digits::from_u64(1))),
        _ => {}
    }
    let too_large = Error::new(Kind::Memory, "");
    let exponent = exponent.to_u64().ok_or_else(|| too_large.clone())?;
    let bits = digits::bit_length(a.digits);
    let zeros = digits::trailing_zeros(a.digits);
    if (bits - 1).checked_mul(exponent).is_none_or(|bits| bits > bits::MEMORY_BITS) {
        return Err(too_large);
    }
    if zeros == bits - 1 {
        return Ok(Int::new(negative, digits::shl(&[1], zeros * exponent)));
    }
    if bits * exponent <= 128 {
        let base = digits::to_u128(a.digits).expect("no more bits than the power");
        return Ok(Int::new(negative, digits::from_u128(base.pow(exponent as u32))));
    }
    if bits * exponent > 2400 {
        let power = big::to_ubig(a.digits).pow(exponent as usize);
        return Ok(Int::new(negative, big::from_ubig(&power)));
    }
    // Binary powers from the exponent's top bit down.
    let mut power: Digits = Digits::from_slice(a.digits);
    for i in (0..exponent.ilog2()).rev() {
        power = digits::mul(&power, &power);
        if exponent >> i & 1 == 1 {
            power = mul(IntRef::new(false, &power), a.magnitude()).digits;
        }
    }
    Ok(Int::new(negative, power))
}

/// `math.isqrt(a)`: the square root rounded down.
///
/// Errors: `ValueError` when `a` is negative.
pub fn isqrt(a: IntRef<'_>) -> Result<Int> {
    if a.negative {
        return Err(Error::value("isqrt() argument must be nonnegative"));
    }
    Ok(match a.to_u128() {
        Some(value) => Int::from(value.isqrt()),
        None => Int::new(false, big::from_ubig(&big::to_ubig(a.digits).sqrt())),
    })
}
