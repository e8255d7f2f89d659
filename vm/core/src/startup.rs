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
    let _ = interp.config.set(config);
    let ts = Box::leak(ThreadState::new(interp));
    // SAFETY: the first thread state, of this thread; no other thread runs Python yet.
    unsafe { ThreadState::attach(ts) };
    crate::gil::adopt_main(ts);
    crate::types::ready_all()?;
    Ok(interp)
}

/// Flushes the standard streams: the last thing before the process ends.
pub fn flush_streams() {
    let Some(sys) = Interpreter::current().sysdict.get() else { return };
    for name in ["stdout", "stderr"] {
        let Some(s) = sys.get_text(name).map(crate::Obj::to_owned).filter(|s| !s.is_none()) else { continue };
        if let Err(e) = s.call_method(crate::sym!(flush), &[]) {
            if name == "stdout" {
                crate::hooks::ignore(e, Some(&s));
            } else {
                e.clear();
            }
        }
    }
}
