//! Which names of the C API the test extensions and embedding programs use: the `tested by` column of the coverage table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Writes a table `symbol <tab> files`, one line for every API name that stands in a C file of the folders.
pub fn write(folders: &[PathBuf], path: &Path) -> Result<(), String> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in folders {
        collect(folder, &mut uses)?;
    }
    let mut text = String::from("symbol\ttested_by\n");
    for (name, files) in &uses {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        text += &format!("{name}\t{}\n", files.join(" "));
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn collect(folder: &Path, uses: &mut BTreeMap<String, BTreeSet<String>>) -> Result<(), String> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let file = entry.map_err(fail)?.path();
        if file.extension().is_none_or(|extension| extension != "c") {
            continue;
        }
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for name in names(&std::fs::read_to_string(&file).map_err(fail)?) {
            uses.entry(name).or_default().insert(stem.clone());
        }
    }
    Ok(())
}

/// The identifiers of a C text that begin as API names do, comments left out.
fn names(text: &str) -> BTreeSet<String> {
    let code = without_comments(text);
    code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("Py") || word.starts_with("_Py"))
        .filter(|word| word.trim_start_matches('_').len() > 3)
        .map(str::to_owned)
        .collect()
}

fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        code.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    code + rest
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_come_from_code_only() {
        let found =
            super::names("/* PyComment_Not */ x = PyList_New(0); OBJ1(a, PyObject_Repr) _PyTuple_Resize(&t)");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["PyList_New", "PyObject_Repr", "_PyTuple_Resize"]);
    }
}
