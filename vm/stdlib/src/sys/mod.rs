//! `sys`: the interpreter's own module.

mod module;

pub use module::MODULE;
