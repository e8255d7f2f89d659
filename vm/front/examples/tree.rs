//! For comparison with another Python: reads paths from standard input and writes, for each file, a
//! line with its syntax tree in brackets: kinds, positions, strings and bytes in hex, floats by bits.

use dovetail_front::syntax::{Reading, parse};
use dovetail_front::tree::{Tree, TreeValue};
use dovetail_front::{Const, Mode, source};
use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn constant(value: &Const, out: &mut String) {
    let _ = match value {
        Const::None => write!(out, "None"),
        Const::Bool(value) => write!(out, "{}", if *value { "True" } else { "False" }),
        Const::Ellipsis => write!(out, "..."),
        Const::Int(value) => write!(out, "i{value:x}"),
        Const::BigInt { digits, .. } => {
            let value = digits.iter().rev().map(|digit| format!("{digit:08x}")).collect::<String>();
            write!(out, "I{value}")
        }
        Const::Float(value) => write!(out, "f{:x}", value.to_bits()),
        Const::Complex { imag, .. } => write!(out, "c{:x}", imag.to_bits()),
        Const::Str(text) => write!(out, "s{}", hex(text.as_bytes())),
        Const::Bytes(bytes) => write!(out, "b{}", hex(bytes)),
        other => write!(out, "{other:?}"),
    };
}

fn value(value: &TreeValue, out: &mut String) {
    match value {
        TreeValue::None => out.push_str("None"),
        TreeValue::Node(node) => tree(node, out),
        TreeValue::List(all) => {
            out.push('[');
            for one in all {
                self::value(one, out);
                out.push(' ');
            }
            out.push(']');
        }
        TreeValue::Name(name) => out.push_str(&format!("n{}", hex(name.as_bytes()))),
        TreeValue::Int(number) => out.push_str(&format!("#{number}")),
        TreeValue::Const(value) => constant(value, out),
    }
}

fn tree(node: &Tree, out: &mut String) {
    out.push_str(&format!("({}", node.kind));
    if let Some(p) = node.position {
        out.push_str(&format!("@{}:{}-{}:{}", p.line, p.col, p.end_line, p.end_col));
    }
    for (name, field) in &node.fields {
        out.push_str(&format!(" {name}="));
        value(field, out);
    }
    out.push(')');
}

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let bytes = std::fs::read(path.expect("a path")).expect("a readable file");
        let mut line = String::new();
        match source::decode(&bytes).and_then(|text| source::normalize(&text).map(|t| t.into_owned())) {
            Ok(text) => match parse(&text, Mode::Exec, false, Reading::default()) {
                Ok(node) => tree(&node, &mut line),
                Err(error) => line = format!("error {}", error.message),
            },
            Err(error) => line = format!("error {}", error.message),
        }
        writeln!(out, "{line}").expect("standard output");
    }
}
