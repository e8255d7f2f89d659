//! The functions of module `cmath`: W. Kahan, "Branch cuts for complex elementary functions", 1987.
//!
//! Errors: `ValueError` where there is no result, `OverflowError` where it is too large.

use super::special::{self, look_up};
use super::{Complex, div};
use crate::error::{Error, Kind, Result};
use crate::math;
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

/// Beyond this, squares overflow.
const LARGE: f64 = f64::MAX / 4.0;
/// `exp` of more overflows.
const LOG_LARGE: f64 = 708.396_418_532_264_1;

fn z(real: f64, imag: f64) -> Complex {
    Complex::new(real, imag)
}

fn pair((real, imag): (f64, f64)) -> Complex {
    Complex::new(real, imag)
}

fn domain<T>() -> Result<T> {
    Err(Error::new(Kind::Value, "math domain error"))
}

fn is_finite(a: Complex) -> bool {
    a.real.is_finite() && a.imag.is_finite()
}

fn checked(r: Complex) -> Result<Complex> {
    if r.real.is_infinite() || r.imag.is_infinite() {
        return Err(Error::overflow("math range error"));
    }
    Ok(r)
}

/// `-i * f(i * a)`, which turns a hyperbolic function into its circular one.
fn turned(a: Complex, f: fn(Complex) -> Result<Complex>) -> Result<Complex> {
    let r = f(z(-a.imag, a.real))?;
    Ok(z(r.imag, -r.real))
}

/// A power of two times a number.
fn scaled(x: f64, exponent: i64) -> f64 {
    math::ldexp(x, exponent).unwrap_or(f64::INFINITY)
}

/// `cmath.sqrt`
pub fn sqrt(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::SQRT, a.real, a.imag)));
    }
    if a.real == 0.0 && a.imag == 0.0 {
        return Ok(z(0.0, a.imag));
    }
    let (x, y) = (a.real.abs(), a.imag.abs());
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE && (x > 0.0 || y > 0.0) {
        // Subnormal numbers are made larger, by an even power of two.
        let x = scaled(x, 54);
        scaled((x + x.hypot(scaled(y, 54))).sqrt(), -27) * std::f64::consts::FRAC_1_SQRT_2
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let d = y / (2.0 * s);
    Ok(if a.real >= 0.0 { z(s, d.copysign(a.imag)) } else { z(d, s.copysign(a.imag)) })
}

/// The logarithm of a large number's magnitude, doubled.
fn log_of_large(a: Complex) -> f64 {
    (a.real / 2.0).hypot(a.imag / 2.0).ln() + 2.0 * LN_2
}

fn is_large(a: Complex) -> bool {
    a.real.abs() > LARGE || a.imag.abs() > LARGE
}

/// `cmath.acos`
pub fn acos(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::ACOS, a.real, a.imag)));
    }
    if is_large(a) {
        let real = a.imag.abs().atan2(a.real);
        let log = log_of_large(a);
        let imag = if a.real < 0.0 { -log.copysign(a.imag) } else { log.copysign(-a.imag) };
        return Ok(z(real, imag));
    }
    let s1 = sqrt(z(1.0 - a.real, -a.imag))?;
    let s2 = sqrt(z(1.0 + a.real, a.imag))?;
    Ok(z(2.0 * s1.real.atan2(s2.real), math::asinh(s2.real * s1.imag - s2.imag * s1.real)))
}

/// `cmath.acosh`
pub fn acosh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::ACOSH, a.real, a.imag)));
    }
    if is_large(a) {
        return Ok(z(log_of_large(a), a.imag.atan2(a.real)));
    }
    let s1 = sqrt(z(a.real - 1.0, a.imag))?;
    let s2 = sqrt(z(a.real + 1.0, a.imag))?;
    Ok(z(math::asinh(s1.real * s2.real + s1.imag * s2.imag), 2.0 * s1.imag.atan2(s2.real)))
}

/// `cmath.asinh`
pub fn asinh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::ASINH, a.real, a.imag)));
    }
    if is_large(a) {
        let log = log_of_large(a);
        let real = if a.imag >= 0.0 { log.copysign(a.real) } else { -log.copysign(-a.real) };
        return Ok(z(real, a.imag.atan2(a.real.abs())));
    }
    let s1 = sqrt(z(1.0 + a.imag, -a.real))?;
    let s2 = sqrt(z(1.0 - a.imag, a.real))?;
    Ok(z(
        math::asinh(s1.real * s2.imag - s2.real * s1.imag),
        a.imag.atan2(s1.real * s2.real - s1.imag * s2.imag),
    ))
}

/// `cmath.asin`
pub fn asin(a: Complex) -> Result<Complex> {
    turned(a, asinh)
}

/// `cmath.atanh`
pub fn atanh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::ATANH, a.real, a.imag)));
    }
    if a.real.is_sign_negative() {
        return atanh(-a).map(|r| -r);
    }
    let y = a.imag.abs();
    if a.real > LARGE.sqrt() || y > LARGE.sqrt() {
        // The square of the magnitude would overflow.
        let h = (a.real / 2.0).hypot(y / 2.0);
        return Ok(z(a.real / 4.0 / h / h, -FRAC_PI_2.copysign(-a.imag)));
    }
    if a.real == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return domain();
        }
        return Ok(z(-(y.sqrt() / y.hypot(2.0).sqrt()).ln(), (2f64.atan2(-y) / 2.0).copysign(a.imag)));
    }
    let near = 1.0 - a.real;
    let real = (4.0 * a.real / (near * near + y * y)).ln_1p() / 4.0;
    Ok(z(real, -(-2.0 * a.imag).atan2(near * (1.0 + a.real) - y * y) / 2.0))
}

/// `cmath.atan`
pub fn atan(a: Complex) -> Result<Complex> {
    turned(a, atanh)
}

