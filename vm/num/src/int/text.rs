//! Integers as text: decimal and the powers of two.

use super::IntRef;
use crate::digits::{self, SHIFT, big};
use crate::error::{Error, Result};

/// The bases of `bin`, `oct`, `hex` and the format codes `b`, `o`, `x` and `X`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// Base 2, prefix `0b`.
    Binary,
    /// Base 8, prefix `0o`.
    Octal,
    /// Base 16 in lower case, prefix `0x`.
    Hex,
    /// Base 16 in upper case, prefix `0X`.
    UpperHex,
}

impl Radix {
    /// The prefix of literals in this base.
    pub fn prefix(self) -> &'static str {
        match self {
            Radix::Binary => "0b",
            Radix::Octal => "0o",
            Radix::Hex => "0x",
            Radix::UpperHex => "0X",
        }
    }

    fn bits(self) -> u32 {
        match self {
            Radix::Binary => 1,
            Radix::Octal => 3,
            Radix::Hex | Radix::UpperHex => 4,
        }
    }
}

/// `str(a)`, without a limit on length.
pub fn to_decimal(a: IntRef<'_>) -> String {
    if let Some(value) = a.to_i64() {
        return itoa::Buffer::new().format(value).to_owned();
    }
    let mut out = String::with_capacity(decimal_digits_estimate(a) + 1);
    if a.negative {
        out.push('-');
    }
    match digits::to_u128(a.digits) {
        Some(value) => out.push_str(itoa::Buffer::new().format(value)),
        None if a.digits.len() < 50 => push_decimal(&mut out, a.digits),
        None => out.push_str(&big::to_ubig(a.digits).to_string()),
    }
    out
}

/// Quadratic, but without overhead: into base 10^18 by Horner's rule.
fn push_decimal(out: &mut String, magnitude: &[u32]) {
    const BASE: u128 = 1_000_000_000_000_000_000;
    let mut groups: smallvec::SmallVec<[u64; 16]> = smallvec::SmallVec::new();
    for &digit in magnitude.iter().rev() {
        let mut carry = digit as u64;
        for group in groups.iter_mut() {
            let value = (*group as u128) << SHIFT | carry as u128;
            *group = (value % BASE) as u64;
            carry = (value / BASE) as u64;
        }
        if carry != 0 {
            groups.push(carry);
        }
    }
    let mut buffer = itoa::Buffer::new();
    let (top, rest) = groups.split_last().expect("zero does not come here");
    out.push_str(buffer.format(*top));
    for &group in rest.iter().rev() {
        let text = buffer.format(group);
        out.push_str(&"000000000000000000"[text.len()..]);
        out.push_str(text);
    }
}

/// `str(a)` under `sys.get_int_max_str_digits()`; 0 means no limit.
///
/// Errors: `ValueError` when the text would have more digits. For numbers far above the limit the
/// text is not even begun.
pub fn to_decimal_limited(a: IntRef<'_>, max_digits: usize) -> Result<String> {
    if max_digits > 0 && a.digits.len() > 15 {
        let exceeds = || {
            Error::value(format!(
                "Exceeds the limit ({max_digits} digits) for integer string conversion; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ))
        };
        if decimal_digits_estimate(a) > max_digits + 1 {
            return Err(exceeds());
        }
        let text = to_decimal(a);
        return if text.len() - a.negative as usize > max_digits { Err(exceeds()) } else { Ok(text) };
    }
    Ok(to_decimal(a))
}

/// An upper bound for the number of decimal digits, at most one above the true number for anything
/// that fits in memory.
pub fn decimal_digits_estimate(a: IntRef<'_>) -> usize {
    // 0.30103 is above log10(2) by less than 5e-9; in integers, so that it stays exact.
    (digits::bit_length(a.digits) as u128 * 30_102_999_567 / 100_000_000_000) as usize + 1
}

/// The text of `a` in base 2, 8 or 16, with a minus sign if negative and, if asked, a prefix.
pub fn to_radix(a: IntRef<'_>, radix: Radix, prefix: bool) -> String {
    let bits = radix.bits();
    let len = digits::bit_length(a.digits).div_ceil(bits as u64).max(1) as usize;
    let table: &[u8; 16] = match radix {
        Radix::UpperHex => b"0123456789ABCDEF",
        _ => b"0123456789abcdef",
    };
    let mut out = Vec::with_capacity(len + 3);
    if a.negative {
        out.push(b'-');
    }
    if prefix {
        out.extend_from_slice(radix.prefix().as_bytes());
    }
    let start = out.len();
    out.resize(start + len, b'0');
    let mut slots = out[start..].iter_mut().rev();
    let (mut buffer, mut filled) = (0u64, 0);
    for &digit in a.digits {
        buffer |= (digit as u64) << filled;
        filled += SHIFT;
        while filled >= bits {
            let Some(slot) = slots.next() else { break };
            *slot = table[(buffer & ((1 << bits) - 1)) as usize];
            buffer >>= bits;
            filled -= bits;
        }
    }
    if let Some(slot) = slots.next() {
        *slot = table[buffer as usize];
    }
    String::from_utf8(out).expect("ASCII")
}
