//! What the tests share: the facts, and running a C or C++ compiler over our headers.

#![allow(dead_code)]

pub mod facts;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The package's folder.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A table of `facts/`.
pub fn table(name: &str) -> facts::Rows {
    facts::read(package(), name)
}

/// `Py_LIMITED_API` values: none, and one for every version since 3.2.
pub fn limited_versions() -> Vec<Option<u32>> {
    std::iter::once(None).chain((2..=14).map(Some)).collect()
}

/// The value of `Py_LIMITED_API` for 3.`minor`.
pub fn limited_define(minor: u32) -> String {
    format!("-DPy_LIMITED_API=0x03{minor:02x}0000")
}

/// C11 with every compiler found here, or C++17.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Language {
    C,
    Cxx,
}

/// The compilers to try: the default one must be there; Clang comes in addition.
pub fn compilers(language: Language) -> Vec<String> {
    let (default, other) = match language {
        Language::C => (std::env::var("CC").unwrap_or_else(|_| "cc".into()), "clang"),
        Language::Cxx => (std::env::var("CXX").unwrap_or_else(|_| "c++".into()), "clang++"),
    };
    let mut all = vec![default];
    if Command::new(other).arg("--version").output().is_ok_and(|o| o.status.success()) {
        all.push(other.into());
    }
    all
}

/// Writes a generated source file into the tests' own folder.
pub fn write_source(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the tests' folder can be written");
    path
}

/// Runs one compiler with our headers; the error is what it printed.
pub fn run_compiler(compiler: &str, language: Language, source: &Path, flags: &[&str]) -> Result<(), String> {
    let standard = match language {
        Language::C => ["-xc", "-std=c11"],
        Language::Cxx => ["-xc++", "-std=c++17"],
    };
    let out = Command::new(compiler)
        .args(standard)
        .arg(format!("-I{}", abi::INCLUDE_DIR))
        .args(flags)
        .arg(source)
        .output()
        .unwrap_or_else(|e| panic!("{compiler}: {e}"));
    match out.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&out.stderr).into_owned()),
    }
}

/// Checks a source with every compiler, and panics with the first lines of what is wrong.
pub fn check(language: Language, source: &Path, flags: &[&str]) {
    for compiler in compilers(language) {
        let flags: Vec<&str> = ["-fsyntax-only"].iter().chain(flags).copied().collect();
        if let Err(text) = run_compiler(&compiler, language, source, &flags) {
            let head: Vec<&str> = text.lines().take(40).collect();
            panic!("{compiler} {flags:?} {}:\n{}", source.display(), head.join("\n"));
        }
    }
}

/// The lines that include everything a table may name.
pub const INCLUDES: &str = "\
#include \"Python.h\"
#include \"datetime.h\"
#include \"dynamic_annotations.h\"
#include \"errcode.h\"
#include \"frameobject.h\"
#include \"marshal.h\"
#include \"opcode.h\"
#include \"osdefs.h\"
#include \"structmember.h\"
";

/// As above, with the internal structs and pyexpat's capsule.
pub const ALL_INCLUDES: &str = "#include \"internal/bindgen.h\"\n";
