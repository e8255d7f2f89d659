//! `api.toml`: every function, data symbol, macro and inline function our headers declare, with
//! its header and the first limited API that shows it. The file is extracted from the headers and
//! committed; a stale one is rewritten, and the test fails so that the change is seen.

mod common;

use common::{package, table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// In which versions of the limited API a declaration is seen; versions are 3.minor.micro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    /// `None`: only in the full API.
    since: Option<(u32, u32)>,
    /// In the limited API below this version only.
    until: Option<u32>,
}

const ALWAYS: Seen = Seen { since: Some((2, 0)), until: None };

#[derive(Debug)]
struct Declared {
    header: String,
    seen: Seen,
}

/// By kind, then by name.
type Api = BTreeMap<&'static str, BTreeMap<String, Declared>>;

fn extract() -> Api {
    let mut api = Api::new();
    let constants: BTreeSet<String> = table("constants").into_iter().map(|r| r["name"].clone()).collect();
    for folder in ["", "cpython/"] {
        let listing = std::fs::read_dir(Path::new(abi::INCLUDE_DIR).join(folder)).expect("our headers");
        let names: BTreeSet<String> = listing
            .map(|e| e.expect("an entry").file_name().into_string().expect("an ASCII name"))
            .filter(|n| n.ends_with(".h") && n != "pyconfig.h")
            .collect();
        for name in names {
            let header = format!("{folder}{name}");
            let text = std::fs::read_to_string(Path::new(abi::INCLUDE_DIR).join(&header)).expect("a header");
            let start = if folder.is_empty() { ALWAYS } else { Seen { since: None, until: None } };
            read_header(&header, &text, start, &constants, &mut api);
        }
    }
    api
}

fn read_header(header: &str, text: &str, start: Seen, constants: &BTreeSet<String>, api: &mut Api) {
    let guard = text.lines().find_map(|l| l.strip_prefix("#ifndef ")).expect("a guard").to_string();
    let mut conditions = vec![start];
    for line in joined_lines(text) {
        let here = *conditions.last().expect("the file's own");
        if let Some(directive) = line.strip_prefix('#').map(str::trim_start) {
            let (word, rest) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
            match word {
                "if" | "ifdef" | "ifndef" => conditions.push(narrow(here, word, rest.trim())),
                "elif" | "else" => {
                    let before = conditions.pop().expect("the branch before");
                    let outer = *conditions.last().expect("the file's own");
                    let mut other = narrow(outer, word, rest.trim());
                    // What a later version does otherwise ends there.
                    if word == "else" && before.since > outer.since && outer.since.is_some() {
                        other.until = before.since.map(|(minor, _)| minor);
                    }
                    conditions.push(other);
                }
                "endif" => {
                    conditions.pop();
                }
                "define" => {
                    let name: String =
                        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    // Constants are listed with the facts.
                    if name != guard && !constants.contains(&name) {
                        add(api, "macro", name, header, here);
                    }
                }
                _ => {}
            }
        } else if let Some((kind, name)) = declaration(&line) {
            add(api, kind, name, header, here);
        }
    }
}

/// Lines with their continuations, without comments; a declaration that goes on is one line too.
fn joined_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(part) = line.strip_suffix('\\') {
            current.push_str(part.trim_end());
            current.push(' ');
            continue;
        }
        current.push_str(line);
        let open = current.contains("PyAPI_") || current.contains("static inline ");
        if open && !current.contains([';', '{']) && !current.starts_with('#') && !line.is_empty() {
            current.push(' ');
            continue;
        }
        lines.push(std::mem::take(&mut current));
    }
    lines
}

/// What a condition leaves of the versions in which its lines are seen.
fn narrow(outer: Seen, word: &str, condition: &str) -> Seen {
    let full = Seen { since: None, until: None };
    if word == "ifndef" && condition == "Py_LIMITED_API"
        || word == "if" && condition == "!defined(Py_LIMITED_API)"
    {
        return full;
    }
    let wanted = condition.strip_prefix("!defined(Py_LIMITED_API) || ").unwrap_or(condition);
    if outer.since.is_none() || wanted == condition && word == "if" {
        return outer;
    }
    let number = |after: &str| {
        let at = wanted.find(after)? + after.len();
        u32::from_str_radix(wanted.get(at..at + 8)?, 16).ok()
    };
    if let Some(value) = number("Py_LIMITED_API + 0 >= 0x") {
        return Seen { since: Some((value >> 16 & 255, value >> 8 & 255)), ..outer };
    }
    if let Some(value) = number("Py_LIMITED_API + 0 < 0x") {
        return Seen { until: Some(value >> 16 & 255), ..outer };
    }
    outer
}

