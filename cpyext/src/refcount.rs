//! `refcount.h` and what is unstable about objects: counts, immortality.

use crate::boundary::P;
use dovetail_core::gc;
use dovetail_core::object::Obj;
use dovetail_core::object::obj::{Head, IMMORTAL, decref, incref, xdecref, xincref};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int};

/// Takes a reference; NULL is ignored.
#[capi]
unsafe fn Py_IncRef(object: P) {
    // SAFETY: NULL or a live object.
    unsafe { xincref(object) }
}

/// Gives a reference back; NULL is ignored.
#[capi]
unsafe fn Py_DecRef(object: P) {
    // SAFETY: NULL or an owned reference.
    unsafe { xdecref(object) }
}

/// Takes a reference.
#[capi]
unsafe fn _Py_IncRef(object: P) {
    // SAFETY: a live object.
    unsafe { incref(object) }
}

/// Gives a reference back.
#[capi]
unsafe fn _Py_DecRef(object: P) {
    // SAFETY: an owned reference.
    unsafe { decref(object) }
}

/// Takes a reference and gives the pointer back.
#[capi]
unsafe fn Py_NewRef(object: P) -> P {
    // SAFETY: a live object.
    unsafe { incref(object) };
    object
}

/// As `Py_NewRef`; NULL stays NULL.
#[capi]
unsafe fn Py_XNewRef(object: P) -> P {
    // SAFETY: NULL or a live object.
    unsafe { xincref(object) };
    object
}

/// The count.
#[capi]
unsafe fn Py_REFCNT(object: P) -> isize {
    // SAFETY: a live object.
    unsafe { (*(object as *const Head)).refcnt as isize }
}

/// Sets the count, but not of immortal objects.
#[capi]
unsafe fn _Py_SetRefcnt(object: P, count: isize) {
    // SAFETY: a live object.
    unsafe {
        let h = object as *mut Head;
        if ((*h).refcnt as i32) >= 0 {
            (*h).refcnt = count as u32;
        }
    }
}

/// Makes an object immortal; the collector forgets it.
#[capi(private)]
unsafe fn _Py_SetImmortal(object: P) {
    // SAFETY: a live object.
    unsafe {
        let o = Obj::from_ptr(object);
        if gc::is_gc(o) && gc::is_tracked(object) {
            gc::untrack(object);
        }
        (*(object as *mut Head)).refcnt = IMMORTAL;
    }
}

/// Makes an object immortal that the collector does not know.
#[capi(private)]
unsafe fn _Py_SetImmortalUntracked(object: P) {
    // SAFETY: a live object.
    unsafe { (*(object as *mut Head)).refcnt = IMMORTAL }
}

/// Ends the process: an object's count is wrong.
#[capi(private)]
unsafe fn _Py_FatalRefcountErrorFunc(function: *const c_char, message: *const c_char) {
    // SAFETY: C strings.
    let (function, message) = unsafe { (crate::text::c_str(function), crate::text::c_str(message)) };
    dovetail_core::hooks::fatal(&format!(
        "{function}: {message}: bug likely caused by a refcount error in a C extension"
    ));
}

/// Does the object never die?
#[capi]
unsafe fn PyUnstable_IsImmortal(object: P) -> c_int {
    // SAFETY: a live object.
    c_int::from(unsafe { ((*(object as *const Head)).refcnt as i32) < 0 })
}

/// Has the caller the only reference?
#[capi]
unsafe fn PyUnstable_Object_IsUniquelyReferenced(object: P) -> c_int {
    // SAFETY: a live object.
    c_int::from(unsafe { (*(object as *const Head)).refcnt == 1 })
}

/// Is the object a value on the caller's evaluation stack that nobody else refers to? Arguments of calls may be
/// borrowed from variables here, so that the answer is no.
#[capi]
unsafe fn PyUnstable_Object_IsUniqueReferencedTemporary(_object: P) -> c_int {
    0
}

/// Counting is never deferred: no.
#[capi]
unsafe fn PyUnstable_Object_EnableDeferredRefcount(_object: P) -> c_int {
    0
}

/// Takes a reference unless the object is ending.
#[capi]
unsafe fn PyUnstable_TryIncRef(object: P) -> c_int {
    // SAFETY: memory of an object.
    unsafe {
        if (*(object as *const Head)).refcnt == 0 {
            return 0;
        }
        incref(object);
    }
    1
}

/// Nothing to prepare for `PyUnstable_TryIncRef`.
#[capi]
unsafe fn PyUnstable_EnableTryIncRef(_object: P) {}
