//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

// Methods carry Python's names.
#![allow(non_snake_case)]

mod abc;
mod binascii;
mod bisect;
pub mod bootstrap;
mod builtins;
mod codecs;
mod collections;
mod compile;
mod contextvars;
mod errno;
mod frozen;
mod functools;
mod heapq;
pub mod imp;
mod io;
mod itertools;
mod json;
mod marshal;
mod math;
mod operator;
mod posix;
mod random;
mod registry;
mod signal;
mod sre;
mod stat;
mod strings;
mod structs;
mod sys;
mod thread;
mod time;
mod util;
mod warnings;
mod weakref;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
