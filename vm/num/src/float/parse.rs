//! Text to float, as `float("...")` and C's conversions read it.

use std::borrow::Cow;

use crate::int::trim;

/// Splits off one sign.
pub(super) fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// `inf`, `infinity` or `nan` in any case at the start of unsigned text, with its length.
pub(super) fn named_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let starts = |name: &[u8]| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    if starts(b"inf") {
        return Some((f64::INFINITY, if starts(b"infinity") { 8 } else { 3 }));
    }
    starts(b"nan").then_some((f64::NAN, 3))
}

/// The float at the start of `text` and the length of its text: an optional sign, then digits with
/// an optional point and exponent, or `inf`, `infinity` or `nan`. No whitespace, no underscores.
/// Numbers that are too large become infinite. `None` if no float stands there.
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let (negative, unsigned) = split_sign(text);
    let sign_len = text.len() - unsigned.len();
    let digits_from = |from: usize| {
        unsigned[from..]
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .map_or(unsigned.len(), |len| from + len)
    };
    let whole = digits_from(0);
    let mut end = whole;
    let mut digits = whole;
    if unsigned.get(whole) == Some(&b'.') {
        end = digits_from(whole + 1);
        digits += end - whole - 1;
    }
    if digits == 0 {
        let (value, len) = named_prefix(unsigned)?;
        return Some((if negative { -value } else { value }, sign_len + len));
    }
    if let Some(b'e' | b'E') = unsigned.get(end) {
        let from = end + 1 + matches!(unsigned.get(end + 1), Some(b'+' | b'-')) as usize;
        let exponent_end = if from <= unsigned.len() { digits_from(from) } else { from };
        if exponent_end > from {
            end = exponent_end;
        }
    }
    let len = sign_len + end;
    let value = std::str::from_utf8(&text[..len]).expect("ASCII").parse().expect("a decimal float");
    Some((value, len))
}

/// The text without the underscores that stand between digits; `None` if one stands elsewhere.
pub fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    for (i, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            out.push(byte);
            continue;
        }
        let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
        if !digit(i.checked_sub(1)) || !digit(Some(i + 1)) {
            return None;
        }
    }
    Some(Cow::Owned(out))
}

/// Parses ASCII text as `float("...")`: surrounding whitespace, and underscores between digits.
/// `None` means `ValueError: could not convert string to float: ...`, whose wording needs the
/// object.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = without_underscores(trim(text))?;
    match parse_prefix(&text)? {
        (value, len) if len == text.len() => Some(value),
        _ => None,
    }
}
