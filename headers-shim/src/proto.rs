//! What the headers declare as exported by the runtime: prototypes and data, for comparing our
//! definitions with at compile time.
//!
//! Calling through these declarations links against the symbols, so the crates that define them
//! only take their types.

#![allow(missing_docs, non_snake_case, non_upper_case_globals, improper_ctypes, unused_imports, clippy::all)]

use super::raw::*;

include!(concat!(env!("OUT_DIR"), "/proto.rs"));
