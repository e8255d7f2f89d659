//! Addition, subtraction, multiplication, negation and comparison.

use std::cmp::Ordering;

use super::{Int, IntRef};
use crate::digits::{self, Digits};

/// `a + b`.
#[inline]
pub fn add(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        return Int::from(x + y);
    }
    signed_sum(a, b, b.negative)
}

/// `a - b`.
#[inline]
pub fn sub(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        return Int::from(x - y);
    }
    signed_sum(a, b, !b.negative)
}

/// `a` plus the magnitude of `b` under another sign.
fn signed_sum(a: IntRef<'_>, b: IntRef<'_>, b_negative: bool) -> Int {
    if a.negative == b_negative || b.is_zero() {
        return Int::new(a.negative, digits::add(a.digits, b.digits));
    }
    match digits::cmp(a.digits, b.digits) {
        Ordering::Equal => Int::zero(),
        Ordering::Greater => Int::new(a.negative, digits::sub(a.digits, b.digits)),
        Ordering::Less => Int::new(b_negative, digits::sub(b.digits, a.digits)),
    }
}

/// `a * b`.
#[inline]
pub fn mul(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        return match x.checked_mul(y) {
            Some(product) => Int::from(product),
            None => Int::from(x as i128 * y as i128),
        };
    }
    Int::new(a.negative != b.negative, digits::mul(a.digits, b.digits))
}

/// `-a`.
pub fn neg(a: IntRef<'_>) -> Int {
    Int::new(!a.negative, Digits::from_slice(a.digits))
}

/// `abs(a)`.
pub fn abs(a: IntRef<'_>) -> Int {
    a.magnitude().to_owned()
}

/// Compares two integers.
#[inline]
pub fn cmp(a: IntRef<'_>, b: IntRef<'_>) -> Ordering {
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => digits::cmp(a.digits, b.digits),
        (true, true) => digits::cmp(b.digits, a.digits),
    }
}
