//! Case conversion of whole strings, as `str`'s and `bytes`'s methods do it.
//!
//! The full mappings are used (`"ß".upper()` is `"SS"`), and a capital sigma becomes its final form
//! at a word's end.

use crate::kind::{MAX_CODE_POINT, Text, TextBuf, Unit};
use crate::props::{self, Mapped};
use crate::with_units;

const CAPITAL_SIGMA: u32 = 0x3a3;
const SMALL_SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// Whether the capital sigma at `i` ends a word: something cased before it and nothing cased
/// after it, whatever is case-ignorable not counted.
fn is_final_sigma<U: Unit>(s: &[U], i: usize) -> bool {
    let nearest_is_cased = |mut chars: &mut dyn Iterator<Item = u32>| {
        let nearest = (&mut chars).find(|&c| !props::is_case_ignorable(c));
        nearest.is_some_and(props::is_cased)
    };
    nearest_is_cased(&mut s[..i].iter().rev().map(|&u| u.into()))
        && !nearest_is_cased(&mut s[i + 1..].iter().map(|&u| u.into()))
}

fn push_mapped(out: &mut TextBuf, mapped: Mapped) {
    mapped.as_slice().iter().for_each(|&c| out.push(c));
}

#[inline]
fn push_lower<U: Unit>(s: &[U], i: usize, out: &mut TextBuf) {
    let c = s[i].into();
    if c == CAPITAL_SIGMA {
        out.push(if is_final_sigma(s, i) { FINAL_SIGMA } else { SMALL_SIGMA });
    } else {
        push_mapped(out, props::to_lower(c));
    }
}

/// Converts unit by unit while `one` gives a character that fits in a unit, and from the first
/// other one on by `full`, which appends what becomes of the unit at an index.
#[inline(always)]
fn convert<U: Unit>(
    s: &[U],
    one: impl Fn(u32) -> Option<u32>,
    full: impl Fn(&[U], usize, &mut TextBuf),
) -> TextBuf {
    let mut units = vec![U::default(); s.len()];
    let mut done = 0;
    for (to, &from) in units.iter_mut().zip(s) {
        match one(from.into()).and_then(U::of) {
            Some(unit) => *to = unit,
            None => break,
        }
        done += 1;
    }
    if done == s.len() {
        return U::buf(units);
    }
    let mut out = TextBuf::with_max_char(s.len(), U::MAX.min(MAX_CODE_POINT));
    out.push_text(U::text(&units[..done]));
    (done..s.len()).for_each(|i| full(s, i, &mut out));
    out.finish()
}

const LOWER: usize = 0;
const UPPER: usize = 1;
const FOLD: usize = 3;

fn lower_to_one(c: u32) -> Option<u32> {
    if c == CAPITAL_SIGMA { None } else { props::mapped_to_one(c, LOWER) }
}

/// `str.lower`.
pub fn lower(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(s.to_ascii_lowercase());
    }
    with_units!(text, |s| convert(s, lower_to_one, push_lower))
}

/// `str.upper`.
pub fn upper(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(s.to_ascii_uppercase());
    }
    with_units!(text, |s| convert(
        s,
        |c| props::mapped_to_one(c, UPPER),
        |s, i, out| push_mapped(out, props::to_upper(s[i].into()))
    ))
}

/// `str.casefold`.
pub fn casefold(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(s.to_ascii_lowercase());
    }
    with_units!(text, |s| convert(
        s,
        |c| props::mapped_to_one(c, FOLD),
        |s, i, out| push_mapped(out, props::to_folded(s[i].into()))
    ))
}

/// `str.swapcase`.
pub fn swapcase(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(swapcase_bytes(s));
    }
    let mut out = TextBuf::with_max_char(text.len(), text.kind().max_char());
    with_units!(text, |s| for i in 0..s.len() {
        let c = s[i].into();
        if props::is_upper(c) {
            push_lower(s, i, &mut out);
        } else if props::is_lower(c) {
            push_mapped(&mut out, props::to_upper(c));
        } else {
            out.push(c);
        }
    });
    out.finish()
}

/// `str.capitalize`: the first character in title case, the others in lower case.
pub fn capitalize(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(capitalize_bytes(s));
    }
    let mut out = TextBuf::with_max_char(text.len(), text.kind().max_char());
    with_units!(text, |s| for i in 0..s.len() {
        if i == 0 {
            push_mapped(&mut out, props::to_title(s[0].into()));
        } else {
            push_lower(s, i, &mut out);
        }
    });
    out.finish()
}

/// `str.title`: title case where a word begins, lower case inside.
pub fn title(text: Text<'_>) -> TextBuf {
    if let Text::Ascii(s) = text {
        return TextBuf::from_ascii(title_bytes(s));
    }
    let mut out = TextBuf::with_max_char(text.len(), text.kind().max_char());
    with_units!(text, |s| {
        let mut inside = false;
        for i in 0..s.len() {
            let c = s[i].into();
            if inside {
                push_lower(s, i, &mut out);
            } else {
                push_mapped(&mut out, props::to_title(c));
            }
            inside = props::is_cased(c);
        }
    });
    out.finish()
}

/// `bytes.swapcase`: ASCII letters only.
pub fn swapcase_bytes(s: &[u8]) -> Vec<u8> {
    s.iter().map(|&b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b }).collect()
}

/// `bytes.capitalize`: ASCII letters only.
pub fn capitalize_bytes(s: &[u8]) -> Vec<u8> {
    let mut out = s.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `bytes.title`: ASCII letters only.
pub fn title_bytes(s: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let mut convert = |b: &u8| {
        let out = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        inside = b.is_ascii_alphabetic();
        out
    };
    s.iter().map(&mut convert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii() {
        assert_eq!(title(Text::Ascii(b"hello wORLD it's 3rd")), *"Hello World It'S 3Rd");
        assert_eq!(capitalize(Text::Ascii(b"hELLO")), *"Hello");
        assert_eq!(swapcase(Text::Ascii(b"aB1[@")), *"Ab1[@");
        assert_eq!(capitalize(Text::EMPTY), *"");
    }
}
