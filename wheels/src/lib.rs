//! Wheels: reading, checking and installing them, without running anything in them.
//!
//! One module per standard. `filename`, `tags`, `metadata`, `entry_points`, `record` and `elf` are pure:
//! they turn text or bytes into values. Files are touched by `archive`, `host`, `install` and `cli` only.
//! The crate knows nothing of the runtime: which API functions are real is asked through
//! [`symbols::SymbolStatus`], and what fits is a value, [`tags::Target`].
//!
//! Sources of behaviour: the binary distribution format (PEP 427 and its page on packaging.python.org),
//! compatibility tags (PEP 425, 513, 571, 599, 600), core metadata, recording installed projects (PEP 376, 627),
//! entry points, direct URLs (PEP 610).

pub mod archive;
pub mod check;
pub mod cli;
pub mod elf;
pub mod entry_points;
pub mod error;
pub mod filename;
pub mod host;
pub mod install;
pub mod metadata;
pub mod names;
pub mod record;
pub mod scheme;
pub mod scripts;
pub mod symbols;
pub mod tags;
pub mod transaction;

pub use error::{Result, WheelError};
