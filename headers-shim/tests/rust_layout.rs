//! Every row of `facts/layout.tsv` and `facts/constants.tsv`, against the Rust side. The checks
//! are written by the build script, one for each row.

use std::mem::{offset_of, size_of};

/// Collects differences so that a failure shows all of them.
#[derive(Default)]
struct Report {
    rows: usize,
    differences: Vec<String>,
}

impl Report {
    fn number(&mut self, what: &str, ours: i128, fact: i128) {
        self.rows += 1;
        if ours != fact {
            self.differences.push(format!("{what}: {ours}, not {fact}"));
        }
    }

    fn text(&mut self, what: &str, ours: &[u8], fact: &str) {
        self.rows += 1;
        if ours.strip_suffix(b"\0") != Some(fact.as_bytes()) {
            self.differences.push(format!("{what}: {ours:?}, not {fact:?}"));
        }
    }

    fn finish(self, at_least: usize) {
        assert!(self.differences.is_empty(), "{:#?}", self.differences);
        assert!(self.rows >= at_least, "only {} rows were checked", self.rows);
    }
}

/// The size of a field, by way of its address.
fn size_of_field<T, F>(_: fn(*const T) -> *const F) -> usize {
    size_of::<F>()
}

/// The bits that a setter sets in the word at `offset` of a zeroed `T`.
fn bits_of<T>(offset: usize, set: fn(&mut T)) -> i128 {
    // SAFETY: the structs with bit-fields are plain data, for which zero bytes are a value.
    let mut value: T = unsafe { std::mem::zeroed() };
    set(&mut value);
    // SAFETY: `offset` is a field's, aligned down to its word, so the word is inside the value.
    i128::from(unsafe { (&raw const value).byte_add(offset).cast::<u32>().read() })
}

include!(concat!(env!("OUT_DIR"), "/fact_checks.rs"));

#[test]
fn structs_have_the_layout_of_the_facts() {
    let mut report = Report::default();
    layout_rows(&mut report);
    report.finish(1800);
}

#[test]
fn constants_have_the_values_of_the_facts() {
    let mut report = Report::default();
    constant_rows(&mut report);
    report.finish(1280);
}

#[test]
fn unicode_state_as_a_number() {
    use abi::unicode_state::*;
    // SAFETY: plain data.
    let mut state: abi::_PyUnicodeObject_state = unsafe { std::mem::zeroed() };
    state.set_kind(4);
    state.set_compact(1);
    assert_eq!(state.bits(), (4 << STATE_KIND_SHIFT) | STATE_COMPACT);
    let ascii = abi::_PyUnicodeObject_state::from_bits((1 << STATE_KIND_SHIFT) | STATE_COMPACT | STATE_ASCII);
    assert_eq!((ascii.kind(), ascii.compact(), ascii.ascii(), ascii.interned()), (1, 1, 1, 0));
}
