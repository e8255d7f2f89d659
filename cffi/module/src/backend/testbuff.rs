//! `_testbuff`: gives a class a buffer of three bytes, for tests of `from_buffer`.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::fill_info;
use dovetail_core::types::type_::Type;
use std::cell::UnsafeCell;
use std::ffi::c_int;

struct Text(UnsafeCell<[u8; 4]>);
// SAFETY: written by tests, under the GIL.
unsafe impl Sync for Text {}

static WRITABLE: Text = Text(UnsafeCell::new(*b"GTB\0"));
static READ_ONLY: Text = Text(UnsafeCell::new(*b"ROB\0"));

unsafe fn give(
    o: *mut abi::PyObject,
    view: *mut abi::Py_buffer,
    flags: c_int,
    text: &'static Text,
    readonly: bool,
) -> c_int {
    // SAFETY: static memory of three bytes and a zero.
    match unsafe { fill_info(view, o, text.0.get().cast(), 3, readonly, flags) } {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

unsafe extern "C" fn writable(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
    // SAFETY: called as a slot.
    unsafe { give(o, view, flags, &WRITABLE, false) }
}

unsafe extern "C" fn read_only(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
    // SAFETY: called as a slot.
    unsafe { give(o, view, flags, &READ_ONLY, true) }
}

/// `_testbuff(class, which)`: 8 gives a writable buffer, 16 one to read.
pub fn install(class: &Type, which: i32) -> PyResult<()> {
    // SAFETY: the suite of a class made in Python.
    let Some(suite) = (unsafe { class.raw().tp_as_buffer.as_mut() }) else {
        bail!(TypeError, "{} has no buffer slots", class.name());
    };
    if which & 8 != 0 {
        suite.bf_getbuffer = Some(writable);
    }
    if which & 16 != 0 {
        suite.bf_getbuffer = Some(read_only);
    }
    Ok(())
}
