//! Python files where C wants a `FILE *`: a stream of C's own over the same descriptor, made once for each file object.

use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::capsule::{Capsule, CapsuleBody};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, sym};
use std::ffi::{CString, c_char};

/// The attribute of a file object that keeps its stream, and the name of the capsule there.
const ATTRIBUTE: &str = "__cffi_FILE";
const NAME: *const c_char = c"FILE".as_ptr();

/// Is it one of `io`'s files?
pub fn is_file(o: &Obj) -> PyResult<bool> {
    let io: Object = dovetail_core::import::import_module("_io")?;
    o.is_instance(&*io.get_attr_text("_IOBase")?)
}

unsafe extern "C" fn close(capsule: *mut abi::PyObject) {
    // SAFETY: called once, with the capsule.
    unsafe {
        let p = (*(capsule as *mut CapsuleBody)).pointer;
        if !p.is_null() {
            libc::fclose(p.cast());
        }
    }
}

/// The stream of a file.
pub fn as_file(o: &Obj) -> PyResult<*mut u8> {
    o.call_method_text("flush", &[])?;
    match o.get_attr_text(ATTRIBUTE) {
        Ok(kept) => match kept.downcast::<Capsule>() {
            // SAFETY: the capsule made below.
            Some(c) if unsafe { c.name_is(NAME) } => Ok(unsafe { (*c.body()).pointer }.cast()),
            _ => bail!(ValueError, "PyCapsule_GetPointer called with incorrect name"),
        },
        Err(e) if e.matches(exc::AttributeError()) => {
            e.clear();
            open(o)
        }
        Err(e) => Err(e),
    }
}

fn open(o: &Obj) -> PyResult<*mut u8> {
    let fd = o.call_method(sym!(fileno), &[])?.as_i64()?;
    let mode = o.get_attr_text("mode")?;
    let Some(mode) = mode.downcast::<Str>() else {
        bail!(TypeError, "bad argument type for built-in operation")
    };
    let Ok(mode) = CString::new(mode.as_str()?) else { bail!(ValueError, "embedded null character") };
    // SAFETY: a descriptor of our own, given to the stream.
    unsafe {
        let own = libc::dup(fd as i32);
        if own < 0 {
            return Err(dovetail_core::types::exceptions_os::last_os_error(None));
        }
        let f = libc::fdopen(own, mode.as_ptr());
        if f.is_null() {
            let e = dovetail_core::types::exceptions_os::last_os_error(None);
            libc::close(own);
            return Err(e);
        }
        libc::setbuf(f, std::ptr::null_mut());
        let capsule = Capsule::new(f.cast(), NAME, Some(close))?;
        o.set_attr(&*Str::intern(ATTRIBUTE)?, &capsule)?;
        Ok(f.cast())
    }
}
