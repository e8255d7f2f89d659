//! Any text is declarations or an error that can be shown.
#![no_main]

use dovetail_cdef::{Options, Text, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match parse(&[], &Text::new(text), &Options::default()) {
        Ok(d) => d.types.ids().for_each(|id| _ = (d.types.name(id), d.types.layout(id))),
        Err(e) => assert!(!e.to_string().is_empty()),
    }
});
