//! Fixed-point numbers for the elementary functions: natural numbers that stand for their value by `BASE^places`.

use crate::nat::{self, LIMB_DIGITS, Limbs};
use std::cell::RefCell;
use std::cmp::Ordering;

/// `a / BASE^count`
fn drop_limbs(a: &[u64], count: usize) -> Limbs {
    Limbs::from_slice(a.get(count..).unwrap_or(&[]))
}

/// `a * BASE^count`
pub(crate) fn add_limbs(a: &[u64], count: usize) -> Limbs {
    if a.is_empty() {
        return Limbs::new();
    }
    let mut out = Limbs::from_elem(0, count);
    out.extend_from_slice(a);
    out
}

/// `a` with other places.
pub(crate) fn with_places(a: &[u64], from: usize, to: usize) -> Limbs {
    if to >= from { add_limbs(a, to - from) } else { drop_limbs(a, from - to) }
}

/// The product of two fixed-point numbers.
fn product(a: &[u64], b: &[u64], places: usize) -> Limbs {
    drop_limbs(&nat::mul(a, b), places)
}

/// The exponential of `x`, which is not negative and below 8; the error is a few units of the last limb.
pub(crate) fn exp(x: &[u64], places: usize) -> Limbs {
    // Halved `k` times, summed, squared `k` times; squaring doubles the error.
    let bits = places as f64 * 63.1;
    let k = ((bits * 0.7).sqrt() as usize).max(6);
    let wide = places + k / 63 + 1;
    let mut y = add_limbs(x, wide - places);
    let mut left = k;
    while left > 0 {
        let step = left.min(62);
        y = nat::div_rem_word(&y, 1 << step).0;
        left -= step;
    }
    let one = add_limbs(&[1], wide);
    let mut sum = nat::add(&one, &y);
    let mut term = y.clone();
    let mut i = 2;
    while !term.is_empty() {
        term = nat::div_rem_word(&product(&term, &y, wide), i).0;
        nat::add_assign(&mut sum, &term);
        i += 1;
    }
    for _ in 0..k {
        sum = product(&sum, &sum, wide);
    }
    drop_limbs(&sum, wide - places)
}

/// The natural logarithm of `x`, which lies from 1 to 10; the error is a few units of the last limb.
pub(crate) fn ln(x: &[u64], places: usize) -> Limbs {
    // Newton's iteration of third order on the exponential, from the machine's logarithm.
    let start = leading(x, places).ln().max(0.0);
    let mut have = 1;
    let mut y = Limbs::from_slice(&[((start.fract()) * 1e18) as u64 * 10]);
    if start >= 1.0 {
        y.push(start as u64);
    }
    nat::trim(&mut y);
    let mut correct = 14usize;
    loop {
        // So many digits are right after the step.
        correct *= 3;
        let now = places.min(correct / LIMB_DIGITS + 1).max(2);
        let last = now == places && correct >= places * LIMB_DIGITS;
        y = with_places(&y, have, now);
        have = now;
        let xs = with_places(x, places, now);
        let e = exp(&y, now);
        let sum = nat::add(&xs, &e);
        let (difference, up) = match nat::cmp(&xs, &e) {
            Ordering::Less => (nat::sub(&e, &xs), false),
            _ => (nat::sub(&xs, &e), true),
        };
        let step = nat::div_rem(&add_limbs(&nat::mul_word(&difference, 2), now), &sum).0;
        if up {
            nat::add_assign(&mut y, &step);
        } else if nat::cmp(&y, &step) == Ordering::Less {
            y.clear();
        } else {
            nat::sub_assign(&mut y, &step);
        }
        if last {
            return y;
        }
        correct = correct.min(now * LIMB_DIGITS - 4);
    }
}

/// The value as a float.
fn leading(x: &[u64], places: usize) -> f64 {
    let limb = |i: usize| x.get(i).copied().unwrap_or(0) as f64;
    limb(places) + limb(places - 1) / 1e19
}

thread_local! {
    /// The natural logarithm of ten, and its places.
    static LN10: RefCell<(usize, Limbs)> = RefCell::new((0, Limbs::new()));
}

/// The natural logarithm of ten.
pub(crate) fn ln10(places: usize) -> Limbs {
    LN10.with_borrow_mut(|(have, value)| {
        if *have < places {
            let wide = (places + 1).max(6);
            let mut sum = nat::mul_word(&inverse_artanh(31, wide), 46);
            nat::add_assign(&mut sum, &nat::mul_word(&inverse_artanh(49, wide), 34));
            nat::add_assign(&mut sum, &nat::mul_word(&inverse_artanh(161, wide), 20));
            *value = drop_limbs(&sum, 1);
            *have = wide - 1;
        }
        drop_limbs(value, *have - places)
    })
}

/// The area hyperbolic tangent of `1 / n`.
fn inverse_artanh(n: u64, places: usize) -> Limbs {
    let mut power = nat::div_rem_word(&add_limbs(&[1], places), n).0;
    let mut sum = power.clone();
    let mut i = 3;
    while !power.is_empty() {
        power = nat::div_rem_word(&power, n * n).0;
        nat::add_assign(&mut sum, &nat::div_rem_word(&power, i).0);
        i += 2;
    }
    sum
}
