//! Numbers as text: scientific and engineering notation.

use crate::nat;
use crate::number::{Decimal, Kind};

/// The text of `str`, with `E` or `e`.
pub fn to_sci(d: &Decimal, capitals: bool) -> String {
    to_text(d, capitals, false)
}

/// The same with exponents that are multiples of three.
pub fn to_eng(d: &Decimal, capitals: bool) -> String {
    to_text(d, capitals, true)
}

fn to_text(d: &Decimal, capitals: bool, engineering: bool) -> String {
    let mut out = Vec::with_capacity(24);
    push(&mut out, d, capitals, engineering);
    String::from_utf8(out).expect("ASCII")
}

/// Appends the text.
pub fn push(out: &mut Vec<u8>, d: &Decimal, capitals: bool, engineering: bool) {
    if d.negative {
        out.push(b'-');
    }
    match d.kind {
        Kind::Infinite => return out.extend_from_slice(b"Infinity"),
        Kind::NaN | Kind::SNaN => {
            out.extend_from_slice(if d.kind == Kind::NaN { b"NaN" } else { b"sNaN" });
            if !d.coefficient.is_empty() {
                nat::push_text(out, &d.coefficient);
            }
            return;
        }
        Kind::Finite => {}
    }
    let start = out.len();
    nat::push_text(out, &d.coefficient);
    if d.exponent == 0 {
        return;
    }
    let digits = (out.len() - start) as i64;
    let left = d.exponent + digits;
    // How many digits stand before the point.
    let point = if d.exponent <= 0 && left > -6 {
        left
    } else if !engineering {
        1
    } else if d.coefficient.is_empty() {
        (left + 1).rem_euclid(3) - 1
    } else {
        (left - 1).rem_euclid(3) + 1
    };
    if point <= 0 {
        let zeros = -point as usize;
        let added = zeros + 2;
        out.resize(out.len() + added, b'0');
        out.copy_within(start..start + digits as usize, start + added);
        out[start..start + added].fill(b'0');
        out[start + 1] = b'.';
    } else if point >= digits {
        out.resize(start + point as usize, b'0');
    } else {
        out.insert(start + point as usize, b'.');
    }
    let exponent = left - point;
    if exponent != 0 {
        push_exponent(out, exponent, if capitals { b'E' } else { b'e' });
    }
}

/// Appends an exponent with its sign.
pub(crate) fn push_exponent(out: &mut Vec<u8>, exponent: i64, letter: u8) {
    out.push(letter);
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let n = exponent.unsigned_abs();
    let digits = nat::digits_of(n.min(nat::BASE - 1));
    let at = out.len();
    out.resize(at + digits, b'0');
    nat::write_digits(&mut out[at..], n);
}
