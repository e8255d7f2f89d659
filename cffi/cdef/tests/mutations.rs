//! Mutated texts: what `fuzz/properties.rs` promises holds for inputs made from the cases of this folder and the pieces of
//! `fuzz/cdef.dict`.
//!
//! `DOVETAIL_FUZZ_SECONDS` (default 2) is how long each test runs, `DOVETAIL_FUZZ_SEED` where it begins. `cargo xtask fuzz` hands
//! the same properties to libFuzzer, which looks at what the code does with its inputs.

#[path = "../fuzz/properties.rs"]
mod properties;

use std::time::{Duration, Instant};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % n.max(1)
    }
}

/// The words of a libFuzzer dictionary.
fn dictionary(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|l| l.strip_prefix('"')?.strip_suffix('"'));
    lines
        .map(|line| {
            let mut bytes = Vec::new();
            let mut rest = line.as_bytes();
            while let Some((&b, more)) = rest.split_first() {
                rest = more;
                match (b, more) {
                    (b'\\', [b'x', high, low, more @ ..]) => {
                        let digit = |d: u8| (d as char).to_digit(16).expect("two digits follow \\x") as u8;
                        bytes.push(digit(*high) << 4 | digit(*low));
                        rest = more;
                    }
                    (b'\\', [quoted, more @ ..]) => {
                        bytes.push(*quoted);
                        rest = more;
                    }
                    _ => bytes.push(b),
                }
            }
            String::from_utf8(bytes).expect("a word is UTF-8")
        })
        .collect()
}

/// Inputs to change, and what to put into them.
struct Corpus {
    texts: Vec<&'static str>,
    pieces: Vec<String>,
}

impl Corpus {
    fn declarations() -> Corpus {
        let cases = include_str!("cases/cases.txt").split("=== ").skip(1);
        let texts = cases.filter_map(|c| Some(c.split_once('\n')?.1.split_once("\n---\n")?.0)).collect();
        Corpus { texts, pieces: dictionary(include_str!("../fuzz/cdef.dict")) }
    }

    fn types() -> Corpus {
        let texts = include_str!("../../ctype/tests/type_text.rs").split('"').skip(1).step_by(2).collect();
        Corpus { texts, ..Corpus::declarations() }
    }

    fn mutated(&self, random: &mut Random) -> String {
        let any = |random: &mut Random| self.texts[random.below(self.texts.len())];
        let mut text = any(random).to_owned();
        for _ in 0..=random.below(4) {
            let at = text.floor_char_boundary(random.below(text.len() + 1));
            match random.below(4) {
                0 => text.insert_str(at, &self.pieces[random.below(self.pieces.len())]),
                1 => {
                    let end = text.floor_char_boundary((at + 1 + random.below(12)).min(text.len()));
                    text.replace_range(at..end.max(at), "");
                }
                2 => {
                    let end = text.floor_char_boundary((at + random.below(30)).min(text.len()));
                    let piece = text[at..end.max(at)].to_owned();
                    let to = text.floor_char_boundary(random.below(text.len() + 1));
                    text.insert_str(to, &piece);
                }
                _ => {
                    let other = any(random);
                    let from = other.floor_char_boundary(random.below(other.len() + 1));
                    text.truncate(at);
                    text.push_str(&other[from..]);
                }
            }
        }
        text
    }
}

fn run(mut see: impl FnMut(&mut Random)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let seconds = number("DOVETAIL_FUZZ_SECONDS").unwrap_or(2);
    let mut random = Random(number("DOVETAIL_FUZZ_SEED").unwrap_or(1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0u64;
    while Instant::now() < end {
        see(&mut random);
        count += 1;
    }
    println!("{count} inputs");
    assert!(count > 10);
}

#[test]
fn the_rewriter_keeps_lines_and_places() {
    let corpus = Corpus::declarations();
    run(|random| properties::rewriter(&corpus.mutated(random)));
}

#[test]
fn the_parser_answers() {
    let corpus = Corpus::declarations();
    run(|random| properties::parser(&corpus.mutated(random)));
}

#[test]
fn type_texts_are_types_or_errors() {
    let corpus = Corpus::types();
    run(|random| properties::type_text(&corpus.mutated(random)));
}

#[test]
fn a_damaged_cache_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let ground = properties::Ground::new(folder.path());
    run(|random| {
        let length = 1 + 4 * random.below(6);
        let changes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        ground.cache(&changes);
    });
}
