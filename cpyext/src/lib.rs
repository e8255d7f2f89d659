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
mod buffer;
mod buildvalue;
mod bytesobject;
mod call;
mod ceval;
mod code;
mod context;
mod data;
mod data_tables;
mod descrobject;
mod dictobject;
mod extension;
mod file;
mod floatobject;
mod frameobject;
mod funcobject;
mod getargs;
mod import;
mod listobject;
mod longobject;
mod methodobject;
mod moduleobject;
mod object;
mod objimpl;
mod pycapsule;
mod pyerrors;
mod pymem;
mod pystate;
mod pythread;
mod refcount;
mod setobject;
mod structseq;
mod text;
mod tupleobject;
mod typeobject;
mod unicode_codecs;
mod unicode_format;
mod unicodeobject;
pub mod va;
mod weakrefobject;

pub use boundary::{Export, exports};

/// Registers the loader of extension modules; called once at start-up.
pub fn start() {
    extension::register();
    data::fill();
    // Reading the table keeps every exported name in the executable.
    std::hint::black_box(exports().next());
}
