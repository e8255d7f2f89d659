//! A damaged file of the cache is rebuilt.
#![no_main]

use dovetail_cdef_fuzz::Ground;
use std::sync::LazyLock;

static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    Ground::new(&std::env::temp_dir().join(format!("dovetail-cdef-fuzz-{}", std::process::id())))
});

libfuzzer_sys::fuzz_target!(|changes: &[u8]| GROUND.cache(changes));
