//! A fingerprint of the sources that decide what a parse gives: results of another state of them are not used.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

fn add(folder: &Path, hash: &mut DefaultHasher) {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder is there").flatten().map(|e| e.path()).collect();
    files.sort();
    for file in files {
        if file.is_dir() {
            add(&file, hash);
        } else {
            std::fs::read(&file).expect("a source can be read").hash(hash);
        }
    }
}

fn main() {
    let mut hash = DefaultHasher::new();
    for folder in ["src", "../ctype/src"] {
        println!("cargo::rerun-if-changed={folder}");
        add(Path::new(folder), &mut hash);
    }
    println!("cargo::rustc-env=DOVETAIL_CDEF_SOURCES={:016x}", hash.finish());
}
