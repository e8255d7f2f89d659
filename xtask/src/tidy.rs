//! `cargo xtask tidy`: the house rules that no other tool checks.
//!
//! Over the files git knows: none is longer than a room, every Rust file opens with its contract,
//! nothing is put off without a reason. Unsafe blocks that give no reason are counted and shown.

use std::path::Path;

use lexopt::Parser;

use crate::{Done, Stop, paths};

/// A file above this many lines is to be split by family.
const LONGEST: usize = 1500;

/// Files that may be longer, each with the reason: tables and generated text.
const MAY_BE_LONG: &[(&str, &str)] = &[
    ("Cargo.lock", "written by cargo"),
    ("docs/c-api.md", "one row for each symbol, generated"),
    ("headers-shim/api.toml", "one row for each declared symbol"),
    ("headers-shim/include/pyconfig.h", "one line for each configuration fact"),
];

/// Extensions of the files whose length counts.
const LENGTH_COUNTS: &[&str] = &["rs", "c", "h", "py", "toml", "md"];

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    check()
}

/// Checks all files; prints every finding; fails if there is one.
pub fn check() -> Done {
    let mut findings = Vec::new();
    let mut bare_unsafe = Vec::new();
    let mut files = 0;
    for file in paths::project_files()? {
        let Ok(text) = std::fs::read_to_string(paths::root().join(&file)) else { continue };
        files += 1;
        let found = look(&file, &text);
        findings.extend(found.findings);
        if found.bare_unsafe > 0 {
            bare_unsafe.push((found.bare_unsafe, file));
        }
    }
    bare_unsafe.sort();
    if !bare_unsafe.is_empty() {
        let total: usize = bare_unsafe.iter().map(|(count, _)| count).sum();
        println!("{total} unsafe blocks give no reason beside them; most in:");
        for (count, file) in bare_unsafe.iter().rev().take(10) {
            println!("  {count:4}  {}", file.display());
        }
    }
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("{files} files follow the house rules");
            Ok(())
        }
        count => Err(Stop::Failed(format!("{count} findings"))),
    }
}

/// What one file shows.
#[derive(Debug, Default)]
struct Found {
    findings: Vec<String>,
    bare_unsafe: usize,
}

fn look(file: &Path, text: &str) -> Found {
    let mut found = Found::default();
    let name = file.display();
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let lines = text.lines().count();
    let may_be_long = MAY_BE_LONG.iter().any(|(path, _)| file == Path::new(path));
    if LENGTH_COUNTS.contains(&extension) && lines > LONGEST && !may_be_long {
        found.findings.push(format!("{name}: {lines} lines, more than {LONGEST}: split it by family"));
    }
    if extension != "rs" {
        return found;
    }
    if !text.trim_start().starts_with("//!") {
        found.findings.push(format!("{name}: does not open with `//!` and what it promises"));
    }
    // A module may state one contract for all its unsafe blocks in its head.
    let head_has_contract =
        text.lines().take_while(|line| line.starts_with("//!") || line.is_empty()).any(states_contract);
    let mut before = [""; 3];
    for (number, line) in text.lines().enumerate() {
        if let Some(word) = put_off_without_reason(line) {
            found.findings.push(format!("{name}:{}: {word} without a reason", number + 1));
        }
        let opens_block = line.contains(concat!("unsafe", " {")) && !line.trim_start().starts_with("//");
        if opens_block
            && !head_has_contract
            && !mentions_safety(line)
            && !before.iter().any(|l| mentions_safety(l))
        {
            found.bare_unsafe += 1;
        }
        before = [before[1], before[2], line];
    }
    found
}

/// A line of a file's head that speaks for all its blocks.
fn states_contract(line: &str) -> bool {
    line.contains("# Contract of the unsafe blocks") || mentions_safety(line)
}

fn mentions_safety(line: &str) -> bool {
    line.contains("SAFETY") || line.contains("# Safety")
}

/// A mark that puts work off must say what is missing and why, on the same line.
fn put_off_without_reason(line: &str) -> Option<&'static str> {
    // Spelled in halves so that this file does not find itself.
    const MARKS: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X")];
    const MACROS: &[(&str, &str, &str)] =
        &[("to", "do!()", "a bare to-do macro"), ("unimpl", "emented!()", "a bare unimplemented macro")];
    for (a, b, word) in MACROS {
        if line.contains(&format!("{a}{b}")) {
            return Some(word);
        }
    }
    let comment = line.split_once("//")?.1;
    for (a, b) in MARKS {
        let mark = format!("{a}{b}");
        let Some(at) = comment.find(&mark) else { continue };
        let stands_alone = !comment[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '`')
            && !comment[at + mark.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '`');
        let reason = comment[at + mark.len()..].trim_start_matches(|c: char| !c.is_alphabetic());
        if stands_alone && reason.split_whitespace().count() < 3 {
            return Some("work put off");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, text: &str) -> Vec<String> {
        look(Path::new(name), text).findings
    }

    #[test]
    fn a_rust_file_must_open_with_its_contract() {
        assert_eq!(findings("a.rs", "fn main() {}\n").len(), 1);
        assert!(findings("a.rs", "//! Does one thing.\nfn main() {}\n").is_empty());
        assert!(findings("a.py", "print()\n").is_empty());
    }

    #[test]
    fn long_files_are_found_unless_listed() {
        let long = format!("//! Long.\n{}", "// line\n".repeat(LONGEST));
        assert_eq!(findings("a.rs", &long).len(), 1);
        assert!(findings("Cargo.lock", &long).is_empty());
        assert!(findings("headers-shim/include/pyconfig.h", &long).is_empty());
    }

    #[test]
    fn putting_off_needs_a_reason() {
        let mark = ["TO", "DO"].concat();
        assert_eq!(findings("a.rs", &format!("//! A.\n// {mark}\n")).len(), 1);
        assert_eq!(findings("a.rs", &format!("//! A.\n// {mark}: later\n")).len(), 1);
        assert!(
            findings("a.rs", &format!("//! A.\n// {mark}: needs the buffer protocol first\n")).is_empty()
        );
        assert!(findings("a.rs", &format!("//! A.\n// about `{mark}` marks\n")).is_empty());
        let call = ["to", "do!()"].concat();
        assert_eq!(findings("a.rs", &format!("//! A.\nfn f() {{ {call} }}\n")).len(), 1);
    }

    #[test]
    fn unsafe_blocks_are_counted_unless_reasoned() {
        let block = ["unsafe", " { g() }\n"].concat();
        let count = |before: &str| look(Path::new("a.rs"), &format!("{before}{block}")).bare_unsafe;
        assert_eq!(count("//! A.\n"), 1);
        assert_eq!(count("//! A.\n// SAFETY: g has no contract.\n"), 0);
        assert_eq!(count("//! A.\n//!\n//! SAFETY: all pointers come from C.\n"), 0);
        assert_eq!(
            count("//! A.\n//!\n//! # Contract of the unsafe blocks\n//! All pointers come from C.\n"),
            0
        );
    }
}
