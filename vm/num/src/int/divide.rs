//! Division: rounded down, and correctly rounded to a float.

use std::cmp::Ordering;

use super::{Int, IntRef, add, decimal_digits_estimate, ldexp_u128, pow, sub};
use crate::digits::{self, Digits};
use crate::error::{Error, Result};

/// `divmod(a, b)`: the quotient rounded down, and a remainder with the sign of `b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn floor_divmod(a: IntRef<'_>, b: IntRef<'_>) -> Result<(Int, Int)> {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        let (quotient, rest) = small_divmod(x, y)?;
        return Ok((Int::from(quotient), Int::from(rest)));
    }
    if b.is_zero() {
        return Err(Error::division_by_zero());
    }
    let (quotient, rest) = digits::divmod(a.digits, b.digits);
    if a.negative == b.negative || rest.is_empty() {
        let negative = a.negative != b.negative;
        return Ok((Int::new(negative, quotient), Int::new(b.negative, rest)));
    }
    let rest = digits::sub(b.digits, &rest);
    Ok((Int::new(true, digits::increment(&quotient)), Int::new(b.negative, rest)))
}

/// `a // b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn floor_div(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        return Ok(Int::from(small_divmod(x, y)?.0));
    }
    Ok(floor_divmod(a, b)?.0)
}

/// `a % b`, with the sign of `b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn floor_mod(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        return Ok(Int::from(small_divmod(x, y)?.1));
    }
    if let &[digit] = b.digits {
        let rest = digits::rem_digit(a.digits, digit);
        let rest = if rest != 0 && a.negative != b.negative { digit - rest } else { rest };
        return Ok(Int::new(b.negative, digits::from_u64(rest as u64)));
    }
    Ok(floor_divmod(a, b)?.1)
}

#[inline]
fn small_divmod(x: i64, y: i64) -> Result<(i64, i64)> {
    if y == 0 {
        return Err(Error::division_by_zero());
    }
    let (quotient, rest) = (x / y, x % y);
    if rest != 0 && (rest ^ y) < 0 { Ok((quotient - 1, rest + y)) } else { Ok((quotient, rest)) }
}

/// The quotient rounded to the nearest integer, ties to even, and the remainder that leaves, which
/// may have either sign.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn near_divmod(a: IntRef<'_>, b: IntRef<'_>) -> Result<(Int, Int)> {
    let (quotient, rest) = floor_divmod(a, b)?;
    let doubled = digits::shl(&rest.digits, 1);
    let up = match digits::cmp(&doubled, b.digits) {
        Ordering::Less => false,
        Ordering::Equal => quotient.as_ref().is_odd(),
        Ordering::Greater => true,
    };
    if up {
        let one = Int::from(1);
        return Ok((add(quotient.as_ref(), one.as_ref()), sub(rest.as_ref(), b)));
    }
    Ok((quotient, rest))
}

/// `round(a, ndigits)`: for a negative number of digits the nearest multiple of that power of ten,
/// ties to even, else `a` itself.
pub fn round_to(a: IntRef<'_>, ndigits: IntRef<'_>) -> Result<Int> {
    if !ndigits.negative {
        return Ok(a.to_owned());
    }
    // Above its number of digits the number is less than a tenth of the power.
    let digits = decimal_digits_estimate(a) as u64;
    if ndigits.magnitude().to_u64().is_none_or(|places| places > digits) {
        return Ok(Int::zero());
    }
    let unit = pow(Int::from(10).as_ref(), ndigits.magnitude())?;
    let (_, rest) = near_divmod(a, unit.as_ref())?;
    Ok(sub(a, rest.as_ref()))
}

/// `a / b`, the float nearest to the exact quotient (ties to even).
///
/// Errors: `ZeroDivisionError` when `b` is zero, `OverflowError` when the quotient is too large.
pub fn true_div(a: IntRef<'_>, b: IntRef<'_>) -> Result<f64> {
    const EXACT: i64 = 1 << 53;
    if b.is_zero() {
        return Err(Error::division_by_zero());
    }
    if let (Some(x), Some(y)) = (a.small(), b.small())
        && (-EXACT..=EXACT).contains(&x)
        && (-EXACT..=EXACT).contains(&y)
    {
        return Ok(if x == 0 { if y < 0 { -0.0 } else { 0.0 } } else { x as f64 / y as f64 });
    }
    let negative = a.negative != b.negative;
    let sign = if negative { -1.0 } else { 1.0 };
    if a.is_zero() {
        return Ok(0.0 * sign);
    }
    let too_large = Error::overflow("integer division result too large for a float");
    let difference = digits::bit_length(a.digits) as i64 - digits::bit_length(b.digits) as i64;
    if difference > 1025 {
        return Err(too_large);
    }
    if difference < -1080 {
        return Ok(0.0 * sign);
    }
    // Scaled so that the integer quotient has 66 or 67 bits, more than any rounding looks at.
    let shift = 66 - difference;
    let (numerator, denominator): (Digits, Digits) = if shift >= 0 {
        (digits::shl(a.digits, shift as u64), Digits::from_slice(b.digits))
    } else {
        (Digits::from_slice(a.digits), digits::shl(b.digits, -shift as u64))
    };
    let (quotient, rest) = digits::divmod(&numerator, &denominator);
    let mantissa = digits::to_u128(&quotient).expect("67 bits") << 1 | !rest.is_empty() as u128;
    match ldexp_u128(mantissa, -shift - 1) {
        Some(value) => Ok(value * sign),
        None => Err(too_large),
    }
}
