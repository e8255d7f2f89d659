//! Products: schoolbook, Karatsuba's method, and the transform for long operands.

use super::{BASE, Limbs, add_assign_slice, ntt, split, sub_assign_slice, trim, trimmed};
use std::cmp::Ordering;

/// From this many limbs in the shorter operand on, products are split in three.
const KARATSUBA: usize = 40;
/// From this many limbs in the shorter operand on, products are transformed.
const TRANSFORM: usize = 300;

/// `a * b`.
#[inline]
pub fn mul(a: &[u64], b: &[u64]) -> Limbs {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    match b {
        [] => Limbs::new(),
        [y] => mul_word(a, *y),
        _ => {
            let mut out = Limbs::from_elem(0, a.len() + b.len());
            mul_into(&mut out, a, b);
            if let Some(0) = out.last() {
                out.pop();
            }
            out
        }
    }
}

/// The product of two numbers of two limbs: what the default precision multiplies.
#[inline]
pub fn mul_two(a: [u64; 2], b: [u64; 2]) -> Limbs {
    let step =
        |x: u64, y: u64, held: u64, carry: u64| split(x as u128 * y as u128 + held as u128 + carry as u128);
    let (carry, p0) = step(a[0], b[0], 0, 0);
    let (p2, p1) = step(a[1], b[0], 0, carry);
    let (carry, p1) = step(a[0], b[1], p1, 0);
    let (p3, p2) = step(a[1], b[1], p2, carry);
    let mut out = Limbs::from([p0, p1, p2, p3]);
    if p3 == 0 {
        out.pop();
    }
    out
}

/// `a * a`.
pub fn sqr(a: &[u64]) -> Limbs {
    mul(a, a)
}

/// `a * y`, where `y` may be any word below [`BASE`].
#[inline]
pub fn mul_word(a: &[u64], y: u64) -> Limbs {
    if y == 0 {
        return Limbs::new();
    }
    let mut out = Limbs::with_capacity(a.len() + 1);
    let mut carry = 0;
    for &x in a {
        let (high, low) = split(x as u128 * y as u128 + carry as u128);
        out.push(low);
        carry = high;
    }
    if carry != 0 {
        out.push(carry);
    }
    out
}

/// `a ^ exponent`.
pub fn pow(a: &[u64], mut exponent: u64) -> Limbs {
    let mut out = Limbs::from_slice(&[1]);
    let mut base = Limbs::from_slice(a);
    loop {
        if exponent & 1 == 1 {
            out = mul(&out, &base);
        }
        exponent >>= 1;
        if exponent == 0 {
            return out;
        }
        base = sqr(&base);
    }
}

/// Writes the product to `out`, which holds zeros and is exactly as long as both together; `a` is the longer one.
fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    if b.len() < KARATSUBA {
        schoolbook(out, a, b);
    } else if a.len() > 2 * b.len() {
        // A long one in pieces as long as the short one.
        for (i, piece) in a.chunks(b.len()).enumerate() {
            let piece_product = mul(trimmed(piece), b);
            add_assign_slice(&mut out[i * b.len()..], &piece_product);
        }
    } else if b.len() >= TRANSFORM {
        ntt::mul_into(out, a, b);
    } else {
        karatsuba(out, a, b);
    }
}

fn schoolbook(out: &mut [u64], a: &[u64], b: &[u64]) {
    for (i, &y) in b.iter().enumerate() {
        let mut carry = 0;
        let row = &mut out[i..i + a.len() + 1];
        for (o, &x) in row.iter_mut().zip(a) {
            let (high, low) = split(x as u128 * y as u128 + *o as u128 + carry as u128);
            *o = low;
            carry = high;
        }
        row[a.len()] = carry;
    }
}

/// `a` at most twice as long as `b`, both long.
fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64]) {
    let half = a.len().div_ceil(2);
    if b.len() <= half {
        for (i, piece) in a.chunks(half).enumerate() {
            let piece_product = mul(trimmed(piece), b);
            add_assign_slice(&mut out[i * half..], &piece_product);
        }
        return;
    }
    let (a0, a1) = (trimmed(&a[..half]), &a[half..]);
    let (b0, b1) = (trimmed(&b[..half]), &b[half..]);
    let low = mul(a0, b0);
    let high = mul(a1, b1);
    out[..low.len()].copy_from_slice(&low);
    out[2 * half..2 * half + high.len()].copy_from_slice(&high);
    // (a1 - a0)(b0 - b1) + low + high is the middle.
    let (da, a_negative) = distance(a1, a0);
    let (db, b_negative) = distance(b0, b1);
    let cross = mul(&da, &db);
    let mut middle = low;
    super::add_assign(&mut middle, &high);
    if a_negative == b_negative {
        super::add_assign(&mut middle, &cross);
    } else {
        super::sub_assign(&mut middle, &cross);
    }
    let carry = add_assign_slice(&mut out[half..], &middle);
    debug_assert_eq!(carry, 0);
}

/// `|a - b|` and whether the difference is negative.
fn distance(a: &[u64], b: &[u64]) -> (Limbs, bool) {
    match super::cmp(a, b) {
        Ordering::Less => (super::sub(b, a), true),
        _ => (super::sub(a, b), false),
    }
}

/// Subtracts `b * y` from `a` in place; gives what is to be borrowed above.
pub(super) fn sub_mul(a: &mut [u64], b: &[u64], y: u64) -> u64 {
    let mut carry = 0;
    for (x, &b) in a.iter_mut().zip(b) {
        let (high, low) = split(b as u128 * y as u128 + carry as u128);
        let (difference, below) = x.overflowing_sub(low);
        *x = if below { difference.wrapping_add(BASE) } else { difference };
        carry = high + below as u64;
    }
    carry
}

/// `a - b` where the result may borrow: for callers that correct.
pub(super) fn sub_in_place(a: &mut [u64], b: &[u64]) -> u64 {
    sub_assign_slice(a, b)
}

/// Drops zeros at the top of a fresh product.
pub(super) fn finish(mut out: Limbs) -> Limbs {
    trim(&mut out);
    out
}
