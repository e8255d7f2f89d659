//! Bitwise operations and shifts on infinite two's complement.

use super::{Int, IntRef};
use crate::digits::{self, Digits, MASK};
use crate::error::{Error, Kind, Result};

/// The digits of a number in infinite two's complement, lowest first.
struct TwosComplement<'a> {
    digits: std::slice::Iter<'a, u32>,
    negative: bool,
    carry: u32,
}

impl<'a> TwosComplement<'a> {
    fn new(a: IntRef<'a>) -> Self {
        TwosComplement { digits: a.digits.iter(), negative: a.negative, carry: 1 }
    }

    fn next(&mut self) -> u32 {
        let digit = self.digits.next().copied().unwrap_or(0);
        if !self.negative {
            return digit;
        }
        let complement = (digit ^ MASK) + self.carry;
        self.carry = complement >> digits::SHIFT;
        complement & MASK
    }
}

fn bitwise(a: IntRef<'_>, b: IntRef<'_>, negative: bool, op: impl Fn(u32, u32) -> u32) -> Int {
    let len = a.digits.len().max(b.digits.len());
    let (mut x, mut y) = (TwosComplement::new(a), TwosComplement::new(b));
    let mut out = Digits::with_capacity(len + 1);
    out.extend((0..len).map(|_| op(x.next(), y.next()) & MASK));
    if negative {
        let mut carry = 1;
        for digit in out.iter_mut() {
            let complement = (*digit ^ MASK) + carry;
            *digit = complement & MASK;
            carry = complement >> digits::SHIFT;
        }
        if carry != 0 {
            out.push(1);
        }
    }
    digits::normalize(&mut out);
    Int::new(negative, out)
}

/// `a & b`.
#[inline]
pub fn and(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a.small(), b.small()) {
        (Some(x), Some(y)) => Int::from(x & y),
        _ => bitwise(a, b, a.negative && b.negative, |x, y| x & y),
    }
}

/// `a | b`.
#[inline]
pub fn or(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a.small(), b.small()) {
        (Some(x), Some(y)) => Int::from(x | y),
        _ => bitwise(a, b, a.negative || b.negative, |x, y| x | y),
    }
}

/// `a ^ b`.
#[inline]
pub fn xor(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a.small(), b.small()) {
        (Some(x), Some(y)) => Int::from(x ^ y),
        _ => bitwise(a, b, a.negative != b.negative, |x, y| x ^ y),
    }
}

/// `~a`.
pub fn invert(a: IntRef<'_>) -> Int {
    match a.small() {
        Some(value) => Int::from(!value),
        None if a.negative => Int::new(false, digits::sub(a.digits, &[1])),
        None => Int::new(true, digits::increment(a.digits)),
    }
}

/// `a << bits`. The caller answers for the result's size.
pub fn shl(a: IntRef<'_>, bits: u64) -> Int {
    match a.small() {
        Some(value) if bits < 64 => Int::from((value as i128) << bits),
        _ => Int::new(a.negative, digits::shl(a.digits, bits)),
    }
}

/// `a >> bits`, rounded down.
pub fn shr(a: IntRef<'_>, bits: u64) -> Int {
    if let Some(value) = a.small() {
        return Int::from(value >> bits.min(63));
    }
    let shifted = digits::shr(a.digits, bits);
    if a.negative && digits::any_low_bits(a.digits, bits) {
        return Int::new(true, digits::increment(&shifted));
    }
    Int::new(a.negative, shifted)
}

/// The largest number of bits a result may have: what an int object's length can say.
const MAX_BITS: u64 = (i64::MAX as u64 / 8) * 3;
/// Results above this many bits (16 GiB) are refused before they are tried.
pub(crate) const MEMORY_BITS: u64 = 1 << 37;

/// `a << b` with Python's errors: `ValueError` for a negative count, `OverflowError` or
/// `MemoryError` for a result that is too large.
pub fn lshift(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    if b.negative {
        return Err(Error::value("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Int::zero());
    }
    match b.to_u64() {
        Some(bits) if bits < MEMORY_BITS => Ok(shl(a, bits)),
        Some(bits) if bits < MAX_BITS => Err(Error::new(Kind::Memory, "")),
        _ => Err(Error::overflow("too many digits in integer")),
    }
}

/// `a >> b` with Python's error: `ValueError` for a negative count.
pub fn rshift(a: IntRef<'_>, b: IntRef<'_>) -> Result<Int> {
    if b.negative {
        return Err(Error::value("negative shift count"));
    }
    Ok(shr(a, b.to_u64().unwrap_or(u64::MAX)))
}

/// `a.bit_length()`.
pub fn bit_length(a: IntRef<'_>) -> u64 {
    digits::bit_length(a.digits)
}

/// `a.bit_count()`: the ones in the magnitude.
pub fn bit_count(a: IntRef<'_>) -> u64 {
    a.digits.iter().map(|digit| digit.count_ones() as u64).sum()
}

/// The zero bits at the bottom; 0 for zero.
pub fn trailing_zeros(a: IntRef<'_>) -> u64 {
    digits::trailing_zeros(a.digits)
}
