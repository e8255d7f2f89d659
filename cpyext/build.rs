//! Completes the C API: compiles the variadic functions, finds which names our sources define, and writes what is left.
//!
//! - `stubs.rs`: for every function of CPython's symbol table that nobody defines, an exported function that raises
//!   `NotImplementedError` by its name and returns the error value of its type.
//! - `exports.rs` and `addresses.c`: all exported names, whether each is real, and their addresses, which also keep the
//!   linker from dropping what only extensions call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// One row of `symbols.tsv`.
struct Symbol {
    name: String,
    function: bool,
    signature: String,
}

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest's folder"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output folder"));
    let facts = root.join("../headers-shim/facts/symbols.tsv");
    let include = root.join("../headers-shim/include");
    let core = root.join("../vm/core/src");
    let stdlib = root.join("../vm/stdlib/src");
    for path in ["src", "c", "build.rs"].map(|p| root.join(p)).iter().chain([&facts, &include, &core, &stdlib]) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let symbols = read_symbols(&facts);
    let mut real = BTreeSet::new();
    each_file(&root.join("src"), "rs", &mut |text| declared(text, &mut real));
    each_file(&root.join("c"), "c", &mut |text| defined_in_c(text, &mut real));
    each_file(&core, "rs", &mut |text| exported(text, &mut real));
    each_file(&stdlib, "rs", &mut |text| exported(text, &mut real));
    real.retain(|name| name.starts_with("Py") || name.starts_with("_Py"));
    let mut quoted = BTreeSet::new();
    each_file(&core, "rs", &mut |text| type_names(text, &mut quoted));
    let known = |s: &&Symbol| s.name.starts_with("PyExc_") || (!s.function && quoted.contains(&s.name));
    real.extend(symbols.iter().filter(known).map(|s| s.name.clone()));
    fs::write(out.join("stubs.rs"), stubs(&symbols, &real)).expect("the output folder can be written");
    let (names, addresses) = table(&symbols, &real);
    fs::write(out.join("exports.rs"), names).expect("the output folder can be written");
    fs::write(out.join("addresses.c"), addresses).expect("the output folder can be written");
    compile_c(&root, &include, &out);
}

fn read_symbols(path: &Path) -> Vec<Symbol> {
    let text = fs::read_to_string(path).expect("the table of symbols can be read");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().expect("a header row").split('\t').collect();
    let column = |name: &str| head.iter().position(|h| *h == name).expect("a known column");
    let (name, kind, signature) = (column("name"), column("kind"), column("signature"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Symbol {
                name: cells[name].to_owned(),
                function: cells[kind] == "function",
                signature: cells[signature].to_owned(),
            }
        })
        .collect()
}

fn each_file(folder: &Path, extension: &str, f: &mut dyn FnMut(&str)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            each_file(&path, extension, f);
        } else if path.extension().is_some_and(|e| e == extension) {
            f(&fs::read_to_string(&path).expect("a source file can be read"));
        }
    }
}

/// The name that begins `text`.
fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Names under `#[capi]` and their aliases; statics and functions under `no_mangle`; the C names given to a macro
/// whose own name ends in `_capi`, in the lines from its opening brace to its closing one.
fn declared(text: &str, names: &mut BTreeSet<String>) {
    let mut pending = false;
    let mut in_macro = false;
    for line in text.lines() {
        let line = line.trim_start();
        let first = identifier(line);
        if first.ends_with("_capi") && line[first.len()..].starts_with("! {") {
            in_macro = true;
        }
        if in_macro {
            let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            names.extend(words.filter(|w| w.starts_with("Py") || w.starts_with("_Py")).map(str::to_owned));
            in_macro = !line.ends_with('}');
            continue;
        }
        if line.starts_with("#[capi") || line.starts_with("#[unsafe(no_mangle)]") {
            pending = true;
            for part in line.split("alias = \"").skip(1) {
                names.insert(identifier(part).to_owned());
            }
        } else if pending {
            for word in [" fn ", " static mut ", " static "] {
                if let Some((_, rest)) = format!(" {line}").split_once(word) {
                    names.insert(identifier(rest).to_owned());
                    pending = false;
                    break;
                }
            }
        }
    }
}

