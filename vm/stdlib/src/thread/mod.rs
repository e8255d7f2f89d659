//! `_thread`: locks, threads, and what `threading` builds on.

pub mod foreign;
mod handle;
mod local;
mod lock;
mod module;
mod rlock;

pub use local::{end_state as end_local_state, end_thread as end_local};
pub use lock::{RawLock, Wait, import_lock};
pub use module::MODULE;
pub use module::{after_fork_child, ident};
pub use rlock::RLock;
