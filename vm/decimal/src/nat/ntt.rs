//! Long products by a number-theoretic transform modulo 2^64 - 2^32 + 1.
//!
//! Limbs are cut into pieces of six digits (five or four for gigantic operands), so that every coefficient of the
//! product of the pieces stays below the modulus: the result is exact. Lengths are powers of two, or three times
//! one.

use super::{BASE, LIMB_DIGITS, POW10};

const P: u64 = 0xFFFF_FFFF_0000_0001;
const EPSILON: u64 = 0xFFFF_FFFF;
/// Generates the multiplicative group.
const GENERATOR: u64 = 7;

#[inline(always)]
fn reduce(x: u128) -> u64 {
    let (high, low) = ((x >> 64) as u64, x as u64);
    // 2^64 = 2^32 - 1 and 2^96 = -1.
    let (mut t, below) = low.overflowing_sub(high >> 32);
    if below {
        t = t.wrapping_sub(EPSILON);
    }
    let (mut t, over) = t.overflowing_add((high & EPSILON) * EPSILON);
    if over {
        t = t.wrapping_add(EPSILON);
    }
    if t >= P { t - P } else { t }
}

#[inline(always)]
fn mulm(a: u64, b: u64) -> u64 {
    reduce(a as u128 * b as u128)
}

#[inline(always)]
fn addm(a: u64, b: u64) -> u64 {
    let (sum, over) = a.overflowing_add(b);
    let (less, below) = sum.overflowing_sub(P);
    if over || !below { less } else { sum }
}

#[inline(always)]
fn subm(a: u64, b: u64) -> u64 {
    let (difference, below) = a.overflowing_sub(b);
    if below { difference.wrapping_add(P) } else { difference }
}

fn powm(mut base: u64, mut exponent: u64) -> u64 {
    let mut out = 1;
    while exponent != 0 {
        if exponent & 1 == 1 {
            out = mulm(out, base);
        }
        base = mulm(base, base);
        exponent >>= 1;
    }
    out
}

fn inverse(a: u64) -> u64 {
    powm(a, P - 2)
}

/// A root of unity of exactly this order.
fn root(order: u64) -> u64 {
    debug_assert!((P - 1).is_multiple_of(order));
    powm(GENERATOR, (P - 1) / order)
}

/// The twiddle factors of the blocks of every stage, in bit-reversed order: they are the same for all lengths.
fn twiddles(count: usize, inverted: bool) -> Vec<u64> {
    let mut table = Vec::with_capacity(count.max(1));
    table.push(1);
    while table.len() < count {
        let have = table.len();
        let mut step = root(4 * have as u64);
        if inverted {
            step = inverse(step);
        }
        for i in 0..have {
            table.push(mulm(table[i], step));
        }
    }
    table
}

/// From coefficients to values, in bit-reversed order.
fn forward(a: &mut [u64], table: &[u64]) {
    let mut half = a.len() / 2;
    while half >= 1 {
        for (block, &s) in a.chunks_exact_mut(2 * half).zip(table) {
            let (low, high) = block.split_at_mut(half);
            for (x, y) in low.iter_mut().zip(high) {
                let t = mulm(*y, s);
                let u = *x;
                *x = addm(u, t);
                *y = subm(u, t);
            }
        }
        half /= 2;
    }
}

/// Back to coefficients, times the length.
fn backward(a: &mut [u64], table: &[u64]) {
    let mut half = 1;
    while half < a.len() {
        for (block, &s) in a.chunks_exact_mut(2 * half).zip(table) {
            let (low, high) = block.split_at_mut(half);
            for (x, y) in low.iter_mut().zip(high) {
                let (u, v) = (*x, *y);
                *x = addm(u, v);
                *y = mulm(subm(u, v), s);
            }
        }
        half *= 2;
    }
}

/// One length with its tables.
struct Plan {
    /// The length of the transforms by two.
    part: usize,
    /// Whether three of them make the whole.
    three: bool,
    ahead: Vec<u64>,
    back: Vec<u64>,
}

impl Plan {
    fn new(least: usize) -> Plan {
        let two = least.next_power_of_two();
        let three = two >= 16 && least <= two / 4 * 3;
        let part = if three { two / 4 } else { two };
        Plan { part, three, ahead: twiddles(part / 2, false), back: twiddles(part / 2, true) }
    }

    fn len(&self) -> usize {
        if self.three { 3 * self.part } else { self.part }
    }

