//! Reads the tables of `facts/`. Shared by the build script and the tests.

#![allow(dead_code)]

use std::collections::HashMap;
use std::path::Path;

/// A table: rows as maps from column name to cell.
pub type Rows = Vec<HashMap<String, String>>;

/// Reads `facts/NAME.tsv` below the package's folder.
pub fn read(package: &Path, name: &str) -> Rows {
    let path = package.join("facts").join(name).with_extension("tsv");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().expect("a header row").split('\t').collect();
    lines
        .map(|line| columns.iter().map(|c| c.to_string()).zip(line.split('\t').map(str::to_string)).collect())
        .collect()
}

/// Declares `name` with C type `ty`: C writes names into the middle of types.
pub fn declare(ty: &str, name: &str) -> String {
    for pointer in ["(*const)", "(*)"] {
        if let Some(at) = ty.find(pointer) {
            let (before, after) = (&ty[..at], &ty[at + pointer.len()..]);
            let inner = &pointer[1..pointer.len() - 1];
            return format!("{before}({inner} {name}){after}");
        }
    }
    match ty.find('[') {
        Some(at) => format!("{} {name}{}", &ty[..at], &ty[at..]),
        None => format!("{ty} {name}"),
    }
}

/// Splits a function's type, `int (PyObject *, ...)`, into result and parameters.
pub fn split_function(ty: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, c) in ty.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => {
                depth -= 1;
                if depth == 0 {
                    return (ty[..at].trim(), &ty[at + 1..ty.len() - 1]);
                }
            }
            _ => {}
        }
    }
    panic!("not a function's type: {ty}")
}
