//! Quotients: by a word, by long division, and recursively where both divisor and quotient are long.

use super::mul::{finish, mul, sub_in_place, sub_mul};
use super::{BASE, Limbs, add_assign_slice, cmp, div_wide, mul_word, split, trim, trimmed};
use std::cmp::Ordering;

/// From this many limbs in divisor and quotient on, division is recursive.
const RECURSIVE: usize = 80;

/// Quotient and remainder by one limb, which is not zero.
pub fn div_rem_word(a: &[u64], divisor: u64) -> (Limbs, u64) {
    let mut out = Limbs::from_elem(0, a.len());
    let mut rest = 0;
    for (o, &x) in out.iter_mut().zip(a).rev() {
        let value = rest as u128 * BASE as u128 + x as u128;
        let high = (value >> 64) as u64;
        (*o, rest) = if high == 0 {
            (value as u64 / divisor, value as u64 % divisor)
        } else {
            div_wide(high, value as u64, divisor)
        };
    }
    trim(&mut out);
    (out, rest)
}

/// Quotient and remainder; `b` is not zero.
pub fn div_rem(a: &[u64], b: &[u64]) -> (Limbs, Limbs) {
    match b {
        [] => panic!("division by zero"),
        [x] => {
            let (quotient, rest) = div_rem_word(a, *x);
            (quotient, super::from_u64(rest))
        }
        _ if cmp(a, b) == Ordering::Less => (Limbs::new(), Limbs::from_slice(a)),
        _ => {
            // With the divisor's top limb at least half the base, estimates are at most two too large.
            let scale = BASE / (b[b.len() - 1] + 1);
            let (u, v) = if scale == 1 {
                (Limbs::from_slice(a), Limbs::from_slice(b))
            } else {
                (mul_word(a, scale), mul_word(b, scale))
            };
            let (quotient, rest) = if v.len() < RECURSIVE || u.len() < v.len() + RECURSIVE {
                long(u, &v)
            } else {
                blocks(&u, &v)
            };
            let rest = if scale == 1 { rest } else { div_rem_word(&rest, scale).0 };
            (quotient, rest)
        }
    }
}

/// Quotient, and whether a remainder is left; `b` is not zero. Short operands are divided without heap memory.
pub fn div_inexact(a: &[u64], b: &[u64]) -> (Limbs, bool) {
    match b {
        [] => panic!("division by zero"),
        [x] => {
            let (quotient, rest) = div_rem_word(a, *x);
            (quotient, rest != 0)
        }
        _ if a.len() < b.len() || a.len() > 7 => {
            let (quotient, rest) = div_rem(a, b);
            (quotient, !rest.is_empty())
        }
        _ => {
            let scale = BASE / (b[b.len() - 1] + 1);
            let (mut u, mut v) = ([0; 8], [0; 7]);
            scaled_into(&mut u, a, scale);
            scaled_into(&mut v, b, scale);
            let (u, v) = (&mut u[..a.len() + 1], &v[..b.len()]);
            let mut quotient = Limbs::from_elem(0, u.len() - v.len());
            long_into(&mut quotient, u, v);
            (finish(quotient), u[..v.len()].iter().any(|&x| x != 0))
        }
    }
}

/// Writes `a * scale` to `out`; what has no room is zero.
#[inline]
fn scaled_into(out: &mut [u64], a: &[u64], scale: u64) {
    let mut carry = 0;
    for (o, &x) in out.iter_mut().zip(a) {
        let (high, low) = split(x as u128 * scale as u128 + carry as u128);
        *o = low;
        carry = high;
    }
    if let Some(o) = out.get_mut(a.len()) {
        *o = carry;
    }
}

/// Long division; the divisor has two limbs or more and a large top.
fn long(mut u: Limbs, v: &[u64]) -> (Limbs, Limbs) {
    let n = v.len();
    if u.len() < n {
        return (Limbs::new(), u);
    }
    u.push(0);
    let mut quotient = Limbs::from_elem(0, u.len() - n);
    long_into(&mut quotient, &mut u, v);
    u.truncate(n);
    (finish(quotient), finish(u))
}

