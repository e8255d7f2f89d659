//! `cargo xtask dist --compare LIBRARY`: which files of our library differ from another one's, such as an
//! installed CPython 3.14's `lib/python3.14`. For whoever takes in a new version of the library crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::library;
use super::tree::{Tree, files_under};
use crate::{Done, Stop, paths};

/// Folders that are not part of the library proper.
const APART: &[&str] = &["__pycache__", "test", "tests", "site-packages", "lib-dynload"];

/// Prints the differences.
pub fn run(other: &Path) -> Done {
    if !other.join("os.py").is_file() {
        return Err(Stop::Cannot(format!("{} is no standard library", other.display())));
    }
    let made = paths::target().join("compare");
    let mut tree = Tree::open(&made)?;
    library::install(&mut tree)?;
    tree.close()?;
    let made = made.join(library::folder());
    let (ours, theirs) = (listed(&made)?, listed(other)?);
    for file in ours.difference(&theirs) {
        println!("only here   {}", file.display());
    }
    for file in theirs.difference(&ours) {
        println!("only there  {}", file.display());
    }
    let mut different = 0;
    for file in ours.intersection(&theirs) {
        let (a, b) = (fs::read(made.join(file))?, fs::read(other.join(file))?);
        if a == b {
            continue;
        }
        different += 1;
        let lines = |bytes: &[u8]| bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<BTreeSet<_>>();
        let (a, b) = (lines(&a), lines(&b));
        println!(
            "differs     {}: {} lines only here, {} only there",
            file.display(),
            a.difference(&b).count(),
            b.difference(&a).count()
        );
    }
    println!("{} files here, {} there, {different} differ", ours.len(), theirs.len());
    Ok(())
}

fn listed(library: &Path) -> Result<BTreeSet<PathBuf>, Stop> {
    let apart =
        |file: &PathBuf| file.components().any(|part| APART.iter().any(|name| part.as_os_str() == *name));
    Ok(files_under(library)?.into_iter().filter(|file| !apart(file)).collect())
}
