//! Reading a JSON string.

use super::decode_error;
use dovetail_core::error::PyResult;
use dovetail_core::object::Ref;
use dovetail_core::types::str_::Str;
use dovetail_text::{Text, TextBuf};

/// Reads the string whose first character is at `begin`, behind the quote; gives it and the place behind its end.
pub fn scan_text(s: &Str, begin: usize, strict: bool) -> PyResult<(Ref<Str>, usize)> {
    match s.text() {
        Text::Ascii(u) => scan(s, u, begin, strict),
        Text::Latin1(u) => scan(s, u, begin, strict),
        Text::Ucs2(u) => scan(s, u, begin, strict),
        Text::Ucs4(u) => scan(s, u, begin, strict),
    }
}

/// The place of the next quote, backslash or (where they are not allowed) control character.
#[inline(always)]
pub fn special<U: Copy + Into<u32>>(units: &[U], from: usize, strict: bool) -> Option<usize> {
    let found = units[from..].iter().position(|u| {
        let c: u32 = (*u).into();
        c == b'"' as u32 || c == b'\\' as u32 || c < 0x20 && strict
    });
    found.map(|n| from + n)
}

/// The value of four hexadecimal digits.
fn hex4<U: Copy + Into<u32>>(units: &[U], at: usize) -> Option<u32> {
    let digits = units.get(at..at + 4)?;
    digits.iter().try_fold(0, |v, d| Some(v << 4 | char::from_u32((*d).into())?.to_digit(16)?))
}

/// As `scan_text`, on the units of the text.
pub fn scan<U: Copy + Into<u32>>(
    s: &Str,
    units: &[U],
    begin: usize,
    strict: bool,
) -> PyResult<(Ref<Str>, usize)> {
    let text = s.text();
    let unit = |i: usize| units.get(i).map(|u| (*u).into());
    let unterminated = || decode_error("Unterminated string starting at", s, begin as isize - 1);
    let mut out: Option<TextBuf> = None;
    let mut start = begin;
    loop {
        let Some(at) = special(units, start, strict) else { return Err(unterminated()) };
        match unit(at) {
            Some(0x22) => {
                let value = match out {
                    None => Str::from_text(text.slice(start..at))?,
                    Some(mut out) => {
                        out.push_text(text.slice(start..at));
                        Str::from_buf(out.finish())?
                    }
                };
                return Ok((value, at + 1));
            }
            Some(0x5c) => {}
            _ => return Err(decode_error("Invalid control character at", s, at as isize)),
        }
        let out = out.get_or_insert_with(TextBuf::new);
        out.push_text(text.slice(start..at));
        let Some(c) = unit(at + 1) else { return Err(unterminated()) };
        let plain = match char::from_u32(c) {
            Some(c @ ('"' | '\\' | '/')) => Some(c as u32),
            Some('b') => Some(8),
            Some('f') => Some(12),
            Some('n') => Some(10),
            Some('r') => Some(13),
            Some('t') => Some(9),
            Some('u') => None,
            _ => return Err(decode_error("Invalid \\escape", s, at as isize)),
        };
        if let Some(c) = plain {
            out.push(c);
            start = at + 2;
            continue;
        }
        let invalid = |at: usize| decode_error("Invalid \\uXXXX escape", s, at as isize);
        // There must be something behind the digits.
        let digits = |at: usize| if at + 4 < units.len() { hex4(units, at) } else { None };
        let mut value = digits(at + 2).ok_or_else(|| invalid(at + 1))?;
        start = at + 6;
        if (0xd800..0xdc00).contains(&value)
            && unit(start) == Some(0x5c)
            && unit(start + 1) == Some(b'u' as u32)
            && start + 6 < units.len()
        {
            let low = hex4(units, start + 2).ok_or_else(|| invalid(start + 1))?;
            if (0xdc00..0xe000).contains(&low) {
                value = 0x1_0000 + ((value - 0xd800) << 10 | low - 0xdc00);
                start += 6;
            }
        }
        out.push(value);
    }
}
