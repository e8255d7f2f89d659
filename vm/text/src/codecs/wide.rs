//! UTF-16 and UTF-32, in either byte order or with a byte order mark.

use super::{Decoder, Encoder, Fault};
use crate::{Text, TextBuf, with_units};

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

    fn put16(self, c: u32, out: &mut Vec<u8>) {
        let c = c as u16;
        out.extend(if self.is_big() { c.to_be_bytes() } else { c.to_le_bytes() });
    }

    fn put32(self, c: u32, out: &mut Vec<u8>) {
        out.extend(if self.is_big() { c.to_be_bytes() } else { c.to_le_bytes() });
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
        while let Some(unit) = input[*at..].first_chunk::<2>() {
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
                        $put(order, 0xfeff, out);
                    }
                }
                let from = *at;
                with_units!(text, |s| for (i, &u) in s.iter().enumerate().skip(from) {
                    let c = u32::from(u);
                    if (0xd800..0xe000).contains(&c) {
                        *at = i;
                        return Ok(Some(Fault { start: i, end: i + 1, reason: "surrogates not allowed" }));
                    }
                    $put(order, c, out);
                });
                *at = text.len();
                Ok(None)
            }

            fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
                let ascii = text.is_ascii();
                if ascii {
                    text.iter().for_each(|c| $put(self.order, c, out));
                }
                Ok(ascii)
            }

            fn fits(&self, bytes: &[u8]) -> bool {
                bytes.len() % $size == 0
            }
        }
    };
}

fn put_utf16(order: ByteOrder, c: u32, out: &mut Vec<u8>) {
    if c < 0x1_0000 {
        order.put16(c, out);
    } else {
        order.put16(0xd7c0 + (c >> 10), out);
        order.put16(0xdc00 | (c & 0x3ff), out);
    }
}

encoder! {
    /// The encoder of UTF-16.
    Utf16Encoder, 2, "utf-16", "utf-16-le", "utf-16-be", put_utf16
}
encoder! {
    /// The encoder of UTF-32.
    Utf32Encoder, 4, "utf-32", "utf-32-le", "utf-32-be", ByteOrder::put32
}
