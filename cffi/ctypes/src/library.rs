//! Shared libraries: their handles and symbols.

use crate::code;
use dovetail_core::error::PyResult;
use dovetail_core::object::Obj;
use dovetail_core::types::int::Int;
use dovetail_core::{bail, raise, sym};
use dovetail_stdlib::util::fs_decode;
use std::ffi::{CStr, CString, c_void};

/// The handle in a library object's `_handle`.
pub fn handle_of(dll: &Obj) -> PyResult<*mut c_void> {
    let handle = dll.get_attr(sym!(_handle))?;
    let Some(i) = handle.downcast::<Int>() else {
        bail!(TypeError, "the _handle attribute of the second argument must be an integer");
    };
    Ok(code::low_bits(i) as usize as *mut c_void)
}

/// What the dynamic linker says of its last error.
pub fn linker_error() -> Option<String> {
    // SAFETY: NULL or a C string that lives until the next call.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            return None;
        }
        let bytes = CStr::from_ptr(text).to_bytes();
        match fs_decode(bytes) {
            Ok(s) => Some(s.to_string_lossy().into_owned()),
            Err(e) => {
                e.clear();
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
        }
    }
}

/// The address of a symbol, or what the linker says of its absence.
pub fn find(handle: *mut c_void, name: &[u8]) -> PyResult<Result<*mut u8, Option<String>>> {
    let Ok(name) = CString::new(name) else { return Err(raise!(ValueError, "embedded null character")) };
    // SAFETY: a handle of `dlopen`, by the program's word, and a C string.
    let p = unsafe {
        libc::dlerror();
        libc::dlsym(handle, name.as_ptr())
    };
    Ok(if p.is_null() { Err(linker_error()) } else { Ok(p.cast()) })
}
