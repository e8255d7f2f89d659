//! Any text is a type or an error at a place of the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| dovetail_cdef_fuzz::type_text(text));
