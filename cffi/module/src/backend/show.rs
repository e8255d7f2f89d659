//! How cdata objects are shown.

use super::cdata::{CData, OwnGcBody};
use super::flags::*;
use super::from_c;
use super::raw::long_double_text;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;

/// The name of an enum's value, or the number where it has none; with `both`, number and name.
pub fn enum_text(cd: &CData, both: bool) -> PyResult<Object> {
    // SAFETY: a value of the type.
    let value = unsafe { from_c::convert(cd.data(), cd.ctype())? };
    match cd.ctype().enum_dict(true).get(&value)? {
        Some(name) if both => {
            let text = format!("{}: {}", value.str_()?.to_string_lossy(), name.str_()?.to_string_lossy());
            Ok(Str::new(&text)?.into_object())
        }
        Some(name) => Ok(name),
        None => Ok(value.str_()?.into_object()),
    }
}

/// `<cdata 'int' 42>`, `<cdata 'int *' 0x...>`.
pub fn plain(cd: &CData) -> PyResult<String> {
    let ct = cd.ctype();
    let text = if ct.is(ENUM) {
        enum_text(cd, true)?.str_()?.to_string_lossy().into_owned()
    } else if ct.is(LONGDOUBLE) {
        // SAFETY: a value of the type.
        unsafe { long_double_text(cd.data()) }
    } else if ct.is(PRIMITIVE) {
        // SAFETY: a value of the type.
        unsafe { from_c::convert(cd.data(), ct)?.repr()?.to_string_lossy().into_owned() }
    } else if ct.is(ARRAY) && ct.length() < 0 {
        format!("sliced length {}", cd.array_length())
    } else if cd.data().is_null() {
        "NULL".to_owned()
    } else {
        format!("{:p}", cd.data())
    };
    // A struct that is not owned is shown as the reference it is.
    let extra = if ct.is(RECORD) { " &" } else { "" };
    Ok(format!("<cdata '{}{extra}' {text}>", ct.name()))
}

/// `<cdata 'int *' owning 4 bytes>`.
pub fn owning(cd: &CData) -> PyResult<String> {
    Ok(format!("<cdata '{}' owning {} bytes>", cd.ctype().name(), cd.owned_bytes()))
}

/// Handles and callbacks.
///
/// # Safety
/// The body is that of `cd`.
pub unsafe fn owning_gc(cd: &CData, body: *mut OwnGcBody) -> PyResult<String> {
    // SAFETY: the caller's promise; callbacks have a tuple.
    let (what, shown) = unsafe {
        let object = (*body).object;
        if cd.ctype().is(VOID_PTR) {
            ("handle to", Obj::from_ptr(object))
        } else if object.is_null() {
            return plain(cd);
        } else {
            ("calling", (*(object as *const Tuple)).get(1))
        }
    };
    Ok(format!("<cdata '{}' {what} {}>", cd.ctype().name(), shown.repr()?.to_string_lossy()))
}

/// Views of buffers.
///
/// # Safety
/// The view is that of `cd`.
pub unsafe fn from_buffer(cd: &CData, view: *const abi::Py_buffer) -> String {
    let name = cd.ctype().name();
    // SAFETY: the caller's promise.
    let owner = unsafe { (*view).obj };
    if owner.is_null() {
        return format!("<cdata '{name}' buffer RELEASED>");
    }
    // SAFETY: a held buffer has a living owner.
    let from = unsafe { Obj::from_ptr(owner) }.type_name();
    if cd.ctype().is(ARRAY) {
        format!("<cdata '{name}' buffer len {} from '{from}' object>", cd.array_length())
    } else {
        format!("<cdata '{name}' buffer from '{from}' object>")
    }
}