/// The direction of an infinite number.
fn infinite(magnitude: f64, angle: f64, imag_sign: f64) -> Complex {
    z(magnitude.copysign(angle.cos()), imag_sign * magnitude.copysign(angle.sin()))
}

/// `cmath.cosh`
pub fn cosh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        if a.imag.is_infinite() && !a.real.is_nan() {
            return domain();
        }
        if a.real.is_infinite() && a.imag.is_finite() && a.imag != 0.0 {
            return Ok(infinite(f64::INFINITY, a.imag, 1f64.copysign(a.real)));
        }
        return Ok(pair(look_up(&special::COSH, a.real, a.imag)));
    }
    checked(if a.real.abs() > LOG_LARGE {
        let x = a.real - 1f64.copysign(a.real);
        z(a.imag.cos() * x.cosh() * E, a.imag.sin() * x.sinh() * E)
    } else {
        z(a.imag.cos() * a.real.cosh(), a.imag.sin() * a.real.sinh())
    })
}

/// `cmath.cos`
pub fn cos(a: Complex) -> Result<Complex> {
    cosh(z(-a.imag, a.real))
}

/// `cmath.sinh`
pub fn sinh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        if a.imag.is_infinite() && !a.real.is_nan() {
            return domain();
        }
        if a.real.is_infinite() && a.imag.is_finite() && a.imag != 0.0 {
            let r = infinite(f64::INFINITY, a.imag, 1.0);
            return Ok(z(r.real.copysign(r.real * a.real.signum()), r.imag));
        }
        return Ok(pair(look_up(&special::SINH, a.real, a.imag)));
    }
    checked(if a.real.abs() > LOG_LARGE {
        let x = a.real - 1f64.copysign(a.real);
        z(a.imag.cos() * x.sinh() * E, a.imag.sin() * x.cosh() * E)
    } else {
        z(a.imag.cos() * a.real.sinh(), a.imag.sin() * a.real.cosh())
    })
}

/// `cmath.sin`
pub fn sin(a: Complex) -> Result<Complex> {
    turned(a, sinh)
}

/// `cmath.tanh`
pub fn tanh(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        if a.imag.is_infinite() && a.real.is_finite() {
            return domain();
        }
        if a.real.is_infinite() && a.imag.is_finite() && a.imag != 0.0 {
            return Ok(z(1f64.copysign(a.real), 0f64.copysign(2.0 * a.imag.sin() * a.imag.cos())));
        }
        return Ok(pair(look_up(&special::TANH, a.real, a.imag)));
    }
    if a.real.abs() > LOG_LARGE {
        let imag = 4.0 * a.imag.sin() * a.imag.cos() * (-2.0 * a.real.abs()).exp();
        return Ok(z(1f64.copysign(a.real), imag));
    }
    let (x, y) = (a.real.tanh(), a.imag.tan());
    let c = 1.0 / a.real.cosh();
    let product = x * y;
    let denominator = 1.0 + product * product;
    Ok(z(x * (1.0 + y * y) / denominator, ((y / denominator) * c) * c))
}

/// `cmath.tan`
pub fn tan(a: Complex) -> Result<Complex> {
    turned(a, tanh)
}

/// `cmath.exp`
pub fn exp(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        if a.imag.is_infinite() && (a.real.is_finite() || a.real == f64::INFINITY) {
            return domain();
        }
        if a.real.is_infinite() && a.imag.is_finite() && a.imag != 0.0 {
            let magnitude = if a.real > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok(infinite(magnitude, a.imag, 1.0));
        }
        return Ok(pair(look_up(&special::EXP, a.real, a.imag)));
    }
    checked(if a.real > LOG_LARGE {
        let l = (a.real - 1.0).exp();
        z(l * a.imag.cos() * E, l * a.imag.sin() * E)
    } else {
        let l = a.real.exp();
        z(l * a.imag.cos(), l * a.imag.sin())
    })
}

/// `cmath.log` of one argument
pub fn log(a: Complex) -> Result<Complex> {
    if !is_finite(a) {
        return Ok(pair(look_up(&special::LOG, a.real, a.imag)));
    }
    let (x, y) = (a.real.abs(), a.imag.abs());
    let real = if x > LARGE || y > LARGE {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return domain();
        }
        scaled(x, 53).hypot(scaled(y, 53)).ln() - 53.0 * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            // Near one, what is lost in the magnitude would be the result.
            let (more, less) = if x > y { (x, y) } else { (y, x) };
            ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(z(real, a.imag.atan2(a.real)))
}

/// `cmath.log` of two arguments
pub fn log_to_base(a: Complex, base: Complex) -> Result<Complex> {
    let (a, base) = (log(a)?, log(base)?);
    div(a, base)
}

/// `cmath.log10`
pub fn log10(a: Complex) -> Result<Complex> {
    let r = log(a)?;
    Ok(z(r.real / LN_10, r.imag / LN_10))
}

/// `cmath.phase`
pub fn phase(a: Complex) -> f64 {
    a.imag.atan2(a.real)
}

/// `cmath.rect`
pub fn rect(r: f64, angle: f64) -> Result<Complex> {
    if !r.is_finite() || !angle.is_finite() {
        if angle.is_infinite() && !r.is_nan() && r != 0.0 {
            return domain();
        }
        if r.is_infinite() && angle.is_finite() && angle != 0.0 {
            let d = infinite(f64::INFINITY, angle, 1.0);
            return Ok(if r > 0.0 { d } else { -d });
        }
        return Ok(pair(look_up(&special::RECT, r, angle)));
    }
    if angle == 0.0 {
        // So that the sign of zero comes through.
        return Ok(z(r, r * angle));
    }
    Ok(z(r * angle.cos(), r * angle.sin()))
}
