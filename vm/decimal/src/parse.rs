//! Numbers from text.

use crate::context::{Context, Status, condition as c};
use crate::finish::finalize;
use crate::nat::{self, LIMB_DIGITS, Limbs};
use crate::number::{Decimal, Kind};

/// Beyond every exponent that any context allows.
const BEYOND: i64 = 2_000_000_000_000_000_001;

/// The number that ASCII text spells, without space around it, fitted to the context.
pub fn parse(text: &[u8], ctx: &Context, status: &mut Status) -> Decimal {
    match spelled(text) {
        Some(d) if d.is_nan() => {
            if !d.coefficient.is_empty() && d.digits() > ctx.prec - ctx.clamp as i64 {
                return Decimal::error(c::CONVERSION_SYNTAX, status);
            }
            d
        }
        Some(mut d) => {
            finalize(&mut d, ctx, status);
            d
        }
        None => Decimal::error(c::CONVERSION_SYNTAX, status),
    }
}

/// The number that ASCII text spells, exactly: `INVALID_OPERATION` when it is beyond all limits.
pub fn parse_exact(text: &[u8], status: &mut Status) -> Decimal {
    let mut found = 0;
    let d = parse(text, &Context::MAX, &mut found);
    exact(d, found, status)
}

/// Turns a conversion that lost something into an error.
pub fn exact(d: Decimal, found: Status, status: &mut Status) -> Decimal {
    *status |= found & c::ERRORS;
    if found & (c::INEXACT | c::ROUNDED | c::CLAMPED) != 0 {
        return Decimal::error(c::INVALID_OPERATION, status);
    }
    d
}

fn spelled(text: &[u8]) -> Option<Decimal> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    match rest.first()? {
        b'0'..=b'9' | b'.' => finite(negative, rest),
        _ => special(negative, rest),
    }
}

fn special(negative: bool, text: &[u8]) -> Option<Decimal> {
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Some(Decimal::infinity(negative));
    }
    let starts = |word: &[u8]| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
    let (kind, payload) = if starts(b"nan") {
        (Kind::NaN, &text[3..])
    } else if starts(b"snan") {
        (Kind::SNaN, &text[4..])
    } else {
        return None;
    };
    if !payload.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(Decimal { negative, kind, exponent: 0, coefficient: nat::from_text(payload) })
}

fn finite(negative: bool, text: &[u8]) -> Option<Decimal> {
    // Up to 18 characters of digits and point fit a word.
    let mut value = 0u64;
    let mut point = None;
    let mut end = text.len();
    let short = text.len() <= LIMB_DIGITS;
    for (i, &b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                if short {
                    value = value * 10 + (b - b'0') as u64;
                }
            }
            b'.' if point.is_none() => point = Some(i),
            b'e' | b'E' => {
                end = i;
                break;
            }
            _ => return None,
        }
    }
    let fraction = point.map_or(0, |p| end - p - 1);
    if end == usize::from(point.is_some()) {
        return None;
    }
    let exponent = if end < text.len() { exponent(&text[end + 1..])? } else { 0 };
    let coefficient = if short {
        let mut out = Limbs::new();
        if value != 0 {
            out.push(value);
        }
        out
    } else {
        match point {
            None => nat::from_text(&text[..end]),
            Some(p) if p == 0 || text[..p].iter().all(|&b| b == b'0') => nat::from_text(&text[p + 1..end]),
            Some(p) => {
                let mut digits = Vec::with_capacity(end);
                digits.extend_from_slice(&text[..p]);
                digits.extend_from_slice(&text[p + 1..end]);
                nat::from_text(&digits)
            }
        }
    };
    Some(Decimal::new(negative, coefficient, (exponent - fraction as i64).clamp(-BEYOND, BEYOND)))
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for &b in digits {
        if !b.is_ascii_digit() {
            return None;
        }
        value = value.saturating_mul(10).saturating_add((b - b'0') as i64);
    }
    let value = value.min(2 * BEYOND);
    Some(if negative { -value } else { value })
}
