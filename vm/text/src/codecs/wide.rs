//! UTF-16 and UTF-32, in either byte order or with a byte order mark.

use super::{Decoder, Encoder, Fault};
use crate::{Text, TextBuf, Unit, with_units};

/// The order of a unit's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// As the machine has it: a decoder looks for a mark first, an encoder writes one.
    Native,
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The order of CPython's number for it: negative, zero or positive.
    pub fn from_number(n: i32) -> ByteOrder {
        match n {
            0 => ByteOrder::Native,
            i32::MIN..0 => ByteOrder::Little,
            _ => ByteOrder::Big,
        }
    }

    /// CPython's number for it: -1, 0 or 1.
    pub fn number(self) -> i32 {
        match self {
            ByteOrder::Little => -1,
            ByteOrder::Native => 0,
            ByteOrder::Big => 1,
        }
    }

    fn is_big(self) -> bool {
        match self {
            ByteOrder::Native => cfg!(target_endian = "big"),
            order => order == ByteOrder::Big,
        }
    }

    fn u16(self, b: &[u8]) -> u32 {
        let b = [b[0], b[1]];
        u32::from(if self.is_big() { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) })
    }

    fn u32(self, b: &[u8]) -> u32 {
        let b = [b[0], b[1], b[2], b[3]];
        if self.is_big() { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
    }
}

macro_rules! decoder {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            order: ByteOrder,
            started: bool,
        }

        impl $name {
            /// A decoder for this order; `Native` looks for a mark at the beginning.
            pub fn new(order: ByteOrder) -> $name {
                $name { order, started: false }
            }

            /// The order: after decoding, the one the mark told.
            pub fn order(&self) -> ByteOrder {
                self.order
            }
        }
    };
}

decoder! {
    /// The decoder of UTF-16.
    Utf16Decoder
}
decoder! {
    /// The decoder of UTF-32.
    Utf32Decoder
}

/// The units of a block without surrogates.
#[inline]
fn plain_units(order: ByteOrder, block: &[u8; 128]) -> Option<[u16; 64]> {
    let mut units = [0; 64];
    let (pairs, _) = block.as_chunks::<2>();
    let big = order.is_big();
    let mut surrogates = false;
    for (unit, &pair) in units.iter_mut().zip(pairs) {
        *unit = if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
        surrogates |= *unit & 0xf800 == 0xd800;
    }
    (!surrogates).then_some(units)
}

impl<E> Decoder<E> for Utf16Decoder {
    fn encoding(&self) -> &'static str {
        if self.order.is_big() { "utf-16-be" } else { "utf-16-le" }
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        if !std::mem::replace(&mut self.started, true) && self.order == ByteOrder::Native {
            match input {
                [0xff, 0xfe, ..] => (self.order, *at) = (ByteOrder::Little, 2),
                [0xfe, 0xff, ..] => (self.order, *at) = (ByteOrder::Big, 2),
                _ => {}
            }
        }
        let order = self.order;
        out.reserve((input.len() - *at) / 2);
        // Behind a block with surrogates in it, the next is tried after a block's length.
        let mut slow_until = 0;
        while *at < input.len() {
            if *at >= slow_until
                && let Some(block) = input[*at..].first_chunk::<128>()
            {
                if let Some(units) = plain_units(order, block) {
                    out.push_text(Text::Ucs2(&units));
                    *at += 128;
                    continue;
                }
                slow_until = *at + 128;
            }
            let Some(unit) = input[*at..].first_chunk::<2>() else { break };
            let start = *at;
            let c = order.u16(unit);
            if !(0xd800..0xe000).contains(&c) {
                out.push(c);
                *at += 2;
                continue;
            }
            if c >= 0xdc00 {
                return Ok(Some(Fault { start, end: start + 2, reason: "illegal encoding" }));
            }
            let Some(next) = input[start + 2..].first_chunk::<2>() else {
                let fault = Fault { start, end: input.len(), reason: "unexpected end of data" };
                return Ok(last.then_some(fault));
            };
            let low = order.u16(next);
            if !(0xdc00..0xe000).contains(&low) {
                return Ok(Some(Fault { start, end: start + 2, reason: "illegal UTF-16 surrogate" }));
            }
            out.push(0x1_0000 + ((c & 0x3ff) << 10 | (low & 0x3ff)));
            *at += 4;
        }
        let fault = Fault { start: *at, end: input.len(), reason: "truncated data" };
        Ok((last && *at < input.len()).then_some(fault))
    }
}

