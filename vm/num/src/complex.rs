//! Complex numbers: arithmetic with C11's recovery of infinities (Annex G), powers, text.

use crate::error::{Error, Kind, Result};
use crate::float;

mod arith;
pub mod functions;
mod pow;
mod special;
mod text;

pub use arith::{add, div, div_by_real, div_real, mul, sub};
pub use pow::pow;
pub use text::{ParseError, parse, repr};

/// A complex number: the body of a complex object.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Complex {
    /// The real part.
    pub real: f64,
    /// The imaginary part.
    pub imag: f64,
}

impl Complex {
    /// The number with these parts.
    #[inline]
    pub const fn new(real: f64, imag: f64) -> Complex {
        Complex { real, imag }
    }
}

impl std::ops::Neg for Complex {
    type Output = Complex;

    fn neg(self) -> Complex {
        Complex::new(-self.real, -self.imag)
    }
}

/// `abs(z)`.
///
/// Errors: `OverflowError` when finite parts have an infinite magnitude.
pub fn abs(z: Complex) -> Result<f64> {
    let magnitude = z.real.hypot(z.imag);
    if magnitude.is_infinite() && z.real.is_finite() && z.imag.is_finite() {
        return Err(Error::overflow("absolute value too large"));
    }
    Ok(magnitude)
}

/// `hash(z)`, where the caller supplies the hashes of parts that are NaN (they hash by identity).
pub fn hash(z: Complex, nan_hash: i64) -> i64 {
    const IMAG: u64 = 1_000_003;
    let real = float::hash(z.real).unwrap_or(nan_hash) as u64;
    let imag = float::hash(z.imag).unwrap_or(nan_hash) as u64;
    match real.wrapping_add(IMAG.wrapping_mul(imag)) as i64 {
        -1 => -2,
        hash => hash,
    }
}

fn zero_power() -> Error {
    Error::new(Kind::ZeroDivision, "zero to a negative or complex power")
}
