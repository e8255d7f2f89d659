//! The three domains of memory, whose functions C code may exchange (`PyMem_SetAllocator`).
//!
//! As long as all are the runtime's own, nothing of this runs: the allocator tests one flag, which it shares with
//! tracing. What the runtime allocates for objects and their parts is the third domain's. Blocks that wait in pools are
//! given back when functions are exchanged, and none wait from then on, so that exchanged functions see each block; cells
//! of small numbers that a free list gives out again they do not see.

use crate::object::traced;
use crate::thread::ThreadState;
use std::cell::UnsafeCell;
use std::ffi::c_void;

/// Memory that needs no GIL.
pub const RAW: usize = 0;
/// Memory that is no object's.
pub const MEM: usize = 1;
/// Objects and their parts.
pub const OBJ: usize = 2;

pub type Allocator = abi::PyMemAllocatorEx;

struct Domains(UnsafeCell<[Allocator; 3]>);
// SAFETY: exchanged under the GIL, as C's own contract says; read by anybody.
unsafe impl Sync for Domains {}

const USUAL: Allocator = Allocator {
    ctx: std::ptr::null_mut(),
    malloc: Some(usual_malloc),
    calloc: Some(usual_calloc),
    realloc: Some(usual_realloc),
    free: Some(usual_free),
};

static DOMAINS: Domains = Domains(UnsafeCell::new([USUAL; 3]));

unsafe extern "C" fn usual_malloc(_: *mut c_void, n: usize) -> *mut c_void {
    // SAFETY: no preconditions.
    unsafe { libmimalloc_sys::mi_malloc(n.max(1)) }
}

unsafe extern "C" fn usual_calloc(_: *mut c_void, n: usize, size: usize) -> *mut c_void {
    match n.checked_mul(size) {
        // SAFETY: no preconditions.
        Some(n) => unsafe { libmimalloc_sys::mi_zalloc(n.max(1)) },
        None => std::ptr::null_mut(),
    }
}

unsafe extern "C" fn usual_realloc(_: *mut c_void, p: *mut c_void, n: usize) -> *mut c_void {
    // SAFETY: a block of this allocator, or NULL.
    unsafe { libmimalloc_sys::mi_realloc(p, n.max(1)) }
}

unsafe extern "C" fn usual_free(_: *mut c_void, p: *mut c_void) {
    // SAFETY: a block of this allocator, or NULL.
    unsafe { libmimalloc_sys::mi_free(p) }
}

/// The functions of a domain.
pub fn get(domain: usize) -> Allocator {
    // SAFETY: plain data.
    unsafe { (*DOMAINS.0.get())[domain] }
}

fn is_usual(a: &Allocator) -> bool {
    a.malloc.map(|f| f as usize) == USUAL.malloc.map(|f| f as usize)
}

/// Are the functions of a domain the runtime's own?
pub fn is_own(domain: usize) -> bool {
    is_usual(&get(domain))
}

/// Exchanges the functions of a domain.
pub fn set(domain: usize, allocator: Allocator) {
    let ts = ThreadState::current_or_null();
    // SAFETY: NULL or the thread's own state.
    if let Some(ts) = unsafe { ts.as_ref() } {
        // Blocks of the old functions go back to them.
        ts.pool.drain();
    }
    // SAFETY: under the GIL.
    let changed = unsafe {
        let all = &mut *DOMAINS.0.get();
        all[domain] = allocator;
        all.iter().any(|a| !is_usual(a))
    };
    traced::set_exchanged(changed);
}

/// A block from a domain's functions.
///
/// # Safety
/// As the functions ask for.
pub unsafe fn malloc(domain: usize, n: usize) -> *mut u8 {
    let a = get(domain);
    // SAFETY: functions that C has set, or our own.
    a.malloc.map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, n).cast() })
}

/// Zeroed memory from a domain's functions.
///
/// # Safety
/// As the functions ask for.
pub unsafe fn calloc(domain: usize, n: usize, size: usize) -> *mut u8 {
    let a = get(domain);
    // SAFETY: functions that C has set, or our own.
    a.calloc.map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, n, size).cast() })
}

/// Another size for a block of a domain's functions.
///
/// # Safety
/// As the functions ask for.
pub unsafe fn realloc(domain: usize, p: *mut u8, n: usize) -> *mut u8 {
    let a = get(domain);
    // SAFETY: functions that C has set, or our own.
    a.realloc.map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, p.cast(), n).cast() })
}

/// Frees a block of a domain's functions.
///
/// # Safety
/// As the functions ask for.
pub unsafe fn free(domain: usize, p: *mut u8) {
    let a = get(domain);
    if let Some(f) = a.free {
        // SAFETY: functions that C has set, or our own.
        unsafe { f(a.ctx, p.cast()) }
    }
}
