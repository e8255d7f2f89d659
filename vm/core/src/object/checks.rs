//! What the checked build (feature `debug-checks`) looks at: objects whenever they are counted or come in from C, the
//! GIL on every call of the C API, memory after its end.
//!
//! A finding is a fatal error that says which check failed and where, with the Python traceback: the program is wrong
//! from there on. The checks see what is gone (freed memory is filled), counted down too often, or no object at all.

use crate::object::obj::Head;

/// Fills memory that is given back: seen again, it is no type pointer.
const FREED: u8 = 0xDD;

/// Eight such bytes, as the type pointer of an object that is gone.
const FREED_WORD: usize = usize::from_ne_bytes([FREED; 8]);

/// Ends the process with what was found.
#[cold]
#[inline(never)]
fn found(what: &str, o: *const abi::PyObject) -> ! {
    crate::hooks::fatal(&format!("debug check: {what} at {o:p}"))
}

/// Looks at an object that is about to be counted up or handed over. Its count may be zero: an object that ends is still
/// passed to functions by its own destructor.
///
/// # Safety
/// `o` is not NULL. (What it points to is what is checked; freed memory of the allocator stays readable.)
#[inline]
pub unsafe fn alive(o: *const abi::PyObject, place: &str) {
    // SAFETY: the caller's promise.
    let ty = unsafe { (*(o as *const Head)).ob_type as usize };
    if ty == FREED_WORD {
        found(&format!("{place}: the object was freed"), o);
    }
    if ty == 0 || !ty.is_multiple_of(align_of::<usize>()) || !(o as usize).is_multiple_of(align_of::<usize>())
    {
        found(&format!("{place}: not an object"), o);
    }
}

/// Looks at an object that gives a reference back.
///
/// # Safety
/// As `alive`.
#[inline]
pub unsafe fn owned(o: *const abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        alive(o, "giving back a reference");
        if (*(o as *const Head)).refcnt as i32 == 0 {
            found("giving back a reference: nobody owns the object any more", o);
        }
    }
}

/// Fills a block that is about to be freed.
///
/// # Safety
/// The block came from the allocator and is not used again.
pub unsafe fn poison(p: *mut u8) {
    if !p.is_null() {
        // SAFETY: all of the block is ours.
        unsafe { p.write_bytes(FREED, libmimalloc_sys::mi_usable_size(p.cast())) }
    }
}

/// Does this thread hold the GIL? `place` is the function that needs it.
pub fn gil_is_held(place: &str) {
    if crate::thread::ThreadState::current_or_null().is_null() {
        crate::hooks::fatal(&format!("debug check: {place}: the thread does not hold the GIL"));
    }
}

/// Result and exception of a C API function must agree: an exception exactly when it failed. `before` says whether
/// one was set when the function was called (then anything goes).
pub fn outcome(place: &str, succeeded: bool, before: bool) {
    let now = crate::thread::ThreadState::current().has_exception();
    if !succeeded && !now {
        crate::hooks::fatal(&format!("debug check: {place} failed without an exception"));
    }
    if succeeded && now && !before {
        crate::hooks::fatal(&format!("debug check: {place} succeeded with an exception set"));
    }
}
