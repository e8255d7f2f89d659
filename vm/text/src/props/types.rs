//! Character types and case mappings: what the methods of `str` ask about a code point.

use super::table::{count, f64s, look_up, u16s, u32_at, u32s};

const DATA: &[u8] = include_bytes!("data/types.bin");
const INDEX_LEN: usize = count(DATA, 0);
const PAGES_LEN: usize = count(DATA, 1);
const RECORDS_LEN: usize = count(DATA, 2);
const SPECIALS_LEN: usize = count(DATA, 3);
const NUMERICS_LEN: usize = count(DATA, 4);
const INDEX_AT: usize = 20;
const PAGES_AT: usize = INDEX_AT + INDEX_LEN * 2;
const RECORDS_AT: usize = PAGES_AT + PAGES_LEN * 2;
const RECORD_SIZE: usize = 24;
const SPECIALS_AT: usize = RECORDS_AT + RECORDS_LEN * RECORD_SIZE;
const NUMERICS_AT: usize = SPECIALS_AT + SPECIALS_LEN * 4;

static INDEX: [u16; INDEX_LEN] = u16s(DATA, INDEX_AT);
static PAGES: [u16; PAGES_LEN] = u16s(DATA, PAGES_AT);
static RECORDS: [Record; RECORDS_LEN] = records();
/// Four mappings (lower, upper, title, fold) of up to three characters for each special code point.
static SPECIALS: [u32; SPECIALS_LEN] = u32s(DATA, SPECIALS_AT);
static NUMERICS: [f64; NUMERICS_LEN] = f64s(DATA, NUMERICS_AT);

#[derive(Clone, Copy)]
struct Record {
    flags: u16,
    decimal: u8,
    digit: u8,
    numeric: u8,
    /// Differences to the lower, upper, title and folded form; of a special code point the first
    /// is its place in `SPECIALS`.
    case: [i32; 4],
}

const fn records() -> [Record; RECORDS_LEN] {
    let mut out = [Record { flags: 0, decimal: 0, digit: 0, numeric: 0, case: [0; 4] }; RECORDS_LEN];
    let mut i = 0;
    while i < RECORDS_LEN {
        let at = RECORDS_AT + i * RECORD_SIZE;
        let mut case = [0; 4];
        let mut j = 0;
        while j < 4 {
            case[j] = u32_at(DATA, at + 8 + 4 * j) as i32;
            j += 1;
        }
        out[i] = Record {
            flags: u16::from_le_bytes([DATA[at], DATA[at + 1]]),
            decimal: DATA[at + 2],
            digit: DATA[at + 3],
            numeric: DATA[at + 4],
            case,
        };
        i += 1;
    }
    out
}

#[inline]
fn record(c: u32) -> &'static Record {
    &RECORDS[look_up(&INDEX, &PAGES, c) as usize]
}

const SPECIAL: u16 = 1 << 15;

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> bool {
            record(c).flags & (1 << $bit) != 0
        }
    )*};
}

flags! {
    /// A letter: `str.isalpha`.
    is_alpha = 0;
    /// Forms decimal numbers: `str.isdecimal`.
    is_decimal = 1;
    /// A digit, also a superscript: `str.isdigit`.
    is_digit = 2;
    /// Has a numeric value: `str.isnumeric`.
    is_numeric = 3;
    /// White space as `str.isspace` and `str.split` see it.
    is_space = 4;
    /// Stands unescaped in a `repr`: `str.isprintable`.
    is_printable = 5;
    /// A lower-case letter.
    is_lower = 6;
    /// An upper-case letter.
    is_upper = 7;
    /// A title-case letter (category Lt).
    is_title = 8;
    /// Has case: after it, `str.title` goes on in lower case.
    is_cased = 9;
    /// Looked through when the form of a sigma is chosen.
    is_case_ignorable = 10;
    /// May begin an identifier, the underscore not counted.
    is_xid_start = 11;
    /// May stand inside an identifier.
    is_xid_continue = 12;
}

/// A letter or anything numeric: `str.isalnum`.
#[inline]
pub fn is_alnum(c: u32) -> bool {
    record(c).flags & 0b1111 != 0
}

/// The value as a decimal digit, if it is one.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    Some(record(c).decimal).filter(|&d| d != 255)
}

/// The value as a digit, superscripts included.
#[inline]
pub fn digit(c: u32) -> Option<u8> {
    Some(record(c).digit).filter(|&d| d != 255)
}

/// The numeric value, fractions and large numbers included.
pub fn numeric(c: u32) -> Option<f64> {
    NUMERICS.get(record(c).numeric as usize).copied()
}

/// What a code point becomes in another case: one to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    chars: [u32; 3],
    len: u8,
}

impl Mapped {
    /// The code points.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        &self.chars[..self.len as usize]
    }

    /// The first code point: the simple mapping, which takes one character to one.
    #[inline]
    pub fn first(&self) -> u32 {
        self.chars[0]
    }
}

#[inline]
fn mapped(c: u32, which: usize) -> Mapped {
    let record = record(c);
    if record.flags & SPECIAL == 0 {
        let one = (c as i32 + record.case[which]) as u32;
        return Mapped { chars: [one, 0, 0], len: 1 };
    }
    let at = record.case[0] as usize + which * 3;
    let chars = [SPECIALS[at], SPECIALS[at + 1], SPECIALS[at + 2]];
    let len = 1 + u8::from(chars[1] != 0) + u8::from(chars[2] != 0);
    Mapped { chars, len }
}

/// The mapping number `which` (0 lower, 1 upper, 2 title, 3 folded), if it is to one character:
/// the fast way for whole strings.
#[inline]
pub fn mapped_to_one(c: u32, which: usize) -> Option<u32> {
    let record = record(c);
    (record.flags & SPECIAL == 0).then(|| (c as i32 + record.case[which]) as u32)
}

/// The full lower-case mapping, without the rule of the final sigma.
#[inline]
pub fn to_lower(c: u32) -> Mapped {
    mapped(c, 0)
}

/// The full upper-case mapping.
#[inline]
pub fn to_upper(c: u32) -> Mapped {
    mapped(c, 1)
}

/// The full title-case mapping.
#[inline]
pub fn to_title(c: u32) -> Mapped {
    mapped(c, 2)
}

/// The full case folding.
#[inline]
pub fn to_folded(c: u32) -> Mapped {
    mapped(c, 3)
}
