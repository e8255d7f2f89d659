//! Hexadecimal text: `float.hex` and `float.fromhex`.

use crate::error::{Error, Result};
use crate::int::{decompose, ldexp_u128};

use super::parse::{named_prefix, split_sign};
use crate::int::trim;

/// `value.hex()`.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = decompose(value);
    let (whole, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    format!("{sign}0x{whole}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)` for ASCII text.
///
/// Errors: `ValueError` for text of another form, `OverflowError` when too large.
pub fn from_hex(text: &[u8]) -> Result<f64> {
    let invalid = || Error::value("invalid hexadecimal floating-point string");
    let (negative, text) = split_sign(trim(text));
    let sign = |value: f64| if negative { -value } else { value };
    if let Some((value, len)) = named_prefix(text) {
        return if len == text.len() { Ok(sign(value)) } else { Err(invalid()) };
    }
    let text = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => text,
    };
    let digits_end = text.iter().position(|byte| matches!(byte, b'p' | b'P')).unwrap_or(text.len());
    let (number, exponent_text) = text.split_at(digits_end);

    let mut mantissa = 0u128;
    let mut seen = 0;
    let mut point = false;
    // The weight of the mantissa's lowest bit.
    let mut weight = 0i64;
    for &byte in number {
        if byte == b'.' && !point {
            point = true;
            continue;
        }
        let digit = (byte as char).to_digit(16).ok_or_else(invalid)?;
        seen += 1;
        if mantissa >> 120 == 0 {
            mantissa = mantissa << 4 | digit as u128;
            weight -= if point { 4 } else { 0 };
        } else {
            // Far below the last place: only whether it is zero matters.
            mantissa |= (digit != 0) as u128;
            weight += if point { 0 } else { 4 };
        }
    }
    if seen == 0 {
        return Err(invalid());
    }
    let exponent = match exponent_text {
        [] => 0,
        [_, rest @ ..] => {
            let (negative, digits) = split_sign(rest);
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Err(invalid());
            }
            let magnitude = digits
                .iter()
                .fold(0i64, |value, byte| value.saturating_mul(10).saturating_add((byte - b'0') as i64));
            if negative { -magnitude } else { magnitude }
        }
    };
    if mantissa == 0 {
        return Ok(sign(0.0));
    }
    ldexp_u128(mantissa, weight.saturating_add(exponent).clamp(-1 << 40, 1 << 40))
        .map(sign)
        .ok_or_else(|| Error::overflow("hexadecimal value too large to represent as a float"))
}
