//! Borrowed text: a slice of units that knows its kind.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use super::{Kind, Unit};
use crate::with_units;

/// A string's body, or a part of one.
///
/// The kind may be wider than the content needs (a part of a wide string often is);
/// [`Text::max_char`] looks. Only `Ascii` is a promise about the content.
/// Equality and order are by code points, whatever the kinds.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// All below 0x80.
    Ascii(&'a [u8]),
    /// Latin-1.
    Latin1(&'a [u8]),
    /// UCS-2, lone surrogates allowed.
    Ucs2(&'a [u16]),
    /// UCS-4, lone surrogates allowed, nothing above 0x10ffff.
    Ucs4(&'a [u32]),
}

impl<'a> Text<'a> {
    /// The empty text.
    pub const EMPTY: Text<'static> = Text::Ascii(&[]);

    /// Bytes as Latin-1 text, marked ASCII if they are.
    #[inline]
    pub fn from_latin1(bytes: &'a [u8]) -> Text<'a> {
        if bytes.is_ascii() { Text::Ascii(bytes) } else { Text::Latin1(bytes) }
    }

    /// The text of an ASCII literal; `None` if it is not ASCII.
    #[inline]
    pub fn from_ascii_str(s: &'a str) -> Option<Text<'a>> {
        s.is_ascii().then_some(Text::Ascii(s.as_bytes()))
    }

    /// How many code points there are.
    #[inline]
    pub fn len(&self) -> usize {
        with_units!(self, |s| s.len())
    }

    /// Whether there is nothing.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The body's kind.
    #[inline]
    pub fn kind(&self) -> Kind {
        match self {
            Text::Ascii(_) => Kind::Ascii,
            Text::Latin1(_) => Kind::Latin1,
            Text::Ucs2(_) => Kind::Ucs2,
            Text::Ucs4(_) => Kind::Ucs4,
        }
    }

    /// The code point at `i`, or `None` past the end.
    #[inline]
    pub fn get(&self, i: usize) -> Option<u32> {
        with_units!(self, |s| s.get(i).map(|&u| u.into()))
    }

    /// The code point at `i`. Panics past the end.
    #[inline]
    pub fn at(&self, i: usize) -> u32 {
        with_units!(self, |s| s[i].into())
    }

    /// The part at `range`, of the same kind. Panics past the end.
    #[inline]
    pub fn slice(&self, range: Range<usize>) -> Text<'a> {
        match *self {
            Text::Ascii(s) => Text::Ascii(&s[range]),
            Text::Latin1(s) => Text::Latin1(&s[range]),
            Text::Ucs2(s) => Text::Ucs2(&s[range]),
            Text::Ucs4(s) => Text::Ucs4(&s[range]),
        }
    }

    /// The greatest code point of the narrowest kind that holds this text:
    /// 0x7f, 0xff, 0xffff or 0x10ffff.
    #[inline]
    pub fn max_char(&self) -> u32 {
        match self {
            Text::Ascii(_) => 0x7f,
            Text::Latin1(s) => Unit::max_char(s),
            Text::Ucs2(s) => Unit::max_char(s),
            Text::Ucs4(s) => Unit::max_char(s),
        }
    }

    /// The narrowest kind that holds this text.
    #[inline]
    pub fn narrowest(&self) -> Kind {
        Kind::of_max_char(self.max_char())
    }

    /// Whether every code point is below 0x80.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.max_char() == 0x7f
    }

    /// The body, if the text is of the kind `Ascii`.
    #[inline]
    pub fn as_ascii(&self) -> Option<&'a [u8]> {
        match *self {
            Text::Ascii(s) => Some(s),
            _ => None,
        }
    }

    /// The raw bytes of the body in native order, as they are hashed.
    #[inline]
    pub fn raw_bytes(&self) -> &'a [u8] {
        match *self {
            Text::Ascii(s) | Text::Latin1(s) => s,
            // SAFETY: any initialized `u16` is two initialized bytes, and `u8` needs no alignment.
            Text::Ucs2(s) => unsafe { std::slice::from_raw_parts(s.as_ptr().cast(), s.len() * 2) },
            // SAFETY: as above, with four bytes.
            Text::Ucs4(s) => unsafe { std::slice::from_raw_parts(s.as_ptr().cast(), s.len() * 4) },
        }
    }

    /// The code points, from either end.
    #[inline]
    pub fn iter(&self) -> Chars<'a> {
        Chars { text: *self, front: 0, back: self.len() }
    }

    /// Appends the code points to `out`, cut to its units: the caller knows that they fit.
    pub fn widen_into<U: Unit>(&self, out: &mut Vec<U>) {
        with_units!(self, |s| out.extend(s.iter().map(|&u| U::cut(u.into()))));
    }

    /// Writes the code points to `out`, of the same length, cut to its units.
    ///
    /// Panics if the lengths differ.
    pub fn copy_to<U: Unit>(&self, out: &mut [U]) {
        assert_eq!(self.len(), out.len());
        with_units!(self, |s| for (to, &u) in out.iter_mut().zip(s.iter()) {
            *to = U::cut(u.into());
        });
    }

    /// The text as a Rust string; `None` if it holds a surrogate.
    pub fn to_string_checked(&self) -> Option<String> {
        if let Text::Ascii(s) = self {
            // The bytes were promised to be ASCII; a broken promise shows here.
            return std::str::from_utf8(s).ok().map(str::to_owned);
        }
        self.iter().map(char::from_u32).collect()
    }
}

impl<'a> IntoIterator for Text<'a> {
    type Item = u32;
    type IntoIter = Chars<'a>;

    fn into_iter(self) -> Chars<'a> {
        self.iter()
    }
}

/// The code points of a [`Text`].
#[derive(Clone)]
pub struct Chars<'a> {
    text: Text<'a>,
    front: usize,
    back: usize,
}

impl Iterator for Chars<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.front += 1;
        Some(self.text.at(self.front - 1))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.back - self.front;
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.text.at(self.back))
    }
}

impl ExactSizeIterator for Chars<'_> {}

fn equal_units<A: Unit, B: Unit>(a: &[A], b: &[B]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&x, &y)| x.into() == y.into())
}

fn compare_units<A: Unit, B: Unit>(a: &[A], b: &[B]) -> Ordering {
    for (&x, &y) in a.iter().zip(b) {
        match x.into().cmp(&y.into()) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    a.len().cmp(&b.len())
}

impl PartialEq for Text<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Text::Ascii(a) | Text::Latin1(a), Text::Ascii(b) | Text::Latin1(b)) => a == b,
            (Text::Ucs2(a), Text::Ucs2(b)) => a == b,
            (Text::Ucs4(a), Text::Ucs4(b)) => a == b,
            (a, b) => with_units!(a, |x| with_units!(b, |y| equal_units(x, y))),
        }
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        match self {
            Text::Ascii(s) => *s == other.as_bytes(),
            _ => self.iter().eq(other.chars().map(u32::from)),
        }
    }
}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Text::Ascii(a) | Text::Latin1(a), Text::Ascii(b) | Text::Latin1(b)) => a.cmp(b),
            (a, b) => with_units!(a, |x| with_units!(b, |y| compare_units(x, y))),
        }
    }
}

impl fmt::Debug for Text<'_> {
    /// A Rust string literal in which surrogates stand as `\u{...}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.iter() {
            match char::from_u32(c) {
                Some(c) => write!(f, "{}", c.escape_debug())?,
                None => write!(f, "\\u{{{c:x}}}")?,
            }
        }
        f.write_str("\"")
    }
}
