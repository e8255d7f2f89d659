//! The error handlers every Python has.

use super::{DecodeError, DecodeHandler, EncodeError, EncodeHandler, Failure, Fault, Replacement, Resume};
use crate::props::{self, Version};
use crate::repr::push_escape;
use crate::{Text, TextBuf};

/// A built-in error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// Every error is an exception.
    Strict,
    /// Leaves out what does not convert.
    Ignore,
    /// Puts `?` or U+FFFD in its place.
    Replace,
    /// Puts escapes such as `\xff` in its place.
    Backslashreplace,
    /// Puts character references such as `&#8364;` in its place (encoding only).
    Xmlcharrefreplace,
    /// Puts `\N{...}` escapes in its place (encoding only).
    Namereplace,
    /// Carries bytes from 0x80 on as lone surrogates (PEP 383).
    Surrogateescape,
    /// Lets the UTF codecs carry surrogates.
    Surrogatepass,
}

/// Why a built-in handler gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The error stands: a `UnicodeDecodeError` or `UnicodeEncodeError`.
    Error(Failure),
    /// The handler does not handle errors of this direction: a `TypeError`, "don't know how to
    /// handle UnicodeDecodeError in error callback".
    WrongDirection,
}

impl Builtin {
    /// The handler registered under this name.
    pub fn by_name(name: &str) -> Option<Builtin> {
        Some(match name {
            "strict" => Builtin::Strict,
            "ignore" => Builtin::Ignore,
            "replace" => Builtin::Replace,
            "backslashreplace" => Builtin::Backslashreplace,
            "xmlcharrefreplace" => Builtin::Xmlcharrefreplace,
            "namereplace" => Builtin::Namereplace,
            "surrogateescape" => Builtin::Surrogateescape,
            "surrogatepass" => Builtin::Surrogatepass,
            _ => return None,
        })
    }

    /// The name it is registered under.
    pub fn name(self) -> &'static str {
        match self {
            Builtin::Strict => "strict",
            Builtin::Ignore => "ignore",
            Builtin::Replace => "replace",
            Builtin::Backslashreplace => "backslashreplace",
            Builtin::Xmlcharrefreplace => "xmlcharrefreplace",
            Builtin::Namereplace => "namereplace",
            Builtin::Surrogateescape => "surrogateescape",
            Builtin::Surrogatepass => "surrogatepass",
        }
    }

    /// What replaces the characters `start..end` of `text` in encoding; `None` if the error stands.
    ///
    /// `encoding` is the name in the error, which `surrogatepass` goes by.
    pub fn encode(
        self,
        encoding: &str,
        text: Text<'_>,
        fault: Fault,
    ) -> Result<Option<Replacement>, Refused> {
        let Fault { start, end, .. } = fault;
        let bad = text.slice(start.min(text.len())..end.min(text.len()));
        let mut out = TextBuf::new();
        match self {
            Builtin::Strict => return Ok(None),
            Builtin::Ignore => {}
            Builtin::Replace => out.push_repeat('?' as u32, bad.len()),
            Builtin::Backslashreplace => bad.iter().for_each(|c| push_escape(&mut out, c)),
            Builtin::Xmlcharrefreplace => bad.iter().for_each(|c| out.push_str(&format!("&#{c};"))),
            Builtin::Namereplace => bad.iter().for_each(|c| match props::name(Version::Current, c) {
                Some(name) => out.push_str(&format!("\\N{{{name}}}")),
                None => push_escape(&mut out, c),
            }),
            Builtin::Surrogateescape => {
                let byte = |c| (0xdc80..=0xdcff).contains(&c).then_some((c & 0xff) as u8);
                return Ok(bad.iter().map(byte).collect::<Option<Vec<u8>>>().map(Replacement::Bytes));
            }
            Builtin::Surrogatepass => {
                let Some(carrier) = Carrier::of(encoding) else { return Ok(None) };
                let mut bytes = Vec::with_capacity(bad.len() * 4);
                for c in bad.iter() {
                    if !(0xd800..0xe000).contains(&c) {
                        return Ok(None);
                    }
                    carrier.put(c, &mut bytes);
                }
                return Ok(Some(Replacement::Bytes(bytes)));
            }
        }
        Ok(Some(Replacement::Text(out)))
    }

    /// Appends to `out` what replaces `start..end` of `input` in decoding, and returns where to go on;
    /// `None` if the error stands.
    pub fn decode(
        self,
        encoding: &str,
        input: &[u8],
        fault: Fault,
        out: &mut TextBuf,
    ) -> Result<Option<usize>, Refused> {
        let Fault { start, end, .. } = fault;
        let bad = &input[start.min(input.len())..end.min(input.len())];
        match self {
            Builtin::Strict => return Ok(None),
            Builtin::Xmlcharrefreplace | Builtin::Namereplace => return Err(Refused::WrongDirection),
            Builtin::Ignore => {}
            Builtin::Replace => out.push(0xfffd),
            Builtin::Backslashreplace => bad.iter().for_each(|&b| push_escape(out, b.into())),
            Builtin::Surrogateescape => {
                let escaped = bad.iter().take(4).take_while(|&&b| b >= 0x80);
                let n = escaped.map(|&b| out.push(0xdc00 + u32::from(b))).count();
                return Ok((n > 0).then_some(start + n));
            }
            Builtin::Surrogatepass => {
                let Some((c, size)) = Carrier::of(encoding).and_then(|carrier| carrier.get(&input[start..]))
                else {
                    return Ok(None);
                };
                out.push(c);
                return Ok(Some(start + size));
            }
        }
        Ok(Some(end))
    }
}

