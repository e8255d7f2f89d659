//! `cargo xtask order`: which functions run at start-up, so that the link puts them side by side.
//!
//! A page of the executable counts as memory of the process once it is touched, and the kernel brings in sixteen at
//! a time: two thousand functions strewn over the text cost five times their size. Two programs run under valgrind;
//! the functions that ran are written to `link/start.order`, from which the launcher's build script makes a linker
//! script. A line is a pattern over symbol names in which hashes are `*`, so that the file fits builds elsewhere,
//! and where most of a Rust module runs, the module is one line. Names that are gone do no harm; the file wants
//! making anew when `-I -c pass` has grown.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::process::{Command, Stdio};

use lexopt::Parser;

use crate::{Done, Stop, paths};

/// What runs first at every start, then what runs when programs import.
const PROGRAMS: &[&[&str]] = &[
    &["-I", "-c", "pass"],
    &[
        "-c",
        "import json, re, asyncio, typing, dataclasses, unittest, http.client, decimal\n\
         try:\n    import numpy\nexcept ImportError:\n    pass\n",
    ],
];

/// A module of which this share of the code runs is taken whole.
const WHOLE: f64 = 0.6;

pub fn run(mut args: Parser) -> Done {
    if let Some(argument) = args.next()? {
        return Err(argument.unexpected().into());
    }
    let launcher = paths::dev_prefix().join("bin/dovetail");
    if !launcher.exists() {
        return Err(Stop::Cannot("needs a release build, as the development prefix's launcher".into()));
    }
    if paths::find_program("valgrind").is_none() {
        return Err(Stop::Cannot("needs valgrind".into()));
    }
    let mut ranks: HashMap<String, usize> = HashMap::new();
    for (rank, program) in PROGRAMS.iter().enumerate() {
        for name in functions_run(&launcher, program)? {
            ranks.entry(name).or_insert(rank);
        }
    }
    let sizes = symbols(&launcher)?;
    let mut tree = Node::default();
    for (name, size) in &sizes {
        tree.add(&parts(name), *size, ranks.get(name).copied());
    }
    let mut lines: Vec<String> = Vec::new();
    for rank in 0..PROGRAMS.len() {
        tree.emit(String::new(), rank, &mut lines);
    }
    let mut seen = HashSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    let mut text = String::from(
        "# Functions in the order in which the link places them. Made by `cargo xtask order`.\n",
    );
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    let file = paths::root().join("link/start.order");
    std::fs::write(&file, text)?;
    println!(
        "{} functions ran of {}; {} patterns in {}",
        ranks.len(),
        sizes.len(),
        lines.len(),
        file.display()
    );
    Ok(())
}

/// Names of the launcher's functions that ran, as valgrind's callgrind saw it.
fn functions_run(launcher: &Path, program: &[&str]) -> Result<HashSet<String>, Stop> {
    let out = paths::target().join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--demangle=no"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(launcher)
        .args(program)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(Stop::Failed(format!("{program:?} under valgrind: {status}")));
    }
    let text = std::fs::read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    Ok(functions(&text))
}

/// Reads callgrind's output: names of functions with costs of their own, in objects called `dovetail`.
fn functions(text: &str) -> HashSet<String> {
    // A number in parentheses, and its name the first time.
    fn entry<'a>(names: &mut HashMap<&'a str, &'a str>, value: &'a str) -> &'a str {
        let (id, name) = value.split_once(' ').unwrap_or((value, ""));
        if !name.is_empty() {
            names.insert(id, name);
        }
        names.get(id).copied().unwrap_or("")
    }
    let (mut objects, mut names) = (HashMap::new(), HashMap::new());
    let (mut found, mut ours) = (HashSet::new(), false);
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        match key {
            "ob" => ours = entry(&mut objects, value).ends_with("/dovetail"),
            "cob" => _ = entry(&mut objects, value),
            "cfn" => _ = entry(&mut names, value),
            "fn" => {
                let name = entry(&mut names, value);
                if ours && !name.is_empty() {
                    // Calls within calls of the same function have a number.
                    found.insert(name.split('\'').next().unwrap_or(name).to_string());
                }
            }
            _ => {}
        }
    }
    found
}

