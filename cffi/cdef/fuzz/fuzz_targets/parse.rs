//! Any texts are declarations or an error that can be shown.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| dovetail_cdef_fuzz::parser(text));
