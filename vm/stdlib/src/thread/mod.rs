//! `_thread`: locks, threads, and what `threading` builds on.

mod handle;
mod lock;
mod module;
mod rlock;

pub use lock::import_lock;
pub use module::after_fork_child;
pub use module::MODULE;
pub use rlock::RLock;