/// All functions of an executable, with their sizes.
fn symbols(launcher: &Path) -> Result<BTreeMap<String, u64>, Stop> {
    let out = Command::new("nm").arg("-S").arg(launcher).output()?;
    if !out.status.success() {
        return Err(Stop::Failed("nm cannot read the launcher".into()));
    }
    let mut all = BTreeMap::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_, size, "t" | "T" | "w" | "W", name] = words[..] {
            all.insert(name.to_string(), u64::from_str_radix(size, 16).unwrap_or(0));
        }
    }
    Ok(all)
}

/// A mangled Rust name as its path, without the hash; other names whole, as are those of the standard library, which
/// change with the toolchain only. Numbers that the compiler gave are cut off.
fn parts(name: &str) -> Vec<String> {
    let Some(mut rest) = name.strip_prefix("_ZN") else {
        return vec![match name.find(".llvm.") {
            Some(at) => format!("{}*", &name[..at]),
            None => name.to_string(),
        }];
    };
    let mut path = vec!["_ZN".to_string()];
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(end) = rest[..digits].parse::<usize>().ok().map(|n| digits + n).filter(|n| *n <= rest.len())
        else {
            break;
        };
        let part = &rest[..end];
        rest = &rest[end..];
        if !(part.starts_with("17h") && rest.starts_with('E')) {
            path.push(part.to_string());
        }
    }
    path
}

/// Functions by their paths.
#[derive(Default)]
struct Node {
    inside: BTreeMap<String, Node>,
    function: bool,
    total: u64,
    /// Bytes that ran, by rank.
    ran: [u64; PROGRAMS.len()],
}

impl Node {
    fn add(&mut self, path: &[String], size: u64, rank: Option<usize>) {
        self.total += size;
        if let Some(rank) = rank {
            self.ran[rank] += size;
        }
        match path.split_first() {
            Some((first, rest)) => self.inside.entry(first.clone()).or_default().add(rest, size, rank),
            None => self.function = true,
        }
    }

    /// Patterns for what is of this rank here.
    fn emit(&self, prefix: String, rank: usize, lines: &mut Vec<String>) {
        if self.ran[rank] == 0 {
            return;
        }
        let ran: u64 = self.ran[..=rank].iter().sum();
        let rust = prefix.starts_with("_ZN");
        if prefix.len() > 3 && !self.inside.is_empty() && ran as f64 >= WHOLE * self.total as f64 {
            lines.push(format!("{prefix}*"));
            return;
        }
        if self.function {
            lines.push(if rust { format!("{prefix}17h*") } else { prefix.clone() });
        }
        for (name, node) in &self.inside {
            node.emit(format!("{prefix}{name}"), rank, lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callgrind_output_is_read() {
        let text = "ob=(1) /lib/libc.so.6\nfn=(1) memcpy\n1 2\nob=(2) /x/bin/dovetail\nfn=(2) one\n1 1\ncfn=(3) two\n\
                    calls=1 0\nfn=(3)\n1 1\nfn=(4) three'2\ncob=(1)\ncfn=(1)\n";
        let found = functions(text);
        assert_eq!(found, ["one", "two", "three"].map(String::from).into());
    }

    #[test]
    fn names_lose_their_hashes() {
        assert_eq!(parts("_ZN4core3ptr4read17h0123456789abcdefE"), ["_ZN", "4core", "3ptr", "4read"]);
        assert_eq!(parts("_ZN4core3ptr17h0123456789abcdefE.llvm.77"), ["_ZN", "4core", "3ptr"]);
        assert_eq!(parts("mi_malloc"), ["mi_malloc"]);
    }

    #[test]
    fn a_module_that_runs_is_one_line() {
        let mut tree = Node::default();
        for (name, size, rank) in [
            ("_ZN1a1b1c17h0000000000000000E", 90, Some(0)),
            ("_ZN1a1b1d17h0000000000000000E", 10, None),
            ("_ZN1a1e1f17h0000000000000000E", 900, None),
            ("_ZN1a1e1g17h0000000000000000E", 9, Some(0)),
            ("mi_free", 5, Some(0)),
        ] {
            tree.add(&parts(name), size, rank);
        }
        let mut lines = Vec::new();
        tree.emit(String::new(), 0, &mut lines);
        assert_eq!(lines, ["_ZN1a1b*", "_ZN1a1e1g17h*", "mi_free"]);
    }
}
