//! CPython's marshal format, version 5, and the files that hold it.
//!
//! [`Reader`] and [`Writer`] know the format; what the values are is for a [`MarshalSink`] or a
//! [`MarshalSource`] to say. The runtime has its own for objects; [`plain`] has those for
//! [`Code`](crate::Code) and [`Const`](crate::Const).

pub mod plain;
pub mod pyc;
mod read;
mod write;

pub use plain::{dumps, loads};
pub use read::{Input, MarshalSink, Reader, SliceInput};
pub use write::{MarshalSource, Shape, WriteError, Writer};

/// The newest version of the format.
pub const VERSION: i32 = 5;

/// How deep values may nest, reading or writing.
pub const MAX_DEPTH: usize = 2000;

/// The bytes that say what comes next.
pub(crate) mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const LONG: u8 = b'l';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    /// Set where the value may be referred to later.
    pub const FLAG_REF: u8 = 0x80;
}

/// Why marshal data cannot be read, with the exception class CPython raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarshalError {
    /// `EOFError`
    Eof(&'static str),
    /// `ValueError`
    Value(String),
    /// `TypeError`
    Type(String),
}

impl std::fmt::Display for MarshalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Eof(text) => f.write_str(text),
            Self::Value(text) | Self::Type(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for MarshalError {}

impl MarshalError {
    pub(crate) fn bad(what: &str) -> Self {
        Self::Value(format!("bad marshal data ({what})"))
    }
}

/// The parts of a code object, in the order of the format.
#[derive(Clone, Debug)]
pub struct CodeFields<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub name: V,
    pub qualname: V,
    pub firstlineno: i32,
    pub linetable: V,
    pub exceptiontable: V,
}
