//! Natural numbers as little-endian limbs in base 10^19.
//!
//! A number is a slice whose limbs are below [`BASE`] and whose last limb is not zero; zero is the empty slice.
//! 10^19 is the largest power of ten in a machine word, and lies above 2^63, so that a double word is divided by
//! it with two multiplications. Small operands work in place; products of long ones go to Karatsuba's method and
//! then to a number-theoretic transform, quotients to recursive division.

use smallvec::SmallVec;
use std::cmp::Ordering;

mod binary;
mod div;
mod mul;
mod ntt;
mod root;

pub use binary::{from_bits, from_u128, rem_u64, to_bits, to_u128};
pub use div::{div_inexact, div_rem, div_rem_word};
pub use mul::{mul, mul_two, mul_word, pow, sqr};
pub use root::isqrt;

/// The base of limbs.
pub const BASE: u64 = 10_000_000_000_000_000_000;
/// Decimal digits in a limb.
pub const LIMB_DIGITS: usize = 19;

/// An owned number; up to four limbs (76 digits) live in the value itself.
pub type Limbs = SmallVec<[u64; 4]>;

/// The powers of ten that fit a word.
pub const POW10: [u64; 20] = {
    let mut t = [1; 20];
    let mut i = 1;
    while i < 20 {
        t[i] = t[i - 1] * 10;
        i += 1;
    }
    t
};

/// 2^128 / BASE - 2^64, rounded down: the reciprocal that `split` multiplies with.
const RECIPROCAL: u64 = (u128::MAX / BASE as u128 - (1 << 64)) as u64;

/// Quotient and remainder of a double word by [`BASE`]; the upper word must be below it.
#[inline(always)]
pub fn split(value: u128) -> (u64, u64) {
    let (high, low) = ((value >> 64) as u64, value as u64);
    debug_assert!(high < BASE);
    let q = RECIPROCAL as u128 * high as u128 + value;
    let mut quotient = ((q >> 64) as u64).wrapping_add(1);
    let mut rest = low.wrapping_sub(quotient.wrapping_mul(BASE));
    if rest > q as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(BASE);
    }
    if rest >= BASE {
        quotient += 1;
        rest -= BASE;
    }
    (quotient, rest)
}

/// Quotient and remainder of `high * 2^64 + low` by `divisor`; `high` must be below it.
#[inline(always)]
pub fn div_wide(high: u64, low: u64, divisor: u64) -> (u64, u64) {
    debug_assert!(high < divisor);
    #[cfg(target_arch = "x86_64")]
    {
        let (quotient, rest);
        // SAFETY: the quotient fits a word because the upper word is below the divisor, which is not zero.
        unsafe {
            std::arch::asm!(
                "div {0}",
                in(reg) divisor,
                inlateout("rax") low => quotient,
                inlateout("rdx") high => rest,
                options(pure, nomem, nostack)
            );
        }
        (quotient, rest)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let value = (high as u128) << 64 | low as u128;
        ((value / divisor as u128) as u64, (value % divisor as u128) as u64)
    }
}

/// Quotient and remainder of a word by `10^exponent`, `exponent` at most 19: each divisor is a constant, so that
/// no division instruction is used.
#[inline(always)]
pub fn div_pow10(x: u64, exponent: usize) -> (u64, u64) {
    macro_rules! by {
        ($($e:literal)*) => {
            match exponent {
                $($e => (x / const { POW10[$e] }, x % const { POW10[$e] }),)*
                _ => unreachable!("exponents of a limb"),
            }
        };
    }
    by!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19)
}

/// Decimal digits of a word; 1 for zero.
#[inline(always)]
pub fn digits_of(x: u64) -> usize {
    let guess = ((64 - (x | 1).leading_zeros()) as usize * 1233) >> 12;
    guess + usize::from((x | 1) >= POW10[guess])
}

/// Decimal digits of a number; 1 for zero.
#[inline(always)]
pub fn digits(a: &[u64]) -> usize {
    match a {
        [] => 1,
        [top] => digits_of(*top),
        [low @ .., top] => low.len() * LIMB_DIGITS + digits_of(*top),
    }
}

/// Drops zero limbs at the top.
#[inline(always)]
pub fn trim(a: &mut Limbs) {
    while let Some(0) = a.last() {
        a.pop();
    }
}

/// The slice without zero limbs at the top.
#[inline]
pub fn trimmed(mut a: &[u64]) -> &[u64] {
    while let [rest @ .., 0] = a {
        a = rest;
    }
    a
}

/// The number of one word, which may be `BASE` or more.
#[inline(always)]
pub fn from_u64(x: u64) -> Limbs {
    let mut out = Limbs::new();
    if x >= BASE {
        out.push(x - BASE);
        out.push(1);
    } else if x != 0 {
        out.push(x);
    }
    out
}

