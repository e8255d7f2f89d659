//! The character sets that ISO 2022 and HZ shift between, cut out of the tables of the codecs that contain them.
//!
//! A set has one or two bytes a character, each of 0x21 to 0x7e. Both ways are made when first needed.

use super::table::{Cell, Table};
use std::collections::HashMap;
use std::sync::OnceLock;

const SIDE: usize = 94;

/// A character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// JIS X 0201's Latin letters: ASCII but for yen sign and overline.
    Roman,
    /// JIS X 0201's katakana of half width.
    Katakana,
    Jisx0208,
    Jisx0212,
    /// The first plane of JIS X 0213, in its editions of 2000 and 2004.
    Jisx0213Of2000,
    Jisx0213Of2004,
    /// The second plane, in these editions.
    SecondOf2000,
    SecondOf2004,
    Ksx1001,
    Gb2312,
    /// A set of the upper half of ISO 8859, which only single shifts reach.
    Upper,
}

/// A character, or two that combine (else the second is 0); no character is (0, 0).
pub(super) type Chars = (u32, u32);

/// The ways of a set of two bytes.
struct Ways {
    decode: Vec<Chars>,
    /// Blocks of 256 codes, 0 for none, by the upper bits of a character.
    blocks: Vec<Option<Box<[u16; 256]>>>,
    pairs: HashMap<Chars, u16>,
}

impl Ways {
    fn new(set: Set) -> Ways {
        let (codec, prefix): (&str, &[u8]) = match set {
            Set::Jisx0208 => ("euc_jp", &[]),
            Set::Jisx0212 => ("euc_jp", &[0x8f]),
            Set::Jisx0213Of2000 => ("euc_jisx0213", &[]),
            Set::Jisx0213Of2004 => ("euc_jis_2004", &[]),
            Set::SecondOf2000 => ("euc_jisx0213", &[0x8f]),
            Set::SecondOf2004 => ("euc_jis_2004", &[0x8f]),
            Set::Ksx1001 => ("cp949", &[]),
            _ => ("gb2312", &[]),
        };
        let mut ways = Ways { decode: vec![(0, 0); SIDE * SIDE], blocks: Vec::new(), pairs: HashMap::new() };
        let Some(table) = Table::by_name(codec) else { return ways };
        let step = |state: usize, b: u8| match table.cell(state, b) {
            Cell::State(next) => Some(next),
            _ => None,
        };
        let start = prefix.iter().try_fold(0, |state, b| step(state, *b));
        // The codecs of EUC fill up the second plane's missing rows with JIS X 0212.
        let second = matches!(set, Set::SecondOf2000 | Set::SecondOf2004);
        let is_there = |at: usize| !second || matches!(at / SIDE + 1, 1 | 3..=5 | 8 | 12..=15 | 78..=94);
        for at in (0..SIDE * SIDE).filter(|at| is_there(*at)) {
            let (a, b) = ((at / SIDE) as u8 + 0xa1, (at % SIDE) as u8 + 0xa1);
            let Some(row) = start.and_then(|s| step(s, a)) else { continue };
            let chars = match table.cell(row, b) {
                Cell::Char(c) => (c, 0),
                Cell::Pair(c, d) => (c, d),
                _ => continue,
            };
            ways.decode[at] = chars;
            let code = u16::from_be_bytes([a & 0x7f, b & 0x7f]);
            // CPython's encoders of these editions do not know the code of the full-width tilde.
            let one_way = chars.0 == 0xff5e && matches!(set, Set::Jisx0213Of2000 | Set::Jisx0213Of2004);
            if one_way {
                continue;
            }
            if chars.1 != 0 {
                ways.pairs.entry(chars).or_insert(code);
            } else {
                ways.set(chars.0, code);
            }
        }
        ways
    }

    /// Of several codes the first counts.
    fn set(&mut self, c: u32, code: u16) {
        let block = (c >> 8) as usize;
        if self.blocks.len() <= block {
            self.blocks.resize_with(block + 1, || None);
        }
        let codes = self.blocks[block].get_or_insert_with(|| Box::new([0; 256]));
        let slot = &mut codes[(c & 255) as usize];
        if *slot == 0 {
            *slot = code;
        }
    }
}

impl Set {
    /// How many bytes a character has.
    pub(super) fn width(self) -> usize {
        if matches!(self, Set::Roman | Set::Katakana | Set::Upper) { 1 } else { 2 }
    }

    fn ways(self) -> &'static Ways {
        static WAYS: [OnceLock<Ways>; 12] = [const { OnceLock::new() }; 12];
        WAYS[self as usize].get_or_init(|| Ways::new(self))
    }

    /// The character of this code; of one byte, `b` is 0.
    pub(super) fn decode(self, a: u8, b: u8) -> Option<Chars> {
        let found = match self {
            Set::Upper => (0, 0),
            Set::Roman => match a {
                0x5c => (0xa5, 0),
                0x7e => (0x203e, 0),
                _ => (a.into(), 0),
            },
            Set::Katakana if (0x21..=0x5f).contains(&a) => (0xff40 + u32::from(a), 0),
            Set::Katakana => (0, 0),
            _ => {
                let place = |b: u8| usize::from(b.wrapping_sub(0x21));
                let (a, b) = (place(a), place(b));
                if a >= SIDE || b >= SIDE {
                    return None;
                }
                self.ways().decode[a * SIDE + b]
            }
        };
        (found != (0, 0)).then_some(found)
    }

    /// The code of a character beyond ASCII.
    pub(super) fn encode(self, c: u32) -> Option<u16> {
        match self {
            Set::Upper => None,
            Set::Roman => match c {
                0xa5 => Some(0x5c),
                0x203e => Some(0x7e),
                _ => None,
            },
            Set::Katakana => {
                let katakana = (0xff61..=0xff9f).contains(&c);
                katakana.then(|| (c - 0xff40) as u16)
            }
            _ => {
                let block = self.ways().blocks.get((c >> 8) as usize)?.as_ref()?;
                Some(block[(c & 255) as usize]).filter(|code| *code != 0)
            }
        }
    }

    /// The code of two characters together.
    pub(super) fn encode_pair(self, c: u32, d: u32) -> Option<u16> {
        match self {
            Set::Jisx0213Of2000 | Set::Jisx0213Of2004 => self.ways().pairs.get(&(c, d)).copied(),
            _ => None,
        }
    }

    /// Whether a character has a code together with some other after it.
    pub(super) fn begins_pair(self, c: u32) -> bool {
        self.width() == 2 && self.ways().pairs.keys().any(|(first, _)| *first == c)
    }
}
