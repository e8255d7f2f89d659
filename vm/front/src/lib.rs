//! Source text to CPython 3.14 code, as plain data.
//!
//! The one crate that knows the parser, the symbol table and the code generator (the
//! `rustpython-*` crates). It knows nothing about the runtime's objects: what comes out is a
//! [`Code`] made of vectors and strings, a [`SyntaxError`] made of numbers and text, or bytes in
//! marshal format. The runtime turns them into objects, and hands decoded text in when a source
//! file names an encoding that only its codec registry knows.

mod code;
mod compile;
mod error;
mod fold;
mod lower;
pub mod marshal;
mod mend;
mod nesting;
pub mod source;
mod stack;
pub mod symtable;
pub mod syntax;
pub mod tree;

pub use code::{Code, Const, Wtf8, code_flags, fast_kinds};
pub use compile::{Compiled, Mode, Options, compile, compile_text, compiler_flags};
pub use error::{ErrorKind, Stage, SyntaxError, SyntaxWarning};
pub use lower::{TreeError, compile_tree, validate_tree};
