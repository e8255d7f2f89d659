//! `object.h`: what every object has.

use crate::boundary::P;
use dovetail_core::object::alloc;
use dovetail_macros::capi;

/// Ends an object whose count has reached zero.
#[capi]
unsafe fn _Py_Dealloc(object: P) {
    // SAFETY: the caller found the count at zero.
    unsafe { alloc::dealloc(object) }
}
