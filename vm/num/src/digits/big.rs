//! The bridge to `dashu-int` for large magnitudes.
//!
//! Digits of 30 bits are repacked into machine words and back; that costs linear time, against the
//! subquadratic algorithms it opens up.

use dashu_int::ops::DivRem;
use dashu_int::{UBig, Word};

use super::{Digits, MASK, SHIFT, normalize};

/// Repacks a magnitude.
pub fn to_ubig(a: &[u32]) -> UBig {
    let mut words = Vec::with_capacity((a.len() * SHIFT as usize).div_ceil(Word::BITS as usize));
    let mut buffer = 0u128;
    let mut filled = 0;
    for &digit in a {
        buffer |= (digit as u128) << filled;
        filled += SHIFT;
        if filled >= Word::BITS {
            words.push(buffer as Word);
            buffer >>= Word::BITS;
            filled -= Word::BITS;
        }
    }
    if filled > 0 {
        words.push(buffer as Word);
    }
    UBig::from_words(&words)
}

/// Repacks a number of `dashu-int`.
pub fn from_ubig(value: &UBig) -> Digits {
    let words = value.as_words();
    let mut out = Digits::with_capacity((words.len() * Word::BITS as usize).div_ceil(SHIFT as usize));
    for_each_digit(words, |digit| out.push(digit));
    normalize(&mut out);
    out
}

fn for_each_digit(words: &[Word], mut put: impl FnMut(u32)) {
    let mut buffer = 0u128;
    let mut filled = 0;
    for &word in words {
        buffer |= (word as u128) << filled;
        filled += Word::BITS;
        while filled >= SHIFT {
            put(buffer as u32 & MASK);
            buffer >>= SHIFT;
            filled -= SHIFT;
        }
    }
    if filled > 0 {
        put(buffer as u32);
    }
}

/// Writes `a * b` to `out`, which holds `a.len() + b.len()` digits.
pub fn mul_into(out: &mut [u32], a: &[u32], b: &[u32]) {
    let product = if std::ptr::eq(a, b) { to_ubig(a).sqr() } else { to_ubig(a) * to_ubig(b) };
    let mut len = 0;
    for_each_digit(product.as_words(), |digit| {
        if len < out.len() {
            out[len] = digit;
            len += 1;
        } else {
            debug_assert_eq!(digit, 0);
        }
    });
    out[len..].fill(0);
}

/// Quotient and remainder; `b` is not zero.
pub fn divmod(a: &[u32], b: &[u32]) -> (Digits, Digits) {
    let (quotient, rest) = to_ubig(a).div_rem(to_ubig(b));
    (from_ubig(&quotient), from_ubig(&rest))
}
