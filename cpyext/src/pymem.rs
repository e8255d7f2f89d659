//! `pymem.h`: raw memory (C API, section "Memory Management"). All three domains are mimalloc.

use dovetail_core::object::alloc::{HUGE_BLOCK, calloc, free, malloc, may_have, realloc};
use dovetail_macros::capi;
use std::ffi::c_void;

/// CPython refuses what does not fit a `Py_ssize_t`, the system what is beyond its memory; size zero gets a distinct pointer.
fn checked(n: usize) -> Option<usize> {
    (n <= isize::MAX as usize && (n < HUGE_BLOCK || may_have(n))).then_some(n.max(1))
}

fn allocate(n: usize) -> *mut c_void {
    match checked(n) {
        // SAFETY: a size that is not zero.
        Some(n) => unsafe { malloc(n).cast() },
        None => std::ptr::null_mut(),
    }
}

fn allocate_zeroed(count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size).and_then(checked) {
        // SAFETY: a size that is not zero.
        Some(n) => unsafe { calloc(n).cast() },
        None => std::ptr::null_mut(),
    }
}

/// # Safety
/// `p` is NULL or came from this module.
unsafe fn reallocate(p: *mut c_void, n: usize) -> *mut c_void {
    match checked(n) {
        // SAFETY: the caller's promise.
        Some(n) => unsafe { realloc(p.cast(), n).cast() },
        None => std::ptr::null_mut(),
    }
}

/// The four functions of one domain.
macro_rules! domain_capi {
    ($malloc:ident $calloc:ident $realloc:ident $free:ident) => {
        /// `size` bytes, at least one; NULL when there is no memory, without an exception.
        #[capi(no_gil)]
        fn $malloc(size: usize) -> *mut c_void {
            allocate(size)
        }

        /// `count` times `size` zero bytes; NULL when there is no memory, without an exception.
        #[capi(no_gil)]
        fn $calloc(count: usize, size: usize) -> *mut c_void {
            allocate_zeroed(count, size)
        }

        /// Resizes a block of this domain; NULL leaves the block as it was.
        #[capi(no_gil)]
        unsafe fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
            // SAFETY: a block of this domain.
            unsafe { reallocate(block, size) }
        }

        /// Frees a block of this domain, or NULL.
        #[capi(no_gil)]
        unsafe fn $free(block: *mut c_void) {
            // SAFETY: a block of this domain.
            unsafe { free(block.cast()) }
        }
    };
}

domain_capi! { PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree }
domain_capi! { PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free }
domain_capi! { PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free }