/// C definitions, which begin in the first column and have their brace at the line's end.
fn defined_in_c(text: &str, names: &mut BTreeSet<String>) {
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic())
            && !line.starts_with("static ")
            && let Some((before, _)) = line.split_once('(')
        {
            let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
            if name.starts_with("Py") || name.starts_with("_Py") {
                names.insert(name.to_owned());
            }
        }
    }
}

/// What the core exports: `export = "NAME"`, `export_name = "NAME"`.
fn exported(text: &str, names: &mut BTreeSet<String>) {
    for mark in ["export = \"", "export_name = \""] {
        for part in text.split(mark).skip(1) {
            names.insert(identifier(part).to_owned());
        }
    }
}

/// Names of type objects in quotes, as the core's macros get them.
fn type_names(text: &str, names: &mut BTreeSet<String>) {
    names.extend(text.split('"').filter(|p| p.starts_with("Py") && p.ends_with("_Type")).map(str::to_owned));
}

fn compile_c(root: &Path, include: &Path, out: &Path) {
    cc::Build::new()
        .files(
            fs::read_dir(root.join("c"))
                .expect("the folder of C files")
                .flatten()
                .map(|e| e.path())
                .filter(|p| p.extension().is_some_and(|e| e == "c")),
        )
        .file(out.join("addresses.c"))
        .include(include)
        .std("c11")
        .opt_level(2)
        .warnings(true)
        .compile("dovetail_capi");
}

/// The Rust return type of a stub and its error value.
fn failure(signature: &str) -> (&'static str, &'static str) {
    let result = signature.split('(').next().unwrap_or("").trim();
    let result = result.trim_start_matches("const ").trim();
    if result.ends_with('*') {
        return ("*mut c_void", "null_mut()");
    }
    match result {
        "void" | "" => ("()", "()"),
        "double" => ("f64", "-1.0"),
        "Py_complex" => ("[f64; 2]", "[-1.0, 0.0]"),
        _ => ("isize", "-1"),
    }
}

fn stubs(symbols: &[Symbol], real: &BTreeSet<String>) -> String {
    let mut out = String::new();
    for s in symbols.iter().filter(|s| s.function && !real.contains(&s.name)) {
        let (ty, value) = failure(&s.signature);
        let name = &s.name;
        writeln!(
            out,
            "#[unsafe(no_mangle)]\nunsafe extern \"C\" fn {name}() -> {ty} {{\n    missing(\"{name}\");\n    {value}\n}}"
        )
        .expect("writing to a string");
    }
    out
}

/// The Rust list of names and the C table of their addresses.
fn table(symbols: &[Symbol], real: &BTreeSet<String>) -> (String, String) {
    let mut rows: BTreeMap<&str, bool> =
        symbols.iter().filter(|s| s.function).map(|s| (s.name.as_str(), real.contains(&s.name))).collect();
    rows.extend(
        symbols.iter().filter(|s| !s.function && real.contains(&s.name)).map(|s| (s.name.as_str(), true)),
    );
    rows.extend(real.iter().map(|n| (n.as_str(), true)));
    let mut c = String::from("/* Addresses of all exported names, sorted by name. */\n");
    for name in rows.keys() {
        writeln!(c, "extern const char {name}[];").expect("writing to a string");
    }
    c.push_str("\nconst char *const dovetail_export_addresses[] = {\n");
    for name in rows.keys() {
        writeln!(c, "    {name},").expect("writing to a string");
    }
    c.push_str("};\n");
    let mut out = format!("const COUNT: usize = {};\n\nstatic ROWS: &str = \"\\\n", rows.len());
    for (name, real) in &rows {
        writeln!(out, "{name} {}\\n\\", if *real { "real" } else { "raising" }).expect("writing to a string");
    }
    out.push_str("\";\n");
    (out, c)
}
