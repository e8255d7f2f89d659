//! Calls of C functions whose types are known at run time, and C functions made at run time. Knows nothing of Python.
//!
//! # The pieces
//!
//! - [`Signature`] is prepared once per function type. It says for each argument into which registers and words of the
//!   stack its bytes go ([`dovetail_ctype::classify`] knows), and [`Signature::call`] moves them there.
//! - What travels in registers alone, and comes back in registers that Rust can name, is called without libffi. Of such
//!   signatures those whose values are all single numbers or pointers have [`Signature::scalars`]: callers that have
//!   the numbers at hand write them straight into [`Registers`].
//! - The rest goes through libffi, to which a call is described by registers and words of the stack, never by the types in C:
//!   unions, bit-fields and packed structs, which libffi has no description of, travel right as well.
//! - [`Closure`] is a C function made at run time, by libffi's trampolines.
//! - [`errno`] keeps the `errno` of calls apart from that of everything in between.
//!
//! # Values
//!
//! Arguments and results are passed by their addresses, as C lays them out in memory: a `short` is two bytes there, and a
//! result's bytes beyond its size are not written. Shapes: little endian, x86-64 System V and AAPCS64.
//!
//! # Errors
//!
//! [`Signature::new`] refuses what has no layout and what cannot be called ([`CallError`]). Calling itself cannot fail: a wrong
//! address or a wrong type ends the process or worse, which is why it is `unsafe`.

mod closure;
pub mod errno;
mod flat;
mod plan;
mod registers;
mod scalar;
mod signature;

pub use closure::{Closure, Handler};
pub use registers::{FLOAT, GENERAL, Lane, Registers};
pub use scalar::Scalar;
pub use signature::{Scalars, Signature, Slot};

use dovetail_ctype::LayoutError;
use std::fmt;

/// Why a function type cannot be called, or made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallError {
    /// An argument or the result has no size.
    Layout(LayoutError),
    /// Its calling convention is not this machine's usual one.
    Convention,
    /// A value on the stack wants more than 16 bytes of alignment.
    Alignment(String),
    /// A function with `...` can be called, but not made.
    Variadic,
    /// The system gives no memory for code.
    NoMemory,
    /// libffi does not take the description.
    Refused(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Layout(e) => write!(f, "{e}"),
            CallError::Convention => write!(f, "functions of this calling convention cannot be called"),
            CallError::Alignment(name) => {
                write!(f, "ctype '{name}' is aligned to more than 16 bytes, and cannot be passed by value")
            }
            CallError::Variadic => write!(f, "a function with '...' cannot be made"),
            CallError::NoMemory => write!(f, "cannot allocate executable memory for a callback"),
            CallError::Refused(what) => write!(f, "libffi refuses {what}"),
        }
    }
}

impl std::error::Error for CallError {}

impl From<LayoutError> for CallError {
    fn from(e: LayoutError) -> CallError {
        CallError::Layout(e)
    }
}
