//! `bytesobject.h`, `bytearrayobject.h`: bytes and bytearrays (C API, sections of those names).

use crate::boundary::{P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

/// Bytes of `n` bytes, copied from `data`, or left for the caller to write where `data` is NULL.
#[capi]
unsafe fn PyBytes_FromStringAndSize(data: *const c_char, n: isize) -> PyResult<Ref<Bytes>> {
    if n < 0 {
        bail!(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
    }
    if data.is_null() {
        return if n == 0 { Ok(Bytes::empty()) } else { Bytes::alloc(n as usize) };
    }
    // SAFETY: the caller's n bytes.
    Bytes::new(unsafe { std::slice::from_raw_parts(data.cast(), n as usize) })
}

/// Bytes of a C string.
#[capi]
unsafe fn PyBytes_FromString(text: *const c_char) -> PyResult<Ref<Bytes>> {
    // SAFETY: a C string.
    Bytes::new(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// `bytes(o)` of a buffer or iterable.
#[capi]
fn PyBytes_FromObject(o: &Obj) -> PyResult<Ref<Bytes>> {
    Bytes::from_object(o)
}

fn expected_bytes(o: &Obj) -> PyResult<&Bytes> {
    o.downcast::<Bytes>().ok_or_else(|| raise!(TypeError, "expected bytes, {} found", o.type_name()))
}

#[capi]
fn PyBytes_Size(o: &Obj) -> PyResult<isize> {
    Ok(expected_bytes(o)?.len() as isize)
}

/// The memory, ending with a zero byte.
#[capi]
fn PyBytes_AsString(o: &Obj) -> PyResult<*mut c_char> {
    Ok(expected_bytes(o)?.data().cast())
}

/// The memory and length; without a place for the length, zero bytes inside raise.
#[capi]
unsafe fn PyBytes_AsStringAndSize(o: &Obj, data: *mut *mut c_char, n: *mut isize) -> PyResult<()> {
    if data.is_null() {
        return Err(bad_internal_call());
    }
    let b = expected_bytes(o)?;
    // SAFETY: the caller's variables.
    unsafe {
        *data = b.data().cast();
        if !n.is_null() {
            *n = b.len() as isize;
        } else if b.as_slice().contains(&0) {
            bail!(ValueError, "embedded null byte");
        }
    }
    Ok(())
}

/// Replaces `*bytes` by the concatenation, or by NULL on error.
#[capi]
unsafe fn PyBytes_Concat(bytes: *mut P, more: Option<&Obj>) {
    // SAFETY: the caller's variable, which owns what it holds.
    unsafe {
        let Some(left): Option<Object> = Ref::from_owned_opt(std::mem::replace(&mut *bytes, null_mut()))
        else {
            return;
        };
        let Some(more) = more else { return };
        if let Ok(joined) = left.concat(more) {
            *bytes = joined.into_ptr();
        }
    }
}

/// As `PyBytes_Concat`, taking the second reference.
#[capi]
unsafe fn PyBytes_ConcatAndDel(bytes: *mut P, more: Option<Object>) {
    // SAFETY: the caller's variable.
    unsafe { PyBytes_Concat(bytes, more.as_ref().map_or(null_mut(), Ref::as_raw)) }
}

/// `separator.join(iterable)`.
#[capi(alias = "_PyBytes_Join")]
fn PyBytes_Join(separator: &Obj, iterable: &Obj) -> PyResult<Object> {
    let Some(s) = separator.downcast::<Bytes>() else {
        bail!(TypeError, "sep: expected bytes, got {}", separator.type_name());
    };
    s.as_obj().call_method_text("join", &[iterable])
}

/// `repr(bytes)`.
#[capi]
fn PyBytes_Repr(o: &Bytes, smart_quotes: c_int) -> PyResult<Ref<Str>> {
    Str::from_buf(dovetail_text::repr::repr_bytes(o.as_slice(), smart_quotes != 0))
}

/// Changes the length of bytes that nobody else has; NULL and an error where that cannot be.
#[capi]
unsafe fn _PyBytes_Resize(bytes: *mut P, n: isize) -> PyResult<()> {
    // SAFETY: the caller's variable, which owns what it holds.
    unsafe {
        let Some(old): Option<Object> = Ref::from_owned_opt(std::mem::replace(&mut *bytes, null_mut()))
        else {
            return Err(bad_internal_call());
        };
        let Ok(old) = old.downcast_into::<Bytes>() else { return Err(bad_internal_call()) };
        if n < 0 || (old.refcnt() != 1 && old.len() != n as usize && !old.is_empty()) {
            return Err(bad_internal_call());
        }
        *bytes =
            if old.is_empty() && n > 0 { Bytes::alloc(n as usize)? } else { Bytes::resize(old, n as usize)? }
                .into_ptr();
    }
    Ok(())
}

// ---- bytearray ----

/// A bytearray of `n` bytes, copied from `data`, or left for the caller to write where `data` is NULL.
#[capi]
unsafe fn PyByteArray_FromStringAndSize(data: *const c_char, n: isize) -> PyResult<Ref<ByteArray>> {
    if n < 0 {
        bail!(SystemError, "Negative size passed to PyByteArray_FromStringAndSize");
    }
    if data.is_null() {
        let b = ByteArray::new(&[])?;
        b.resize_to(n as usize)?;
        return Ok(b);
    }
    // SAFETY: the caller's n bytes.
    ByteArray::new(unsafe { std::slice::from_raw_parts(data.cast(), n as usize) })
}

/// `bytearray(o)`.
#[capi]
fn PyByteArray_FromObject(o: &Obj) -> PyResult<Object> {
    ByteArray::type_object().call(&[o])
}

#[capi]
fn PyByteArray_Size(b: &ByteArray) -> isize {
    b.len() as isize
}

/// The memory, ending with a zero byte, until the next change of length.
#[capi]
fn PyByteArray_AsString(b: &ByteArray) -> *mut c_char {
    // SAFETY: a live bytearray; an empty one points at a shared zero byte.
    unsafe {
        let body = b.body();
        if (*body).ob_start.is_null() {
            (&raw const dovetail_core::types::bytearray::EMPTY_STRING).cast_mut().cast()
        } else {
            (*body).ob_start
        }
    }
}

#[capi]
fn PyByteArray_Resize(b: &ByteArray, n: isize) -> PyResult<()> {
    if n < 0 {
        bail!(ValueError, "Can only resize to positive sizes, got {n}");
    }
    b.resize_to(n as usize)
}

/// `a + b` of two buffers, as a bytearray.
#[capi]
fn PyByteArray_Concat(a: &Obj, b: &Obj) -> PyResult<Object> {
    let copy = match a.downcast::<ByteArray>() {
        Some(a) => a.to_ref().into_object(),
        None => ByteArray::type_object().call(&[a])?,
    };
    copy.concat(b)
}
