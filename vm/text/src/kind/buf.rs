//! Owned text that widens as it grows.

use std::fmt;

use super::{Kind, Text, Unit};

/// A growing string: begins as ASCII and takes the next kind when a character needs it.
///
/// A buffer from [`TextBuf::new`] always has the narrowest kind that holds its content.
/// One from [`TextBuf::with_max_char`] starts at the kind it was told;
/// [`TextBuf::finish`] narrows it where that was too wide.
#[derive(Clone)]
pub struct TextBuf {
    body: Body,
    /// The kind was chosen beforehand, so it may be wider than the content needs.
    loose: bool,
}

#[derive(Clone)]
enum Body {
    Ascii(Vec<u8>),
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

/// The body of a finished [`TextBuf`], of the narrowest kind that holds it.
#[derive(Clone, Debug)]
pub enum OwnedBody {
    /// All below 0x80.
    Ascii(Vec<u8>),
    /// At least one of 0x80 and more.
    Latin1(Vec<u8>),
    /// At least one of 0x100 and more.
    Ucs2(Vec<u16>),
    /// At least one of 0x10000 and more.
    Ucs4(Vec<u32>),
}

impl TextBuf {
    /// An empty buffer.
    #[inline]
    pub const fn new() -> TextBuf {
        TextBuf { body: Body::Ascii(Vec::new()), loose: false }
    }

    /// An empty buffer with room for `n` ASCII characters.
    #[inline]
    pub fn with_capacity(n: usize) -> TextBuf {
        TextBuf { body: Body::Ascii(Vec::with_capacity(n)), loose: false }
    }

    /// An empty buffer with room for `n` characters up to `max_char`, which need not be exact:
    /// greater characters still widen it, and [`TextBuf::finish`] narrows it.
    pub fn with_max_char(n: usize, max_char: u32) -> TextBuf {
        let body = match Kind::of_max_char(max_char) {
            Kind::Ascii => Body::Ascii(Vec::with_capacity(n)),
            Kind::Latin1 => Body::Latin1(Vec::with_capacity(n)),
            Kind::Ucs2 => Body::Ucs2(Vec::with_capacity(n)),
            Kind::Ucs4 => Body::Ucs4(Vec::with_capacity(n)),
        };
        TextBuf { loose: !matches!(body, Body::Ascii(_)), body }
    }

    /// A buffer that owns this ASCII text. Panics if it is not ASCII.
    pub fn from_ascii(bytes: Vec<u8>) -> TextBuf {
        assert!(bytes.is_ascii());
        TextBuf { body: Body::Ascii(bytes), loose: false }
    }

    /// A buffer that owns this Latin-1 text.
    pub fn from_latin1(bytes: Vec<u8>) -> TextBuf {
        if bytes.is_ascii() {
            TextBuf { body: Body::Ascii(bytes), loose: false }
        } else {
            TextBuf { body: Body::Latin1(bytes), loose: false }
        }
    }

    /// A buffer that owns this UCS-2 text, narrowed if it needs less.
    pub fn from_ucs2(units: Vec<u16>) -> TextBuf {
        TextBuf { body: Body::Ucs2(units), loose: true }.finish()
    }

    /// A buffer that owns this UCS-4 text, narrowed if it needs less.
    /// Panics on a number above 0x10ffff.
    pub fn from_ucs4(units: Vec<u32>) -> TextBuf {
        assert!(units.iter().fold(0, |max, &c| c.max(max)) <= super::MAX_CODE_POINT);
        TextBuf { body: Body::Ucs4(units), loose: true }.finish()
    }

    /// How many code points there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_text().len()
    }

