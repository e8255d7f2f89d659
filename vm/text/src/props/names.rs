//! Names of code points, and code points of names.
//!
//! Names are rows of words from a lexicon; ideographs and Hangul syllables are computed.
//! A name is looked up without regard to the case of ASCII letters.

use super::Version;
use super::old;
use super::table::{count, u32_at};

const DATA: &[u8] = include_bytes!("data/names.bin");
const NAMES: usize = count(DATA, 0);
const WORDS: usize = count(DATA, 1);
/// Codes below this are words; one above takes a second byte.
const SHORT: usize = count(DATA, 2);
const OFFSETS: usize = count(DATA, 3);
const RUNS: usize = count(DATA, 4) / 2;
const STARTS_AT: usize = 36;
const OFFSETS_AT: usize = STARTS_AT + (WORDS + 1) * 4;
const RUNS_AT: usize = OFFSETS_AT + OFFSETS * 4;
const ORDER_AT: usize = RUNS_AT + RUNS * 8;
const TEXT_AT: usize = ORDER_AT + NAMES * 2;
const STREAM_AT: usize = TEXT_AT + count(DATA, 5);
const RANGES_AT: usize = STREAM_AT + count(DATA, 6);
const EXTRA_AT: usize = RANGES_AT + count(DATA, 7);
const _: () = assert!(DATA.len() == EXTRA_AT + count(DATA, 8));

/// No name is longer.
const MAX_NAME: usize = 256;

/// A name found in the tables: one code point or a named sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A code point, by its name or an alias.
    Char(u32),
    /// A named sequence.
    Sequence(Vec<u32>),
}

fn word(n: usize) -> &'static [u8] {
    let start = u32_at(DATA, STARTS_AT + n * 4) as usize;
    let end = u32_at(DATA, STARTS_AT + n * 4 + 4) as usize;
    &DATA[TEXT_AT + start..TEXT_AT + end]
}

/// Run number `i`: its first code point and that one's rank.
fn run(i: usize) -> (u32, usize) {
    (u32_at(DATA, RUNS_AT + i * 8), u32_at(DATA, RUNS_AT + i * 8 + 4) as usize)
}

