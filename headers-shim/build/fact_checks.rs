//! Writes Rust that compares this crate's types and constants with the rows of `facts/`, for
//! `tests/rust_layout.rs`.

use crate::facts;
use std::fmt::Write;
use std::path::Path;

/// The text of two functions, `layout_rows` and `constant_rows`.
pub fn write(package: &Path) -> String {
    let mut out = String::new();
    layout(package, &mut out);
    constants(package, &mut out);
    out
}

fn layout(package: &Path, out: &mut String) {
    out.push_str("fn layout_rows(report: &mut Report) {\n");
    for row in facts::read(package, "layout") {
        let name = row["struct"].rsplit(' ').next().expect("a name");
        match row["row"].as_str() {
            "struct" | "union" => {
                let (size, align) = (&row["size"], &row["align"]);
                let _ = writeln!(
                    out,
                    "    report.number(\"size of {name}\", size_of::<abi::{name}>() as i128, {size});\n    \
                     report.number(\"alignment of {name}\", align_of::<abi::{name}>() as i128, {align});"
                );
            }
            "field" if !row["field"].contains('<') => field(name, &row, out),
            _ => {}
        }
    }
    out.push_str("}\n");
}

fn field(name: &str, row: &std::collections::HashMap<String, String>, out: &mut String) {
    let (field, offset, size) = (&row["field"], &row["offset"], &row["size"]);
    if !row["bit_width"].is_empty() {
        let (parent, bit) = field.rsplit_once('.').map_or(("", &field[..]), |(p, b)| (p, b));
        let place = if parent.is_empty() { "s".to_string() } else { format!("s.{parent}") };
        let offset: usize = offset.parse().expect("a number");
        let width: u32 = row["bit_width"].parse().expect("a number");
        let shift: usize = row["bit_offset"].parse::<usize>().expect("a number") + offset % 4 * 8;
        let ones = (1u64 << width) - 1;
        let _ = writeln!(
            out,
            "    report.number(\"bits of {name}.{field}\", bits_of::<abi::{name}>({}, |s| \
             {place}.set_{bit}({ones})), {});",
            offset / 4 * 4,
            ones << shift
        );
        return;
    }
    let path = rust_path(name, field);
    let _ = writeln!(
        out,
        "    report.number(\"offset of {name}.{field}\", offset_of!(abi::{name}, {path}) as i128, {offset});\n    \
         report.number(\"size of {name}.{field}\", size_of_field(|p: *const abi::{name}| \
         // SAFETY: only the address is computed, never read through.\n        \
         unsafe {{ &raw const (*p).{path} }}) as i128, {size});"
    );
}

/// Where bindgen put a field of C.
fn rust_path(name: &str, field: &str) -> String {
    match (name, field) {
        ("PyObject", "ob_refcnt_full" | "_aligner") => format!("__bindgen_anon_1.{field}"),
        ("PyObject", "ob_refcnt" | "ob_overflow" | "ob_flags") => {
            format!("__bindgen_anon_1.__bindgen_anon_1.{field}")
        }
        (_, "type") => "type_".into(),
        _ => field.into(),
    }
}

fn constants(package: &Path, out: &mut String) {
    out.push_str("fn constant_rows(report: &mut Report) {\n");
    for row in facts::read(package, "constants") {
        let (name, value) = (&row["name"], &row["value"]);
        let _ = match row["c_type"].as_str() {
            // Asked of the C library, which answers with its own values.
            _ if matches!(name.as_str(), "_POSIX_C_SOURCE" | "_XOPEN_SOURCE") => Ok(()),
            // A null pointer without a type has no Rust constant.
            _ if name == "_Py_NULL" => Ok(()),
            "string" => writeln!(out, "    report.text(\"{name}\", abi::{name}, {value});"),
            "void *" => {
                writeln!(out, "    report.number(\"{name}\", abi::{name}.addr() as i128, {value});")
            }
            _ => writeln!(out, "    report.number(\"{name}\", abi::{name} as i128, {value});"),
        };
    }
    out.push_str("}\n");
}
