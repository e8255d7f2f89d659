//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

// Methods carry Python's names.
#![allow(non_snake_case)]

pub mod bootstrap;
mod builtins;
mod codecs;
mod collections;
mod compile;
mod contextvars;
mod errno;
mod fcntl;
mod frozen;
mod grp;
mod hashlib;
pub mod imp;
mod io;
mod itertools;
mod locale;
mod marshal;
mod mmap;
mod osutil;
mod posix;
mod posixsubprocess;
mod pwd;
mod queue;
mod registry;
mod resource;
mod select;
mod signal;
mod sre;
mod socket;
mod ssl;
mod stat;
mod termios;
pub mod sys;
mod thread;
pub mod util;
mod warnings;
mod weakref;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
