//! C strings as text.

use dovetail_core::error::PyResult;
use dovetail_core::object::Ref;
use dovetail_core::types::str_::Str;
use std::borrow::Cow;
use std::ffi::{CStr, OsString, c_char};
use std::os::unix::ffi::OsStringExt;

/// A C string as Rust text; what is not UTF-8 is replaced.
///
/// # Safety
/// `text` is NULL (then the empty text) or ends with a zero byte and outlives the result.
pub unsafe fn c_str<'a>(text: *const c_char) -> Cow<'a, str> {
    if text.is_null() {
        return Cow::Borrowed("");
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy()
}

/// A C string in UTF-8 as a Python string; what is not UTF-8 raises `UnicodeDecodeError`.
///
/// # Safety
/// `text` ends with a zero byte.
pub unsafe fn c_text(text: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    match std::str::from_utf8(bytes) {
        Ok(s) => Str::new(s),
        Err(_) => dovetail_core::types::codec::decode_utf8(bytes, None),
    }
}

/// As `c_text`, with NULL as `None`.
///
/// # Safety
/// `text` is NULL or ends with a zero byte.
pub unsafe fn opt_c_text(text: *const c_char) -> PyResult<Option<Ref<Str>>> {
    // SAFETY: the caller's promise.
    if text.is_null() { Ok(None) } else { unsafe { c_text(text) }.map(Some) }
}

/// A C string as the bytes that it is.
///
/// # Safety
/// `text` ends with a zero byte.
pub unsafe fn os_str(text: *const c_char) -> OsString {
    // SAFETY: the caller's promise.
    OsString::from_vec(unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}

/// An array of C strings.
///
/// # Safety
/// `items` has `length` of them.
pub unsafe fn os_strs(length: isize, items: *const *mut c_char) -> Vec<OsString> {
    // SAFETY: the caller's promise.
    (0..length.max(0) as usize).map(|i| unsafe { os_str(*items.add(i)) }).collect()
}