/// Writes the quotient of `u`, which has a limb of room at the top, and leaves the remainder in it.
#[inline]
fn long_into(quotient: &mut [u64], u: &mut [u64], v: &[u64]) {
    let n = v.len();
    let (top, next) = (v[n - 1], v[n - 2]);
    for (j, digit) in quotient.iter_mut().enumerate().rev() {
        let (u2, u1, u0) = (u[j + n], u[j + n - 1], u[j + n - 2]);
        let mut q = if u2 >= top {
            BASE - 1
        } else {
            let value = u2 as u128 * BASE as u128 + u1 as u128;
            let (mut q, mut r) = div_wide((value >> 64) as u64, value as u64, top);
            while q as u128 * next as u128 > r as u128 * BASE as u128 + u0 as u128 {
                q -= 1;
                match r.checked_add(top) {
                    Some(sum) if sum < BASE => r = sum,
                    _ => break,
                }
            }
            q
        };
        if q == 0 {
            continue;
        }
        let borrow = sub_mul(&mut u[j..j + n], v, q);
        if borrow <= u2 {
            u[j + n] = u2 - borrow;
        } else {
            let mut missing = borrow - u2;
            while missing > 0 {
                q -= 1;
                missing -= add_assign_slice(&mut u[j..j + n], v);
            }
            u[j + n] = 0;
        }
        *digit = q;
    }
}

/// A long dividend in blocks as long as the divisor.
fn blocks(u: &[u64], v: &[u64]) -> (Limbs, Limbs) {
    let n = v.len();
    let mut quotient = Limbs::from_elem(0, u.len());
    let mut rest = Limbs::new();
    for (i, block) in u.chunks(n).enumerate().rev() {
        let (q, r) = step(&joined(&rest, block), v, block.len());
        quotient[i * n..i * n + q.len()].copy_from_slice(&q);
        rest = r;
    }
    (finish(quotient), rest)
}

/// `high * BASE^low.len() + low`.
fn joined(high: &[u64], low: &[u64]) -> Limbs {
    let mut out = Limbs::with_capacity(high.len() + low.len());
    out.extend_from_slice(low);
    out.extend_from_slice(high);
    finish(out)
}

/// `a / v` where the quotient has at most `len` limbs, `len` at most the divisor's.
fn step(a: &[u64], v: &[u64], len: usize) -> (Limbs, Limbs) {
    let n = v.len();
    if len < RECURSIVE || a.len() < n {
        return if a.len() < n {
            (Limbs::new(), Limbs::from_slice(a))
        } else {
            long(Limbs::from_slice(a), v)
        };
    }
    // Two halves of the quotient, each by the divisor's upper limbs first.
    let half = len / 2;
    let (q1, r1) = upper(&a[half.min(a.len())..], v, len - half);
    let (q0, r0) = upper(&joined(&r1, &a[..half]), v, half);
    let mut quotient = Limbs::with_capacity(len);
    quotient.extend_from_slice(&q0);
    quotient.resize(half, 0);
    quotient.extend_from_slice(&q1);
    (finish(quotient), r0)
}

/// `a / v` where the quotient has at most `len` limbs: an estimate by `len` upper limbs of the divisor, corrected by
/// the rest of it.
fn upper(a: &[u64], v: &[u64], len: usize) -> (Limbs, Limbs) {
    let n = v.len();
    if len >= n {
        return step(a, v, len);
    }
    let cut = n - len;
    let (low, high) = v.split_at(cut);
    let a_high = &a[cut.min(a.len())..];
    let (mut q, r) = if super::cmp(&a_high[len.min(a_high.len())..], high) == Ordering::Less {
        step(a_high, high, len)
    } else {
        // The quotient would need a limb more: the largest one is at most two too large.
        let q = Limbs::from_elem(BASE - 1, len);
        let mut r = Limbs::from_slice(a_high);
        r.resize(r.len().max(2 * len) + 1, 0);
        let product = mul(&q, high);
        sub_in_place(&mut r, &product);
        (q, finish(r))
    };
    let mut rest = joined(&r, &a[..cut.min(a.len())]);
    let product = mul(&q, trimmed(low));
    while cmp(&rest, &product) == Ordering::Less {
        super::add_assign(&mut rest, v);
        super::decrement(&mut q);
    }
    super::sub_assign(&mut rest, &product);
    (q, rest)
}
