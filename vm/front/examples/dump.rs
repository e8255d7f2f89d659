//! For comparison with another Python: reads lines `path TAB name` from standard input, compiles the
//! file at `path` under the name `name`, and writes for each the length of its marshal data in four
//! bytes, little-endian, and the data; for a file that does not compile, length 0 and a line on
//! standard error. The first argument is the optimization level; with `tree` as the second, the way goes
//! through a syntax tree.

use dovetail_front::marshal::plain::dumps_code;
use dovetail_front::syntax::{Reading, parse};
use dovetail_front::{Mode, Options, compile, compile_tree, source};
use std::io::{BufRead, Write};

fn by_tree(bytes: &[u8], name: &str, options: &Options) -> Option<dovetail_front::Code> {
    let text = source::decode(bytes).ok()?;
    let text = source::normalize(&text).ok()?;
    let tree = parse(&text, Mode::Exec, false, Reading::default()).ok()?;
    compile_tree(&tree, name, options)
        .inspect_err(|error| eprintln!("{name}: {error:?}"))
        .ok()
        .map(|done| done.code)
}

fn main() {
    let optimize = std::env::args().nth(1).and_then(|level| level.parse().ok()).unwrap_or(0);
    let trees = std::env::args().nth(2).is_some_and(|word| word == "tree");
    let options = Options { optimize, ..Options::default() };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text on standard input");
        let (path, name) = line.split_once('\t').expect("path and name");
        let source = std::fs::read(path).expect("a readable file");
        let code = if trees {
            by_tree(&source, name, &options)
        } else {
            let done = compile(&source, name, Mode::Exec, &options);
            let done = done.inspect_err(|e| eprintln!("{name}:{}: {}", e.lineno, e.message));
            done.ok().map(|done| done.code)
        };
        let data = code.map(|code| dumps_code(&code).expect("marshal data")).unwrap_or_default();
        out.write_all(&(data.len() as u32).to_le_bytes()).expect("standard output");
        out.write_all(&data).expect("standard output");
    }
}