/// A codec whose form of a surrogate is known.
#[derive(Clone, Copy)]
enum Carrier {
    Utf8,
    Utf16 { big: bool },
    Utf32 { big: bool },
}

impl Carrier {
    /// By the name in an error, with either separator, in any case; without an order, the native one.
    fn of(encoding: &str) -> Option<Carrier> {
        let name = encoding.to_ascii_lowercase().replace('_', "-");
        let name = name.strip_prefix("utf")?;
        let name = name.strip_prefix('-').unwrap_or(name);
        let big = |rest: &str| match rest.strip_prefix('-').unwrap_or(rest) {
            "" => Some(cfg!(target_endian = "big")),
            "le" => Some(false),
            "be" => Some(true),
            _ => None,
        };
        if name == "8" {
            Some(Carrier::Utf8)
        } else if let Some(rest) = name.strip_prefix("16") {
            Some(Carrier::Utf16 { big: big(rest)? })
        } else {
            Some(Carrier::Utf32 { big: big(name.strip_prefix("32")?)? })
        }
    }

    fn put(self, c: u32, out: &mut Vec<u8>) {
        match self {
            Carrier::Utf8 => {
                out.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]);
            }
            Carrier::Utf16 { big: true } => out.extend((c as u16).to_be_bytes()),
            Carrier::Utf16 { big: false } => out.extend((c as u16).to_le_bytes()),
            Carrier::Utf32 { big: true } => out.extend(c.to_be_bytes()),
            Carrier::Utf32 { big: false } => out.extend(c.to_le_bytes()),
        }
    }

    /// The surrogate at the beginning of `bytes`, with its size.
    fn get(self, bytes: &[u8]) -> Option<(u32, usize)> {
        let (c, size) = match (self, bytes) {
            (Carrier::Utf8, &[a, b, c, ..]) if a & 0xf0 == 0xe0 && b & 0xc0 == 0x80 && c & 0xc0 == 0x80 => {
                (u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63), 3)
            }
            (Carrier::Utf16 { big: true }, &[a, b, ..]) => (u16::from_be_bytes([a, b]).into(), 2),
            (Carrier::Utf16 { big: false }, &[a, b, ..]) => (u16::from_le_bytes([a, b]).into(), 2),
            (Carrier::Utf32 { big: true }, &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
            (Carrier::Utf32 { big: false }, &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
            _ => return None,
        };
        (0xd800..0xe000).contains(&c).then_some((c, size))
    }
}

impl DecodeHandler for Builtin {
    type Error = Refused;

    fn handle(&mut self, error: &DecodeError<'_>, out: &mut TextBuf) -> Result<Resume, Refused> {
        let failure = error.failure;
        let at = self.decode(failure.encoding, error.input, failure.fault, out)?;
        Ok(Resume { at: at.ok_or(Refused::Error(failure))?, input: None })
    }
}

impl EncodeHandler for Builtin {
    type Error = Refused;

    fn handle(&mut self, error: &EncodeError<'_>) -> Result<(Replacement, usize), Refused> {
        let failure = error.failure;
        let replacement = self.encode(failure.encoding, error.text, failure.fault)?;
        Ok((replacement.ok_or(Refused::Error(failure))?, failure.fault.end))
    }

    fn refuse(&mut self, error: &EncodeError<'_>) -> Refused {
        Refused::Error(error.failure)
    }
}
