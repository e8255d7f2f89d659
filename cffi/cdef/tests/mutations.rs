//! Mutated texts: the rewriter keeps its promises on any input, and the parser answers with declarations or an error.
//!
//! `DOVETAIL_FUZZ_SECONDS` (default 2) is how long each test runs, `DOVETAIL_FUZZ_SEED` where it begins. A failing text is
//! written into the message; `fuzz/` beside this folder has the same properties as targets for `cargo fuzz`.

use dovetail_cdef::{Options, Text, parse, rewrite};
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

/// Pieces that mean something to the rewriter, to be put anywhere.
const PIECES: &[&str] = &[
    "...",
    "[...]",
    "...;",
    "= ...",
    ", ... }",
    "extern \"Python\"",
    "extern \"Python+C\" {",
    "{",
    "}",
    "(",
    ")",
    ";",
    "typedef",
    "typedef ... t;",
    "int...",
    "float...",
    "#define X ...\n",
    "#define Y 3\n",
    "#include <stddef.h>\n",
    "__stdcall",
    "WINAPI",
    "__cdecl",
    "/*",
    "*/",
    "//",
    "\"",
    "'",
    "\\\n",
    "\n#",
    "enum",
    "struct",
    "union",
    "\t",
    "\r\n",
    "é",
    "size_t",
    "104729",
    "static const int",
    ":3",
    "*",
    "[",
    "]",
    "__attribute__((packed))",
    "0x",
    "L'",
    "#pragma pack(1)\n",
    "# 5 \"x\"\n",
    "$",
    "`",
    "@",
];

fn corpus() -> Vec<&'static str> {
    let cases = include_str!("cases/cases.txt");
    cases.split("=== ").skip(1).filter_map(|c| Some(c.split_once('\n')?.1.split_once("\n---\n")?.0)).collect()
}

fn mutated(random: &mut Random, corpus: &[&str]) -> String {
    let mut text = corpus[random.below(corpus.len())].to_owned();
    for _ in 0..=random.below(4) {
        let at = boundary(&text, random.below(text.len() + 1));
        match random.below(4) {
            0 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
            1 => {
                let end = boundary(&text, (at + 1 + random.below(12)).min(text.len()));
                text.replace_range(at..end, "");
            }
            2 => {
                let end = boundary(&text, (at + random.below(30)).min(text.len()));
                let piece = text[at..end].to_owned();
                let to = boundary(&text, random.below(text.len() + 1));
                text.insert_str(to, &piece);
            }
            _ => {
                let other = corpus[random.below(corpus.len())];
                let from = boundary(other, random.below(other.len() + 1));
                text.truncate(at);
                text.push_str(&other[from..]);
            }
        }
    }
    text
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn run(mut see: impl FnMut(&str)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let seconds = number("DOVETAIL_FUZZ_SECONDS").unwrap_or(2);
    let mut random = Random(number("DOVETAIL_FUZZ_SEED").unwrap_or(1));
    let corpus = corpus();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0u64;
    while Instant::now() < end {
        see(&mutated(&mut random, &corpus));
        count += 1;
    }
    println!("{count} texts");
    assert!(count > 10);
}

#[test]
fn the_rewriter_keeps_lines_and_places() {
    run(|text| {
        let Ok(out) = rewrite(text) else { return };
        assert_eq!(out.source(), text);
        assert_eq!(out.text.matches('\n').count(), text.matches('\n').count(), "{text:?}");
        let mut last = 0;
        for offset in 0..=out.text.len() {
            let place = out.source_offset(offset);
            assert!(place >= last && place <= text.len(), "{text:?} at {offset}: {place} after {last}");
            last = place;
            // A line of ours is the same line of the user's.
            if out.text.is_char_boundary(offset) && text.is_char_boundary(place) {
                let ours = out.text[..offset].matches('\n').count();
                let theirs = text[..place].matches('\n').count();
                assert!(theirs <= ours, "{text:?} at {offset}");
            }
        }
    });
}

#[test]
fn the_parser_answers() {
    run(|text| match parse(&[], &Text::new(text), &Options::default()) {
        Ok(d) => {
            for item in &d.items {
                assert!(!format!("{item:?}").is_empty());
            }
            for id in d.types.ids() {
                let _ = (d.types.name(id), d.types.c_name(id), d.types.layout(id));
            }
        }
        Err(e) => {
            assert!(!e.to_string().is_empty());
            if let Some(place) = e.place.as_ref().filter(|p| p.file == dovetail_cdef::CDEF_NAME) {
                let lines = text.matches('\n').count() as u32 + 1;
                assert!(place.line >= 1 && place.line <= lines, "{text:?}: {e}");
            }
        }
    });
}
