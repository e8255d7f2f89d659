//! `unicode-escape`: the escapes of Python's string literals.

use super::bytes_escape::InvalidEscape;
use super::{Decoder, Encoder, Fault};
use crate::props::{self, Named, Version};
use crate::repr::escape;
use crate::{Text, TextBuf};

/// The decoder of `unicode-escape`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnicodeEscapeDecoder {
    first_invalid: Option<InvalidEscape>,
}

impl UnicodeEscapeDecoder {
    /// The first escape that is none, for a `DeprecationWarning` (a `SyntaxWarning` in source).
    pub fn first_invalid(&self) -> Option<InvalidEscape> {
        self.first_invalid
    }
}

/// What became of an escape.
enum Escape {
    /// It ends here and is this character.
    Char(u32, usize),
    /// It ends here and is nothing.
    Nothing(usize),
    /// It goes on past the input's end.
    Open(&'static str),
    /// It is wrong up to here.
    Wrong(usize, &'static str),
    /// It is none: the backslash stands for itself.
    Invalid,
}

/// Reads `count` hexadecimal digits from `at` on.
pub(super) fn hex(input: &[u8], at: usize, count: usize) -> Result<u32, Option<usize>> {
    let mut value = 0;
    for i in at..at + count {
        let digit = char::from(*input.get(i).ok_or(None)?).to_digit(16).ok_or(Some(i))?;
        value = value << 4 | digit;
    }
    Ok(value)
}

/// Reads up to three octal digits.
pub(super) fn octal(input: &[u8], at: usize) -> (u32, usize) {
    let digits = input[at..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b));
    let (value, n) = digits.fold((0, 0), |(value, n), b| (value * 8 + u32::from(b - b'0'), n + 1));
    (value, at + n)
}

/// A backslash escape of one letter that strings and bytes share.
pub(super) fn simple(b: u8) -> Option<u8> {
    Some(match b {
        b'\\' | b'\'' | b'"' => b,
        b'b' => 8,
        b'f' => 12,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 11,
        b'a' => 7,
        _ => return None,
    })
}

fn read(input: &[u8], at: usize) -> Escape {
    let Some(&letter) = input.get(at) else { return Escape::Open("\\ at end of string") };
    if let Some(b) = simple(letter) {
        return Escape::Char(b.into(), at + 1);
    }
    let (count, reason) = match letter {
        b'\n' => return Escape::Nothing(at + 1),
        b'0'..=b'7' => {
            let (value, end) = octal(input, at);
            return Escape::Char(value, end);
        }
        b'x' => (2, "truncated \\xXX escape"),
        b'u' => (4, "truncated \\uXXXX escape"),
        b'U' => (8, "truncated \\UXXXXXXXX escape"),
        b'N' => return read_name(input, at + 1),
        _ => return Escape::Invalid,
    };
    match hex(input, at + 1, count) {
        Ok(c) if c > 0x10_ffff => Escape::Wrong(at + 1 + count, "illegal Unicode character"),
        Ok(c) => Escape::Char(c, at + 1 + count),
        Err(None) => Escape::Open(reason),
        Err(Some(end)) => Escape::Wrong(end, reason),
    }
}

fn read_name(input: &[u8], at: usize) -> Escape {
    let malformed = "malformed \\N character escape";
    match input.get(at) {
        None => return Escape::Open(malformed),
        Some(b'{') => {}
        Some(_) => return Escape::Wrong(at, malformed),
    }
    let start = at + 1;
    let Some(len) = input[start..].iter().position(|&b| b == b'}') else { return Escape::Open(malformed) };
    if len == 0 {
        return Escape::Wrong(start, malformed);
    }
    let end = start + len + 1;
    let name = std::str::from_utf8(&input[start..start + len]).ok();
    match name.and_then(|name| props::look_up(Version::Current, name)) {
        Some(Named::Char(c)) => Escape::Char(c, end),
        _ => Escape::Wrong(end, "unknown Unicode character name"),
    }
}

impl<E> Decoder<E> for UnicodeEscapeDecoder {
    fn encoding(&self) -> &'static str {
        "unicodeescape"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        out.reserve(input.len() - *at);
        while *at < input.len() {
            let plain = memchr::memchr(b'\\', &input[*at..]).unwrap_or(input.len() - *at);
            out.push_text(Text::Latin1(&input[*at..*at + plain]));
            *at += plain;
            let start = *at;
            if start == input.len() {
                break;
            }
            match read(input, start + 1) {
                Escape::Char(c, end) => {
                    if c > 0xff && end == start + 4 && input[start + 1].is_ascii_digit() {
                        self.first_invalid.get_or_insert(InvalidEscape::octal(start, c));
                    }
                    out.push(c);
                    *at = end;
                }
                Escape::Nothing(end) => *at = end,
                Escape::Open(_) if !last => break,
                Escape::Open(reason) => return Ok(Some(Fault { start, end: input.len(), reason })),
                Escape::Wrong(end, reason) => return Ok(Some(Fault { start, end, reason })),
                Escape::Invalid => {
                    let letter = input[start + 1];
                    self.first_invalid.get_or_insert(InvalidEscape::letter(start, letter));
                    out.push('\\' as u32);
                    out.push(letter.into());
                    *at = start + 2;
                }
            }
        }
        Ok(None)
    }
}

/// The encoder of `unicode-escape`, which never fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnicodeEscapeEncoder;

impl UnicodeEscapeEncoder {
    /// Encodes the text.
    pub fn encode(text: Text<'_>) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for c in text.iter() {
            match c {
                0x5c => out.extend(b"\\\\"),
                0x09 => out.extend(b"\\t"),
                0x0a => out.extend(b"\\n"),
                0x0d => out.extend(b"\\r"),
                0x20..=0x7e => out.push(c as u8),
                _ => out.extend(escape(c, &mut [0; 10])),
            }
        }
        out
    }
}

impl<E> Encoder<E> for UnicodeEscapeEncoder {
    fn encoding(&self) -> &'static str {
        "unicodeescape"
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        out.extend(UnicodeEscapeEncoder::encode(text.slice(*at..text.len())));
        *at = text.len();
        Ok(None)
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        out.extend(UnicodeEscapeEncoder::encode(text));
        Ok(true)
    }
}
