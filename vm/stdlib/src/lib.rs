//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

// Methods carry Python's names.
#![allow(non_snake_case)]

mod abc;
mod ast;
mod asyncio;
pub mod atexit;
mod binascii;
mod bisect;
pub mod bootstrap;
mod builtins;
mod codecs;
mod collections;
mod compile;
mod compress;
mod contextvars;
mod datetime;
mod errno;
pub mod faulthandler;
mod fcntl;
mod frozen;
mod functools;
mod grp;
mod hashes;
mod heapq;
pub mod imp;
mod io;
mod itertools;
mod json;
mod locale;
mod marshal;
mod math;
mod mmap;
mod module_types;
mod opcode;
mod operator;
mod osutil;
mod pickle;
mod posix;
mod posixsubprocess;
mod pwd;
mod queue;
mod random;
mod registry;
mod resource;
mod select;
pub mod signal;
mod socket;
mod sre;
mod stat;
mod strings;
mod structs;
mod symtable;
pub mod sys;
mod termios;
mod thread;
mod time;
mod tokenize;
mod unicodedata;
pub mod util;
pub mod warnings;
mod weakref;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
