//! Algorithms on text: what stands behind Python's `str`, `bytes` and codecs.
//!
//! This crate knows nothing of objects, threads or exceptions. It works on plain slices: string
//! bodies in the shape of PEP 393 (see [`kind`]), byte strings, and ranges into either. Whatever
//! can fail says how in a plain value, from which the caller makes an exception.
//!
//! * [`kind`]: borrowed ([`Text`]) and owned ([`TextBuf`]) text of the four kinds;
//! * [`hash`]: the hash of strings and bytes, and its key;
//! * [`props`]: the Unicode database, case mappings, names and normal forms;
//! * [`search`]: find, count, replace, split, strip, pad;
//! * [`predicates`]: `isalpha`, `islower` and their like;
//! * [`case`]: `upper`, `lower`, `title`, `capitalize`, `swapcase`, `casefold`;
//! * [`repr`]: `repr` and `ascii` of strings and bytes;
//! * [`codecs`]: from bytes to text and back, with error handlers;
//! * [`template`]: the syntax of `str.format` and of `%` formatting.

pub mod case;
pub mod codecs;
pub mod hash;
pub mod kind;
pub mod predicates;
pub mod props;
pub mod repr;
pub mod search;
pub mod template;

pub use kind::{Text, TextBuf, Unit};
