//! How long reading declarations takes: a cdef of 2,000 lines and two large headers, cold and from the cache.
//! cffi on CPython 3.14 needs about 0.9 s for a text of this shape on the machine where this was written.

use dovetail_cdef::{Cache, Options, Text, parse};
use std::fmt::Write;
use std::time::Instant;

fn text() -> Text {
    let mut out = String::new();
    for i in 0..334 {
        write!(
            out,
            "typedef struct node{i} {{ int a, b; char *name; struct node{i} *next; double v[{}]; }} node{i}_t;\n\
             int func{i}(node{i}_t *n, const char *s, unsigned long x, double y);\n\
             typedef int (*cb{i}_t)(node{i}_t *, void *);\n\
             enum e{i} {{ E{i}_A, E{i}_B = {i}, E{i}_C }};\n\
             #define C{i} {i}\n\
             void *reg{i}(cb{i}_t cb, size_t n, int32_t z);\n",
            i % 7 + 1
        )
        .unwrap();
    }
    Text::new(out)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path());
    let options = Options::default();
    // libclang itself is opened once.
    parse(&[], &Text::new(""), &options).unwrap();
    for (name, text) in [
        ("2,000 lines", text()),
        ("sqlite3.h", Text::header("sqlite3.h")),
        ("openssl/ssl.h", Text::header("openssl/ssl.h")),
    ] {
        let begin = Instant::now();
        let Ok(d) = parse(&[], &text, &options) else {
            println!("NOT RUN: {name}");
            continue;
        };
        let cold = begin.elapsed();
        cache.parse(&[], &text, &options).unwrap();
        let begin = Instant::now();
        cache.parse(&[], &text, &options).unwrap();
        println!("{name}: {} declarations, cold {cold:.1?}, cached {:.1?}", d.items.len(), begin.elapsed());
    }
}
