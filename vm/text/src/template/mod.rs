//! The syntax of string templates: of `str.format` and of the operator `%`. Parsing only.

pub mod format;
pub mod percent;
