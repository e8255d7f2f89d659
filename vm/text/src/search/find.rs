//! `find`, `rfind`, `count`, `in`, `startswith`, `endswith`, `partition`.

use std::ops::Range;

use super::fit;
use crate::{Text, Unit, with_units};

/// The part of a sequence of `len` that `start` and `end` select as in `s.find(x, start, end)`:
/// negative numbers count from the end. `None` if they select nothing, not even an empty part,
/// in which even the empty string is not found.
pub fn window(len: usize, start: isize, end: isize) -> Option<Range<usize>> {
    let place = |i: isize| if i < 0 { len.saturating_sub(i.unsigned_abs()) } else { i as usize };
    let (start, end) = (place(start), place(end).min(len));
    (start <= end).then_some(start..end)
}

/// The first index at which `needle` occurs.
pub fn find(hay: Text<'_>, needle: Text<'_>) -> Option<usize> {
    fn go<U: Unit>(hay: &[U], needle: Text<'_>) -> Option<usize> {
        if needle.len() > hay.len() {
            return None;
        }
        match needle.len() {
            0 => Some(0),
            1 => U::of(needle.at(0))?.position_in(hay),
            _ => U::find_slice(hay, &fit::<U>(needle)?),
        }
    }
    with_units!(hay, |s| go(s, needle))
}

/// The last index at which `needle` occurs.
pub fn rfind(hay: Text<'_>, needle: Text<'_>) -> Option<usize> {
    fn go<U: Unit>(hay: &[U], needle: Text<'_>) -> Option<usize> {
        if needle.len() > hay.len() {
            return None;
        }
        match needle.len() {
            0 => Some(hay.len()),
            1 => U::of(needle.at(0))?.last_position_in(hay),
            _ => U::rfind_slice(hay, &fit::<U>(needle)?),
        }
    }
    with_units!(hay, |s| go(s, needle))
}

/// Whether `needle` occurs.
pub fn contains(hay: Text<'_>, needle: Text<'_>) -> bool {
    find(hay, needle).is_some()
}

/// How often `needle` occurs without overlap; the empty one occurs around every character.
pub fn count(hay: Text<'_>, needle: Text<'_>) -> usize {
    fn go<U: Unit>(hay: &[U], needle: Text<'_>) -> Option<usize> {
        match needle.len() {
            0 => Some(hay.len() + 1),
            1 => Some(U::of(needle.at(0))?.count_in(hay)),
            m if m > hay.len() => None,
            _ => {
                let mut n = 0;
                U::each_slice(hay, &fit::<U>(needle)?, |_| {
                    n += 1;
                    true
                });
                Some(n)
            }
        }
    }
    with_units!(hay, |s| go(s, needle)).unwrap_or(0)
}

/// Whether `hay` begins with `prefix`.
#[inline]
pub fn starts_with(hay: Text<'_>, prefix: Text<'_>) -> bool {
    prefix.len() <= hay.len() && hay.slice(0..prefix.len()) == prefix
}

/// Whether `hay` ends with `suffix`.
#[inline]
pub fn ends_with(hay: Text<'_>, suffix: Text<'_>) -> bool {
    suffix.len() <= hay.len() && hay.slice(hay.len() - suffix.len()..hay.len()) == suffix
}

/// Where the first `separator` stands; before it is the head, behind it the tail.
pub fn partition(hay: Text<'_>, separator: Text<'_>) -> Option<Range<usize>> {
    find(hay, separator).map(|i| i..i + separator.len())
}

/// Where the last `separator` stands.
pub fn rpartition(hay: Text<'_>, separator: Text<'_>) -> Option<Range<usize>> {
    rfind(hay, separator).map(|i| i..i + separator.len())
}
