//! UTF-8, with pieces for a caller that writes into memory of its own.

use super::{Decoder, Encoder, Fault};
use crate::kind::{Kind, Unit};
use crate::{Text, TextBuf, with_units};

/// How many code points valid UTF-8 holds, and the greatest code point of the kind they need
/// (0x7f, 0xff, 0xffff or 0x10ffff).
pub fn measure(valid: &str) -> (usize, u32) {
    let bytes = valid.as_bytes();
    if bytes.is_ascii() {
        return (bytes.len(), 0x7f);
    }
    let mut len = 0;
    let mut greatest = 0;
    // Short runs, so that the count fits a byte and the compiler uses vector instructions.
    for run in bytes.chunks(192) {
        let (mut starts, mut max) = (0u8, 0u8);
        for &b in run {
            starts += u8::from((b as i8) >= -0x40);
            max = max.max(b);
        }
        len += usize::from(starts);
        greatest = greatest.max(max);
    }
    let max_char = match greatest {
        0..=0xc3 => 0xff,
        0xc4..=0xef => 0xffff,
        _ => 0x10_ffff,
    };
    (len, max_char)
}

/// The bytes as a Rust string, if they are valid UTF-8 (no surrogates).
#[inline]
pub fn validate(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

/// Writes the code points of `valid` to `out`, which has as many units as [`measure`] said, of a
/// type they fit in. Panics if it has fewer.
pub fn fill<U: Unit>(valid: &str, out: &mut [U]) {
    let bytes = valid.as_bytes();
    let (mut i, mut o) = (0, 0);
    while i < bytes.len() {
        if let Some(block) = bytes[i..].first_chunk::<8>()
            && u64::from_ne_bytes(*block) & 0x8080_8080_8080_8080 == 0
        {
            let units = out[o..].first_chunk_mut::<8>().expect("as many units as characters");
            for (unit, &b) in units.iter_mut().zip(block) {
                *unit = U::cut(b.into());
            }
            i += 8;
            o += 8;
            continue;
        }
        // Some characters one by one, then the block is tried again.
        let mut chars = valid[i..].chars();
        for (unit, c) in out[o..].iter_mut().zip(chars.by_ref().take(16)) {
            *unit = U::cut(c.into());
            o += 1;
        }
        i = bytes.len() - chars.as_str().len();
    }
    debug_assert_eq!(o, out.len());
}

/// Appends valid UTF-8 to `out`.
pub fn append(valid: &str, out: &mut TextBuf) {
    let (len, max_char) = measure(valid);
    fn units<U: Unit>(valid: &str, len: usize) -> Vec<U> {
        let mut units = vec![U::default(); len];
        fill(valid, &mut units);
        units
    }
    if max_char == 0x7f {
        return out.push_text(Text::Ascii(valid.as_bytes()));
    }
    fn put<U: Unit>(units: Vec<U>, out: &mut TextBuf) {
        if out.is_empty() {
            *out = U::buf(units);
        } else {
            out.push_text(U::text(&units));
        }
    }
    match Kind::of_max_char(max_char) {
        Kind::Ascii | Kind::Latin1 => put(units::<u8>(valid, len), out),
        Kind::Ucs2 => put(units::<u16>(valid, len), out),
        Kind::Ucs4 => put(units::<u32>(valid, len), out),
    }
}

/// The decoder of UTF-8. `utf-8-sig` drops the signature EF BB BF before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8Decoder;

impl<E> Decoder<E> for Utf8Decoder {
    fn encoding(&self) -> &'static str {
        "utf-8"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        let rest = &input[*at..];
        let error = match simdutf8::compat::from_utf8(rest) {
            Ok(valid) => {
                append(valid, out);
                *at = input.len();
                return Ok(None);
            }
            Err(error) => error,
        };
        let (valid, bad) = rest.split_at(error.valid_up_to());
        append(std::str::from_utf8(valid).expect("found valid just now"), out);
        *at += valid.len();
        let start = *at;
        let (end, reason) = match error.error_len() {
            None if !last => return Ok(None),
            None => (input.len(), "unexpected end of data"),
            Some(_) if !(0xc2..=0xf4).contains(&bad[0]) => (start + 1, "invalid start byte"),
            Some(n) => (start + n, "invalid continuation byte"),
        };
        Ok(Some(Fault { start, end, reason }))
    }
}

/// Writes the UTF-8 form of `c` and returns its length; a surrogate takes three bytes like its neighbours.
#[inline]
fn put(c: u32, to: &mut [u8; 4]) -> usize {
    let low = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    let (form, len) = match c {
        0..=0x7f => ([c as u8, 0, 0, 0], 1),
        0x80..=0x7ff => ([0xc0 | (c >> 6) as u8, low(0), 0, 0], 2),
        0x800..=0xffff => ([0xe0 | (c >> 12) as u8, low(6), low(0), 0], 3),
        _ => ([0xf0 | (c >> 18) as u8, low(12), low(6), low(0)], 4),
    };
    *to = form;
    len
}

#[inline]
fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// Encodes until the first surrogate, and returns its place or the end.
fn encode_units<U: Unit>(s: &[U], from: usize, out: &mut Vec<u8>) -> usize {
    // Characters are gathered in a room of fixed size, where no capacity is asked for.
    const BLOCK: usize = 64;
    let mut room = [0; BLOCK * 4];
    out.reserve(s.len() - from);
    let mut at = from;
    for block in s[from..].chunks(BLOCK) {
        let mut used = 0;
        for &u in block {
            let c = u.into();
            if is_surrogate(c) {
                out.extend_from_slice(&room[..used]);
                return at;
            }
            let to = room[used..].first_chunk_mut().expect("four bytes for each character");
            used += put(c, to);
            at += 1;
        }
        out.extend_from_slice(&room[..used]);
    }
    at
}

/// The UTF-8 form of a text; the index of the first surrogate if it holds one.
pub fn to_vec(text: Text<'_>) -> Result<Vec<u8>, usize> {
    if let Text::Ascii(s) = text {
        return Ok(s.to_vec());
    }
    let mut out = Vec::new();
    let end = with_units!(text, |s| encode_units(s, 0, &mut out));
    if end == text.len() { Ok(out) } else { Err(end) }
}

/// The encoder of UTF-8. `utf-8-sig` puts the signature EF BB BF before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8Encoder;

impl<E> Encoder<E> for Utf8Encoder {
    fn encoding(&self) -> &'static str {
        "utf-8"
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        if let Text::Ascii(s) = text {
            out.extend_from_slice(&s[*at..]);
            *at = s.len();
            return Ok(None);
        }
        *at = with_units!(text, |s| encode_units(s, *at, out));
        if *at == text.len() {
            return Ok(None);
        }
        let start = *at;
        let more = (start..text.len()).take_while(|&i| is_surrogate(text.at(i))).count();
        Ok(Some(Fault { start, end: start + more, reason: "surrogates not allowed" }))
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        let ascii = text.is_ascii();
        if ascii {
            out.extend(text.iter().map(|c| c as u8));
        }
        Ok(ascii)
    }
}
