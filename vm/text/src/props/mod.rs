//! The Unicode database, version 16.0, as CPython 3.14 has it.
//!
//! All functions take code points as `u32`; a number above 0x10ffff counts as unassigned.
//! The tables in `data/` come from `tables/generate.py`.

mod database;
mod names;
mod normalize;
pub mod old;
mod table;
mod types;

pub use database::{bidirectional, category, combining, east_asian_width, mirrored};
pub use names::{Named, look_up, name};
pub use normalize::{Form, Version, compose, decomposition, is_normalized, normalize};
pub use types::*;

/// The version of the current database.
pub const UNIDATA_VERSION: &str = "16.0.0";

/// Whether the text is an identifier: `str.isidentifier`.
pub fn is_identifier(text: crate::Text<'_>) -> bool {
    let mut chars = text.iter();
    let starts = chars.next().is_some_and(|c| c == '_' as u32 || is_xid_start(c));
    starts && chars.all(is_xid_continue)
}
