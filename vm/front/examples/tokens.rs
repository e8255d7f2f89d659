//! For comparison with another Python: reads paths from standard input and writes every token of the
//! files as `tokenize` would have it, one a line, and a line `=` after each file.

use dovetail_front::source;
use dovetail_front::syntax::tokens::{Tokens, terminated};
use std::io::{BufRead, Write};

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let bytes = std::fs::read(path.expect("a path")).expect("a readable file");
        if let Ok(text) = source::decode(&bytes) {
            let (text, implicit) = terminated(&text);
            let mut tokens = Tokens::new(&text, implicit, true);
            while let Some(token) = tokens.next_token() {
                match token {
                    Ok(t) => writeln!(
                        out,
                        "{} {:?} {:?} {:?} {:?}",
                        t.number,
                        t.start,
                        t.end,
                        t.text.as_bytes(),
                        t.line.len()
                    ),
                    Err(e) => writeln!(out, "error {} {}", e.kind.class_name(), e.message),
                }
                .expect("standard output");
            }
        }
        writeln!(out, "=").expect("standard output");
    }
}
