//! The exported C API.
//!
//! One file per header family of CPython; [`boundary`] says how a function is declared. What is not written yet is
//! exported all the same and raises `NotImplementedError` with its name.
#![allow(non_snake_case)]

pub mod boundary;
mod extension;
mod listobject;
mod moduleobject;
mod object;
mod pyerrors;
mod pymem;
mod text;
pub mod va;

pub use boundary::{Export, exports};

/// Registers the loader of extension modules; called once at start-up.
pub fn start() {
    extension::register();
    // Reading the table keeps every exported name in the executable.
    std::hint::black_box(exports().next());
}
