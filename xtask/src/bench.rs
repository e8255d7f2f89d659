//! `cargo xtask bench`: will time Dovetail beside CPython 3.14.
//!
//! Not written yet: it says so and exits with 2.

use lexopt::Parser;

use crate::{Done, Stop};

/// Entry point of the command.
pub fn run(_args: Parser) -> Done {
    Err(Stop::Cannot("not written yet".into()))
}
