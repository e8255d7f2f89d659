//! What can be said of a wheel before anything in it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use crate::archive::Archive;
use crate::elf::{self, Needs};
use crate::error::{Result, WheelError};
use crate::symbols::{Status, SymbolStatus};
use crate::tags::{Tag, Target};

/// A symbol that a wheel's modules need and do not bring along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededSymbol {
    /// Its name.
    pub name: String,
    /// What stands behind it here; `None` when no table was given.
    pub status: Option<Status>,
    /// Whether all files that name it can do without.
    pub weak: bool,
    /// The first file that needs it.
    pub by: String,
}

/// The findings.
#[derive(Debug)]
pub struct Report {
    /// The wheel's tags.
    pub tags: Vec<Tag>,
    /// The best one that fits and its rank.
    pub fit: Option<(usize, Tag)>,
    /// `Requires-Python` as written.
    pub requires_python: Option<String>,
    /// The number of files.
    pub files: usize,
    /// The ELF files with their needs.
    pub native: Vec<(String, Needs)>,
    /// Python symbols needed from the runtime, by name.
    pub symbols: Vec<NeededSymbol>,
    /// The newest glibc asked for and the first file that asks.
    pub glibc: Option<((u32, u32), String)>,
    /// All reasons why it cannot be installed or loaded here.
    pub problems: Vec<Problem>,
}

/// A reason against a wheel.
#[derive(Debug)]
pub enum Problem {
    /// Something in the archive, its tags or its versions.
    Wheel(WheelError),
    /// A file is built for another processor.
    Machine { file: String, machine: String },
    /// A file asks for a newer C library.
    Glibc { file: String, wanted: (u32, u32), present: Option<(u32, u32)> },
    /// A symbol is not exported here.
    Symbol { name: String, file: String },
    /// A file looks like an ELF file and cannot be read as one.
    Unreadable { file: String, reason: String },
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Problem::Wheel(error) => write!(f, "{error}"),
            Problem::Machine { file, machine } => write!(f, "{file}: is built for {machine}"),
            Problem::Glibc { file, wanted: (major, minor), present } => {
                write!(f, "{file}: asks for glibc {major}.{minor}, ")?;
                match present {
                    Some((major, minor)) => write!(f, "this machine has {major}.{minor}"),
                    None => write!(f, "this machine has another C library"),
                }
            }
            Problem::Symbol { name, file } => write!(f, "{file}: needs {name}, which is unknown here"),
            Problem::Unreadable { file, reason } => write!(f, "{file}: {reason}"),
        }
    }
}

/// Checks a wheel file. `symbols` may be missing: then names are listed without a verdict.
pub fn check(path: &Path, target: &Target, symbols: Option<&dyn SymbolStatus>) -> Result<Report> {
    let archive: Archive<BufReader<File>> = Archive::open(path)?;
    check_archive(archive, target, symbols)
}

/// Checks an opened wheel.
pub fn check_archive<R: Read + Seek>(
    mut archive: Archive<R>,
    target: &Target,
    symbols: Option<&dyn SymbolStatus>,
) -> Result<Report> {
    let mut problems = Vec::new();
    let tags = archive.name.tags();
    let fit = target.best_fit(&tags);
    if fit.is_none() {
        problems.push(Problem::Wheel(no_fit(&tags, target)));
    }
    let metadata_entry = archive.info_entry("METADATA");
    problems.extend(archive.metadata.check_python(&metadata_entry, target).err().map(Problem::Wheel));
    problems.extend(archive.compare_lists().into_iter().map(Problem::Wheel));

    let mut native = Vec::new();
    for entry in archive.entries().to_vec() {
        let mut sink = Head::default();
        if let Err(error) = archive.unpack(&entry.path, &mut sink, Path::new(&entry.path)) {
            problems.push(Problem::Wheel(error));
            continue;
        }
        if !sink.is_elf {
            continue;
        }
        match elf::read(&sink.bytes) {
            Ok(needs) => native.push((entry.path, needs)),
            Err(reason) => problems.push(Problem::Unreadable { file: entry.path, reason }),
        }
    }

    let glibc = native
        .iter()
        .filter_map(|(file, needs)| Some((needs.glibc?, file.clone())))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    for (file, needs) in &native {
        if needs.machine != target.machine.name() {
            problems.push(Problem::Machine { file: file.clone(), machine: needs.machine.clone() });
        }
        if let Some(wanted) =
            needs.glibc.filter(|wanted| target.glibc.is_none_or(|present| *wanted > present))
        {
            problems.push(Problem::Glibc { file: file.clone(), wanted, present: target.glibc });
        }
    }
    let needed = needed_symbols(&native, symbols);
    for symbol in &needed {
        if symbol.status == Some(Status::Unknown) && !symbol.weak {
            problems.push(Problem::Symbol { name: symbol.name.clone(), file: symbol.by.clone() });
        }
    }
    Ok(Report {
        tags,
        fit,
        requires_python: archive.metadata.requires_python.clone(),
        files: archive.entries().len(),
        native,
        symbols: needed,
        glibc,
        problems,
    })
}

/// The error for a wheel none of whose tags fits.
pub fn no_fit(tags: &[Tag], target: &Target) -> WheelError {
    WheelError::NoFit { found: tags.iter().map(Tag::to_string).collect(), fit: target.summary() }
}

/// What the files need and none of them defines.
fn needed_symbols(native: &[(String, Needs)], symbols: Option<&dyn SymbolStatus>) -> Vec<NeededSymbol> {
    let defined: BTreeSet<&String> = native.iter().flat_map(|(_, needs)| &needs.defines).collect();
    let mut needed: BTreeMap<&String, NeededSymbol> = BTreeMap::new();
    for (file, needs) in native {
        for (name, weak) in needs.python.iter().filter(|(name, _)| !defined.contains(name)) {
            let row = needed.entry(name).or_insert_with(|| NeededSymbol {
                name: name.clone(),
                status: symbols.map(|table| table.status(name)),
                weak: true,
                by: file.clone(),
            });
            row.weak &= weak;
        }
    }
    needed.into_values().collect()
}

/// Keeps an ELF file's bytes and lets all others pass.
#[derive(Default)]
struct Head {
    bytes: Vec<u8>,
    seen: bool,
    is_elf: bool,
}

impl std::io::Write for Head {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        if !self.seen && !part.is_empty() {
            self.seen = true;
            self.is_elf = elf::is_elf(part);
        }
        if self.is_elf {
            self.bytes.extend_from_slice(part);
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
