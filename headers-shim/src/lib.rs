//! Dovetail's `Python.h`, and the Rust types bindgen makes from it.
//!
//! `include/` is the one source of layout: extensions compile against it, and this crate's types
//! are read from it at build time. The crate has no behaviour and knows nothing of the runtime.

mod module_slots;
pub mod proto;
mod raw;
pub mod unicode_state;

pub use module_slots::*;
pub use raw::*;

/// The folder of the C headers, for compiling C against them.
pub const INCLUDE_DIR: &str = env!("DOVETAIL_INCLUDE");
