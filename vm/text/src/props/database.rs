//! Categories and their like: what the module `unicodedata` tells of a code point.

use super::table::{count, look_up, u16s};

const DATA: &[u8] = include_bytes!("data/database.bin");
const INDEX_LEN: usize = count(DATA, 0);
const PAGES_LEN: usize = count(DATA, 1);
const RECORDS_LEN: usize = count(DATA, 2);
const INDEX_AT: usize = 12;
const PAGES_AT: usize = INDEX_AT + INDEX_LEN * 2;
const RECORDS_AT: usize = PAGES_AT + PAGES_LEN * 2;
const _: () = assert!(DATA.len() == RECORDS_AT + RECORDS_LEN * 6);

static INDEX: [u16; INDEX_LEN] = u16s(DATA, INDEX_AT);
static PAGES: [u16; PAGES_LEN] = u16s(DATA, PAGES_AT);

/// The two letters of each category, in the tables' order.
pub(super) const CATEGORIES: [&str; 30] = [
    "Cn", "Lu", "Ll", "Lt", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
    "Lm", "Lo", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So",
];

/// The bidirectional classes, in the tables' order.
pub(super) const BIDI: [&str; 24] = [
    "", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B",
    "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI",
];

/// The East Asian widths, in the tables' order.
pub(super) const WIDTHS: [&str; 6] = ["N", "A", "H", "W", "F", "Na"];

fn record(c: u32) -> &'static [u8] {
    let at = RECORDS_AT + look_up(&INDEX, &PAGES, c) as usize * 6;
    &DATA[at..at + 6]
}

/// The general category: two letters, `"Cn"` where nothing is assigned.
pub fn category(c: u32) -> &'static str {
    CATEGORIES[record(c)[0] as usize]
}

/// The canonical combining class, 0 if it does not combine.
#[inline]
pub fn combining(c: u32) -> u8 {
    record(c)[1]
}

/// The bidirectional class, empty if there is none.
pub fn bidirectional(c: u32) -> &'static str {
    BIDI[record(c)[2] as usize]
}

/// Whether it is mirrored in text from right to left.
pub fn mirrored(c: u32) -> bool {
    record(c)[3] != 0
}

/// The East Asian width: `"N"`, `"A"`, `"H"`, `"W"`, `"F"` or `"Na"`.
pub fn east_asian_width(c: u32) -> &'static str {
    WIDTHS[record(c)[4] as usize]
}

/// Class and check bits at once, for the normal forms: bit 0 to 3 say that NFC, NFKC, NFD, NFKD
/// may change the character, bit 4 that it may join what stands before it.
#[inline]
pub(super) fn class_and_checks(c: u32) -> (u8, u8) {
    let record = record(c);
    (record[1], record[5])
}

/// The bit of [`class_and_checks`] for what may join the character before it.
pub(super) const JOINS: u8 = 1 << 4;
