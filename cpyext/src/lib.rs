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
mod codecs;
mod context;
mod data;
mod data_tables;
mod descrobject;
mod dictobject;
mod eval_tables;
mod extension;
mod file;
mod floatobject;
mod frameobject;
mod funcobject;
mod getargs;
mod import;
mod initconfig;
mod interpreters;
mod legacy;
mod listobject;
mod longobject;
mod longwriter;
mod methodobject;
mod moduleobject;
mod object;
mod objimpl;
mod pycapsule;
mod pyerrors;
mod pylifecycle;
mod pymem;
mod pystate;
mod pystring;
mod pythread;
mod refcount;
mod setobject;
mod structseq;
mod sysmodule;
mod terminal;
mod text;
mod tupleobject;
mod typeobject;
mod unicode_codecs;
mod unicode_error;
mod unicode_format;
mod unicode_writer;
mod unicodeobject;
pub mod va;
mod weakrefobject;

pub use boundary::{Export, exports};

/// Registers the loader of extension modules; called once at start-up.
pub fn start() {
    extension::register();
    data::fill();
    eval_tables::fill();
    terminal::register();
    pylifecycle::register();
    let _ = dovetail_core::hooks::DUMP_THREADS.set(dovetail_stdlib::faulthandler::dump_all);
    // Reading the table keeps every exported name in the executable.
    std::hint::black_box(exports().next());
}
