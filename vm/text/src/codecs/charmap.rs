//! `charmap`: codecs of one byte a character, by a table or by the caller's mapping.

use std::collections::HashMap;

use super::{Decoder, Encoder, Fault};
use crate::{Text, TextBuf};

const UNDEFINED: &str = "character maps to <undefined>";

/// The decoder by a table: byte `n` is the table's character `n`; U+FFFE and what lies past
/// its end are undefined.
#[derive(Clone, Copy, Debug)]
pub struct CharmapDecoder<'t> {
    table: Text<'t>,
}

impl<'t> CharmapDecoder<'t> {
    /// A decoder by `table`.
    pub fn new(table: Text<'t>) -> CharmapDecoder<'t> {
        CharmapDecoder { table }
    }
}

impl<E> Decoder<E> for CharmapDecoder<'_> {
    fn encoding(&self) -> &'static str {
        "charmap"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        _last: bool,
    ) -> Result<Option<Fault>, E> {
        out.reserve(input.len() - *at);
        for &b in &input[*at..] {
            match self.table.get(b.into()) {
                None | Some(0xfffe) => {
                    return Ok(Some(Fault { start: *at, end: *at + 1, reason: UNDEFINED }));
                }
                Some(c) => out.push(c),
            }
            *at += 1;
        }
        Ok(None)
    }
}

/// What a mapping makes of a byte.
#[derive(Clone, Debug)]
pub enum DecodeMapping {
    /// Nothing: `None`, a missing key, or U+FFFE.
    Undefined,
    /// One character, which the caller has found to be below 0x110000.
    Char(u32),
    /// Any text, also the empty one.
    Text(TextBuf),
}

/// The decoder by the caller's mapping, which is asked for each byte.
pub struct MapDecoder<F>(pub F);

impl<E, F: FnMut(u8) -> Result<DecodeMapping, E>> Decoder<E> for MapDecoder<F> {
    fn encoding(&self) -> &'static str {
        "charmap"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        _last: bool,
    ) -> Result<Option<Fault>, E> {
        for &b in &input[*at..] {
            match (self.0)(b)? {
                DecodeMapping::Undefined => {
                    return Ok(Some(Fault { start: *at, end: *at + 1, reason: UNDEFINED }));
                }
                DecodeMapping::Char(c) => out.push(c),
                DecodeMapping::Text(text) => out.push_text(text.as_text()),
            }
            *at += 1;
        }
        Ok(None)
    }
}

/// A decoding table turned round: `codecs.charmap_build`.
#[derive(Clone, Debug)]
pub struct EncodeMap {
    low: [u16; 256],
    high: HashMap<u32, u8>,
}

/// In `EncodeMap::low`: no byte.
const NONE: u16 = u16::MAX;

impl EncodeMap {
    /// The bytes of the characters in `table`, of which the first 256 count; of a character that
    /// occurs twice the last place counts, and U+FFFE is no character.
    pub fn new(table: Text<'_>) -> EncodeMap {
        let mut map = EncodeMap { low: [NONE; 256], high: HashMap::new() };
        for (byte, c) in table.iter().take(256).enumerate() {
            match c {
                0..=0xff => map.low[c as usize] = byte as u16,
                0xfffe => {}
                _ => drop(map.high.insert(c, byte as u8)),
            }
        }
        map
    }

    /// The byte of `c`.
    #[inline]
    pub fn get(&self, c: u32) -> Option<u8> {
        match self.low.get(c as usize) {
            Some(&byte) => u8::try_from(byte).ok(),
            None => self.high.get(&c).copied(),
        }
    }
}

/// The encoder by a table.
#[derive(Clone, Copy, Debug)]
pub struct CharmapEncoder<'m> {
    map: &'m EncodeMap,
}

impl<'m> CharmapEncoder<'m> {
    /// An encoder by `map`.
    pub fn new(map: &'m EncodeMap) -> CharmapEncoder<'m> {
        CharmapEncoder { map }
    }
}

impl<E> Encoder<E> for CharmapEncoder<'_> {
    fn encoding(&self) -> &'static str {
        "charmap"
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        let map = self.map;
        MapEncoder(|c, out: &mut Vec<u8>| Ok(map.get(c).map(|b| out.push(b)).is_some())).run(text, at, out)
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        Ok(text.iter().all(|c| self.map.get(c).map(|b| out.push(b)).is_some()))
    }
}

/// The encoder by the caller's mapping: appends what the character becomes, or returns false if it is
/// undefined.
pub struct MapEncoder<F>(pub F);

impl<E, F: FnMut(u32, &mut Vec<u8>) -> Result<bool, E>> Encoder<E> for MapEncoder<F> {
    fn encoding(&self) -> &'static str {
        "charmap"
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        let start = loop {
            match text.get(*at) {
                None => return Ok(None),
                Some(c) if (self.0)(c, out)? => *at += 1,
                Some(_) => break *at,
            }
        };
        // The fault spans all that are undefined in a row; the one after them is asked for
        // again when its turn comes.
        let mut end = start + 1;
        let kept = out.len();
        while let Some(c) = text.get(end) {
            let defined = (self.0)(c, out)?;
            out.truncate(kept);
            if defined {
                break;
            }
            end += 1;
        }
        Ok(Some(Fault { start, end, reason: UNDEFINED }))
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        for c in text.iter() {
            if !(self.0)(c, out)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