/// The value, when it is below 2^64.
#[inline]
pub fn to_u64(a: &[u64]) -> Option<u64> {
    match *a {
        [] => Some(0),
        [x] => Some(x),
        [low, 1] => BASE.checked_add(low),
        _ => None,
    }
}

/// Compares two numbers.
#[inline]
pub fn cmp(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Adds `b` to `a` in place and gives the carry; `a` is at least as long.
#[inline]
pub(crate) fn add_assign_slice(a: &mut [u64], b: &[u64]) -> u64 {
    let mut carry = 0;
    let (low, high) = a.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        // Below 2 * BASE, which may exceed a word.
        let (sum, over) = x.overflowing_add(y + carry);
        let wraps = over || sum >= BASE;
        *x = if wraps { sum.wrapping_sub(BASE) } else { sum };
        carry = wraps as u64;
    }
    for x in high {
        if carry == 0 {
            return 0;
        }
        *x += 1;
        if *x == BASE {
            *x = 0;
        } else {
            carry = 0;
        }
    }
    carry
}

/// Subtracts `b` from `a` in place and gives the borrow; `a` is at least as long.
#[inline]
pub(crate) fn sub_assign_slice(a: &mut [u64], b: &[u64]) -> u64 {
    let mut borrow = 0;
    let (low, high) = a.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        let (difference, below) = x.overflowing_sub(y + borrow);
        *x = if below { difference.wrapping_add(BASE) } else { difference };
        borrow = below as u64;
    }
    for x in high {
        if borrow == 0 {
            return 0;
        }
        if *x == 0 {
            *x = BASE - 1;
        } else {
            *x -= 1;
            borrow = 0;
        }
    }
    borrow
}

/// `a + b`.
pub fn add(a: &[u64], b: &[u64]) -> Limbs {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Limbs::with_capacity(a.len() + 1);
    out.extend_from_slice(a);
    if add_assign_slice(&mut out, b) != 0 {
        out.push(1);
    }
    out
}

/// `a - b`, where `a` is not below `b`.
pub fn sub(a: &[u64], b: &[u64]) -> Limbs {
    let mut out = Limbs::from_slice(a);
    let borrow = sub_assign_slice(&mut out, b);
    debug_assert_eq!(borrow, 0);
    trim(&mut out);
    out
}

/// `a += b`.
pub fn add_assign(a: &mut Limbs, b: &[u64]) {
    if a.len() < b.len() {
        a.resize(b.len(), 0);
    }
    if add_assign_slice(a, b) != 0 {
        a.push(1);
    }
}

/// `a -= b`, where `a` is not below `b`.
pub fn sub_assign(a: &mut Limbs, b: &[u64]) {
    let borrow = sub_assign_slice(a, b);
    debug_assert_eq!(borrow, 0);
    trim(a);
}

/// `a += 1`.
#[inline]
pub fn increment(a: &mut Limbs) {
    for x in a.iter_mut() {
        *x += 1;
        if *x < BASE {
            return;
        }
        *x = 0;
    }
    a.push(1);
}

/// `a -= 1`; `a` is not zero.
pub fn decrement(a: &mut Limbs) {
    sub_assign_slice(a, &[1]);
    trim(a);
}

/// `a * 10^count`.
pub fn shift_left(a: &[u64], count: usize) -> Limbs {
    if a.is_empty() {
        return Limbs::new();
    }
    let (limbs, rest) = (count / LIMB_DIGITS, count % LIMB_DIGITS);
    let mut out = Limbs::with_capacity(a.len() + limbs + 1);
    out.resize(limbs, 0);
    if rest == 0 {
        out.extend_from_slice(a);
        return out;
    }
    let factor = POW10[rest] as u128;
    let mut carry = 0;
    for &x in a {
        let (high, low) = split(x as u128 * factor + carry as u128);
        out.push(low);
        carry = high;
    }
    if carry != 0 {
        out.push(carry);
    }
    out
}

