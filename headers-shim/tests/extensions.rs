//! Whole source files in the style of real extensions, compiled without a warning against our
//! headers; and a program that tries out what the macros mean.

mod common;

use common::{Language, check, compilers, limited_define, package, run_compiler};
use std::path::{Path, PathBuf};
use std::process::Command;

const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"];

fn source(name: &str) -> PathBuf {
    package().join("tests/c").join(name)
}

#[test]
fn the_headers_alone_give_no_warning() {
    let flags: Vec<&str> = STRICT.iter().copied().chain(["-Wshadow", "-Wno-unused-variable"]).collect();
    let file = common::write_source("headers.h.c", common::INCLUDES);
    for minor in common::limited_versions() {
        let define = minor.map(limited_define);
        let flags: Vec<&str> = flags.iter().copied().chain(define.as_deref()).collect();
        check(Language::C, &file, &flags);
        check(Language::Cxx, &file, &flags);
    }
}

/// Each header can be included first, and alone after Python.h.
#[test]
fn every_header_can_be_named() {
    for folder in ["", "cpython/"] {
        let listing = std::fs::read_dir(Path::new(abi::INCLUDE_DIR).join(folder)).expect("our headers");
        for entry in listing.map(|e| e.expect("an entry")) {
            let name = entry.file_name().into_string().expect("an ASCII name");
            // Expat's header is not ours.
            if !name.ends_with(".h") || name == "pyexpat.h" {
                continue;
            }
            let text = format!("#include \"Python.h\"\n#include \"{folder}{name}\"\n");
            let file = common::write_source(&format!("one_{}_{name}.c", folder.len()), &text);
            let compiler = &compilers(Language::C)[0];
            let flags = [&STRICT[..4], &["-fsyntax-only"]].concat();
            run_compiler(compiler, Language::C, &file, &flags).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}

#[test]
fn a_hand_written_extension_on_the_full_api() {
    let flags: Vec<&str> = STRICT.iter().copied().chain(["-Wno-deprecated-declarations"]).collect();
    check(Language::C, &source("full.c"), &flags);
}

#[test]
fn an_extension_on_every_limited_api() {
    for minor in 3..=14 {
        let define = limited_define(minor);
        let flags: Vec<&str> = STRICT.iter().copied().chain([&define[..]]).collect();
        check(Language::C, &source("limited.c"), &flags);
        check(Language::Cxx, &source("limited.c"), &flags);
    }
}

#[test]
fn an_extension_in_cxx() {
    let flags: Vec<&str> = STRICT.iter().copied().chain(["-Wno-invalid-offsetof"]).collect();
    check(Language::Cxx, &source("generated.cpp"), &flags);
}

/// Compiles and runs `meaning.c`, with and without assertions, so that both kinds of code are tried.
#[test]
fn macros_mean_what_they_say() {
    for compiler in compilers(Language::C) {
        for (name, extra) in [("checked", "-UNDEBUG"), ("release", "-DNDEBUG")] {
            let program = Path::new(env!("CARGO_TARGET_TMPDIR"))
                .join(format!("meaning_{compiler}_{name}").replace('/', "_"));
            let output = program.display().to_string();
            let flags = ["-Wall", "-Wextra", "-Wno-missing-field-initializers", "-O2", extra, "-o", &output];
            run_compiler(&compiler, Language::C, &source("meaning.c"), &flags)
                .unwrap_or_else(|e| panic!("{e}"));
            let run = Command::new(&program).output().expect("the program was just made");
            assert!(run.status.success(), "{compiler} {name}: {}", String::from_utf8_lossy(&run.stderr));
        }
    }
}

/// An extension imports from the runtime what the limited API of its version allows, no more.
#[test]
fn limited_code_calls_the_runtime_to_count_from_3_12_on() {
    for (minor, calls) in [(11, false), (12, true), (14, true)] {
        let object = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("limited_{minor}.o"));
        let output = object.display().to_string();
        let define = limited_define(minor);
        let flags = ["-c", "-O2", &define, "-o", &output];
        let compiler = &compilers(Language::C)[0];
        run_compiler(compiler, Language::C, &source("limited.c"), &flags).unwrap_or_else(|e| panic!("{e}"));
        let bytes = std::fs::read(&object).expect("the object was just made");
        let has = |name: &str| {
            bytes
                .windows(name.len() + 2)
                .any(|w| w[0] == 0 && w[w.len() - 1] == 0 && &w[1..w.len() - 1] == name.as_bytes())
        };
        assert_eq!(has("_Py_DecRef"), calls, "3.{minor}");
        assert_eq!(has("_Py_Dealloc"), !calls, "3.{minor}");
        // Py_TYPE and Py_REFCNT become calls in 3.14.
        assert_eq!(has("Py_TYPE"), minor >= 14, "3.{minor}");
        // The singletons are asked for since 3.13.
        assert_eq!(has("_Py_NoneStruct"), minor < 13, "3.{minor}");
    }
}
