//! `cargo xtask demo`: will show NumPy, lxml and psycopg2 from the index running on Dovetail.
//!
//! Not written yet: it says so and exits with 2.

use lexopt::Parser;

use crate::{Done, Stop};

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    Err(Stop::Cannot(
        "not written yet. It will build, make a venv, install numpy, lxml and psycopg2-binary with pip, \
         and run a tour over them; `cargo xtask dist --dev` and `cargo xtask test` show what stands."
            .into(),
    ))
}
