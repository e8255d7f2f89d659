//! Powers: by repeated multiplication for small integer exponents, in polar form otherwise.

use super::{Complex, arith, zero_power};
use crate::error::{Error, Result};

/// `a ** b`.
///
/// Errors: `ZeroDivisionError` for zero to a negative or complex power, `OverflowError` when the
/// result is too large.
pub fn pow(a: Complex, b: Complex) -> Result<Complex> {
    let power = if b.imag == 0.0 && b.real == b.real.floor() && b.real.abs() <= 100.0 {
        integer_power(a, b.real as i64)?
    } else {
        polar_power(a, b)?
    };
    if power.real.is_infinite() || power.imag.is_infinite() {
        return Err(Error::overflow("complex exponentiation"));
    }
    Ok(power)
}

fn integer_power(a: Complex, exponent: i64) -> Result<Complex> {
    let one = Complex::new(1.0, 0.0);
    let mut power = one;
    let mut square = a;
    let mut rest = exponent.unsigned_abs();
    while rest > 0 {
        if rest & 1 == 1 {
            power = arith::mul(power, square);
        }
        rest >>= 1;
        square = arith::mul(square, square);
    }
    if exponent < 0 { arith::div(one, power).map_err(|_| zero_power()) } else { Ok(power) }
}

fn polar_power(a: Complex, b: Complex) -> Result<Complex> {
    if b.real == 0.0 && b.imag == 0.0 {
        return Ok(Complex::new(1.0, 0.0));
    }
    if a.real == 0.0 && a.imag == 0.0 {
        if b.imag != 0.0 || b.real < 0.0 {
            return Err(zero_power());
        }
        return Ok(Complex::new(0.0, 0.0));
    }
    let magnitude = a.real.hypot(a.imag);
    let angle = a.imag.atan2(a.real);
    let mut len = magnitude.powf(b.real);
    let mut phase = angle * b.real;
    if b.imag != 0.0 {
        len *= (-angle * b.imag).exp();
        phase += b.imag * magnitude.ln();
    }
    // CPython takes C's report of a cosine outside its domain for one of a zero base.
    if phase.is_infinite() {
        return Err(zero_power());
    }
    Ok(Complex::new(len * phase.cos(), len * phase.sin()))
}
