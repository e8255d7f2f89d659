//! The hash modules: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2` and `_hmac`.
//!
//! One state (`state.rs`) serves them all; the types and constructors are a file per module.

pub mod blake2;
pub mod hmac;
pub mod md5;
pub mod sha1;
pub mod sha2;
pub mod sha3;
mod state;