    /// Whether there is nothing yet.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The content so far.
    #[inline]
    pub fn as_text(&self) -> Text<'_> {
        match &self.body {
            Body::Ascii(v) => Text::Ascii(v),
            Body::Latin1(v) => Text::Latin1(v),
            Body::Ucs2(v) => Text::Ucs2(v),
            Body::Ucs4(v) => Text::Ucs4(v),
        }
    }

    /// Makes room for `n` more characters of the present kind.
    pub fn reserve(&mut self, n: usize) {
        match &mut self.body {
            Body::Ascii(v) | Body::Latin1(v) => v.reserve(n),
            Body::Ucs2(v) => v.reserve(n),
            Body::Ucs4(v) => v.reserve(n),
        }
    }

    /// Cuts the content to its first `n` characters; the kind stays.
    pub fn truncate(&mut self, n: usize) {
        match &mut self.body {
            Body::Ascii(v) => return v.truncate(n),
            Body::Latin1(v) => v.truncate(n),
            Body::Ucs2(v) => v.truncate(n),
            Body::Ucs4(v) => v.truncate(n),
        }
        self.loose = true;
    }

    /// Appends one code point. Panics above 0x10ffff.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.body {
            Body::Ascii(v) if c < 0x80 => v.push(c as u8),
            Body::Latin1(v) if c < 0x100 => v.push(c as u8),
            Body::Ucs2(v) if c < 0x1_0000 => v.push(c as u16),
            Body::Ucs4(v) if c <= super::MAX_CODE_POINT => v.push(c),
            _ => self.push_wider(c),
        }
    }

    #[cold]
    fn push_wider(&mut self, c: u32) {
        assert!(c <= super::MAX_CODE_POINT, "no code point: {c:#x}");
        self.widen(Kind::of_max_char(c), 1);
        self.push(c);
    }

    /// Appends text.
    pub fn push_text(&mut self, text: Text<'_>) {
        if text.kind() > self.as_text().kind() {
            let needed = text.narrowest();
            if needed > self.as_text().kind() {
                self.widen(needed, text.len());
            }
        }
        match &mut self.body {
            Body::Ascii(v) | Body::Latin1(v) => match text {
                Text::Ascii(s) | Text::Latin1(s) => v.extend_from_slice(s),
                _ => text.widen_into(v),
            },
            Body::Ucs2(v) => match text {
                Text::Ucs2(s) => v.extend_from_slice(s),
                _ => text.widen_into(v),
            },
            Body::Ucs4(v) => match text {
                Text::Ucs4(s) => v.extend_from_slice(s),
                _ => text.widen_into(v),
            },
        }
    }

    /// Puts text in the place of the characters from `at` on; what goes beyond the end is appended.
    /// Panics if `at` is beyond the end.
    pub fn overwrite(&mut self, at: usize, text: Text<'_>) {
        let over = text.len().min(self.len() - at);
        if over > 0 {
            let part = text.slice(0..over);
            let needed = part.narrowest();
            if needed > self.as_text().kind() {
                self.widen(needed, text.len());
            }
            match &mut self.body {
                Body::Ascii(v) | Body::Latin1(v) => part.copy_to(&mut v[at..at + over]),
                Body::Ucs2(v) => part.copy_to(&mut v[at..at + over]),
                Body::Ucs4(v) => part.copy_to(&mut v[at..at + over]),
            }
            self.loose = true;
        }
        self.push_text(text.slice(over..text.len()));
    }

    /// Appends a Rust string.
    pub fn push_str(&mut self, s: &str) {
        if s.is_ascii() {
            self.push_text(Text::Ascii(s.as_bytes()));
        } else {
            s.chars().for_each(|c| self.push(c.into()));
        }
    }

    /// Appends `n` times the code point `c`.
    pub fn push_repeat(&mut self, c: u32, n: usize) {
        if n == 0 {
            return;
        }
        self.push(c);
        match &mut self.body {
            Body::Ascii(v) | Body::Latin1(v) => v.resize(v.len() + n - 1, c as u8),
            Body::Ucs2(v) => v.resize(v.len() + n - 1, c as u16),
            Body::Ucs4(v) => v.resize(v.len() + n - 1, c),
        }
    }

    /// Changes to the wider kind `to`, with room for `more` characters.
    fn widen(&mut self, to: Kind, more: usize) {
        fn grown<U: Unit>(old: Text<'_>, more: usize) -> Vec<U> {
            let mut new = Vec::with_capacity((old.len() + more).max(old.len() * 5 / 4));
            old.widen_into(&mut new);
            new
        }
        self.body = match (std::mem::replace(&mut self.body, Body::Ascii(Vec::new())), to) {
            (Body::Ascii(v), Kind::Latin1) => Body::Latin1(v),
            (body, Kind::Ucs2) => Body::Ucs2(grown(TextBuf { body, loose: false }.as_text(), more)),
            (body, Kind::Ucs4) => Body::Ucs4(grown(TextBuf { body, loose: false }.as_text(), more)),
            (body, _) => body,
        };
        // What is added next needs the new kind.
        self.loose = false;
    }

    /// The same content in the narrowest kind that holds it.
    pub fn finish(self) -> TextBuf {
        if !self.loose {
            return self;
        }
        let kind = self.as_text().narrowest();
        if kind == self.as_text().kind() {
            return TextBuf { loose: false, ..self };
        }
        fn copied<U: Unit>(text: Text<'_>) -> Vec<U> {
            let mut v = Vec::with_capacity(text.len());
            text.widen_into(&mut v);
            v
        }
        let body = match (self.body, kind) {
            (Body::Latin1(v), Kind::Ascii) => Body::Ascii(v),
            (body, kind) => {
                let old = TextBuf { body, loose: false };
                match kind {
                    Kind::Ascii => Body::Ascii(copied(old.as_text())),
                    Kind::Latin1 => Body::Latin1(copied(old.as_text())),
                    Kind::Ucs2 => Body::Ucs2(copied(old.as_text())),
                    Kind::Ucs4 => Body::Ucs4(copied(old.as_text())),
                }
            }
        };
        TextBuf { body, loose: false }
    }

    /// The content as Latin-1 bytes; `None` if it holds anything above 0xff.
    pub fn into_latin1(self) -> Option<Vec<u8>> {
        match self.finish().body {
            Body::Ascii(v) | Body::Latin1(v) => Some(v),
            _ => None,
        }
    }

    /// The finished body, for a caller who wants to own its memory.
    pub fn into_body(self) -> OwnedBody {
        match self.finish().body {
            Body::Ascii(v) => OwnedBody::Ascii(v),
            Body::Latin1(v) => OwnedBody::Latin1(v),
            Body::Ucs2(v) => OwnedBody::Ucs2(v),
            Body::Ucs4(v) => OwnedBody::Ucs4(v),
        }
    }
}

