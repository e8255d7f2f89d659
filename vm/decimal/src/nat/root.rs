//! Integer square roots.

use super::{
    LIMB_DIGITS, Limbs, cmp, decrement, digits, div_rem, div_rem_word, increment, mul, shift_left, sqr,
};
use std::cmp::Ordering;

/// The largest number whose square is at most `a`.
pub fn isqrt(a: &[u64]) -> Limbs {
    if a.len() <= 2 {
        let value = super::to_u128(a).expect("two limbs");
        return super::from_u64(value.isqrt() as u64);
    }
    let total = digits(a).div_ceil(2);
    // The root of the upper digits, each step with nearly twice as many, by Newton's iteration.
    let mut have = LIMB_DIGITS - 1;
    let mut root = isqrt(&top(a, 2 * (total - have)));
    while have < total {
        let next = total.min(2 * have - 2);
        let n = top(a, 2 * (total - next));
        let guess = shift_left(&root, next - have);
        let (quotient, _) = div_rem(&n, &guess);
        root = div_rem_word(&super::add(&guess, &quotient), 2).0;
        have = next;
    }
    while cmp(&sqr(&root), a) == Ordering::Greater {
        decrement(&mut root);
    }
    loop {
        let mut above = root.clone();
        increment(&mut above);
        if cmp(&mul(&above, &above), a) == Ordering::Greater {
            return root;
        }
        root = above;
    }
}

/// `a / 10^count`.
fn top(a: &[u64], count: usize) -> Limbs {
    let limbs = count / LIMB_DIGITS;
    let mut out = Limbs::from_slice(&a[limbs..]);
    super::shift_right(&mut out, count % LIMB_DIGITS);
    out
}
