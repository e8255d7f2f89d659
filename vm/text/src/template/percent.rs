//! The syntax of `%` formatting, for strings and bytes.
//!
//! The parser reads on past a `*` without its value. An error behind one therefore does not come at
//! once but with the conversion, so that the caller can complain about the key and the
//! values of the stars first, as CPython does.

use std::ops::Range;

use crate::{Text, search};

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text to be copied. Of `%%` it is the second sign.
    Literal(Range<usize>),
    /// A conversion.
    Spec(Spec),
}

/// A conversion: `%(key)flags width.precision type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The mapping key.
    pub key: Key,
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: Size,
    /// The precision.
    pub precision: Size,
    /// The type and its place; what is no type is for the caller to find, after the missing value:
    /// see [`unsupported`].
    pub conversion: Result<(u32, usize), PercentError>,
}

/// A mapping key. Any but `None` wants a mapping ("format requires a mapping").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// There is none.
    None,
    /// What stands between the parentheses.
    Name(Range<usize>),
    /// The closing parenthesis is missing: with a mapping the error is the conversion's.
    Incomplete,
}

/// The flags `-`, `+`, blank, `#` and `0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`: to the left.
    pub left: bool,
    /// `+`: always a sign.
    pub sign: bool,
    /// Blank: a blank for a sign.
    pub blank: bool,
    /// `#`: the alternate form.
    pub alternate: bool,
    /// `0`: filled with zeros.
    pub zero: bool,
}

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Not given.
    None,
    /// Given; a precision of a lone dot is 0.
    Number(usize),
    /// `*`: taken from the values.
    Star,
}

/// A `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    /// The template ends inside a key.
    IncompleteKey,
    /// The template ends inside a conversion.
    Incomplete,
    /// The width is no `ssize_t`.
    WidthTooBig,
    /// The precision is no `int`.
    PrecisionTooBig,
}

impl PercentError {
    /// The exception's text, which for bytes has other words.
    pub fn message(self, bytes: bool) -> &'static str {
        match self {
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::Incomplete => "incomplete format",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig if bytes => "prec too big",
            PercentError::PrecisionTooBig => "precision too big",
        }
    }
}

/// The text of the `ValueError` for a conversion that is none.
pub fn unsupported(conversion: (u32, usize), bytes: bool) -> String {
    let (c, at) = conversion;
    let shown = match char::from_u32(c) {
        Some(c) if bytes || (' '..='\x7f').contains(&c) => c,
        _ => '?',
    };
    format!("unsupported format character '{shown}' (0x{c:x}) at index {at}")
}

/// The pieces of a template, in order. After an error nothing more should be asked.
#[derive(Clone)]
pub struct Pieces<'a> {
    template: Text<'a>,
    at: usize,
}

