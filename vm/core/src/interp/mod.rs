//! The evaluation loop: frames, frame words, the executing machine, dispatch, generic instructions, unwinding.

pub mod bind;
mod ccalls;
pub mod detached;
pub mod direct;
pub mod dispatch;
pub mod eval;
pub mod exec;
pub mod frame;
pub mod generic;
pub mod pending;
pub mod specialize;
pub mod unwind;
pub mod value;
pub mod watch;
pub mod words;