/// The last run for which `before` holds.
fn last_run(before: impl Fn((u32, usize)) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, RUNS);
    while low < high {
        let middle = (low + high) / 2;
        if before(run(middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.checked_sub(1)
}

fn rank_of(c: u32) -> Option<usize> {
    let i = last_run(|(first, _)| first <= c)?;
    let (first, rank) = run(i);
    let next = if i + 1 < RUNS { run(i + 1).1 } else { NAMES };
    let rank = rank + (c - first) as usize;
    (rank < next).then_some(rank)
}

fn char_at(rank: usize) -> u32 {
    let i = last_run(|(_, first)| first <= rank).expect("the first run has rank 0");
    let (first, start) = run(i);
    first + (rank - start) as u32
}

/// Writes the name of rank `rank` over `out`.
fn name_at(rank: usize, out: &mut Vec<u8>) {
    let mut at = STREAM_AT + u32_at(DATA, OFFSETS_AT + rank / 16 * 4) as usize;
    for skipped in (0..=rank % 16).rev() {
        let words = DATA[at];
        at += 1;
        for _ in 0..words {
            let mut code = DATA[at] as usize;
            at += 1;
            if code >= SHORT {
                code = SHORT + ((code - SHORT) << 8 | DATA[at] as usize);
                at += 1;
            }
            if skipped == 0 {
                out.extend_from_slice(word(code));
            }
        }
    }
}

fn lines(from: usize, to: usize) -> impl Iterator<Item = &'static str> {
    std::str::from_utf8(&DATA[from..to]).expect("tables are ASCII").lines()
}

/// The ranges whose names end in the code point's number: first, last, prefix, and whether
/// the name is told (else it is only found).
fn ranges() -> impl Iterator<Item = (u32, u32, &'static str, bool)> {
    lines(RANGES_AT, EXTRA_AT).map(|line| {
        let mut parts = line.split(';');
        let mut part = || parts.next().expect("three parts");
        let number = |hex| u32::from_str_radix(hex, 16).expect("a number");
        let (first, last, prefix) = (number(part()), number(part()), part());
        (first, last, prefix.trim_start_matches('?'), !prefix.starts_with('?'))
    })
}

const SYLLABLE: &str = "HANGUL SYLLABLE ";
const LEADS: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI",
    "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS",
    "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

/// The syllable with this name, split into the longest lead, vowel and tail there are.
fn syllable(mut name: &str) -> Option<u32> {
    let mut longest = |parts: &[&str]| {
        let found = parts.iter().enumerate().filter(|(_, part)| name.starts_with(**part));
        let (i, part) = found.max_by_key(|(_, part)| part.len())?;
        name = &name[part.len()..];
        Some(i as u32)
    };
    let (lead, vowel, tail) = (longest(&LEADS)?, longest(&VOWELS)?, longest(&TAILS)?);
    name.is_empty().then_some(0xac00 + (lead * 21 + vowel) * 28 + tail)
}

/// The name of `c`, if it has one.
pub fn name(version: Version, c: u32) -> Option<String> {
    if version == Version::Old && !old::is_assigned(c) {
        return None;
    }
    if (0xac00..0xac00 + 19 * 21 * 28).contains(&c) {
        let s = (c - 0xac00) as usize;
        let (lead, vowel, tail) = (LEADS[s / (21 * 28)], VOWELS[s / 28 % 21], TAILS[s % 28]);
        return Some([SYLLABLE, lead, vowel, tail].concat());
    }
    if let Some(rank) = rank_of(c) {
        let mut out = Vec::with_capacity(40);
        name_at(rank, &mut out);
        return String::from_utf8(out).ok();
    }
    let (_, _, prefix, told) = ranges().find(|&(first, last, ..)| (first..=last).contains(&c))?;
    told.then(|| format!("{prefix}{c:04X}"))
}

/// What has this name, this alias, or is the sequence so named.
pub fn look_up(version: Version, name: &str) -> Option<Named> {
    if name.len() > MAX_NAME || !name.is_ascii() {
        return None;
    }
    let name = name.to_ascii_uppercase();
    let known = |c: u32| (version == Version::Current || old::is_assigned(c)).then_some(Named::Char(c));
    if let Some(rest) = name.strip_prefix(SYLLABLE) {
        return syllable(rest).and_then(known);
    }
    if let Some((prefix, digits)) = name.rsplit_once('-')
        && (4..=5).contains(&digits.len())
        && !digits.starts_with('+')
        && let Ok(c) = u32::from_str_radix(digits, 16)
        && let Some(_) = ranges().find(|&(first, last, start, _)| {
            (first..=last).contains(&c) && start.strip_suffix('-') == Some(prefix)
        })
        && (digits.len() == 4 || !digits.starts_with('0'))
    {
        return known(c);
    }
    let (mut low, mut high) = (0, NAMES);
    let mut found = Vec::with_capacity(MAX_NAME);
    while low < high {
        let middle = (low + high) / 2;
        let at = ORDER_AT + middle * 2;
        let rank = u16::from_le_bytes([DATA[at], DATA[at + 1]]) as usize;
        found.clear();
        name_at(rank, &mut found);
        match found.as_slice().cmp(name.as_bytes()) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return known(char_at(rank)),
        }
    }
    if version == Version::Old {
        return None;
    }
    let line = lines(EXTRA_AT, DATA.len()).find(|line| line.split(';').next() == Some(&name))?;
    let codes = line.split(';').nth(1)?.split(' ').map(|hex| u32::from_str_radix(hex, 16));
    let codes: Vec<u32> = codes.collect::<Result<_, _>>().ok()?;
    Some(match codes[..] {
        [c] => Named::Char(c),
        _ => Named::Sequence(codes),
    })
}
