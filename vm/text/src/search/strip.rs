//! `strip`, `lstrip`, `rstrip`: what is left, as a range.

use std::ops::Range;

use crate::predicates::bytes::is_space_byte;
use crate::{Text, Unit, props, with_units};

/// Where to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`.
    Left,
    /// `rstrip`.
    Right,
    /// `strip`.
    Both,
}

fn strip<U: Unit>(s: &[U], side: Side, drop: impl Fn(u32) -> bool) -> Range<usize> {
    let (mut start, mut end) = (0, s.len());
    if side != Side::Right {
        while start < end && drop(s[start].into()) {
            start += 1;
        }
    }
    if side != Side::Left {
        while start < end && drop(s[end - 1].into()) {
            end -= 1;
        }
    }
    start..end
}

/// A set of characters to ask often.
pub struct CharSet {
    low: [u64; 4],
    /// Those above 0xff, in order.
    high: Vec<u32>,
}

impl CharSet {
    /// The characters of `text`.
    pub fn new(text: Text<'_>) -> CharSet {
        let mut set = CharSet { low: [0; 4], high: Vec::new() };
        for c in text.iter() {
            match c {
                0..=0xff => set.low[(c >> 6) as usize] |= 1 << (c & 63),
                _ => set.high.push(c),
            }
        }
        set.high.sort_unstable();
        set
    }

    /// Whether `c` is in the set.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        match c {
            0..=0xff => self.low[(c >> 6) as usize] & (1 << (c & 63)) != 0,
            _ => self.high.binary_search(&c).is_ok(),
        }
    }
}

/// What is left of a string without white space at its ends.
pub fn strip_whitespace(text: Text<'_>, side: Side) -> Range<usize> {
    with_units!(text, |s| strip(s, side, props::is_space))
}

/// What is left of a byte string without ASCII white space at its ends.
pub fn strip_whitespace_bytes(s: &[u8], side: Side) -> Range<usize> {
    strip(s, side, |c| is_space_byte(c as u8))
}

/// What is left of a string (or bytes as Latin-1) without the characters in `chars` at its ends.
pub fn strip_chars(text: Text<'_>, chars: Text<'_>, side: Side) -> Range<usize> {
    if let [c] = chars.iter().take(2).collect::<Vec<_>>()[..] {
        return with_units!(text, |s| strip(s, side, |d| c == d));
    }
    let set = CharSet::new(chars);
    with_units!(text, |s| strip(s, side, |c| set.contains(c)))
}
