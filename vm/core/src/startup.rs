//! The beginning and end of an interpreter.

use crate::config::Config;
use crate::error::PyResult;
use crate::interpreter::{Features, Interpreter};
use crate::thread::ThreadState;

/// Makes the main interpreter and its first thread state, attaches it, and completes the builtin types; also where an
/// earlier main interpreter has ended, whose types, interned texts and hash key stay.
///
/// The caller registers native modules and makes `builtins` and `sys` next.
pub fn initialize(config: Config) -> PyResult<&'static Interpreter> {
    let (interp, before) = Interpreter::main();
    if before.is_none() {
        crate::types::str_::init_hash_key(config.hash_seed);
    }
    interp.int_max_str_digits.set(config.int_max_str_digits);
    let _ = interp.config.set(config);
    let ts: &'static ThreadState = Box::leak(ThreadState::new(std::ptr::from_ref(interp).cast_mut()));
    match before {
        None => {
            // SAFETY: the first thread state, of this thread; no other thread runs Python yet.
            unsafe { ThreadState::attach(ts) };
            crate::gil::adopt_main(ts);
            crate::types::ready_all()?;
            crate::error::keep_memory_error()?;
        }
        Some(before) => {
            crate::gil::adopt_next_main(ts);
            crate::gc::bequeath(before, interp);
        }
    }
    Ok(interp)
}

/// Makes a sub-interpreter of the current one's family with the main interpreter's settings, and a state of the calling
/// thread in it, which becomes the current one. The state that was current before comes back second.
///
/// The caller makes `builtins`, `sys` and the rest next.
pub fn initialize_sibling(features: Features) -> (&'static ThreadState, *const ThreadState) {
    let main = crate::gil::main_state().map_or_else(Interpreter::current, ThreadState::interp);
    let interp = main.sibling(features);
    if let Some(config) = main.config.get() {
        interp.int_max_str_digits.set(config.int_max_str_digits);
        let _ = interp.config.set(config.clone());
    }
    interp.native_modules.set(main.native_modules.get());
    interp.pending.yield_gil.set(main.pending.yield_gil.get());
    // SAFETY: the interpreter was made above.
    let ts = unsafe { crate::gil::prepare_thread(std::ptr::from_ref(interp).cast_mut()) };
    let before = crate::gil::switch_to(ts);
    (ts, before)
}

/// Flushes the standard streams. False when something could not be written, which is reported where it was for
/// standard output; a process that ends so has status 120. A pending exception stays pending.
pub fn flush_streams() -> bool {
    let Some(sys) = Interpreter::current().sysdict.get() else { return true };
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    let mut good = true;
    for name in ["stdout", "stderr"] {
        let Some(s) = sys.get_text(name).map(crate::Obj::to_owned).filter(|s| !s.is_none()) else { continue };
        let closed = s.get_attr_opt(crate::sym!(closed)).and_then(|c| c.map_or(Ok(false), |c| c.is_true()));
        match closed {
            Ok(true) => continue,
            Ok(false) => {}
            Err(e) => e.clear(),
        }
        if let Err(e) = s.call_method(crate::sym!(flush), &[]) {
            if name == "stdout" {
                crate::error::unraisable(e, "Exception ignored while flushing sys.stdout", None);
            } else {
                e.clear();
            }
            good = false;
        }
    }
    if pending.is_some() {
        ts.set_exception(pending);
    }
    good
}
