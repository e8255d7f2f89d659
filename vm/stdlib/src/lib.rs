//! Native standard-library modules: what CPython writes in C, a file (or folder) per module.

mod builtins;
mod compile;
mod registry;
mod sys;

pub use compile::compile_bytes;
pub use registry::{find, names, start};