/// The kind and name of what a line declares.
fn declaration(line: &str) -> Option<(&'static str, String)> {
    let word_before = |text: &str| -> String {
        let name: String =
            text.trim_end().chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        name.chars().rev().collect()
    };
    if let Some(at) = line.find("PyAPI_FUNC(") {
        let after = &line[at + line[at..].find(')')? + 1..];
        return Some(("function", word_before(&after[..after.find('(')?])));
    }
    if let Some(at) = line.find("PyAPI_DATA(") {
        let after = &line[at + line[at..].find(')')? + 1..];
        let after = after.trim_start().trim_start_matches("(*");
        return Some(("data", word_before(&after[..after.find([')', '[', ';'])?])));
    }
    if line.contains("static inline ") {
        let after = &line[line.find("static inline ")? + "static inline ".len()..];
        return Some(("inline", word_before(&after[..after.find('(')?])));
    }
    None
}

fn add(api: &mut Api, kind: &'static str, name: String, header: &str, seen: Seen) {
    let names = api.entry(kind).or_default();
    match names.get_mut(&name) {
        // Seen in both: the alternatives of one macro add up.
        Some(known) => {
            known.seen = match (known.seen.since, seen.since) {
                (None, _) => seen,
                (_, None) => known.seen,
                (a, b) => Seen {
                    since: a.min(b),
                    until: if known.seen.until == seen.until { seen.until } else { None },
                },
            }
        }
        None => {
            names.insert(name, Declared { header: header.into(), seen });
        }
    }
}

fn version((minor, micro): (u32, u32)) -> String {
    if micro == 0 { format!("3.{minor}") } else { format!("3.{minor}.{micro}") }
}

fn render(api: &Api) -> String {
    let stable: BTreeSet<String> = table("symbols")
        .into_iter()
        .filter(|r| r["stable_abi"] == "yes")
        .map(|r| r["name"].clone())
        .collect();
    let mut text = String::from(
        "# What our headers declare, extracted from them by tests/api.rs: run\n\
         # `cargo test -p headers-shim --test api` after changing a header.\n\
         #\n\
         # header: the file below include/.\n\
         # limited: the first Py_LIMITED_API that shows the name; without it, only the full API does.\n\
         # until: the first Py_LIMITED_API that does not show it any more.\n\
         # stable_abi: the symbol is in CPython 3.14's list of the stable ABI.\n",
    );
    for (kind, names) in api {
        let _ = write!(text, "\n[{kind}]\n");
        for (name, declared) in names {
            let _ = write!(text, "{name} = {{ header = \"{}\"", declared.header);
            if let Some(since) = declared.seen.since {
                let _ = write!(text, ", limited = \"{}\"", version(since));
                if let Some(until) = declared.seen.until {
                    let _ = write!(text, ", until = \"3.{until}\"");
                }
            }
            if matches!(*kind, "function" | "data") && stable.contains(name) {
                text.push_str(", stable_abi = true");
            }
            text.push_str(" }\n");
        }
    }
    text
}

#[test]
fn api_toml_is_what_the_headers_declare() {
    let path = package().join("api.toml");
    let fresh = render(&extract());
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    if old != fresh {
        std::fs::write(&path, &fresh).expect("the package's folder can be written");
        panic!("api.toml was stale; it has been rewritten: look at the change and commit it");
    }
}

/// The extraction agrees with what compilers see of CPython's headers.
#[test]
fn the_extraction_agrees_with_the_facts() {
    let api = extract();
    let mut differences = Vec::new();
    let mut checked = 0;
    for row in table("limited") {
        let (name, kind) = (row["name"].as_str(), row["kind"].as_str());
        if !matches!(kind, "function" | "data" | "inline" | "macro") {
            continue;
        }
        let Some(declared) = api.get(kind).and_then(|names| names.get(name)) else {
            differences.push(format!("{kind} {name}: not found in the headers"));
            continue;
        };
        checked += 1;
        // Macros come in alternatives, whose conditions need not be simple.
        if kind == "macro" {
            continue;
        }
        // The facts were taken for one value in each minor version.
        let since =
            declared.seen.since.map_or("full".into(), |(minor, micro)| format!("3.{}", minor + micro.min(1)));
        if since != row["since"] {
            differences.push(format!("{kind} {name}: {since}, not {}", row["since"]));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    assert!(checked > 2000, "only {checked} names");
    for row in table("symbols") {
        let visible = matches!(row["header_visibility"].as_str(), "limited" | "public");
        if visible {
            let declared = &api[if row["kind"] == "data" { "data" } else { "function" }][&row["name"]];
            assert_eq!(declared.header, row["header"], "header of {}", row["name"]);
        }
    }
}
