//! The instruction table of CPython 3.14's bytecode: the one place where each fast instruction's meaning is
//! written, as micro-ops over the trait [`Machine`], and the metadata of every instruction.
//!
//! `for_each_op!` lists the instructions that run without leaving the hot path. Each row reads
//!
//! ```text
//! NAME = opcode, caches, GENERIC (inputs -- outputs) m oparg { micro-ops }
//! ```
//!
//! where `GENERIC` names the outlined instruction that takes over when a micro-op answers [`Exit`], with inputs
//! untouched: **change nothing before the last fallible micro-op.** `for_each_generic!` lists those outlined
//! instructions, which specialize, do the general thing, and raise. The executing machine, the recorder of traces,
//! the dispatch tables and the metadata are all made from these two lists.

pub mod effects;
pub mod machine;
pub mod metadata;

pub mod table;

pub use machine::{Exit, Machine, Step};
