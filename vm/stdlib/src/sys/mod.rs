//! `sys`: the interpreter's own module.

mod coroutines;
mod hooks;
mod module;
mod monitoring;
mod names;
mod state;

pub use hooks::{
    NativeHook, add_native_audit_hook, audit_event, audited, forget_native_audit_hooks, may_add_audit_hook,
};
pub use module::{COPYRIGHT, MODULE, PLATFORM, version};

/// The plain prompt; the launcher registers it.
pub static BASE_REPL: std::sync::OnceLock<fn() -> i32> = std::sync::OnceLock::new();

use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};

/// A standard stream as `sys` has it now; none where it is missing or None.
pub fn stream(name: &str) -> Option<Object> {
    let sys = Interpreter::current().sysdict.get()?;
    sys.get_text(name).filter(|o| !o.is_none()).map(Obj::to_owned)
}

/// The flags of `dlopen` that `sys.setdlopenflags` chose.
pub fn dlopen_flags() -> i32 {
    hooks::DLOPEN.load(std::sync::atomic::Ordering::Relaxed)
}
