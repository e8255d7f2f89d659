//! For comparison with another Python: reads lines `path TAB name` from standard input, compiles the
//! file at `path` under the name `name`, and writes for each the length of its marshal data in four
//! bytes, little-endian, and the data; for a file that does not compile, length 0 and a line on
//! standard error. An argument gives the optimization level.

use dovetail_front::marshal::plain::dumps_code;
use dovetail_front::{Mode, Options, compile};
use std::io::{BufRead, Write};

fn main() {
    let optimize = std::env::args().nth(1).and_then(|level| level.parse().ok()).unwrap_or(0);
    let options = Options { optimize, ..Options::default() };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text on standard input");
        let (path, name) = line.split_once('\t').expect("path and name");
        let source = std::fs::read(path).expect("a readable file");
        let data = match compile(&source, name, Mode::Exec, &options) {
            Ok(done) => dumps_code(&done.code).expect("marshal data"),
            Err(error) => {
                eprintln!("{name}:{}: {}: {}", error.lineno, error.kind.class_name(), error.message);
                Vec::new()
            }
        };
        out.write_all(&(data.len() as u32).to_le_bytes()).expect("standard output");
        out.write_all(&data).expect("standard output");
    }
}
