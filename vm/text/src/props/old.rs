//! Unicode 3.2 (`unicodedata.ucd_3_2_0`), as differences to the current database.

use super::database::{self, BIDI, CATEGORIES, WIDTHS};
use super::table::{count, f64s, look_up, u16s, u32s};
use super::types;

const DATA: &[u8] = include_bytes!("data/old.bin");
const INDEX_LEN: usize = count(DATA, 0);
const PAGES_LEN: usize = count(DATA, 1);
const RECORDS_LEN: usize = count(DATA, 2);
const CHANGED_LEN: usize = count(DATA, 3);
const NUMERICS_LEN: usize = count(DATA, 4);
const INDEX_AT: usize = 20;
const PAGES_AT: usize = INDEX_AT + INDEX_LEN * 2;
const RECORDS_AT: usize = PAGES_AT + PAGES_LEN * 2;
const CHANGED_AT: usize = RECORDS_AT + RECORDS_LEN * 8;
const NUMERICS_AT: usize = CHANGED_AT + CHANGED_LEN * 4;

static INDEX: [u16; INDEX_LEN] = u16s(DATA, INDEX_AT);
static PAGES: [u16; PAGES_LEN] = u16s(DATA, PAGES_AT);
/// Pairs (character, its canonical decomposition then).
static CHANGED: [u32; CHANGED_LEN] = u32s(DATA, CHANGED_AT);
static NUMERICS: [f64; NUMERICS_LEN] = f64s(DATA, NUMERICS_AT);

/// What was otherwise then; `None` if nothing.
fn record(c: u32) -> Option<&'static [u8]> {
    let number = look_up(&INDEX, &PAGES, c) as usize;
    let at = RECORDS_AT + number.checked_sub(1)? * 8;
    Some(&DATA[at..at + 8])
}

/// The general category.
pub fn category(c: u32) -> &'static str {
    record(c).map_or_else(|| database::category(c), |r| CATEGORIES[r[0] as usize])
}

/// Whether the code point had a meaning.
pub fn is_assigned(c: u32) -> bool {
    category(c) != "Cn"
}

/// The canonical combining class.
pub fn combining(c: u32) -> u8 {
    record(c).map_or_else(|| database::combining(c), |r| r[1])
}

/// The bidirectional class, empty if there is none.
pub fn bidirectional(c: u32) -> &'static str {
    record(c).map_or_else(|| database::bidirectional(c), |r| BIDI[r[2] as usize])
}

/// Whether it is mirrored.
pub fn mirrored(c: u32) -> bool {
    record(c).map_or_else(|| database::mirrored(c), |r| r[3] != 0)
}

/// The East Asian width.
pub fn east_asian_width(c: u32) -> &'static str {
    record(c).map_or_else(|| database::east_asian_width(c), |r| WIDTHS[r[4] as usize])
}

/// The value as a decimal digit.
pub fn decimal(c: u32) -> Option<u8> {
    record(c).map_or_else(|| types::decimal(c), |r| Some(r[5]).filter(|&d| d != 255))
}

/// The value as a digit.
pub fn digit(c: u32) -> Option<u8> {
    record(c).map_or_else(|| types::digit(c), |r| Some(r[6]).filter(|&d| d != 255))
}

/// The numeric value.
pub fn numeric(c: u32) -> Option<f64> {
    record(c).map_or_else(|| types::numeric(c), |r| NUMERICS.get(r[7] as usize).copied())
}

/// The canonical decomposition of the few characters in which Unicode 3.2 was corrected later.
pub(super) fn corrected_decomposition(c: u32) -> Option<u32> {
    let (pairs, _) = CHANGED.as_chunks::<2>();
    pairs.iter().find(|pair| pair[0] == c).map(|pair| pair[1])
}
