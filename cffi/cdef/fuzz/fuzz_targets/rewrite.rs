//! Any text is rewritten or refused; lines stay lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| dovetail_cdef_fuzz::rewriter(text));
