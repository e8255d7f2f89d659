//! `builtins`: the functions and types that every namespace sees.

mod class;
mod minmax;
mod module;
mod namespaces;
mod output;
mod sum;

pub use module::MODULE;
