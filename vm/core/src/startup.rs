//! The beginning and end of an interpreter.

use crate::config::Config;
use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::thread::ThreadState;

/// Makes the main interpreter and its first thread state, attaches it, and completes the builtin types.
///
/// The caller registers native modules and makes `builtins` and `sys` next.
pub fn initialize(config: Config) -> PyResult<&'static Interpreter> {
    crate::types::str_::init_hash_key(config.hash_seed);
    let interp = Box::leak(Box::new(Interpreter::new()));
    interp.int_max_str_digits.set(config.int_max_str_digits);
    let _ = interp.config.set(config);
    let ts = Box::leak(ThreadState::new(interp));
    // SAFETY: the first thread state, of this thread; no other thread runs Python yet.
    unsafe { ThreadState::attach(ts) };
    crate::gil::adopt_main(ts);
    crate::types::ready_all()?;
    Ok(interp)
}

/// Flushes the standard streams. Says whether standard output took everything; a failure has been reported.
///
/// A pending exception stays pending.
pub fn flush_streams() -> bool {
    let Some(sys) = Interpreter::current().sysdict.get() else { return true };
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    let mut whole = true;
    for name in ["stdout", "stderr"] {
        let Some(s) = sys.get_text(name).map(crate::Obj::to_owned).filter(|s| !s.is_none()) else { continue };
        if is_closed(&s) {
            continue;
        }
        if let Err(e) = s.call_method(crate::sym!(flush), &[]) {
            if name == "stdout" {
                crate::hooks::unraisable(e.take(), "Exception ignored while flushing sys.stdout", None);
                whole = false;
            } else {
                e.clear();
            }
        }
    }
    if pending.is_some() {
        ts.set_exception(pending);
    }
    whole
}

/// Does a file say that it is closed?
fn is_closed(file: &crate::Obj) -> bool {
    let closed = file.get_attr_opt(crate::sym!(closed)).and_then(|c| c.map_or(Ok(false), |c| c.is_true()));
    closed.unwrap_or_else(|e| {
        e.clear();
        false
    })
}
