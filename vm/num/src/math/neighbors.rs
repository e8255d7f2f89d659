//! Floats by their bits: neighbours, exponents, parts.

use crate::error::{Error, Result};
use crate::int::{IntRef, decompose, ldexp_u128};

/// `math.ldexp`: `x * 2^exponent`, rounded once.
///
/// Errors: `OverflowError` when the result is too large.
pub fn ldexp(x: f64, exponent: i64) -> Result<f64> {
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let (mantissa, own) = decompose(x);
    match ldexp_u128(mantissa as u128, own + exponent.clamp(-1 << 32, 1 << 32)) {
        Some(magnitude) => Ok(magnitude.copysign(x)),
        None => Err(Error::overflow("math range error")),
    }
}

/// `math.frexp`: a fraction in `[0.5, 1)` in magnitude, and an exponent.
pub fn frexp(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (mantissa, own) = decompose(x);
    let bits = 64 - mantissa.leading_zeros() as i64;
    let fraction = ldexp_u128(mantissa as u128, -bits).expect("below one");
    (fraction.copysign(x), own + bits)
}

/// `math.modf`: the fractional and the integer part, both with the sign of `x`.
pub fn modf(x: f64) -> (f64, f64) {
    if x.is_nan() {
        return (x, x);
    }
    let whole = x.trunc();
    let fraction = if x.is_infinite() { 0.0 } else { x - whole };
    (fraction.copysign(x), whole)
}

/// `math.ulp`: the weight of the lowest bit.
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let above = x.next_up();
    if above.is_infinite() { x - x.next_down() } else { above - x }
}

/// A float's place in their order: neighbours differ by one.
fn place(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { -(bits & i64::MAX) } else { bits }
}

/// `math.nextafter(x, y, steps=steps)`, with one step where none are given.
///
/// Errors: `ValueError` for a negative number of steps.
pub fn next_after(x: f64, y: f64, steps: Option<IntRef<'_>>) -> Result<f64> {
    let steps = match steps {
        // One step as C takes it: zero has the sign of the side it is reached from.
        None if y == 0.0 && x.abs() == f64::from_bits(1) => return Ok(0f64.copysign(x)),
        None => 1,
        Some(steps) if steps.negative => {
            return Err(Error::value("steps must be a non-negative integer"));
        }
        Some(steps) => steps.to_u64().unwrap_or(u64::MAX),
    };
    if steps == 0 {
        return Ok(x);
    }
    if x.is_nan() || y.is_nan() {
        return Ok(f64::NAN);
    }
    if x == y {
        return Ok(y);
    }
    let (from, to) = (place(x) as i128, place(y) as i128);
    let distance = (to - from).unsigned_abs();
    if steps as u128 >= distance {
        return Ok(y);
    }
    let step = if to > from { steps as i128 } else { -(steps as i128) };
    let target = (from + step) as i64;
    let magnitude = f64::from_bits(target.unsigned_abs());
    // Zero takes the sign of the side it is reached from.
    Ok(if target < 0 || (target == 0 && from < 0) { -magnitude } else { magnitude })
}
