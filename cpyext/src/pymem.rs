//! `pymem.h`: raw memory (C API, section "Memory Management"). All three domains are mimalloc, unless C code exchanges
//! the functions of one (`dovetail_core::object::domains`).

use crate::debug_memory;
use dovetail_core::object::alloc::{HUGE_BLOCK, calloc_in, free_in, malloc_in, may_have, realloc_in};
use dovetail_core::object::domains::{self, MEM, OBJ, RAW};
use dovetail_macros::capi;
use std::ffi::{c_char, c_void};

/// CPython refuses what does not fit a `Py_ssize_t`, the system what is beyond its memory.
#[inline(always)]
fn checked(n: usize) -> bool {
    n <= isize::MAX as usize && (n < HUGE_BLOCK || may_have(n))
}

/// The four functions of one domain.
macro_rules! domain_capi {
    ($malloc:ident $calloc:ident $realloc:ident $free:ident $domain:expr) => {
        /// `size` bytes, at least one; NULL when there is no memory, without an exception.
        #[capi(no_gil)]
        fn $malloc(size: usize) -> *mut c_void {
            // SAFETY: no preconditions.
            if checked(size) { unsafe { malloc_in($domain, size).cast() } } else { std::ptr::null_mut() }
        }

        /// `count` times `size` zero bytes; NULL when there is no memory, without an exception.
        #[capi(no_gil)]
        fn $calloc(count: usize, size: usize) -> *mut c_void {
            match count.checked_mul(size) {
                // SAFETY: no preconditions.
                Some(n) if checked(n) => unsafe { calloc_in($domain, n).cast() },
                _ => std::ptr::null_mut(),
            }
        }

        /// Resizes a block of this domain; NULL leaves the block as it was.
        #[capi(no_gil)]
        unsafe fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
            if !checked(size) {
                return std::ptr::null_mut();
            }
            // SAFETY: a block of this domain.
            unsafe { realloc_in($domain, block.cast(), size).cast() }
        }

        /// Frees a block of this domain, or NULL.
        #[capi(no_gil)]
        unsafe fn $free(block: *mut c_void) {
            // SAFETY: a block of this domain.
            unsafe { free_in($domain, block.cast()) }
        }
    };
}

domain_capi! { PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree RAW }
domain_capi! { PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free MEM }
domain_capi! { PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free OBJ }

/// A raw block, for Rust code.
pub fn raw_malloc(n: usize) -> *mut c_void {
    // SAFETY: no preconditions.
    unsafe { malloc_in(RAW, n).cast() }
}

/// Frees a raw block.
///
/// # Safety
/// `p` came from `raw_malloc`, or is NULL.
pub unsafe fn raw_free(p: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { free_in(RAW, p.cast()) }
}

/// Stores the functions of a domain.
#[capi(no_gil)]
unsafe fn PyMem_GetAllocator(domain: abi::PyMemAllocatorDomain, allocator: *mut abi::PyMemAllocatorEx) {
    let none = abi::PyMemAllocatorEx {
        ctx: std::ptr::null_mut(),
        malloc: None,
        calloc: None,
        realloc: None,
        free: None,
    };
    let d = domain as usize;
    // SAFETY: the caller's struct.
    unsafe { *allocator = if d <= OBJ { domains::get(d) } else { none } };
}

/// Exchanges the functions of a domain; an unknown one is ignored.
#[capi(no_gil)]
unsafe fn PyMem_SetAllocator(domain: abi::PyMemAllocatorDomain, allocator: *mut abi::PyMemAllocatorEx) {
    let d = domain as usize;
    if d <= OBJ {
        // SAFETY: the caller's struct.
        domains::set(d, unsafe { *allocator });
    }
}

/// From now on blocks of all domains stand between known bytes, which are looked at when they are freed or resized.
#[capi(no_gil)]
fn PyMem_SetupDebugHooks() {
    debug_memory::set_up();
}

/// The name of the allocator in use, NULL when C code has exchanged functions.
#[capi(no_gil)]
fn _PyMem_GetCurrentAllocatorName() -> *const c_char {
    if (RAW..=OBJ).all(debug_memory::is_set_up) {
        c"mimalloc_debug".as_ptr()
    } else if (RAW..=OBJ).all(domains::is_own) {
        c"mimalloc".as_ptr()
    } else {
        std::ptr::null()
    }
}

/// A copy of a C string in memory of `PyMem_Malloc`, or NULL.
#[capi(no_gil)]
unsafe fn _PyMem_Strdup(text: *const c_char) -> *mut c_char {
    // SAFETY: a C string, and a block with room for it.
    unsafe {
        let n = libc::strlen(text) + 1;
        let p = malloc_in(MEM, n);
        if !p.is_null() {
            std::ptr::copy_nonoverlapping(text.cast(), p, n);
        }
        p.cast()
    }
}
