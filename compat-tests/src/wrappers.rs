//! The suite of wrappers: programs that use C libraries through `cffi`, declared by `#include` lines alone.
//!
//! `wrappers/NAME.py` starts with `# needs: headers(HEADER)`, with `, postgresql` where it talks to a server. No CPython reads
//! such declarations, so `NAME.out` cannot be recorded from it: the programs hold what they get against Python's own modules
//! (`zlib`, `hashlib`, `select`, `math` ...) and print the comparison, and the rest was checked by hand.

use crate::cli::Options;
use crate::expected::ExpectedFailures;
use crate::outcome::Suite;
use crate::{packages, programs};

/// Runs the suite on the runtime under test.
///
/// # Errors
/// A program's needs are not there.
pub fn run(options: &Options, expected: &ExpectedFailures) -> Result<Suite, String> {
    let found = programs::discover_in(options, "wrappers", |level| level.starts_with("headers("))?;
    if let Some(reason) = found.iter().find_map(|program| packages::missing(program, options)) {
        return Err(reason);
    }
    programs::run_suite(options, expected, "wrappers", &found)
}
