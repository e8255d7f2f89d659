//! The four operations, also with one real operand, whose missing imaginary part is then no zero
//! but absent: `complex - float` keeps the sign of an imaginary zero.

use super::Complex;
use crate::error::{Error, Result};

/// `a + b`. With a real operand add to the real part alone.
#[inline]
pub fn add(a: Complex, b: Complex) -> Complex {
    Complex::new(a.real + b.real, a.imag + b.imag)
}

/// `a - b`. For a real minuend the imaginary part is `-b.imag`, for a real subtrahend `a.imag`.
#[inline]
pub fn sub(a: Complex, b: Complex) -> Complex {
    Complex::new(a.real - b.real, a.imag - b.imag)
}

/// An infinite part becomes 1, a finite one 0, with its sign.
fn unit(part: f64) -> f64 {
    (if part.is_infinite() { 1.0f64 } else { 0.0 }).copysign(part)
}

/// A NaN becomes a zero with its sign.
fn denan(part: f64) -> f64 {
    if part.is_nan() { 0.0f64.copysign(part) } else { part }
}

fn infinite(z: Complex) -> bool {
    z.real.is_infinite() || z.imag.is_infinite()
}

fn finite(z: Complex) -> bool {
    z.real.is_finite() && z.imag.is_finite()
}

fn both_nan(z: Complex) -> bool {
    z.real.is_nan() && z.imag.is_nan()
}

/// `a * b`. With a real operand, multiply both parts by it instead.
#[inline]
pub fn mul(a: Complex, b: Complex) -> Complex {
    let (rr, ii) = (a.real * b.real, a.imag * b.imag);
    let (ri, ir) = (a.real * b.imag, a.imag * b.real);
    let product = Complex::new(rr - ii, ri + ir);
    if both_nan(product) { recovered_product(a, b, [rr, ii, ri, ir]).unwrap_or(product) } else { product }
}

/// The infinity that an infinite operand or an overflow makes of a product of NaNs.
#[cold]
fn recovered_product(mut a: Complex, mut b: Complex, terms: [f64; 4]) -> Option<Complex> {
    let mut recover = false;
    if infinite(a) {
        a = Complex::new(unit(a.real), unit(a.imag));
        b = Complex::new(denan(b.real), denan(b.imag));
        recover = true;
    }
    if infinite(b) {
        b = Complex::new(unit(b.real), unit(b.imag));
        a = Complex::new(denan(a.real), denan(a.imag));
        recover = true;
    }
    if !recover && terms.iter().any(|term| term.is_infinite()) {
        a = Complex::new(denan(a.real), denan(a.imag));
        b = Complex::new(denan(b.real), denan(b.imag));
        recover = true;
    }
    recover.then(|| {
        Complex::new(
            f64::INFINITY * (a.real * b.real - a.imag * b.imag),
            f64::INFINITY * (a.real * b.imag + a.imag * b.real),
        )
    })
}

/// `a / b` by Smith's method.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn div(a: Complex, b: Complex) -> Result<Complex> {
    let (real, imag) = (b.real.abs(), b.imag.abs());
    let quotient = if real >= imag {
        if real == 0.0 {
            return Err(Error::division_by_zero());
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        Complex::new((a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator)
    } else if imag >= real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        Complex::new((a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator)
    } else {
        Complex::new(f64::NAN, f64::NAN)
    };
    if !both_nan(quotient) {
        return Ok(quotient);
    }
    if infinite(a) && finite(b) {
        let (x, y) = (unit(a.real), unit(a.imag));
        return Ok(Complex::new(
            f64::INFINITY * (x * b.real + y * b.imag),
            f64::INFINITY * (y * b.real - x * b.imag),
        ));
    }
    if infinite(b) && finite(a) {
        let (x, y) = (unit(b.real), unit(b.imag));
        return Ok(Complex::new(0.0 * (a.real * x + a.imag * y), 0.0 * (a.imag * x - a.real * y)));
    }
    Ok(quotient)
}

/// `a / b` for a real divisor.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
#[inline]
pub fn div_by_real(a: Complex, b: f64) -> Result<Complex> {
    if b == 0.0 {
        return Err(Error::division_by_zero());
    }
    Ok(Complex::new(a.real / b, a.imag / b))
}

/// `a / b` for a real dividend.
///
/// Errors: `ZeroDivisionError` when `b` is zero.
pub fn div_real(a: f64, b: Complex) -> Result<Complex> {
    let (real, imag) = (b.real.abs(), b.imag.abs());
    let quotient = if real >= imag {
        if real == 0.0 {
            return Err(Error::division_by_zero());
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        Complex::new(a / denominator, (-a * ratio) / denominator)
    } else if imag >= real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        Complex::new((a * ratio) / denominator, -a / denominator)
    } else {
        Complex::new(f64::NAN, f64::NAN)
    };
    if both_nan(quotient) && a.is_finite() && infinite(b) {
        let (x, y) = (unit(b.real), unit(b.imag));
        return Ok(Complex::new(0.0 * (a * x), 0.0 * (-a * y)));
    }
    Ok(quotient)
}
