//! The escapes of Python's bytes literals: `codecs.escape_decode` and `codecs.escape_encode`.

use std::fmt;

use super::escape::{hex, octal, simple};
use crate::repr::escape;

/// A backslash that begins no escape, or an octal escape above `\377`: allowed, but deprecated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEscape {
    /// Where the backslash stands.
    pub at: usize,
    kind: InvalidKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InvalidKind {
    Letter(u8),
    Octal(u32),
}

impl InvalidEscape {
    pub(super) fn letter(at: usize, letter: u8) -> InvalidEscape {
        InvalidEscape { at, kind: InvalidKind::Letter(letter) }
    }

    pub(super) fn octal(at: usize, value: u32) -> InvalidEscape {
        InvalidEscape { at, kind: InvalidKind::Octal(value) }
    }

    /// Whether the escape is an octal one that is too large.
    pub fn is_octal(&self) -> bool {
        matches!(self.kind, InvalidKind::Octal(_))
    }

    /// The warning's text, with `b` before the quote for bytes.
    pub fn message(&self, bytes: bool) -> String {
        let (prefix, kind) = (if bytes { "b" } else { "" }, if self.is_octal() { "octal " } else { "" });
        format!(
            "{prefix}\"{self}\" is an invalid {kind}escape sequence. \
             Such sequences will not work in the future. "
        )
    }
}

impl fmt::Display for InvalidEscape {
    /// The escape as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            InvalidKind::Letter(b) => write!(f, "\\{}", char::from(b)),
            InvalidKind::Octal(value) => write!(f, "\\{value:o}"),
        }
    }
}

/// Bytes without their escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnescapedBytes {
    /// The result.
    pub bytes: Vec<u8>,
    /// The first escape that is none, for a `DeprecationWarning`.
    pub first_invalid: Option<InvalidEscape>,
}

/// Why escapes could not be read: `ValueError`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// The last backslash has nothing behind it.
    Trailing,
    /// `\x` without two digits, the backslash at this place.
    Hex(usize),
    /// The same, and the error handler is none of "strict", "replace" and "ignore".
    UnknownHandler,
}

impl BytesEscapeError {
    /// The exception's text; `errors` is the name of the error handler.
    pub fn message(self, errors: &str) -> String {
        match self {
            BytesEscapeError::Trailing => "Trailing \\ in string".into(),
            BytesEscapeError::Hex(at) => format!("invalid \\x escape at position {at}"),
            BytesEscapeError::UnknownHandler => {
                format!("decoding error; unknown error handling code: {errors}")
            }
        }
    }
}

/// `codecs.escape_decode`: `errors` is "strict", "replace" or "ignore" and concerns `\x` only.
pub fn unescape_bytes(s: &[u8], errors: &str) -> Result<UnescapedBytes, BytesEscapeError> {
    let mut out = UnescapedBytes { bytes: Vec::with_capacity(s.len()), first_invalid: None };
    let mut at = 0;
    while at < s.len() {
        let plain = memchr::memchr(b'\\', &s[at..]).unwrap_or(s.len() - at);
        out.bytes.extend_from_slice(&s[at..at + plain]);
        let start = at + plain;
        if start == s.len() {
            break;
        }
        let &letter = s.get(start + 1).ok_or(BytesEscapeError::Trailing)?;
        at = start + 2;
        match letter {
            b'\n' => {}
            b'0'..=b'7' => {
                let (value, end) = octal(s, start + 1);
                if value > 0xff {
                    out.first_invalid.get_or_insert(InvalidEscape::octal(start, value));
                }
                out.bytes.push(value as u8);
                at = end;
            }
            b'x' => match hex(s, at, 2) {
                Ok(value) => {
                    out.bytes.push(value as u8);
                    at += 2;
                }
                Err(_) => {
                    match errors {
                        "strict" => return Err(BytesEscapeError::Hex(start)),
                        "replace" => out.bytes.push(b'?'),
                        "ignore" => {}
                        _ => return Err(BytesEscapeError::UnknownHandler),
                    }
                    at += usize::from(s.get(at).is_some_and(u8::is_ascii_hexdigit));
                }
            },
            _ => match simple(letter) {
                Some(b) => out.bytes.push(b),
                None => {
                    out.first_invalid.get_or_insert(InvalidEscape::letter(start, letter));
                    out.bytes.extend([b'\\', letter]);
                }
            },
        }
    }
    Ok(out)
}

/// `codecs.escape_encode`: bytes with escapes, as between the quotes of a `repr`.
pub fn escape_bytes(s: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for &b in s {
        match b {
            b'\\' | b'\'' => out.extend([b'\\', b]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(b),
            _ => out.extend(escape(b.into(), &mut [0; 10])),
        }
    }
    out
}
