//! For comparison with another Python: reads paths from standard input and writes the symbol tables of
//! each file in a line.

use dovetail_front::symtable::{Scope, symtable};
use dovetail_front::{Mode, source};
use std::io::{BufRead, Write};

fn show(scope: &Scope, out: &mut String) {
    let mut symbols = scope.symbols.clone();
    symbols.sort();
    out.push_str(&format!("({} {} {} {}", scope.kind, scope.name, scope.lineno, u8::from(scope.nested)));
    for (name, flags) in symbols {
        out.push_str(&format!(" {name}={flags}"));
    }
    out.push_str(&format!(" | {}", scope.varnames.join(" ")));
    scope.children.iter().for_each(|child| show(child, out));
    out.push(')');
}

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let bytes = std::fs::read(path.expect("a path")).expect("a readable file");
        let mut line = String::new();
        let text = source::decode(&bytes).map(|text| text.into_owned());
        match text.and_then(|text| symtable(&text, "a.py", Mode::Exec)) {
            Ok(scope) => show(&scope, &mut line),
            Err(error) => line = format!("error {}", error.message),
        }
        writeln!(out, "{line}").expect("standard output");
    }
}
