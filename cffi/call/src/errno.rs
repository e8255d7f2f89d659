//! The saved `errno`: what `ffi.errno` shows. It is the thread's, set when a call comes back, and put into C's own
//! `errno` before the next one, so that nothing in between disturbs it.

use std::cell::Cell;
use std::ffi::c_int;

thread_local! {
    static SAVED: Cell<c_int> = const { Cell::new(0) };
}

/// The value that the last call left, or that was set since.
pub fn saved() -> c_int {
    SAVED.get()
}

/// Sets what the next call finds.
pub fn set_saved(value: c_int) {
    SAVED.set(value);
}

/// C's own `errno`.
#[inline]
pub fn current() -> c_int {
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() }
}

/// Sets C's own `errno`.
#[inline]
pub fn set_current(value: c_int) {
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = value }
}

/// Runs a call of C with the saved `errno`, and saves what it leaves.
#[inline(always)]
pub fn with_saved_errno<R>(f: impl FnOnce() -> R) -> R {
    let saved = SAVED.with(std::ptr::from_ref);
    // SAFETY: the thread's own numbers, which stay where they are while the thread lives.
    unsafe {
        let errno = libc::__errno_location();
        *errno = (*saved).get();
        let r = f();
        (*saved).set(*errno);
        r
    }
}

/// Runs what C has called with C's `errno` saved, and restores what is saved then.
#[inline]
pub fn with_callers_errno<R>(f: impl FnOnce() -> R) -> R {
    set_saved(current());
    let r = f();
    set_current(saved());
    r
}
