//! `_PyBytesWriter`: bytes that grow while C code writes to them, first into a buffer inside the writer; and searches in bytes.
//!
//! The struct is CPython's, which its users keep on their stack and whose flags they set.

use crate::boundary::P;
use crate::bytesobject::{_PyBytes_Resize, PyBytes_FromStringAndSize};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

const SMALL: usize = 512;

/// `_PyBytesWriter`.
#[repr(C)]
pub struct Writer {
    /// A bytes object, or a bytearray; NULL while the small buffer serves.
    buffer: P,
    allocated: isize,
    least: isize,
    use_bytearray: c_int,
    overallocate: c_int,
    use_small_buffer: c_int,
    small: [c_char; SMALL],
}

type W = *mut Writer;

/// Where the bytes begin.
unsafe fn start(w: W) -> *mut c_char {
    // SAFETY: a writer in use.
    unsafe {
        if (*w).use_small_buffer != 0 {
            (&raw mut (*w).small).cast()
        } else if (*w).use_bytearray != 0 {
            (*((*w).buffer as *mut abi::PyByteArrayObject)).ob_start
        } else {
            (&raw mut (*((*w).buffer as *mut abi::PyBytesObject)).ob_sval).cast()
        }
    }
}

/// Begins to write.
#[capi(private)]
unsafe fn _PyBytesWriter_Init(w: W) {
    // SAFETY: the caller's struct; what is in the small buffer does not matter.
    unsafe {
        (*w).buffer = null_mut();
        (*w).allocated = 0;
        (*w).least = 0;
        (*w).use_bytearray = 0;
        (*w).overallocate = 0;
        (*w).use_small_buffer = 0;
    }
}

/// Room for the first `size` bytes, in the small buffer if they fit.
#[capi(private)]
unsafe fn _PyBytesWriter_Alloc(w: W, size: isize) -> *mut c_char {
    // SAFETY: a writer after `_PyBytesWriter_Init`.
    unsafe {
        (*w).use_small_buffer = 1;
        (*w).allocated = SMALL as isize;
        let at = start(w);
        _PyBytesWriter_Prepare(w, at, size)
    }
}

/// Room for `size` more bytes behind those that `_PyBytesWriter_Prepare` was asked for before; where `at` is now. NULL with
/// an exception and without the writer's memory on error.
#[capi(private)]
unsafe fn _PyBytesWriter_Prepare(w: W, at: *mut c_char, size: isize) -> *mut c_char {
    // SAFETY: a writer in use; `at` is a place in it.
    unsafe {
        if size == 0 {
            return at;
        }
        let Some(least) = (*w).least.checked_add(size) else {
            let _ = dovetail_core::error::no_memory();
            _PyBytesWriter_Dealloc(w);
            return null_mut();
        };
        let at = if least > (*w).allocated { _PyBytesWriter_Resize(w, at, least) } else { at };
        if !at.is_null() {
            (*w).least = least;
        }
        at
    }
}

/// Makes the memory at least `size` bytes long; where `at` is now.
#[capi(private)]
unsafe fn _PyBytesWriter_Resize(w: W, at: *mut c_char, size: isize) -> *mut c_char {
    // SAFETY: a writer in use; `at` is a place in it.
    unsafe {
        let more = if (*w).overallocate != 0 { size / 4 } else { 0 };
        let allocated = size.saturating_add(more);
        let old = start(w);
        let place = at.offset_from(old);
        if (*w).use_small_buffer != 0 {
            let new = if (*w).use_bytearray != 0 {
                crate::bytesobject::PyByteArray_FromStringAndSize(std::ptr::null(), allocated)
            } else {
                PyBytes_FromStringAndSize(std::ptr::null(), allocated)
            };
            if new.is_null() {
                _PyBytesWriter_Dealloc(w);
                return null_mut();
            }
            (*w).buffer = new;
            (*w).use_small_buffer = 0;
            std::ptr::copy_nonoverlapping(old, start(w), place as usize);
        } else {
            let failed = if (*w).use_bytearray != 0 {
                crate::bytesobject::PyByteArray_Resize((*w).buffer, allocated) < 0
            } else {
                _PyBytes_Resize(&raw mut (*w).buffer, allocated) < 0
            };
            if failed {
                _PyBytesWriter_Dealloc(w);
                return null_mut();
            }
        }
        (*w).allocated = allocated;
        start(w).offset(place)
    }
}

/// Writes bytes at `at`, for which there may not be room yet; the place behind them.
#[capi(private)]
unsafe fn _PyBytesWriter_WriteBytes(w: W, at: *mut c_char, bytes: *const c_void, size: isize) -> *mut c_char {
    // SAFETY: a writer in use and the caller's bytes.
    unsafe {
        let at = _PyBytesWriter_Prepare(w, at, size);
        if at.is_null() {
            return at;
        }
        std::ptr::copy_nonoverlapping(bytes.cast(), at, size as usize);
        at.offset(size)
    }
}

