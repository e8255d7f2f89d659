//! From and to binary integers and floats; hashes.

use crate::context::{Context, Status, condition as c};
use crate::finish::{MOST_DIGITS, finalize};
use crate::nat::{self, Limbs};
use crate::number::Decimal;
use crate::text;

/// The modulus of Python's hashes of numbers, 2^61 - 1.
const HASH_MODULUS: u64 = (1 << 61) - 1;

/// The integer whose magnitude is little-endian digits of `bits` bits, exactly.
pub fn from_binary(negative: bool, words: &[u32], bits: u32) -> Decimal {
    Decimal::new(negative, nat::from_bits(words, bits), 0)
}

/// A machine integer, exactly.
#[inline]
pub fn from_i64(value: i64) -> Decimal {
    Decimal::small(value < 0, value.unsigned_abs(), 0)
}

/// A float, exactly. The sign of a NaN is dropped, that of zero kept.
pub fn from_f64(value: f64) -> Decimal {
    if value.is_nan() {
        return Decimal::nan();
    }
    if value.is_infinite() {
        return Decimal::infinity(value < 0.0);
    }
    let bits = value.to_bits();
    let negative = bits >> 63 == 1;
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut power) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if mantissa == 0 {
        return Decimal::new(negative, Limbs::new(), 0);
    }
    let zeros = mantissa.trailing_zeros() as i64;
    let drop = if power < 0 { zeros.min(-power) } else { 0 };
    mantissa >>= drop;
    power += drop;
    let m = nat::from_u64(mantissa);
    if power >= 0 {
        Decimal::new(negative, nat::mul(&m, &nat::pow(&[2], power as u64)), 0)
    } else {
        Decimal::new(negative, nat::mul(&m, &nat::pow(&[5], -power as u64)), power)
    }
}

/// The nearest float of a number that is not NaN; infinite when it is too large.
pub fn to_f64(d: &Decimal) -> f64 {
    let magnitude = match d.coefficient[..] {
        [] if d.is_finite() => 0.0,
        [x] if x < 1 << 53 && (-22..=22).contains(&d.exponent) => {
            let scale = nat::POW10[d.exponent.unsigned_abs().min(19) as usize] as f64
                * nat::POW10[d.exponent.unsigned_abs().saturating_sub(19) as usize] as f64;
            if d.exponent < 0 { x as f64 / scale } else { x as f64 * scale }
        }
        _ if d.is_infinite() => f64::INFINITY,
        _ => {
            let adjusted = d.adjusted();
            if adjusted > 400 {
                f64::INFINITY
            } else if adjusted < -400 {
                0.0
            } else {
                text::to_sci(d, true).trim_start_matches('-').parse().expect("a number")
            }
        }
    };
    if d.negative { -magnitude } else { magnitude }
}

/// The value as a machine integer, if it is an integer that fits.
pub fn to_i64(d: &Decimal) -> Option<i64> {
    if !d.is_finite() {
        return None;
    }
    let magnitude = match d.exponent {
        0 => nat::to_u64(&d.coefficient)?,
        e if e > 0 => match d.coefficient[..] {
            [] => 0,
            [x] if e < 19 => x.checked_mul(nat::POW10[e as usize])?,
            _ => return None,
        },
        e => {
            if !d.is_integer() {
                return None;
            }
            let mut q = d.coefficient.clone();
            nat::shift_right(&mut q, e.unsigned_abs() as usize);
            nat::to_u64(&q)?
        }
    };
    if d.negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// The magnitude of a finite number cut to an integer, or `MALLOC_ERROR`.
pub fn truncated(d: &Decimal, status: &mut Status) -> Option<Limbs> {
    if d.coefficient.is_empty() {
        return Some(Limbs::new());
    }
    if d.exponent >= 0 {
        if d.exponent > MOST_DIGITS {
            *status |= c::MALLOC_ERROR;
            return None;
        }
        return Some(nat::shift_left(&d.coefficient, d.exponent as usize));
    }
    let mut out = d.coefficient.clone();
    nat::shift_right(&mut out, d.exponent.unsigned_abs() as usize);
    Some(out)
}

/// An integer exactly, or `INVALID_OPERATION` beyond all limits.
pub fn exact_integer(mut d: Decimal, status: &mut Status) -> Decimal {
    let mut found = 0;
    finalize(&mut d, &Context::MAX, &mut found);
    crate::parse::exact(d, found, status)
}

#[inline]
fn mulmod(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    let folded = (product as u64 & HASH_MODULUS) + (product >> 61) as u64;
    if folded >= HASH_MODULUS { folded - HASH_MODULUS } else { folded }
}

/// `hash` of a finite number: that of every equal number.
pub fn hash(d: &Decimal) -> i64 {
    let base = nat::BASE % HASH_MODULUS;
    let mut value = d.coefficient.iter().rev().fold(0, |h, &x| {
        let sum = mulmod(h, base) + x % HASH_MODULUS;
        if sum >= HASH_MODULUS { sum - HASH_MODULUS } else { sum }
    });
    if value != 0 && d.exponent != 0 {
        // 10^(p-2) is the inverse of 10.
        let mut factor = if d.exponent > 0 { 10 } else { power(10, HASH_MODULUS - 2) };
        factor = power(factor, d.exponent.unsigned_abs());
        value = mulmod(value, factor);
    }
    let signed = if d.negative { -(value as i64) } else { value as i64 };
    if signed == -1 { -2 } else { signed }
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut out = 1;
    while exponent != 0 {
        if exponent & 1 == 1 {
            out = mulmod(out, base);
        }
        base = mulmod(base, base);
        exponent >>= 1;
    }
    out
}