impl<E> Decoder<E> for Utf32Decoder {
    fn encoding(&self) -> &'static str {
        if self.order.is_big() { "utf-32-be" } else { "utf-32-le" }
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        if !std::mem::replace(&mut self.started, true) && self.order == ByteOrder::Native {
            match input {
                [0xff, 0xfe, 0, 0, ..] => (self.order, *at) = (ByteOrder::Little, 4),
                [0, 0, 0xfe, 0xff, ..] => (self.order, *at) = (ByteOrder::Big, 4),
                _ => {}
            }
        }
        out.reserve((input.len() - *at) / 4);
        while let Some(unit) = input[*at..].first_chunk::<4>() {
            let reason = match self.order.u32(unit) {
                0xd800..=0xdfff => "code point in surrogate code point range(0xd800, 0xe000)",
                c @ 0..=0x10_ffff => {
                    out.push(c);
                    *at += 4;
                    continue;
                }
                _ => "code point not in range(0x110000)",
            };
            return Ok(Some(Fault { start: *at, end: *at + 4, reason }));
        }
        let fault = Fault { start: *at, end: input.len(), reason: "truncated data" };
        Ok((last && *at < input.len()).then_some(fault))
    }
}

macro_rules! encoder {
    ($(#[$doc:meta])* $name:ident, $size:literal, $native:literal, $little:literal, $big:literal, $put:path) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            order: ByteOrder,
            started: bool,
        }

        impl $name {
            /// An encoder for this order; `Native` writes a mark first.
            pub fn new(order: ByteOrder) -> $name {
                $name { order, started: false }
            }
        }

        impl<E> Encoder<E> for $name {
            fn encoding(&self) -> &'static str {
                match self.order {
                    ByteOrder::Native => $native,
                    ByteOrder::Little => $little,
                    ByteOrder::Big => $big,
                }
            }

            fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
                let order = self.order;
                if !std::mem::replace(&mut self.started, true) {
                    out.reserve((text.len() + 1) * $size);
                    if order == ByteOrder::Native {
                        encode_units(&[0xfeffu16], 0, out, |c, to| $put(c, to, order.is_big()));
                    }
                }
                *at = with_units!(text, |s| if order.is_big() {
                    encode_units(s, *at, out, |c, to| $put(c, to, true))
                } else {
                    encode_units(s, *at, out, |c, to| $put(c, to, false))
                });
                let fault = Fault { start: *at, end: *at + 1, reason: "surrogates not allowed" };
                Ok((*at < text.len()).then_some(fault))
            }

            fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
                let ascii = text.is_ascii();
                if ascii {
                    let big = self.order.is_big();
                    with_units!(text, |s| encode_units(s, 0, out, |c, to| $put(c, to, big)));
                }
                Ok(ascii)
            }

            fn fits(&self, bytes: &[u8]) -> bool {
                bytes.len() % $size == 0
            }
        }
    };
}

/// Encodes until the first surrogate, and returns its place or the end. `put` writes a character and
/// returns how many bytes that were.
#[inline(always)]
fn encode_units<U: Unit>(
    s: &[U],
    from: usize,
    out: &mut Vec<u8>,
    put: impl Fn(u32, &mut [u8; 4]) -> usize,
) -> usize {
    // Characters are gathered in a room of fixed size, where no capacity is asked for.
    const BLOCK: usize = 64;
    let mut room = [0; BLOCK * 4];
    let mut at = from;
    for block in s[from..].chunks(BLOCK) {
        let mut used = 0;
        for &u in block {
            let c = u.into();
            if (0xd800..0xe000).contains(&c) {
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

#[inline(always)]
fn put_utf16(c: u32, to: &mut [u8; 4], big: bool) -> usize {
    let (high, low, len) = match c {
        0..0x1_0000 => (c as u16, 0, 2),
        _ => ((0xd7c0 + (c >> 10)) as u16, (0xdc00 | (c & 0x3ff)) as u16, 4),
    };
    let units =
        if big { [high.to_be_bytes(), low.to_be_bytes()] } else { [high.to_le_bytes(), low.to_le_bytes()] };
    to.copy_from_slice(units.as_flattened());
    len
}

#[inline(always)]
fn put_utf32(c: u32, to: &mut [u8; 4], big: bool) -> usize {
    *to = if big { c.to_be_bytes() } else { c.to_le_bytes() };
    4
}

encoder! {
    /// The encoder of UTF-16.
    Utf16Encoder, 2, "utf-16", "utf-16-le", "utf-16-be", put_utf16
}
encoder! {
    /// The encoder of UTF-32.
    Utf32Encoder, 4, "utf-32", "utf-32-le", "utf-32-be", put_utf32
}
