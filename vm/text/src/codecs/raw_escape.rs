//! `raw-unicode-escape`: Latin-1, with `\uXXXX` and `\UXXXXXXXX` for everything else.

use super::escape::hex;
use super::{Decoder, Encoder, Fault};
use crate::repr::escape;
use crate::{Text, TextBuf};

/// The decoder of `raw-unicode-escape`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawUnicodeEscapeDecoder;

impl<E> Decoder<E> for RawUnicodeEscapeDecoder {
    fn encoding(&self) -> &'static str {
        "rawunicodeescape"
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
            let (count, reason) = match input.get(start + 1) {
                None if !last => break,
                None => {
                    out.push('\\' as u32);
                    *at += 1;
                    break;
                }
                Some(b'u') => (4, "truncated \\uXXXX escape"),
                Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
                // Also a second backslash, which so keeps a following letter from being an escape.
                Some(&other) => {
                    out.push('\\' as u32);
                    out.push(other.into());
                    *at += 2;
                    continue;
                }
            };
            let (end, reason) = match hex(input, start + 2, count) {
                Ok(c) if c <= 0x10_ffff => {
                    out.push(c);
                    *at = start + 2 + count;
                    continue;
                }
                Ok(_) => (start + 2 + count, "\\Uxxxxxxxx out of range"),
                Err(None) if !last => break,
                Err(None) => (input.len(), reason),
                Err(Some(end)) => (end, reason),
            };
            return Ok(Some(Fault { start, end, reason }));
        }
        Ok(None)
    }
}

/// The encoder of `raw-unicode-escape`, which never fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawUnicodeEscapeEncoder;

impl RawUnicodeEscapeEncoder {
    /// Encodes the text.
    pub fn encode(text: Text<'_>) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for c in text.iter() {
            match c {
                0..=0xff => out.push(c as u8),
                _ => out.extend(escape(c, &mut [0; 10])),
            }
        }
        out
    }
}

impl<E> Encoder<E> for RawUnicodeEscapeEncoder {
    fn encoding(&self) -> &'static str {
        "rawunicodeescape"
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        out.extend(RawUnicodeEscapeEncoder::encode(text.slice(*at..text.len())));
        *at = text.len();
        Ok(None)
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        out.extend(RawUnicodeEscapeEncoder::encode(text));
        Ok(true)
    }
}
