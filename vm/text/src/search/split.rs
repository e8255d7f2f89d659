//! `split` and `rsplit`, by a separator or by white space.
//!
//! Each part is reported as a range, and `each` may stop the work with an error. The functions
//! from the right report the last part first.

use std::ops::Range;

use super::fit;
use crate::predicates::bytes::is_space_byte;
use crate::{Text, Unit, props, with_units};

/// Splits at each `separator`, at most `max` times from the left.
///
/// The separator must not be empty: that is the caller's `ValueError`.
pub fn split<E>(
    text: Text<'_>,
    separator: Text<'_>,
    max: usize,
    mut each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    fn go<U: Unit, E>(
        s: &[U],
        separator: Text<'_>,
        max: usize,
        each: &mut impl FnMut(Range<usize>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let (mut start, mut left, mut result) = (0, max, Ok(()));
        if let Some(units) = fit::<U>(separator)
            && max > 0
        {
            U::each_slice(s, &units, |i| {
                result = each(start..i);
                start = i + units.len();
                left -= 1;
                result.is_ok() && left > 0
            });
        }
        result.map(|()| start)
    }
    assert!(!separator.is_empty());
    let start = with_units!(text, |s| go(s, separator, max, &mut each))?;
    each(start..text.len())
}

/// Splits at each `separator`, at most `max` times from the right; the last part comes first.
pub fn rsplit<E>(
    text: Text<'_>,
    separator: Text<'_>,
    max: usize,
    mut each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    assert!(!separator.is_empty());
    let mut end = text.len();
    for _ in 0..max {
        let Some(i) = super::rfind(text.slice(0..end), separator) else { break };
        each(i + separator.len()..end)?;
        end = i;
    }
    each(0..end)
}

fn words<U: Unit, E>(
    s: &[U],
    max: usize,
    is_space: impl Fn(u32) -> bool,
    mut each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut i, mut left) = (0, max);
    loop {
        while i < s.len() && is_space(s[i].into()) {
            i += 1;
        }
        if i == s.len() {
            return Ok(());
        }
        if left == 0 {
            return each(i..s.len());
        }
        let start = i;
        while i < s.len() && !is_space(s[i].into()) {
            i += 1;
        }
        each(start..i)?;
        left -= 1;
    }
}

fn words_from_right<U: Unit, E>(
    s: &[U],
    max: usize,
    is_space: impl Fn(u32) -> bool,
    mut each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut i, mut left) = (s.len(), max);
    loop {
        while i > 0 && is_space(s[i - 1].into()) {
            i -= 1;
        }
        if i == 0 {
            return Ok(());
        }
        if left == 0 {
            return each(0..i);
        }
        let end = i;
        while i > 0 && !is_space(s[i - 1].into()) {
            i -= 1;
        }
        each(i..end)?;
        left -= 1;
    }
}

/// White space in a string of ASCII.
fn is_space_ascii(c: u32) -> bool {
    matches!(c, 0x20 | 9..=13 | 0x1c..=0x1f)
}

/// Splits a string at runs of white space, at most `max` times from the left.
pub fn split_whitespace<E>(
    text: Text<'_>,
    max: usize,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    match text {
        Text::Ascii(s) => words(s, max, is_space_ascii, each),
        _ => with_units!(text, |s| words(s, max, props::is_space, each)),
    }
}

/// Splits a string at runs of white space, at most `max` times from the right; the last part first.
pub fn rsplit_whitespace<E>(
    text: Text<'_>,
    max: usize,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    match text {
        Text::Ascii(s) => words_from_right(s, max, is_space_ascii, each),
        _ => with_units!(text, |s| words_from_right(s, max, props::is_space, each)),
    }
}

/// Splits bytes at runs of ASCII white space, at most `max` times from the left.
pub fn split_whitespace_bytes<E>(
    s: &[u8],
    max: usize,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    words(s, max, |c| is_space_byte(c as u8), each)
}

/// Splits bytes at runs of ASCII white space, at most `max` times from the right; the last part first.
pub fn rsplit_whitespace_bytes<E>(
    s: &[u8],
    max: usize,
    each: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    words_from_right(s, max, |c| is_space_byte(c as u8), each)
}
