//! Division rounded down, and powers, with Python's special cases.

use crate::error::{Error, Kind, Result};

/// `a / b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
#[inline]
pub fn true_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 { Err(Error::division_by_zero()) } else { Ok(a / b) }
}

/// `a % b`, with the sign of `b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
#[inline]
pub fn floor_mod(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Error::division_by_zero());
    }
    Ok(adjusted_rest(a % b, b).0)
}

/// The remainder with the divisor's sign, and what the quotient drops by for it.
#[inline]
fn adjusted_rest(rest: f64, b: f64) -> (f64, f64) {
    if rest == 0.0 {
        (0.0f64.copysign(b), 0.0)
    } else if (b < 0.0) != (rest < 0.0) {
        (rest + b, 1.0)
    } else {
        (rest, 0.0)
    }
}

/// `divmod(a, b)`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
#[inline]
pub fn floor_divmod(a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 {
        return Err(Error::division_by_zero());
    }
    let rest = a % b;
    let (adjusted, drop) = adjusted_rest(rest, b);
    // Almost an integer; rounded to the nearest, as it may have been rounded either way.
    let quotient = (a - rest) / b - drop;
    if quotient == 0.0 {
        return Ok((0.0f64.copysign(a / b), adjusted));
    }
    let floor = quotient.floor();
    Ok((if quotient - floor > 0.5 { floor + 1.0 } else { floor }, adjusted))
}

/// `a // b`.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
#[inline]
pub fn floor_div(a: f64, b: f64) -> Result<f64> {
    Ok(floor_divmod(a, b)?.0)
}

/// What `a ** b` is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    /// A float.
    Real(f64),
    /// A complex number, as the base is negative and the exponent no integer: the caller goes on
    /// with [`crate::complex::pow`].
    Complex,
}

/// `a ** b`.
///
/// Errors: `ZeroDivisionError` for a zero base with a negative exponent, `OverflowError` with
/// errno's two arguments when the result is too large.
pub fn pow(a: f64, b: f64) -> Result<Power> {
    let odd = || (b.abs() % 2.0) == 1.0;
    let real = |value| Ok(Power::Real(value));
    if b == 0.0 || a == 1.0 {
        return real(1.0);
    }
    if a.is_nan() || b.is_nan() {
        return real(f64::NAN);
    }
    if b.is_infinite() {
        return real(match a.abs() {
            1.0 => 1.0,
            magnitude if (b > 0.0) == (magnitude > 1.0) => f64::INFINITY,
            _ => 0.0,
        });
    }
    if a.is_infinite() {
        let magnitude = if b > 0.0 { f64::INFINITY } else { 0.0 };
        return real(if odd() { magnitude.copysign(a) } else { magnitude });
    }
    if a == 0.0 {
        if b < 0.0 {
            return Err(Error::new(Kind::ZeroDivision, "zero to a negative power"));
        }
        return real(if odd() { a } else { 0.0 });
    }
    if a < 0.0 && b != b.floor() {
        return Ok(Power::Complex);
    }
    let magnitude = a.abs().powf(b);
    if magnitude.is_infinite() {
        return Err(Error::range());
    }
    real(if a < 0.0 && odd() { -magnitude } else { magnitude })
}