/// Reads a template.
pub fn parse(template: Text<'_>) -> Pieces<'_> {
    Pieces { template, at: 0 }
}

impl Pieces<'_> {
    /// Where text and a conversion `%s`, `%r` or `%d` without anything between come next in an ASCII template: the
    /// text and the letter.
    #[inline]
    pub fn next_plain(&mut self) -> Option<(Range<usize>, u8)> {
        let Text::Ascii(template) = self.template else { return None };
        let start = self.at;
        let sign = start + template[start..].iter().position(|b| *b == b'%')?;
        match template.get(sign + 1) {
            Some(c @ (b's' | b'r' | b'd')) => {
                self.at = sign + 2;
                Some((start..sign, *c))
            }
            _ => None,
        }
    }

    /// The character to be read.
    fn peek(&self) -> Result<u32, PercentError> {
        self.template.get(self.at).ok_or(PercentError::Incomplete)
    }

    fn number(&mut self, most: usize, error: PercentError) -> Result<Size, PercentError> {
        let mut value = 0usize;
        while let Ok(c @ 0x30..=0x39) = self.peek() {
            let next = value.checked_mul(10).and_then(|v| v.checked_add(c as usize - 0x30));
            value = next.filter(|&v| v <= most).ok_or(error)?;
            self.at += 1;
        }
        Ok(Size::Number(value))
    }

    fn size(&mut self, most: usize, error: PercentError) -> Result<Size, PercentError> {
        if self.peek()? == '*' as u32 {
            self.at += 1;
            return Ok(Size::Star);
        }
        self.number(most, error)
    }

    fn spec(&mut self, spec: &mut Spec) -> Result<(u32, usize), PercentError> {
        if self.peek()? == '(' as u32 {
            let start = self.at + 1;
            let mut open = 1;
            self.at = start;
            spec.key = Key::Incomplete;
            while open > 0 {
                match self.template.get(self.at).and_then(char::from_u32) {
                    Some('(') => open += 1,
                    Some(')') => open -= 1,
                    _ if self.at >= self.template.len() => return Err(PercentError::IncompleteKey),
                    _ => {}
                }
                self.at += 1;
            }
            spec.key = Key::Name(start..self.at - 1);
        }
        loop {
            let flag = match char::from_u32(self.peek()?) {
                Some('-') => &mut spec.flags.left,
                Some('+') => &mut spec.flags.sign,
                Some(' ') => &mut spec.flags.blank,
                Some('#') => &mut spec.flags.alternate,
                Some('0') => &mut spec.flags.zero,
                _ => break,
            };
            *flag = true;
            self.at += 1;
        }
        if let 0x30..=0x39 | 0x2a = self.peek()? {
            spec.width = self.size(isize::MAX as usize, PercentError::WidthTooBig)?;
        }
        if self.peek()? == '.' as u32 {
            self.at += 1;
            spec.precision = Size::Number(0);
            spec.precision = self.size(i32::MAX as usize, PercentError::PrecisionTooBig)?;
        }
        // One length modifier of C is read over.
        if let 0x68 | 0x6c | 0x4c = self.peek()? {
            self.at += 1;
        }
        let conversion = (self.peek()?, self.at);
        self.at += 1;
        Ok(conversion)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let (start, len) = (self.at, self.template.len());
        if start == len {
            return None;
        }
        let sign = search::find(self.template.slice(start..len), Text::Ascii(b"%"));
        let sign = sign.map_or(len, |i| start + i);
        if sign > start {
            self.at = sign;
            return Some(Piece::Literal(start..sign));
        }
        self.at = start + 1;
        if self.peek() == Ok('%' as u32) {
            self.at += 1;
            return Some(Piece::Literal(start + 1..start + 2));
        }
        let mut spec = Spec {
            key: Key::None,
            flags: Flags::default(),
            width: Size::None,
            precision: Size::None,
            conversion: Err(PercentError::Incomplete),
        };
        spec.conversion = self.spec(&mut spec);
        if spec.conversion.is_err() {
            self.at = len;
        }
        Some(Piece::Spec(spec))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(s: &str) -> Spec {
        let mut pieces = parse(Text::Ascii(s.as_bytes()));
        match (pieces.next(), pieces.next()) {
            (Some(Piece::Spec(spec)), None) => spec,
            other => panic!("{s}: {other:?}"),
        }
    }

    #[test]
    fn pieces() {
        let got: Vec<Piece> = parse(Text::Ascii(b"a%%b%dc")).collect();
        assert_eq!(got[..3], [Piece::Literal(0..1), Piece::Literal(2..3), Piece::Literal(3..4)]);
        assert!(matches!(&got[3], Piece::Spec(Spec { conversion: Ok((0x64, 5)), .. })));
        assert_eq!(got[4], Piece::Literal(6..7));
    }

    #[test]
    fn parts() {
        let s = spec("%((a))-+ #012.3hf");
        assert_eq!(s.key, Key::Name(2..5));
        assert_eq!(s.flags, Flags { left: true, sign: true, blank: true, alternate: true, zero: true });
        assert_eq!((s.width, s.precision), (Size::Number(12), Size::Number(3)));
        assert_eq!(s.conversion, Ok(('f' as u32, 16)));
        let s = spec("%*.*d");
        assert_eq!((s.width, s.precision), (Size::Star, Size::Star));
        assert_eq!(spec("%.d").precision, Size::Number(0));
    }

    #[test]
    fn errors_come_with_the_conversion() {
        for (s, error) in [
            ("%", PercentError::Incomplete),
            ("%(", PercentError::IncompleteKey),
            ("%(a", PercentError::IncompleteKey),
            ("%(a)", PercentError::Incomplete),
            ("%*", PercentError::Incomplete),
            ("%l", PercentError::Incomplete),
            ("%9223372036854775808d", PercentError::WidthTooBig),
            ("%.2147483648d", PercentError::PrecisionTooBig),
        ] {
            assert_eq!(spec(s).conversion, Err(error), "{s}");
        }
        assert_eq!(spec("%*").width, Size::Star);
        let hh = spec("%h\n").conversion.unwrap();
        assert_eq!(unsupported(hh, false), "unsupported format character '?' (0xa) at index 2");
    }
}
