//! Arithmetic, parsing and formatting of Python's numbers.
//!
//! This crate knows nothing about objects, the virtual machine or Unicode strings: it works on
//! slices of digits, on `f64` and on ASCII text, so that a caller can hand it the body of an int
//! object directly and copy the result into a new one.
//!
//! - [`digits`]: magnitudes as little-endian 30-bit digits;
//! - [`int`]: signed arithmetic of any size, with Python's rounding and error rules;
//! - [`float`]: shortest and exact decimal text, parsing, hexadecimal text, rounding, powers;
//! - [`complex`]: arithmetic, powers and text;
//! - [`format_spec`]: the format-specification mini-language and the numeric half of `%`;
//! - [`math`]: number functions of the `math` module that need more than one line.

pub mod complex;
pub mod digits;
mod error;
pub mod float;
pub mod format_spec;
pub mod int;
pub mod math;

pub use digits::Digits;
pub use error::{Error, Kind, Result};
pub use int::{Int, IntRef};
