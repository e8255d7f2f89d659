//! For comparison with another Python: reads lines `mode TAB source in hex` from standard input and
//! writes one JSON array for each, `["OK", [warnings]]` or the parts of the syntax error.

use dovetail_front::{Mode, Options, compile_text};
use std::io::{BufRead, Write};

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn main() {
    let stdin = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in stdin.lines() {
        let line = line.expect("text on standard input");
        let (mode, hex) = line.split_once('\t').expect("mode and source");
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex digits"))
            .collect();
        let mode = match mode {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        };
        let text = String::from_utf8(bytes).expect("UTF-8");
        let record = match compile_text(&text, "<string>", mode, &Options::default()) {
            Ok(done) => {
                let warnings: Vec<String> = done
                    .warnings
                    .iter()
                    .map(|w| format!("[{}, {}, {}]", json(&w.message), w.lineno, w.offset))
                    .collect();
                format!("[\"OK\", [{}]]", warnings.join(", "))
            }
            Err(e) => format!(
                "[{}, {}, {}, {}, {}, {}, {}]",
                json(e.kind.class_name()),
                json(&e.message),
                e.lineno,
                e.offset,
                e.end_lineno,
                e.end_offset,
                e.text.as_deref().map_or("null".to_owned(), json)
            ),
        };
        writeln!(out, "{record}").expect("standard output");
    }
}
