//! The exported C API.
//!
//! One file per header family of CPython; [`boundary`] says how a function is declared. What is not written yet is
//! exported all the same and raises `NotImplementedError` with its name.
#![allow(non_snake_case)]

mod abstract_mapping;
mod abstract_number;
mod abstract_object;
mod abstract_sequence;
pub mod boundary;
mod call;
mod extension;
mod listobject;
mod moduleobject;
mod object;
mod pyerrors;
mod pymem;
mod text;
mod objimpl;
mod pycapsule;
mod typeobject;
pub mod va;
mod weakrefobject;

pub use boundary::{Export, exports};

/// Registers the loader of extension modules; called once at start-up.
pub fn start() {
    extension::register();
    // Reading the table keeps every exported name in the executable.
    std::hint::black_box(exports().next());
}
