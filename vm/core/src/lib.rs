//! The runtime's core: objects, types, the evaluation loop, import.
//!
//! `object` holds what all types share (references, allocation, protocols, declaration macros), `types` one file
//! per builtin type, `interp` the evaluation loop. The crate knows nothing of the C API crate, the FFI toolkit or
//! the JIT: they register themselves through tables of function pointers.

// Names of exported statics and functions are C's.
#![allow(non_upper_case_globals)]

extern crate self as dovetail_core;

pub mod config;
pub mod error;
pub mod gc;
pub mod gil;
pub mod hooks;
pub mod import;
pub mod intern;
pub mod interp;
pub mod interpreter;
pub mod monitor;
pub mod object;
pub mod startup;
pub mod thread;
pub mod types;
pub mod watch;

pub use error::{PyResult, Raised};
pub use object::native;
pub use object::{Obj, Object, Ref};
pub use types::type_::Type;
