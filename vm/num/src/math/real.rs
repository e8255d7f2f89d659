//! Functions of real numbers: libm's, with Python's errors.
//!
//! A NaN from a number is a `ValueError`; an infinity from a finite number is an `OverflowError`
//! where the function can overflow, else (at a pole) a `ValueError`.

use crate::error::{Error, Result};
use crate::float;

mod libm {
    unsafe extern "C" {
        // The standard library's own versions of these three lose range or digits.
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
        pub safe fn tgamma(x: f64) -> f64;
        pub safe fn remainder(x: f64, y: f64) -> f64;
        pub fn lgamma_r(x: f64, sign: *mut std::ffi::c_int) -> f64;
    }

    /// The logarithm of the absolute value of the gamma function.
    pub fn lgamma(x: f64) -> f64 {
        let mut sign = 0;
        // SAFETY: the only memory the function touches is the sign it is given.
        unsafe { lgamma_r(x, &mut sign) }
    }
}

#[cold]
fn unexpected(expected: &str, x: f64) -> Error {
    Error::value(format!("{expected}, got {}", float::repr(x)))
}

const fn range_error() -> Error {
    Error::overflow("math range error")
}

const fn domain_error() -> Error {
    Error::new(crate::Kind::Value, "math domain error")
}

macro_rules! total {
    ($($(#[$doc:meta])* $name:ident = $function:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(x: f64) -> f64 {
            $function(x)
        }
    )*};
}

total! {
    /// `math.asinh`
    asinh = libm::asinh;
    /// `math.atan`
    atan = f64::atan;
    /// `math.cbrt`
    cbrt = f64::cbrt;
    /// `math.erf`
    erf = libm::erf;
    /// `math.erfc`
    erfc = libm::erfc;
    /// `math.tanh`
    tanh = f64::tanh;
}

macro_rules! partial {
    ($($(#[$doc:meta])* $name:ident = $function:expr, $expected:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Errors: `ValueError` outside the domain.
        pub fn $name(x: f64) -> Result<f64> {
            let value = $function(x);
            let outside = (value.is_nan() && !x.is_nan()) || (value.is_infinite() && x.is_finite());
            if outside { Err(unexpected($expected, x)) } else { Ok(value) }
        }
    )*};
}

partial! {
    /// `math.acos`
    acos = f64::acos, "expected a number in range from -1 up to 1";
    /// `math.acosh`
    acosh = libm::acosh, "expected argument value not less than 1";
    /// `math.asin`
    asin = f64::asin, "expected a number in range from -1 up to 1";
    /// `math.atanh`
    atanh = libm::atanh, "expected a number between -1 and 1";
    /// `math.cos`
    cos = f64::cos, "expected a finite input";
    /// `math.log` of a float
    log = f64::ln, "expected a positive input";
    /// `math.log10` of a float
    log10 = f64::log10, "expected a positive input";
    /// `math.log1p`
    log1p = f64::ln_1p, "expected argument value > -1";
    /// `math.log2` of a float
    log2 = f64::log2, "expected a positive input";
    /// `math.sin`
    sin = f64::sin, "expected a finite input";
    /// `math.sqrt`
    sqrt = f64::sqrt, "expected a nonnegative input";
    /// `math.tan`
    tan = f64::tan, "expected a finite input";
}

macro_rules! overflowing {
    ($($(#[$doc:meta])* $name:ident = $function:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// Errors: `OverflowError` when the result is too large.
        pub fn $name(x: f64) -> Result<f64> {
            let value = $function(x);
            if value.is_infinite() && x.is_finite() { Err(range_error()) } else { Ok(value) }
        }
    )*};
}

overflowing! {
    /// `math.cosh`
    cosh = f64::cosh;
    /// `math.exp`
    exp = f64::exp;
    /// `math.exp2`
    exp2 = f64::exp2;
    /// `math.expm1`
    expm1 = f64::exp_m1;
    /// `math.sinh`
    sinh = f64::sinh;
}

const GAMMA_DOMAIN: &str = "expected a noninteger or positive integer";

fn is_gamma_pole(x: f64) -> bool {
    x <= 0.0 && x.is_finite() && x.floor() == x
}

/// `math.gamma`; exact for integers whose factorials are.
///
/// Errors: `ValueError` at zero, negative integers and negative infinity, `OverflowError` when the
/// result is too large.
pub fn gamma(x: f64) -> Result<f64> {
    if is_gamma_pole(x) || x == f64::NEG_INFINITY {
        return Err(unexpected(GAMMA_DOMAIN, x));
    }
    if (1.0..=23.0).contains(&x) && x.floor() == x {
        return Ok((1..x as u64).fold(1.0, |product, factor| product * factor as f64));
    }
    let value = libm::tgamma(x);
    if value.is_infinite() && x.is_finite() { Err(range_error()) } else { Ok(value) }
}

/// `math.lgamma`.
///
/// Errors: `ValueError` at zero and negative integers, `OverflowError` when the result is too large.
pub fn lgamma(x: f64) -> Result<f64> {
    if is_gamma_pole(x) {
        return Err(unexpected(GAMMA_DOMAIN, x));
    }
    let value = libm::lgamma(x);
    if value.is_infinite() && x.is_finite() { Err(range_error()) } else { Ok(value) }
}

/// `math.atan2`
pub fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// `math.fmod`.
///
/// Errors: `ValueError` for an infinite `x` or a zero `y`.
pub fn fmod(x: f64, y: f64) -> Result<f64> {
    let value = x % y;
    if value.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(value) }
}

/// `math.remainder`: IEEE 754's, with the quotient rounded to the nearest even integer.
///
/// Errors: `ValueError` for an infinite `x` or a zero `y`.
pub fn remainder(x: f64, y: f64) -> Result<f64> {
    let value = libm::remainder(x, y);
    if value.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(value) }
}

/// `math.pow`: C's, unlike the operator's never complex.
///
/// Errors: `ValueError` for a negative base with a fractional exponent and for zero to a negative
/// power, `OverflowError` when the result is too large.
pub fn pow(x: f64, y: f64) -> Result<f64> {
    let value = x.powf(y);
    if !x.is_finite() || !y.is_finite() || value.is_finite() {
        return Ok(value);
    }
    Err(if value.is_nan() || x == 0.0 { domain_error() } else { range_error() })
}

/// `math.fma`: `x * y + z` rounded once.
///
/// Errors: `ValueError` where infinities cancel, `OverflowError` when the result is too large.
pub fn fma(x: f64, y: f64, z: f64) -> Result<f64> {
    let value = x.mul_add(y, z);
    if value.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(Error::value("invalid operation in fma"));
    }
    if value.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(Error::overflow("overflow in fma"));
    }
    Ok(value)
}
