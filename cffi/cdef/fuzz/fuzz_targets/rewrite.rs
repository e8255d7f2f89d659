//! Any text is rewritten or refused; lines stay lines.
#![no_main]

use dovetail_cdef::rewrite;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(out) = rewrite(text) {
        assert_eq!(out.text.matches('\n').count(), text.matches('\n').count());
        assert!(out.source_offset(out.text.len()) <= text.len());
    }
});