/// Divides by `10^count` in place. Gives what is needed to round: the first digit dropped, plus one when it is 0 or
/// 5 and a digit after it is not zero.
pub fn shift_right(a: &mut Limbs, count: usize) -> u8 {
    if count == 0 || a.is_empty() {
        return 0;
    }
    let len = a.len();
    if count > len * LIMB_DIGITS {
        a.clear();
        return 1;
    }
    let (limbs, rest) = (count / LIMB_DIGITS, count % LIMB_DIGITS);
    // The first digit dropped and whether anything stands below it.
    let (digit, below) = if rest == 0 {
        let (d, r) = div_pow10(a[limbs - 1], LIMB_DIGITS - 1);
        (d, r != 0 || a[..limbs - 1].iter().any(|&x| x != 0))
    } else {
        let (_, dropped) = div_pow10(a[limbs], rest);
        let (d, r) = div_pow10(dropped, rest - 1);
        (d, r != 0 || a[..limbs].iter().any(|&x| x != 0))
    };
    if rest == 0 {
        a.copy_within(limbs.., 0);
        a.truncate(len - limbs);
    } else {
        let factor = POW10[LIMB_DIGITS - rest];
        let (mut low, _) = div_pow10(a[limbs], rest);
        for i in limbs..len - 1 {
            let (q, r) = div_pow10(a[i + 1], rest);
            a[i - limbs] = r * factor + low;
            low = q;
        }
        a[len - 1 - limbs] = low;
        a.truncate(len - limbs);
        if low == 0 {
            a.pop();
        }
    }
    digit as u8 + u8::from(below && (digit == 0 || digit == 5))
}

/// `a mod 10^count`.
pub fn low_digits(a: &[u64], count: usize) -> Limbs {
    let (limbs, rest) = (count / LIMB_DIGITS, count % LIMB_DIGITS);
    if limbs >= a.len() {
        return Limbs::from_slice(a);
    }
    let mut out = Limbs::from_slice(&a[..limbs]);
    if rest != 0 {
        out.push(div_pow10(a[limbs], rest).1);
    }
    trim(&mut out);
    out
}

/// `10^exponent`.
pub fn power_of_ten(exponent: usize) -> Limbs {
    shift_left(&[1], exponent)
}

/// `10^count - 1`.
pub fn nines(count: usize) -> Limbs {
    let mut out = Limbs::from_elem(BASE - 1, count / LIMB_DIGITS);
    if !count.is_multiple_of(LIMB_DIGITS) {
        out.push(POW10[count % LIMB_DIGITS] - 1);
    }
    out
}

/// How many zeros stand at the end; 0 for zero.
pub fn trailing_zeros(a: &[u64]) -> usize {
    let Some(first) = a.iter().position(|&x| x != 0) else { return 0 };
    let mut x = a[first];
    let mut count = first * LIMB_DIGITS;
    for step in [16, 8, 4, 2, 1] {
        let (q, r) = div_pow10(x, step);
        if r == 0 {
            x = q;
            count += step;
        }
    }
    count
}

/// The decimal digit of weight `10^index`.
pub fn digit(a: &[u64], index: usize) -> u8 {
    match a.get(index / LIMB_DIGITS) {
        None => 0,
        Some(&x) => (div_pow10(x, index % LIMB_DIGITS).0 % 10) as u8,
    }
}

/// Whether the number is odd.
#[inline]
pub fn is_odd(a: &[u64]) -> bool {
    a.first().is_some_and(|x| x & 1 == 1)
}

/// Whether `a` is `10^k` for some `k`.
pub fn is_power_of_ten(a: &[u64]) -> bool {
    match a {
        [] => false,
        [low @ .., top] => *top == POW10[digits_of(*top) - 1] && low.iter().all(|&x| x == 0),
    }
}

const PAIRS: [[u8; 2]; 100] = {
    let mut t = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        t[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    t
};

/// Writes the lowest digits of `x` to `out`, as many as fit it.
#[inline]
pub fn write_digits(out: &mut [u8], mut x: u64) {
    let mut end = out.len();
    while end >= 2 {
        let q = x / 100;
        out[end - 2..end].copy_from_slice(&PAIRS[(x - q * 100) as usize]);
        x = q;
        end -= 2;
    }
    if end == 1 {
        out[0] = b'0' + (x % 10) as u8;
    }
}

/// Appends the decimal digits; `0` for zero.
pub fn push_text(out: &mut Vec<u8>, a: &[u64]) {
    let Some((&top, rest)) = a.split_last() else {
        out.push(b'0');
        return;
    };
    let start = out.len();
    let head = digits_of(top);
    out.resize(start + head + rest.len() * LIMB_DIGITS, 0);
    let (first, tail) = out[start..].split_at_mut(head);
    write_digits(first, top);
    for (chunk, &x) in tail.chunks_exact_mut(LIMB_DIGITS).zip(rest.iter().rev()) {
        write_digits(chunk, x);
    }
}

/// The number that ASCII digits spell.
pub fn from_text(text: &[u8]) -> Limbs {
    let value = |chunk: &[u8]| chunk.iter().fold(0u64, |v, &c| v * 10 + (c - b'0') as u64);
    let mut out = Limbs::with_capacity(text.len().div_ceil(LIMB_DIGITS));
    for chunk in text.rchunks(LIMB_DIGITS) {
        out.push(value(chunk));
    }
    trim(&mut out);
    out
}
