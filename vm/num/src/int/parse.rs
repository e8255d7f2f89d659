//! Text to integer, as `int("...", base)` reads it.

use super::Int;
use crate::digits::{self, Digits, MASK, SHIFT, big};

/// Why text is not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// `ValueError: int() base must be >= 2 and <= 36, or 0`
    Base,
    /// `ValueError: invalid literal for int() with base ...`, whose wording needs the object.
    Literal,
    /// More decimal digits than the limit allows; carries their number.
    TooManyDigits(usize),
}

impl ParseError {
    /// The message of the `ValueError`, given the literal's `repr`, its base and the digit limit.
    pub fn message(self, literal: &str, base: u32, max_digits: usize) -> String {
        match self {
            ParseError::Base => "int() base must be >= 2 and <= 36, or 0".into(),
            ParseError::Literal => format!("invalid literal for int() with base {base}: {literal}"),
            ParseError::TooManyDigits(count) => format!(
                "Exceeds the limit ({max_digits} digits) for integer string conversion: value has \
                 {count} digits; use sys.set_int_max_str_digits() to increase the limit"
            ),
        }
    }
}

/// Whether C's `isspace` accepts the byte.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

fn digit_value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (byte - b'0') as u32,
        b'a'..=b'z' => (byte - b'a') as u32 + 10,
        b'A'..=b'Z' => (byte - b'A') as u32 + 10,
        _ => u32::MAX,
    }
}

/// Parses ASCII text in base 2 to 36, or 0 for a base given by the literal's prefix.
///
/// Surrounding whitespace, one sign, a prefix that fits the base, and single underscores between
/// digits (and after the prefix) are accepted. `max_digits` is the limit for bases that are not
/// powers of two, 0 for none. Every other Unicode digit or space is the caller's to translate.
pub fn parse(text: &[u8], base: u32, max_digits: usize) -> Result<Int, ParseError> {
    if base == 1 || base > 36 {
        return Err(ParseError::Base);
    }
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    // Most literals: a few decimal digits and nothing else.
    if base == 10 && text.len() <= 18 && text.iter().all(u8::is_ascii_digit) && !text.is_empty() {
        let value = text.iter().fold(0, |value, &byte| value * 10 + (byte - b'0') as i64);
        return Ok(Int::from(if negative { -value } else { value }));
    }
    let prefixed = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut only_zeros = false;
    let mut digits_text = text;
    let base = match base {
        0 if prefixed != 0 => prefixed,
        0 => {
            only_zeros = text.first() == Some(&b'0');
            10
        }
        _ => base,
    };
    if prefixed == base {
        digits_text = &text[2..];
        if let [b'_', rest @ ..] = digits_text {
            digits_text = rest;
        }
    }
    let magnitude = parse_magnitude(digits_text, base, max_digits)?;
    if only_zeros && !magnitude.is_empty() {
        return Err(ParseError::Literal);
    }
    Ok(Int::new(negative, magnitude))
}

fn parse_magnitude(text: &[u8], base: u32, max_digits: usize) -> Result<Digits, ParseError> {
    let mut values: Vec<u8> = Vec::with_capacity(text.len());
    let mut after_digit = false;
    for &byte in text {
        if byte == b'_' {
            if !after_digit {
                return Err(ParseError::Literal);
            }
            after_digit = false;
            continue;
        }
        if digit_value(byte) >= base {
            return Err(ParseError::Literal);
        }
        after_digit = true;
        values.push(byte);
    }
    if !after_digit {
        return Err(ParseError::Literal);
    }
    if base.is_power_of_two() {
        return Ok(from_power_of_two(&values, base.trailing_zeros()));
    }
    if max_digits > 0 && values.len() > max_digits {
        return Err(ParseError::TooManyDigits(values.len()));
    }
    if values.len() <= 200 {
        return Ok(from_short(&values, base));
    }
    let text = std::str::from_utf8(&values).expect("ASCII");
    let value = dashu_int::UBig::from_str_radix(text, base).expect("only digits of the base");
    Ok(big::from_ubig(&value))
}

fn from_power_of_two(values: &[u8], bits: u32) -> Digits {
    let mut out = Digits::with_capacity((values.len() * bits as usize).div_ceil(SHIFT as usize));
    let (mut buffer, mut filled) = (0u64, 0);
    for &byte in values.iter().rev() {
        buffer |= (digit_value(byte) as u64) << filled;
        filled += bits;
        if filled >= SHIFT {
            out.push(buffer as u32 & MASK);
            buffer >>= SHIFT;
            filled -= SHIFT;
        }
    }
    out.push(buffer as u32);
    digits::normalize(&mut out);
    out
}

/// Horner's rule over as many characters as fit in one digit.
fn from_short(values: &[u8], base: u32) -> Digits {
    let width = (SHIFT as f64 / (base as f64).log2()) as usize;
    let mut out = Digits::new();
    let (first, rest) = values.split_at(values.len() % width);
    for chunk in std::iter::once(first).chain(rest.chunks(width)) {
        let mut carry =
            chunk.iter().fold(0u64, |value, &byte| value * base as u64 + digit_value(byte) as u64);
        let factor = (base as u64).pow(chunk.len() as u32);
        for digit in out.iter_mut() {
            let product = *digit as u64 * factor + carry;
            *digit = product as u32 & MASK;
            carry = product >> SHIFT;
        }
        if carry != 0 {
            out.push(carry as u32);
        }
    }
    out
}
