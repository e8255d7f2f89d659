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
mod byteswriter;
mod call;
mod ceval;
mod code;
mod codecs;
mod context;
mod data;
mod data_tables;
mod debug_memory;
mod descrobject;
mod dictobject;
mod eval_tables;
mod extension;
mod file;
mod fileutils;
mod floatobject;
mod frameobject;
mod funcobject;
mod getargs;
mod hashtable;
mod hooks;
mod import;
mod initconfig;
mod initialize;
mod inittab;
mod internals;
mod internals_text;
mod interpreters;
mod legacy;
mod listobject;
mod locks;
mod longobject;
mod longwriter;
mod methodobject;
mod moduleobject;
mod monitoring;
mod object;
mod objimpl;
mod pycapsule;
mod pyconfig;
mod pyerrors;
mod pyinitconfig;
mod pylifecycle;
mod pymem;
mod pystate;
mod pystring;
mod pythonrun;
mod pythread;
mod pytime;
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
mod watchers;
mod weakrefobject;
mod wide;

pub use boundary::{Export, exports};

/// Registers the loader of extension modules; called once at start-up.
pub fn start() {
    extension::register();
    inittab::register();
    data::fill();
    eval_tables::fill();
    terminal::register();
    pylifecycle::register();
    let _ = dovetail_core::hooks::DUMP_THREADS.set(dovetail_stdlib::faulthandler::dump_all);
    debug_memory::start();
    // Reading the table keeps every exported name in the executable.
    std::hint::black_box(exports().next());
}