impl Default for TextBuf {
    fn default() -> TextBuf {
        TextBuf::new()
    }
}

impl From<&str> for TextBuf {
    fn from(s: &str) -> TextBuf {
        let mut buf = TextBuf::with_capacity(s.len());
        buf.push_str(s);
        buf
    }
}

impl From<Text<'_>> for TextBuf {
    fn from(text: Text<'_>) -> TextBuf {
        let mut buf = TextBuf::with_max_char(text.len(), text.max_char());
        buf.push_text(text);
        buf.loose = false;
        buf
    }
}

impl Extend<u32> for TextBuf {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, iter: I) {
        iter.into_iter().for_each(|c| self.push(c));
    }
}

impl FromIterator<u32> for TextBuf {
    fn from_iter<I: IntoIterator<Item = u32>>(iter: I) -> TextBuf {
        let iter = iter.into_iter();
        let mut buf = TextBuf::with_capacity(iter.size_hint().0);
        buf.extend(iter);
        buf
    }
}

impl fmt::Write for TextBuf {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.push_str(s);
        Ok(())
    }
}

impl PartialEq for TextBuf {
    fn eq(&self, other: &TextBuf) -> bool {
        self.as_text() == other.as_text()
    }
}

impl Eq for TextBuf {}

impl PartialEq<str> for TextBuf {
    fn eq(&self, other: &str) -> bool {
        self.as_text() == *other
    }
}

impl fmt::Debug for TextBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_text().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widens_only_as_needed() {
        let mut b = TextBuf::new();
        let mut kinds = Vec::new();
        for c in [0x41, 0xe9, 0x20ac, 0x1f600, 0x42] {
            b.push(c);
            kinds.push(b.as_text().kind());
        }
        assert_eq!(kinds, [Kind::Ascii, Kind::Latin1, Kind::Ucs2, Kind::Ucs4, Kind::Ucs4]);
        assert_eq!(b, *"Aé€😀B");
        let tail = TextBuf::from(b.as_text().slice(0..2));
        assert_eq!(tail.as_text().kind(), Kind::Latin1);
        let mut narrow = TextBuf::from("x");
        narrow.push_text(b.as_text().slice(4..5));
        assert_eq!(narrow.as_text().kind(), Kind::Ascii);
    }

    #[test]
    fn finish_narrows_what_was_told_too_wide() {
        let mut b = TextBuf::with_max_char(8, 0x10ffff);
        b.push_str("plain");
        assert_eq!(b.as_text().kind(), Kind::Ucs4);
        assert_eq!(b.finish().as_text().kind(), Kind::Ascii);
        let mut b = TextBuf::with_max_char(8, 0xffff);
        b.push_repeat(0xff, 3);
        assert_eq!(b.clone().finish().as_text().kind(), Kind::Latin1);
        b.push(0x10000);
        b.truncate(2);
        assert_eq!(b.finish().as_text().kind(), Kind::Latin1);
    }

    #[test]
    fn order_is_by_code_points_across_kinds() {
        let wide = TextBuf::from_ucs2(vec![0x41, 0xffff]);
        let astral = TextBuf::from("A\u{10000}");
        assert!(wide.as_text() < astral.as_text());
        assert!(Text::Ascii(b"A") < wide.as_text());
        assert_eq!(Text::Ascii(b"A"), wide.as_text().slice(0..1));
        assert_eq!(wide.as_text().iter().rev().collect::<Vec<_>>(), [0xffff, 0x41]);
    }

    #[test]
    fn positions_in_wide_bodies() {
        for n in [0usize, 1, 31, 32, 33, 100] {
            let mut hay = vec![7u16; n];
            assert_eq!(9u16.position_in(&hay), None);
            for i in 0..n {
                hay[i] = 9;
                assert_eq!(9u16.position_in(&hay), Some(i));
                assert_eq!(9u16.last_position_in(&hay), Some(i));
                assert_eq!(9u16.count_in(&hay), 1);
                hay[i] = 7;
            }
        }
    }
}