    fn forward(&self, a: &mut [u64]) {
        if !self.three {
            return forward(a, &self.ahead);
        }
        let m = self.part;
        let zeta = root(3);
        let zeta2 = mulm(zeta, zeta);
        let step = root(3 * m as u64);
        let (x, rest) = a.split_at_mut(m);
        let (y, z) = rest.split_at_mut(m);
        let mut w = 1;
        for j in 0..m {
            let (a0, a1, a2) = (x[j], y[j], z[j]);
            x[j] = addm(addm(a0, a1), a2);
            y[j] = mulm(addm(addm(a0, mulm(zeta, a1)), mulm(zeta2, a2)), w);
            z[j] = mulm(addm(addm(a0, mulm(zeta2, a1)), mulm(zeta, a2)), mulm(w, w));
            w = mulm(w, step);
        }
        forward(x, &self.ahead);
        forward(y, &self.ahead);
        forward(z, &self.ahead);
    }

    fn backward(&self, a: &mut [u64]) {
        if !self.three {
            return backward(a, &self.back);
        }
        let m = self.part;
        let zeta = root(3);
        let zeta2 = mulm(zeta, zeta);
        let step = inverse(root(3 * m as u64));
        let (x, rest) = a.split_at_mut(m);
        let (y, z) = rest.split_at_mut(m);
        backward(x, &self.back);
        backward(y, &self.back);
        backward(z, &self.back);
        let mut w = 1;
        for j in 0..m {
            let (b0, b1, b2) = (x[j], mulm(y[j], w), mulm(z[j], mulm(w, w)));
            x[j] = addm(addm(b0, b1), b2);
            y[j] = addm(addm(b0, mulm(zeta2, b1)), mulm(zeta, b2));
            z[j] = addm(addm(b0, mulm(zeta, b1)), mulm(zeta2, b2));
            w = mulm(w, step);
        }
    }
}

/// Cuts limbs into pieces of `width` digits.
fn pieces(out: &mut [u64], a: &[u64], width: usize) {
    let unit = POW10[width];
    let mut at = 0;
    let (mut held, mut count) = (0u64, 0usize);
    for &limb in a {
        let (mut x, mut left) = (limb, LIMB_DIGITS);
        if count > 0 {
            let take = width - count;
            out[at] = held + x % POW10[take] * POW10[count];
            x /= POW10[take];
            left -= take;
            at += 1;
        }
        while left >= width {
            let q = match width {
                6 => x / 1_000_000,
                5 => x / 100_000,
                _ => x / unit,
            };
            out[at] = x - q * unit;
            x = q;
            left -= width;
            at += 1;
        }
        (held, count) = (x, left);
    }
    if held != 0 {
        out[at] = held;
    }
}

/// The number of pieces of `width` digits that limbs may fill.
fn piece_count(limbs: usize, width: usize) -> usize {
    (limbs * LIMB_DIGITS).div_ceil(width)
}

/// Writes `a * b` to `out`, which is exactly as long as both together.
pub fn mul_into(out: &mut [u64], a: &[u64], b: &[u64]) {
    let shorter = a.len().min(b.len());
    let width = (1..=6)
        .rev()
        .find(|&w| piece_count(shorter, w) as u128 * (POW10[w] as u128 - 1).pow(2) < P as u128)
        .expect("no operand in memory is too long");
    let (na, nb) = (piece_count(a.len(), width), piece_count(b.len(), width));
    let plan = Plan::new(na + nb);
    let mut x = vec![0; plan.len()];
    pieces(&mut x, a, width);
    plan.forward(&mut x);
    if std::ptr::eq(a, b) {
        for v in &mut x {
            *v = mulm(*v, *v);
        }
    } else {
        let mut y = vec![0; plan.len()];
        pieces(&mut y, b, width);
        plan.forward(&mut y);
        for (v, &w) in x.iter_mut().zip(&y) {
            *v = mulm(*v, w);
        }
    }
    plan.backward(&mut x);
    collect(out, &x, width, inverse(plan.len() as u64));
}

/// Carries the coefficients and packs them into limbs.
fn collect(out: &mut [u64], coefficients: &[u64], width: usize, scale: u64) {
    let unit = POW10[width] as u128;
    let mut carry = 0u128;
    // Digits gathered so far, fewer than a limb's, and how many.
    let (mut held, mut count) = (0u128, 0usize);
    let mut at = 0;
    for &c in coefficients {
        carry += mulm(c, scale) as u128;
        let piece = if carry >> 64 == 0 {
            let (x, u) = (carry as u64, unit as u64);
            carry = (x / u) as u128;
            x % u
        } else {
            let piece = (carry % unit) as u64;
            carry /= unit;
            piece
        };
        held += piece as u128 * POW10[count] as u128;
        count += width;
        if count >= LIMB_DIGITS {
            if at == out.len() {
                break;
            }
            out[at] = (held % BASE as u128) as u64;
            held /= BASE as u128;
            count -= LIMB_DIGITS;
            at += 1;
        }
    }
    if at < out.len() {
        out[at] = held as u64;
    }
}
