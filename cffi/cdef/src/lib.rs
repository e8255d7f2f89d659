//! C declarations, read by libclang: cffi's `cdef` text and the platform's real headers, on the types of
//! `dovetail-ctype`. Knows nothing of Python objects; nothing here is called at run time of a wrapped function.
//!
//! # Use
//!
//! - [`parse`] reads one [`Text`] under [`Options`], with earlier texts for it to build on, and gives
//!   [`Declarations`]: an arena of types and a list of [`Declaration`]s in source order. [`Cache::parse`] is the same
//!   with results kept on disk; a hit does not open libclang.
//! - `#include <zlib.h>` in a text brings the header's declarations; [`Text::header`] makes such a text, and
//!   [`Options::names`] picks names by pattern.
//! - The caller keeps the texts of one `FFI` object in a list, hands the list on with each new one, and takes the types over
//!   with [`Types::absorb`](dovetail_ctype::Types::absorb) under one [`Merger`](dovetail_ctype::Merger): equal tags are
//!   then equal types.
//! - What a dot hides is told, not guessed: partial records and enums say `partial`, `[...]` is `Length::Dots`,
//!   `int...` is `Type::Unknown`, `#define X ...` a [`Kind::Constant`] without value. [`resolve`] looks
//!   the missing pieces up in the declarations of a real header, and names every difference.
//! - [`print::text`] writes declarations as cdef text again, and [`cli`] is the command `dovetail cdef`.
//! - [`Error`] carries the kind of exception, the user's line and column, and prints them with a caret.
//!
//! # How
//!
//! `rewrite` turns cffi's own syntax into markers in C, remembering places; `order` moves what C wants elsewhere; `clang` wraps libclang, which `load` finds
//! and opens; `types`, `convert` and `macros` read the translation unit; `sources` knows whose file is whose.
//!
//! Layouts in [`Declarations::types`] are clang's own, so that attributes and pragmas of headers count. Where GCC and
//! Clang differ (bit-fields with `aligned`), clang's is what stands there.

// libclang's constants stand in patterns under their own names.
#![allow(non_upper_case_globals)]

mod cache;
mod clang;
pub mod cli;
mod convert;
mod declarations;
mod error;
mod glob;
mod lex;
mod load;
mod macros;
mod order;
mod parse;
mod prelude;
pub mod print;
mod resolve;
mod rewrite;
mod sources;
mod types;

pub use cache::Cache;
pub use declarations::{Declaration, Declarations, Kind, Linkage, Value};
pub use error::{Details, Error, ErrorKind, Place};
pub use load::libclang_is_open;
pub use parse::{Options, Text, parse};
pub use resolve::{Difference, resolve};
pub use rewrite::{CDEF_NAME, PythonLinkage, Rewritten, rewrite};

/// The version of the libclang in use, opening it if need be.
///
/// # Errors
/// There is none.
pub fn libclang_version(options: &Options) -> Result<String, Error> {
    Ok(clang::version(&load::libclang(&options.libclang)?))
}
