//! Threads that C made, in which Python runs when C calls back.
//!
//! Such a thread gets a state with the first callback and keeps it until it ends: `threading.local` values are there in the
//! next callback, and none of them pays for making a state. A thread that ends does not wait for the GIL: it leaves its
//! state behind, and whoever makes the next one frees it.

use super::local;
use dovetail_core::gil;
use dovetail_core::object::Ref;
use dovetail_core::thread::ThreadState;
use dovetail_core::types::weakref::WeakRef;
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

thread_local! {
    /// Was the thread's state made here?
    static KEPT: Cell<bool> = const { Cell::new(false) };
}

/// What a thread left behind: its state, and the locals in which it has a namespace.
struct Left {
    state: &'static ThreadState,
    used: Vec<Ref<WeakRef>>,
}

// SAFETY: touched by who has the GIL; the thread itself is gone.
unsafe impl Send for Left {}

static LEFT: Mutex<Vec<Left>> = Mutex::new(Vec::new());

/// The calling thread has the GIL while this lives.
#[must_use]
pub struct Attached {
    detach: bool,
}

impl Drop for Attached {
    #[inline]
    fn drop(&mut self) {
        if self.detach {
            gil::detach();
        }
    }
}

/// Takes the GIL in any thread, of Python or not; a thread that has it keeps it. None: there is no Python, not yet or
/// no more. At the end of the interpreter the call does not come back in other threads than the one that ends it.
#[inline]
pub fn ensure() -> Option<Attached> {
    if !ThreadState::current_or_null().is_null() {
        return Some(Attached { detach: false });
    }
    match gil::own_state() {
        Some(ts) => gil::attach(ts),
        None => begin()?,
    }
    Some(Attached { detach: true })
}

/// A state for a thread that has none.
#[cold]
fn begin() -> Option<()> {
    let main = std::ptr::from_ref(gil::main_state()?.interp()).cast_mut();
    // SAFETY: the main interpreter lives, and the thread has no state.
    let own = unsafe { gil::begin_thread(main) };
    KEPT.set(true);
    local::watch_end();
    let left = std::mem::take(&mut *LEFT.lock().unwrap_or_else(PoisonError::into_inner));
    for Left { state, used } in left {
        if !std::ptr::eq(state.interp(), own.interp()) {
            // Of an interpreter that has ended.
            std::mem::forget(used);
            continue;
        }
        gil::switch_to(state);
        state.reset_stack();
        local::leave(used);
        // SAFETY: the state's thread is gone, and it is the current one now.
        unsafe { gil::end_state(state, own) };
    }
    Some(())
}

/// The calling thread ends without the GIL.
pub(super) fn leave_behind(used: Vec<Ref<WeakRef>>) {
    if KEPT.replace(false)
        && let Some(state) = gil::disown()
    {
        LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(Left { state, used });
    } else {
        std::mem::forget(used);
    }
}
