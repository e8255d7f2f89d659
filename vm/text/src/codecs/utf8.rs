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
        // Up to eight characters one by one, then the block is tried again.
        for _ in 0..8 {
            let Some(&lead) = bytes.get(i) else { break };
            let more = |n: usize| u32::from(bytes[i + n] & 0x3f);
            let lead = u32::from(lead);
            let (c, size) = match lead {
                0..=0x7f => (lead, 1),
                0x80..=0xdf => ((lead & 0x1f) << 6 | more(1), 2),
                0xe0..=0xef => ((lead & 0xf) << 12 | more(1) << 6 | more(2), 3),
                _ => ((lead & 7) << 18 | more(1) << 12 | more(2) << 6 | more(3), 4),
            };
            out[o] = U::cut(c);
            i += size;
            o += 1;
        }
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
    let first = out.is_empty();
    match Kind::of_max_char(max_char) {
        Kind::Ascii | Kind::Latin1 => {
            let v = units::<u8>(valid, len);
            if first { *out = TextBuf::from_latin1(v) } else { out.push_text(Text::Latin1(&v)) }
        }
        Kind::Ucs2 => {
            let v = units::<u16>(valid, len);
            if first { *out = TextBuf::from_ucs2(v) } else { out.push_text(Text::Ucs2(&v)) }
        }
        Kind::Ucs4 => {
            let v = units::<u32>(valid, len);
            if first { *out = TextBuf::from_ucs4(v) } else { out.push_text(Text::Ucs4(&v)) }
        }
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

/// Appends the UTF-8 form of `c`; a surrogate takes three bytes like its neighbours.
#[inline]
fn put(c: u32, out: &mut Vec<u8>) {
    let low = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    match c {
        0..=0x7f => out.push(c as u8),
        0x80..=0x7ff => out.extend([0xc0 | (c >> 6) as u8, low(0)]),
        0x800..=0xffff => out.extend([0xe0 | (c >> 12) as u8, low(6), low(0)]),
        _ => out.extend([0xf0 | (c >> 18) as u8, low(12), low(6), low(0)]),
    }
}

#[inline]
fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

/// Encodes until the first surrogate, and returns its place or the end.
fn encode_units<U: Unit>(s: &[U], from: usize, out: &mut Vec<u8>) -> usize {
    out.reserve((s.len() - from) * size_of::<U>().min(3));
    for (i, &u) in s[from..].iter().enumerate() {
        let c = u.into();
        if is_surrogate(c) {
            return from + i;
        }
        put(c, out);
    }
    s.len()
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
