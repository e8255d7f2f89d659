//! `builtins`: the functions and types that every namespace sees.

mod class;
mod minmax;
mod module;
mod namespaces;
mod output;

pub use module::MODULE;
