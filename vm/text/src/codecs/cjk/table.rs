//! The tables of the East Asian codecs, as `tables/generate_cjk.py` writes them.
//!
//! The file has: the number of codecs and of pages; for each codec four counts (states, specials,
//! exceptions, ranges); the pages, each of 32 cells; and for each codec its states (eight pages each),
//! specials (two characters, the second perhaps 0), exceptions to encoding as the reverse of
//! decoding (character, code or 0), and ranges of computed codes (code, character, count).

use std::collections::HashMap;
use std::sync::OnceLock;

const DATA: &[u8] = include_bytes!("../data/cjk.bin");
/// The codecs' names, in the file's order.
const NAMES: [&str; 16] = [
    "big5",
    "big5hkscs",
    "cp932",
    "cp949",
    "cp950",
    "euc_jis_2004",
    "euc_jisx0213",
    "euc_jp",
    "euc_kr",
    "gb18030",
    "gb2312",
    "gbk",
    "johab",
    "shift_jis",
    "shift_jis_2004",
    "shift_jisx0213",
];
const CODECS: usize = u32_at(0) as usize;
const PAGES: usize = u32_at(4) as usize;
const PAGES_AT: usize = 8 + CODECS * 16;
const PAGE_SIZE: usize = 64;
const _: () = assert!(CODECS == NAMES.len());

const fn u32_at(at: usize) -> u32 {
    u32::from_le_bytes([DATA[at], DATA[at + 1], DATA[at + 2], DATA[at + 3]])
}

fn u16_at(at: usize) -> u16 {
    u16::from_le_bytes([DATA[at], DATA[at + 1]])
}

/// What a byte leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A character.
    Char(u32),
    /// A character and one that combines with it.
    Pair(u32, u32),
    /// A state that waits for another byte.
    State(usize),
    /// Nothing listed here: what follows is computed.
    Computed,
    /// An error that spans so many bytes.
    Error(usize),
}

/// One codec's tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    number: usize,
    states_at: usize,
    specials_at: usize,
    exceptions_at: usize,
    ranges_at: usize,
    end: usize,
}

impl Table {
    /// The tables of the codec with this name.
    pub(super) fn by_name(name: &str) -> Option<Table> {
        let number = NAMES.iter().position(|&n| n == name)?;
        let mut at = PAGES_AT + PAGES * PAGE_SIZE;
        for codec in 0..=number {
            let count = |n: usize| u32_at(8 + codec * 16 + n * 4) as usize;
            let states_at = at;
            let specials_at = states_at + count(0) * 16;
            let exceptions_at = specials_at + count(1) * 8;
            let ranges_at = exceptions_at + count(2) * 8;
            at = ranges_at + count(3) * 12;
            if codec == number {
                return Some(Table { number, states_at, specials_at, exceptions_at, ranges_at, end: at });
            }
        }
        None
    }

    pub(super) fn name(&self) -> &'static str {
        NAMES[self.number]
    }

    /// The cell of byte `b` in a state; the first state is 0.
    #[inline]
    pub(super) fn cell(&self, state: usize, b: u8) -> Cell {
        let page = usize::from(u16_at(self.states_at + state * 16 + usize::from(b >> 5) * 2));
        match u16_at(PAGES_AT + page * PAGE_SIZE + usize::from(b & 31) * 2) {
            0xffff => Cell::Error(1),
            0xfffe => Cell::Computed,
            0xfffd => Cell::Error(2),
            state @ 0xd800..0xd900 => Cell::State(usize::from(state - 0xd800)),
            special @ 0xd900..0xe000 => {
                let at = self.specials_at + usize::from(special - 0xd900) * 8;
                match (u32_at(at), u32_at(at + 4)) {
                    (c, 0) => Cell::Char(c),
                    (c, d) => Cell::Pair(c, d),
                }
            }
            c => Cell::Char(c.into()),
        }
    }

    fn exceptions(&self) -> impl Iterator<Item = (u32, u32)> {
        (self.exceptions_at..self.ranges_at).step_by(8).map(|at| (u32_at(at), u32_at(at + 4)))
    }

    /// Ranges of computed codes: first code, first character, count.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        (self.ranges_at..self.end).step_by(12).map(|at| (u32_at(at), u32_at(at + 4), u32_at(at + 8)))
    }

    /// The way back, made when first needed.
    pub(super) fn reverse(&self) -> &'static Reverse {
        static REVERSES: [OnceLock<Reverse>; CODECS] = [const { OnceLock::new() }; CODECS];
        REVERSES[self.number].get_or_init(|| Reverse::new(self))
    }
}

/// Codes of characters: numbers whose bytes are the code, most significant first; a zero byte is
/// only the code of U+0000.
#[derive(Debug)]
pub(super) struct Reverse {
    bmp: Vec<u32>,
    beyond: HashMap<u32, u32>,
    pairs: HashMap<(u32, u32), u32>,
}

const NONE: u32 = u32::MAX;

impl Reverse {
    fn new(table: &Table) -> Reverse {
        let mut reverse =
            Reverse { bmp: vec![NONE; 0x1_0000], beyond: HashMap::new(), pairs: HashMap::new() };
        reverse.add_state(table, 0, 0);
        for (c, code) in table.exceptions() {
            reverse.set(c, if code == 0 && c != 0 { NONE } else { code });
        }
        reverse
    }

    fn set(&mut self, c: u32, code: u32) {
        match self.bmp.get_mut(c as usize) {
            Some(slot) => *slot = code,
            None => drop(self.beyond.insert(c, code)),
        }
    }

    fn add_state(&mut self, table: &Table, state: usize, prefix: u32) {
        for b in 0..=255u8 {
            let code = prefix << 8 | u32::from(b);
            match table.cell(state, b) {
                Cell::State(next) => self.add_state(table, next, code),
                // Of several codes the shortest counts, and of these the first.
                Cell::Char(c) if self.get(c).is_none_or(|old| len(code) < len(old)) => self.set(c, code),
                Cell::Pair(c, d) => drop(self.pairs.entry((c, d)).or_insert(code)),
                _ => {}
            }
        }
    }

    /// The code of a character.
    #[inline]
    pub(super) fn get(&self, c: u32) -> Option<u32> {
        let code = match self.bmp.get(c as usize) {
            Some(&code) => code,
            None => self.beyond.get(&c).copied().unwrap_or(NONE),
        };
        (code != NONE).then_some(code)
    }

    /// Whether a character has a code together with some other after it.
    pub(super) fn begins_pair(&self, c: u32) -> bool {
        self.pairs.keys().any(|(first, _)| *first == c)
    }

    /// The code of two characters together.
    #[inline]
    pub(super) fn get_pair(&self, c: u32, d: u32) -> Option<u32> {
        if self.pairs.is_empty() { None } else { self.pairs.get(&(c, d)).copied() }
    }
}

/// How many bytes a code has.
pub(super) fn len(code: u32) -> usize {
    4 - (code.leading_zeros() as usize / 8).min(3)
}