/// The object with the bytes before `at`; the writer has ended.
#[capi(private)]
unsafe fn _PyBytesWriter_Finish(w: W, at: *mut c_char) -> P {
    // SAFETY: a writer in use; `at` is a place in it.
    unsafe {
        let from = start(w);
        let size = at.offset_from(from);
        if (*w).use_small_buffer != 0 {
            return if (*w).use_bytearray != 0 {
                crate::bytesobject::PyByteArray_FromStringAndSize(from, size)
            } else {
                PyBytes_FromStringAndSize(from, size)
            };
        }
        let mut o = std::mem::replace(&mut (*w).buffer, null_mut());
        if (*w).use_bytearray != 0 {
            if crate::bytesobject::PyByteArray_Resize(o, size) < 0 {
                dovetail_core::object::obj::decref(o);
                return null_mut();
            }
        } else if size == 0 {
            dovetail_core::object::obj::decref(o);
            return PyBytes_FromStringAndSize(std::ptr::null(), 0);
        } else if size != (*w).allocated && _PyBytes_Resize(&raw mut o, size) < 0 {
            return null_mut();
        }
        o
    }
}

/// Gives the writer's memory back.
#[capi(private)]
unsafe fn _PyBytesWriter_Dealloc(w: W) {
    // SAFETY: the field owns an object or is NULL.
    unsafe { dovetail_core::object::obj::clear(&raw mut (*w).buffer) };
}

// ---- searches ----

unsafe fn bytes<'a>(p: *const c_char, n: isize) -> &'a [u8] {
    // SAFETY: the caller's bytes.
    if n <= 0 { &[] } else { unsafe { std::slice::from_raw_parts(p.cast(), n as usize) } }
}

/// Where bytes are first found in others, plus `offset`; -1.
#[capi(no_gil)]
unsafe fn _PyBytes_Find(
    text: *const c_char,
    n: isize,
    wanted: *const c_char,
    count: isize,
    offset: isize,
) -> isize {
    // SAFETY: the caller's bytes.
    let (text, wanted) = unsafe { (bytes(text, n), bytes(wanted, count)) };
    if wanted.is_empty() {
        return offset;
    }
    text.windows(wanted.len()).position(|w| w == wanted).map_or(-1, |i| i as isize + offset)
}

/// Where bytes are last found in others, plus `offset`; -1.
#[capi(no_gil)]
unsafe fn _PyBytes_ReverseFind(
    text: *const c_char,
    n: isize,
    wanted: *const c_char,
    count: isize,
    offset: isize,
) -> isize {
    // SAFETY: the caller's bytes.
    let (text, wanted) = unsafe { (bytes(text, n), bytes(wanted, count)) };
    if wanted.is_empty() {
        return n + offset;
    }
    text.windows(wanted.len()).rposition(|w| w == wanted).map_or(-1, |i| i as isize + offset)
}

/// Fills `n` bytes with others again and again.
#[capi(no_gil)]
unsafe fn _PyBytes_Repeat(to: *mut c_char, n: isize, from: *const c_char, count: isize) {
    if n <= 0 || count <= 0 {
        return;
    }
    // SAFETY: the caller's bytes, which do not overlap.
    unsafe {
        for i in 0..n as usize {
            *to.add(i) = *from.add(i % count as usize);
        }
    }
}

/// Bytes of a literal with escapes; stores the first escape that is none, and where it stands.
#[capi]
unsafe fn _PyBytes_DecodeEscape2(
    text: *const c_char,
    n: isize,
    errors: *const c_char,
    first: *mut c_int,
    place: *mut *const c_char,
) -> P {
    // SAFETY: the caller's bytes and variables.
    unsafe {
        *first = -1;
        *place = std::ptr::null();
        let mut rest = bytes(text, n).iter().enumerate();
        while let Some((i, b)) = rest.next() {
            if *b != b'\\' {
                continue;
            }
            let Some((_, c)) = rest.next() else { break };
            let octal = |k: usize| bytes(text, n).get(i + k).copied().filter(|d| (b'0'..=b'7').contains(d));
            let known = b"\n\\'\"bftnrvax01234567".contains(c);
            let large = (b'4'..=b'7').contains(c) && octal(2).is_some() && octal(3).is_some();
            if *first == -1 && (!known || large) {
                *first = if large {
                    [octal(1), octal(2), octal(3)]
                        .into_iter()
                        .flatten()
                        .fold(0, |v, d| v * 8 + c_int::from(d - b'0'))
                } else {
                    c_int::from(*c)
                };
                *place = text.add(i + 1);
            }
        }
        crate::codecs::PyBytes_DecodeEscape(text, n, errors, 0, std::ptr::null())
    }
}
