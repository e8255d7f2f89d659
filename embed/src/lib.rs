//! Everything that `libpython3.14.so` is made of: the runtime with its exported C API, and no `main`.
//!
//! This is an archive and not a shared library of cargo's making, because the compiler hides every name of such a library
//! that is not defined in Rust; the variadic functions of the API are C. `cargo xtask dist` links the archive.

pub use dovetail_cpyext::start;
