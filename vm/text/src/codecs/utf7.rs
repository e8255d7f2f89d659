//! UTF-7 (RFC 2152), with CPython's choices: on output every direct character stands as it is.

use super::{Decoder, Fault};
use crate::{Text, TextBuf};

fn from_base64(b: u8) -> Option<u32> {
    Some(
        match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }
        .into(),
    )
}

/// A shifted part of the input, between `+` and `-`.
#[derive(Clone, Copy, Debug)]
struct Shift {
    /// Where it began, in the input and in the output.
    start: usize,
    out_start: usize,
    buffer: u32,
    bits: u32,
    /// A high surrogate that waits for its low one.
    high: Option<u32>,
}

/// The decoder of UTF-7.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf7Decoder {
    shift: Option<Shift>,
    /// Where the last special character stood, for errors at the end.
    start: usize,
}

impl Utf7Decoder {
    /// Takes one base-64 digit, and appends a character if that completes one.
    fn digit(shift: &mut Shift, digit: u32, out: &mut TextBuf) {
        shift.buffer = shift.buffer << 6 | digit;
        shift.bits += 6;
        if shift.bits < 16 {
            return;
        }
        shift.bits -= 16;
        let unit = shift.buffer >> shift.bits;
        shift.buffer &= (1 << shift.bits) - 1;
        if let Some(high) = shift.high.take() {
            if (0xdc00..0xe000).contains(&unit) {
                return out.push(0x1_0000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
            }
            out.push(high);
        }
        if (0xd800..0xdc00).contains(&unit) {
            shift.high = Some(unit);
        } else {
            out.push(unit);
        }
    }
}

impl<E> Decoder<E> for Utf7Decoder {
    fn encoding(&self) -> &'static str {
        "utf7"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        while let Some(&b) = input.get(*at) {
            if let Some(mut shift) = self.shift.take() {
                if let Some(digit) = from_base64(b) {
                    Utf7Decoder::digit(&mut shift, digit, out);
                    self.shift = Some(shift);
                    *at += 1;
                    continue;
                }
                let fault = |reason| Ok(Some(Fault { start: shift.start, end: *at + 1, reason }));
                if shift.bits >= 6 {
                    return fault("partial character in shift sequence");
                }
                if shift.bits > 0 && shift.buffer != 0 {
                    return fault("non-zero padding bits in shift sequence");
                }
                if let Some(high) = shift.high
                    && b < 0x80
                    && b != b'+'
                {
                    out.push(high);
                }
                if b == b'-' {
                    *at += 1;
                }
                continue;
            }
            let fault = |start, end, reason| Ok(Some(Fault { start, end, reason }));
            match b {
                b'+' => {
                    self.start = *at;
                    match input.get(*at + 1) {
                        Some(b'-') => {
                            out.push('+' as u32);
                            *at += 2;
                        }
                        Some(&next) if from_base64(next).is_none() => {
                            return fault(*at, *at + 2, "ill-formed sequence");
                        }
                        _ => {
                            let (start, out_start) = (*at, out.len());
                            self.shift = Some(Shift { start, out_start, buffer: 0, bits: 0, high: None });
                            *at += 1;
                        }
                    }
                }
                0..=0x7f => {
                    out.push(b.into());
                    *at += 1;
                }
                _ => {
                    self.start = *at;
                    return fault(*at, *at + 1, "unexpected special character");
                }
            }
        }
        let Some(shift) = self.shift.take() else { return Ok(None) };
        if !last {
            // What the shift gave so far will come again.
            out.truncate(shift.out_start);
            *at = shift.start;
            return Ok(None);
        }
        let open = shift.high.is_some() || shift.bits >= 6 || (shift.bits > 0 && shift.buffer != 0);
        let fault = Fault { start: shift.start, end: input.len(), reason: "unterminated shift sequence" };
        Ok(open.then_some(fault))
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn is_direct(c: u32) -> bool {
    matches!(c, 0x09 | 0x0a | 0x0d | 0x20..=0x7d) && c != '+' as u32 && c != '\\' as u32
}

/// Encodes to UTF-7, which never fails.
pub fn encode_utf7(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut shifted = false;
    let (mut buffer, mut bits) = (0u32, 0);
    let flush = |buffer: u32, bits: u32, out: &mut Vec<u8>| {
        if bits > 0 {
            out.push(BASE64[(buffer << (6 - bits) & 63) as usize]);
        }
    };
    for c in text.iter() {
        if is_direct(c) {
            let b = c as u8;
            if std::mem::take(&mut shifted) {
                flush(buffer, bits, &mut out);
                (buffer, bits) = (0, 0);
                if from_base64(b).is_some() || b == b'-' {
                    out.push(b'-');
                }
            }
            out.push(b);
            continue;
        }
        if !shifted {
            out.push(b'+');
            if c == '+' as u32 {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let mut put = |unit: u32| {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(BASE64[(buffer >> bits & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        };
        if c >= 0x1_0000 {
            put(0xd7c0 + (c >> 10));
            put(0xdc00 | (c & 0x3ff));
        } else {
            put(c);
        }
    }
    if shifted {
        flush(buffer, bits, &mut out);
        out.push(b'-');
    }
    out
}
