//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

// Methods carry Python's names.
#![allow(non_snake_case)]

pub mod atexit;
mod abc;
mod binascii;
mod bisect;
mod asyncio;
mod ast;
pub mod bootstrap;
mod builtins;
mod codecs;
mod collections;
mod compile;
mod compress;
pub mod contextvars;
mod datetime;
mod errno;
pub mod faulthandler;
mod fcntl;
mod frozen;
mod functools;
mod heapq;
pub mod imp;
mod io;
mod itertools;
mod json;
mod grp;
mod hashes;
mod locale;
mod marshal;
mod math;
mod mmap;
mod module_types;
mod opcode;
mod pickle;
mod operator;
mod osutil;
mod posix;
mod random;
mod posixsubprocess;
mod pwd;
mod queue;
mod registry;
mod resource;
mod select;
pub mod signal;
mod socket;
mod sre;
mod stat;
mod termios;
pub mod sys;
pub mod thread;
pub mod util;
pub mod warnings;
mod strings;
mod structs;
mod symtable;
mod time;
mod tokenize;
mod unicodedata;
mod weakref;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
