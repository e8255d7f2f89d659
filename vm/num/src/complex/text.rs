//! Complex numbers as text, in both directions.

use super::Complex;
use crate::float::{self, Code, Flags, parse_prefix};
use crate::int::trim;

/// Why text is not a complex number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// `ValueError: complex() arg is a malformed string`
    Malformed,
    /// `ValueError: could not convert string to complex: ...` for a misplaced underscore; the
    /// wording needs the object.
    Underscore,
}

/// `repr(z)`.
pub fn repr(z: Complex) -> String {
    let plain = |value, sign| float::format(value, Code::Repr, 0, Flags { sign, ..Flags::default() });
    if z.real == 0.0 && z.real.is_sign_positive() {
        return plain(z.imag, false) + "j";
    }
    format!("({}{}j)", plain(z.real, false), plain(z.imag, true))
}

/// Parses ASCII text as `complex("...")`: a real part, an imaginary part with `j`, or both, perhaps
/// in parentheses, with whitespace only around the number and around the parentheses.
pub fn parse(text: &[u8]) -> Result<Complex, ParseError> {
    let text = float::without_underscores(text).ok_or(ParseError::Underscore)?;
    let mut text = trim(&text);
    if let [b'(', rest @ ..] = text {
        let [inner @ .., b')'] = rest else { return Err(ParseError::Malformed) };
        text = trim(inner);
    }
    number(text).ok_or(ParseError::Malformed)
}

fn number(text: &[u8]) -> Option<Complex> {
    if let Some((first, len)) = parse_prefix(text) {
        return match &text[len..] {
            [] => Some(Complex::new(first, 0.0)),
            [b'j' | b'J'] => Some(Complex::new(0.0, first)),
            rest @ [b'+' | b'-', ..] => Some(Complex::new(first, imaginary(rest)?)),
            _ => None,
        };
    }
    Some(Complex::new(0.0, imaginary(text)?))
}

/// An imaginary part with an optional sign; the number before the `j` may be absent.
fn imaginary(text: &[u8]) -> Option<f64> {
    let (value, len) = match (parse_prefix(text), text) {
        (Some(found), _) => found,
        (None, [b'+', ..]) => (1.0, 1),
        (None, [b'-', ..]) => (-1.0, 1),
        (None, _) => (1.0, 0),
    };
    matches!(text[len..], [b'j' | b'J']).then_some(value)
}
