//! General Decimal Arithmetic, as Python's `decimal` module computes it.
//!
//! This crate knows nothing about objects or the virtual machine. A [`Decimal`] is a sign, an exponent and a
//! coefficient of any length, or an infinity or a NaN with its payload. Operations take operands by reference, a
//! [`Context`] with precision, rounding and exponent limits, and a [`Status`] to which they add the conditions they
//! met; what to do with conditions (flags, traps) is the caller's business.
//!
//! - [`nat`]: coefficients, natural numbers in base 10^19;
//! - [`context`]: precision, rounding, limits, conditions;
//! - [`number`]: the number itself, its predicates and constructors;
//! - [`arith`], [`divide`], [`quantize`], [`compare`], [`logic`]: the operations that round once;
//! - [`elementary`], [`power`]: exponential, logarithms, powers, square roots;
//! - [`parse`], [`text`], [`format`]: text in both directions, and the format-specification mini-language;
//! - [`convert`]: binary integers and floats, hashes.

pub mod arith;
pub mod compare;
pub mod context;
pub mod convert;
pub mod divide;
pub mod elementary;
mod finish;
mod fixed;
pub mod format;
pub mod logic;
pub mod nat;
pub mod number;
pub mod parse;
pub mod power;
pub mod quantize;
pub mod text;

pub use context::{Context, Rounding, Status, condition};
pub use finish::finalize;
pub use number::Decimal;
