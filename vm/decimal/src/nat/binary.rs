//! Between base 10^19 and base two.

use super::{BASE, Limbs, push_text, split};
use dashu_int::UBig;

/// From this many words on, conversions go through the big integer's own.
const BIG: usize = 24;

/// The number of a double word.
#[inline]
pub fn from_u128(value: u128) -> Limbs {
    let mut out = Limbs::new();
    if value < BASE as u128 {
        if value != 0 {
            out.push(value as u64);
        }
        return out;
    }
    if ((value >> 64) as u64) < BASE {
        let (high, low) = split(value);
        out.push(low);
        if high >= BASE {
            out.push(high - BASE);
            out.push(1);
        } else {
            out.push(high);
        }
        return out;
    }
    out.push((value % BASE as u128) as u64);
    let high = value / BASE as u128;
    out.push((high % BASE as u128) as u64);
    if high >= BASE as u128 {
        out.push((high / BASE as u128) as u64);
    }
    out
}

/// The value, when it is below 2^128; always for two limbs.
#[inline(always)]
pub fn to_u128(a: &[u64]) -> Option<u128> {
    match *a {
        [] => Some(0),
        [x] => Some(x as u128),
        [x, y] => Some(y as u128 * BASE as u128 + x as u128),
        [x, y, z] => (z as u128 * BASE as u128 + y as u128)
            .checked_mul(BASE as u128)
            .and_then(|v| v.checked_add(x as u128)),
        _ => None,
    }
}

/// `a mod modulus`, which is below 2^63.
pub fn rem_u64(a: &[u64], modulus: u64) -> u64 {
    let base = BASE as u128 % modulus as u128;
    a.iter().rev().fold(0u128, |rest, &x| (rest * base + x as u128) % modulus as u128) as u64
}

/// The number whose binary digits are little-endian words of `bits` bits.
pub fn from_bits(words: &[u32], bits: u32) -> Limbs {
    if words.len() < BIG {
        let mut out = Limbs::new();
        for &word in words.iter().rev() {
            let mut carry = word as u64;
            for limb in out.iter_mut() {
                let (high, low) = split((*limb as u128) << bits | carry as u128);
                *limb = low;
                carry = high;
            }
            if carry != 0 {
                out.push(carry);
            }
        }
        return out;
    }
    let mut full = Vec::with_capacity((words.len() * bits as usize).div_ceil(64));
    let (mut buffer, mut filled) = (0u128, 0);
    for &word in words {
        buffer |= (word as u128) << filled;
        filled += bits;
        if filled >= 64 {
            full.push(buffer as u64);
            buffer >>= 64;
            filled -= 64;
        }
    }
    full.push(buffer as u64);
    let text = UBig::from_words(&full).to_string();
    super::from_text(text.as_bytes())
}

/// The number as little-endian binary words of 64 bits, without zeros at the top.
pub fn to_bits(a: &[u64]) -> Vec<u64> {
    if a.len() >= BIG {
        let mut text = Vec::new();
        push_text(&mut text, a);
        let text = String::from_utf8(text).expect("digits");
        let value = UBig::from_str_radix(&text, 10).expect("digits");
        return value.as_words().to_vec();
    }
    let mut out: Vec<u64> = Vec::with_capacity(a.len());
    for &limb in a.iter().rev() {
        let mut carry = limb;
        for word in &mut out {
            let value = *word as u128 * BASE as u128 + carry as u128;
            *word = value as u64;
            carry = (value >> 64) as u64;
        }
        if carry != 0 {
            out.push(carry);
        }
    }
    out
}
