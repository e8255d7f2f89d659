//! Greatest common divisors and modular powers.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::Gcd;

use super::{Int, IntRef, floor_div, floor_divmod, floor_mod, mul, sub};
use crate::digits::{self, Digits, big};
use crate::error::{Error, Result};

/// The greatest common divisor, never negative; `gcd(0, 0)` is 0.
pub fn gcd(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    Int::new(false, gcd_digits(a.digits, b.digits))
}

fn gcd_digits(a: &[u32], b: &[u32]) -> Digits {
    if a.is_empty() || b.is_empty() {
        return Digits::from_slice(if a.is_empty() { b } else { a });
    }
    if let (Some(x), Some(y)) = (digits::to_u64(a), digits::to_u64(b)) {
        return digits::from_u64(gcd_u64(x, y));
    }
    big::from_ubig(&big::to_ubig(a).gcd(big::to_ubig(b)))
}

/// Stein's binary algorithm; neither operand is zero.
fn gcd_u64(mut x: u64, mut y: u64) -> u64 {
    let shift = (x | y).trailing_zeros();
    x >>= x.trailing_zeros();
    loop {
        y >>= y.trailing_zeros();
        if x > y {
            std::mem::swap(&mut x, &mut y);
        }
        y -= x;
        if y == 0 {
            return x << shift;
        }
    }
}

/// The least common multiple, never negative; 0 when either operand is.
pub fn lcm(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if a.is_zero() || b.is_zero() {
        return Int::zero();
    }
    let divisor = gcd(a, b);
    let quotient = floor_div(a.magnitude(), divisor.as_ref()).expect("a divisor is not zero");
    mul(quotient.as_ref(), b.magnitude())
}

/// The inverse of `a` modulo `modulus`, which is positive.
///
/// Errors: `ValueError` when there is none.
pub fn inverse(a: IntRef<'_>, modulus: IntRef<'_>) -> Result<Int> {
    let (mut previous, mut current) = (floor_mod(a, modulus)?, modulus.to_owned());
    let (mut x_previous, mut x_current) = (Int::from(1), Int::zero());
    while !current.as_ref().is_zero() {
        let (quotient, rest) = floor_divmod(previous.as_ref(), current.as_ref())?;
        let x = sub(x_previous.as_ref(), mul(quotient.as_ref(), x_current.as_ref()).as_ref());
        (previous, current) = (current, rest);
        (x_previous, x_current) = (x_current, x);
    }
    if !previous.as_ref().is_one() {
        return Err(Error::value("base is not invertible for the given modulus"));
    }
    floor_mod(x_previous.as_ref(), modulus)
}

/// `pow(base, exponent, modulus)`; the result has the modulus's sign.
///
/// Errors: `ValueError` when the modulus is zero, or the exponent negative and the base not
/// invertible.
pub fn pow_mod(base: IntRef<'_>, exponent: IntRef<'_>, modulus: IntRef<'_>) -> Result<Int> {
    if modulus.is_zero() {
        return Err(Error::value("pow() 3rd argument cannot be 0"));
    }
    let absolute = modulus.magnitude();
    if absolute.is_one() {
        return Ok(Int::zero());
    }
    let base = match exponent.negative {
        true => inverse(base, absolute)?,
        false => floor_mod(base, absolute)?,
    };
    let power = pow_mod_digits(&base.digits, exponent.digits, absolute.digits);
    if modulus.negative && !power.is_empty() {
        return Ok(Int::new(true, digits::sub(modulus.digits, &power)));
    }
    Ok(Int::new(false, power))
}

fn pow_mod_digits(base: &[u32], exponent: &[u32], modulus: &[u32]) -> Digits {
    if exponent.is_empty() {
        return digits::from_u64(1);
    }
    if let (Some(base), Some(modulus)) = (digits::to_u64(base), digits::to_u64(modulus)) {
        return digits::from_u64(if modulus <= u32::MAX as u64 {
            pow_mod_word(base, exponent, |x, y| x * y % modulus)
        } else {
            pow_mod_word(base, exponent, |x, y| (x as u128 * y as u128 % modulus as u128) as u64)
        });
    }
    let ring = ConstDivisor::new(big::to_ubig(modulus));
    let power = ring.reduce(big::to_ubig(base)).pow(&big::to_ubig(exponent));
    big::from_ubig(&power.residue())
}

fn pow_mod_word(base: u64, exponent: &[u32], mul: impl Fn(u64, u64) -> u64) -> u64 {
    let bits = digits::bit_length(exponent);
    let mut power = base;
    for i in (0..bits - 1).rev() {
        power = mul(power, power);
        if exponent[(i / digits::SHIFT as u64) as usize] >> (i % digits::SHIFT as u64) & 1 == 1 {
            power = mul(power, base);
        }
    }
    power
}
