//! The reference tracer: one C function of the process that is told of each object that is made or ends
//! (`PyRefTracer_SetTracer`). Numbers that a free list gives out again are not told of.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

type Tracer = unsafe extern "C" fn(*mut abi::PyObject, abi::PyRefTracerEvent, *mut c_void) -> c_int;

static TRACER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
static DATA: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Is there a tracer?
#[inline(always)]
pub fn is_on() -> bool {
    !TRACER.load(Ordering::Relaxed).is_null()
}

/// The tracer and its data.
pub fn get() -> (Option<Tracer>, *mut c_void) {
    let p = TRACER.load(Ordering::Relaxed);
    // SAFETY: NULL or what `set` was given.
    (unsafe { std::mem::transmute::<*mut (), Option<Tracer>>(p) }, DATA.load(Ordering::Relaxed))
}

/// Sets the tracer, or takes it away. Needs the GIL.
pub fn set(tracer: Option<Tracer>, data: *mut c_void) {
    DATA.store(data, Ordering::Relaxed);
    TRACER.store(tracer.map_or(std::ptr::null_mut(), |f| f as *mut ()), Ordering::Relaxed);
}

/// Tells of an object.
///
/// # Safety
/// `o` has its header.
#[cold]
#[inline(never)]
pub unsafe fn tell(o: *mut abi::PyObject, event: abi::PyRefTracerEvent) {
    if let (Some(f), data) = get() {
        // SAFETY: C's function.
        unsafe { f(o, event, data) };
    }
}
