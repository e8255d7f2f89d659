//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

// Methods carry Python's names.
#![allow(non_snake_case)]

pub mod atexit;
pub mod bootstrap;
mod builtins;
mod codecs;
mod collections;
mod compile;
mod contextvars;
mod errno;
pub mod faulthandler;
mod frozen;
pub mod imp;
mod io;
mod itertools;
mod marshal;
mod posix;
mod registry;
mod signal;
mod sre;
mod stat;
pub mod sys;
mod thread;
pub mod util;
pub mod warnings;
mod weakref;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
