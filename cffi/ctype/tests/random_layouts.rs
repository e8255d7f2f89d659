//! Random structs and unions, laid out by us and by the C compilers: not one byte or bit may differ.
//!
//! `DOVETAIL_LAYOUTS` says how many (default 10,000), `DOVETAIL_LAYOUT_SEED` where the random numbers begin. The
//! compilers put sizes, alignments and offsets into a constant table of an object file, and for each bit-field a record
//! whose other bits are zero; the files are read, not run, so that aarch64 is checked on any machine with Clang.

mod random {
    pub mod generate;
    pub mod measure;
}

use dovetail_ctype::Target;
use random::generate::{Program, generate};
use random::measure::{Compiler, measure};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Records that one compiler run gets.
const BATCH: u64 = 1000;

fn compare(compiler: &Compiler) {
    let total = number("DOVETAIL_LAYOUTS", 10_000);
    let seed = number("DOVETAIL_LAYOUT_SEED", 0x5eed);
    if !compiler.exists() {
        println!("NOT RUN: {} is not installed", compiler.name);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut different = Vec::new();
    let mut bit_fields = 0;
    for batch in 0..total.div_ceil(BATCH) {
        let count = BATCH.min(total - batch * BATCH);
        let program = generate(compiler.target, seed.wrapping_add(batch), count as usize, compiler.gcc, 0);
        let measured = measure(compiler, &program, folder.path());
        bit_fields += program.bit_fields();
        compare_batch(&program, &measured, &mut different);
    }
    let shown: Vec<_> = different.iter().take(5).cloned().collect();
    assert!(
        different.is_empty(),
        "{} of {total} differ from {}:\n{}",
        different.len(),
        compiler.name,
        shown.join("\n")
    );
    println!("{total} records, {bit_fields} bit-fields: as {} lays them out", compiler.name);
    assert!(bit_fields as u64 > total / 10, "the generator has lost its bit-fields");
}

fn compare_batch(program: &Program, measured: &random::measure::Measured, different: &mut Vec<String>) {
    for (i, record) in program.records.iter().enumerate() {
        let ours = program.expectation(record);
        let theirs = measured.record(program, i);
        if ours != theirs {
            different.push(format!("{}\n  ours   {ours:?}\n  theirs {theirs:?}", program.text_of(i)));
        }
    }
}

#[test]
fn x86_64_as_gcc_does() {
    compare(&Compiler {
        name: "gcc",
        arguments: &[],
        target: Target::X86_64,
        gcc: true,
        only_on: Some("x86_64"),
    });
}

#[test]
fn x86_64_as_clang_does() {
    compare(&Compiler {
        name: "clang",
        arguments: &["--target=x86_64-linux-gnu"],
        target: Target::X86_64,
        gcc: false,
        only_on: None,
    });
}

#[test]
fn aarch64_as_clang_does() {
    compare(&Compiler {
        name: "clang",
        arguments: &["--target=aarch64-linux-gnu"],
        target: Target::Aarch64,
        gcc: false,
        only_on: None,
    });
}
