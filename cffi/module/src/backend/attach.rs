//! Taking the interpreter's lock on a thread that may never have seen Python.

use dovetail_core::gil;
use dovetail_core::thread::ThreadState;

/// Ends a thread state that was made here, when its thread ends.
struct Guest(&'static ThreadState);

impl Drop for Guest {
    fn drop(&mut self) {
        // After the interpreter has gone there is nothing to give back to.
        if gil::main_state().is_some() && gil::is_initialized() {
            gil::attach(self.0);
            dovetail_stdlib::thread::end_local();
            // SAFETY: this thread's own state, attached, not used again.
            unsafe { gil::end_thread(self.0) };
        }
    }
}

thread_local! {
    /// The state of a thread that C started, kept between callbacks so that `threading.local` works.
    static GUEST: std::cell::RefCell<Option<Guest>> = const { std::cell::RefCell::new(None) };
}

/// Runs `f` with the lock held. Without an interpreter nothing runs.
pub fn with_gil(f: impl FnOnce()) {
    if !ThreadState::current_or_null().is_null() {
        return f();
    }
    let own = gil::own_state().or_else(|| {
        let interp = std::ptr::from_ref(gil::main_state()?.interp()).cast_mut();
        // SAFETY: a thread without a state, and a living interpreter; the state is attached now.
        let ts = unsafe { gil::begin_thread(interp) };
        GUEST.with(|g| *g.borrow_mut() = Some(Guest(ts)));
        gil::detach();
        Some(ts)
    });
    if let Some(ts) = own {
        gil::attach(ts);
        f();
        gil::detach();
    }
}
