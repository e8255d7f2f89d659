//! Shared libraries: their handles and symbols.

use crate::code;
use dovetail_core::error::{PyResult, Raised, raise_message};
use dovetail_core::object::Obj;
use dovetail_core::types::int::Int;
use dovetail_core::types::type_::Type;
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
fn linker_error() -> Option<String> {
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

/// The linker's last error as an exception; `otherwise` is the message where the linker says nothing.
pub fn failure(error: &Type, otherwise: &str) -> Raised {
    raise_message(error, linker_error().as_deref().unwrap_or(otherwise))
}

/// The address of a symbol; where there is none, this error with what the linker says. `what` names the kind of symbol where
/// it says nothing.
pub fn find(handle: *mut c_void, name: &[u8], what: &str, error: &Type) -> PyResult<*mut u8> {
    let Ok(name) = CString::new(name) else { return Err(raise!(ValueError, "embedded null character")) };
    // SAFETY: a handle of `dlopen`, by the program's word, and a C string.
    let p = unsafe {
        libc::dlerror();
        libc::dlsym(handle, name.as_ptr())
    };
    if p.is_null() {
        return Err(failure(error, &format!("{what} '{}' not found", name.to_string_lossy())));
    }
    Ok(p.cast())
}
