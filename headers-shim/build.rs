//! Makes Rust of `include/`: one bindgen run over `include/internal/bindgen.h`, split into
//! `raw.rs` (types and constants) and `proto.rs` (what the headers declare: functions and data).
//!
//! Runs again only when a header changes. Nothing here knows a struct's layout.

use bindgen::callbacks::{IntKind, ParseCallbacks};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "build/fact_checks.rs"]
mod fact_checks;
#[path = "tests/common/facts.rs"]
mod facts;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest's folder"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output folder"));
    let include = root.join("include");
    println!("cargo::rerun-if-changed={}", include.display());
    for also in ["build.rs", "build", "facts", "tests/common/facts.rs"] {
        println!("cargo::rerun-if-changed={also}");
    }
    println!("cargo::rustc-env=DOVETAIL_INCLUDE={}", include.display());

    let text = bindings(&include);
    let (raw, proto) = split(&text);
    fs::write(out.join("raw.rs"), raw).expect("the output folder can be written");
    fs::write(out.join("fact_checks.rs"), fact_checks::write(&root))
        .expect("the output folder can be written");
    fs::write(out.join("proto.rs"), proto).expect("the output folder can be written");
}

fn bindings(include: &Path) -> String {
    bindgen::Builder::default()
        .header(include.join("internal/bindgen.h").display().to_string())
        .clang_arg(format!("-I{}", include.display()))
        .clang_arg("-std=gnu11")
        .allowlist_file(format!("{}/.*", include.display()))
        .opaque_type("FILE|_IO_FILE")
        .use_core()
        .prepend_enum_name(false)
        .derive_debug(false)
        .derive_copy(true)
        .generate_comments(false)
        .layout_tests(false)
        .merge_extern_blocks(true)
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(env::var_os("OUT_DIR").expect("cargo sets the output folder"))
        .rust_target(bindgen::RustTarget::stable(85, 0).expect("a known Rust version"))
        .rust_edition(bindgen::RustEdition::Edition2024)
        .parse_callbacks(Box::new(Constants))
        .formatter(bindgen::Formatter::Prettyplease)
        .generate()
        .expect("bindgen reads our headers; is libclang installed (apt: libclang-dev)?")
        .to_string()
}

/// Gives constants the integer types the code that uses them wants.
#[derive(Debug)]
struct Constants;

impl ParseCallbacks for Constants {
    fn int_macro(&self, name: &str, value: i64) -> Option<IntKind> {
        let usize = IntKind::Custom { name: "usize", is_signed: false };
        let isize = IntKind::Custom { name: "isize", is_signed: true };
        match name {
            _ if name.starts_with("Py_TPFLAGS_") || name.starts_with("_Py_TPFLAGS_") => {
                return Some(IntKind::ULong);
            }
            "PyLong_BASE" | "PyLong_MASK" | "_PyLong_DECIMAL_BASE" | "PY_DWORD_MAX" => {
                return Some(IntKind::U32);
            }
            "_Py_IMMORTAL_INITIAL_REFCNT" | "_Py_IMMORTAL_MINIMUM_REFCNT" => return Some(IntKind::U32),
            "_Py_STATIC_IMMORTAL_INITIAL_REFCNT" => return Some(IntKind::I64),
            "PY_SSIZE_T_MAX" | "PY_SSIZE_T_MIN" | "Py_INVALID_SIZE" => return Some(isize),
            "PY_SIZE_MAX" | "PY_VECTORCALL_ARGUMENTS_OFFSET" => return Some(usize),
            "PyHASH_BITS" | "_PyHASH_BITS" => return Some(IntKind::U32),
            "PYTHREAD_INVALID_THREAD_ID" => return Some(IntKind::ULong),
            "PY_ULLONG_MAX" => return Some(IntKind::U64),
            "PY_LLONG_MAX" | "PY_LLONG_MIN" | "PyTime_MAX" | "PyTime_MIN" => return Some(IntKind::I64),
            _ if ["_PyGC_PREV_", "PyHASH_", "_PyHASH_"].iter().any(|p| name.starts_with(p)) => {
                return Some(usize);
            }
            _ => {}
        }
        Some(match i32::try_from(value) {
            Ok(_) => IntKind::I32,
            Err(_) => IntKind::I64,
        })
    }
}

/// Separates the one `extern` block from everything else.
fn split(text: &str) -> (String, String) {
    let (mut raw, mut proto) = (String::new(), String::new());
    let mut inside = false;
    for line in text.lines() {
        inside |= line.starts_with("unsafe extern \"C\" {");
        let part = if inside { &mut proto } else { &mut raw };
        part.push_str(line);
        part.push('\n');
        inside &= line != "}";
    }
    (raw, proto)
}
