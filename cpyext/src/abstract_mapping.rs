//! `abstract.h`, items and mappings: `PyObject_GetItem` and its family, `PyObject_Size`, `PyMapping_*`.

use crate::boundary::{P, null_argument};
use crate::object::{give_optional, unraisable_question};
use dovetail_core::error::{PyResult, Raised, catch, exc};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::{raise, sym};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};

/// A key from C text.
///
/// # Safety
/// `key` is NULL or a C string.
unsafe fn key_of(key: *const c_char) -> PyResult<Ref<Str>> {
    if key.is_null() {
        return Err(null_argument());
    }
    // SAFETY: the caller's promise.
    Str::from_utf8(unsafe { CStr::from_ptr(key) }.to_bytes())
}

/// `len(object)`.
#[capi(alias = "PyObject_Length")]
fn PyObject_Size(object: &Obj) -> PyResult<isize> {
    Ok(object.len_()? as isize)
}

/// `operator.length_hint(object, default)`.
#[capi]
fn PyObject_LengthHint(object: &Obj, default: isize) -> PyResult<isize> {
    // A default below zero comes back as it is.
    match object.length_hint(usize::MAX)? {
        usize::MAX => Ok(default),
        n => Ok(n as isize),
    }
}

/// `object[key]`.
#[capi]
fn PyObject_GetItem(object: &Obj, key: &Obj) -> PyResult<Object> {
    object.get_item(key)
}

/// `object[key] = value`.
#[capi]
fn PyObject_SetItem(object: &Obj, key: &Obj, value: &Obj) -> PyResult<()> {
    object.set_item(key, value)
}

/// `del object[key]`.
#[capi]
fn PyObject_DelItem(object: &Obj, key: &Obj) -> PyResult<()> {
    object.del_item(key)
}

/// `del object[key]` by UTF-8 text.
#[capi]
unsafe fn PyObject_DelItemString(object: &Obj, key: *const c_char) -> PyResult<()> {
    // SAFETY: a C string.
    object.del_item(unsafe { key_of(key) }?.as_obj())
}

/// Has it `__getitem__` by key? Sequences that can be sliced have it too. No for NULL.
#[capi]
fn PyMapping_Check(object: Option<&Obj>) -> c_int {
    // SAFETY: a suite of the object's type.
    c_int::from(object.is_some_and(|o| unsafe {
        o.ob_type().raw().tp_as_mapping.as_ref().is_some_and(|m| m.mp_subscript.is_some())
    }))
}

/// The number of keys.
#[capi(alias = "PyMapping_Length")]
fn PyMapping_Size(object: &Obj) -> PyResult<isize> {
    let t = object.ob_type().raw();
    // SAFETY: suites and slots of the object's type.
    unsafe {
        if let Some(f) = t.tp_as_mapping.as_ref().and_then(|m| m.mp_length) {
            let n = f(object.as_ptr());
            return if n < 0 { Err(Raised::from_c()) } else { Ok(n) };
        }
        if t.tp_as_sequence.as_ref().is_some_and(|s| s.sq_length.is_some()) {
            return Err(raise!(TypeError, "{} is not a mapping", object.type_name()));
        }
    }
    Err(raise!(TypeError, "object of type '{}' has no len()", object.type_name()))
}

/// `object[key]` by UTF-8 text.
#[capi]
unsafe fn PyMapping_GetItemString(object: &Obj, key: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    object.get_item(unsafe { key_of(key) }?.as_obj())
}

fn optional(object: &Obj, key: &Obj) -> PyResult<Option<Object>> {
    match object.downcast_exact::<Dict>() {
        Some(d) => d.get(key),
        None => catch(object.get_item(key), exc::KeyError()),
    }
}

/// The value of the key, or nothing on `KeyError`: 1, 0, -1 on other errors.
#[capi]
unsafe fn PyMapping_GetOptionalItem(object: &Obj, key: &Obj, result: *mut P) -> PyResult<bool> {
    // SAFETY: a place for the result.
    unsafe { give_optional(result, optional(object, key)) }
}

/// As `PyMapping_GetOptionalItem`, by UTF-8 text.
#[capi]
unsafe fn PyMapping_GetOptionalItemString(
    object: &Obj,
    key: *const c_char,
    result: *mut P,
) -> PyResult<bool> {
    // SAFETY: a C string and a place for the result.
    unsafe { give_optional(result, key_of(key).and_then(|k| optional(object, k.as_obj()))) }
}

/// `object[key] = value` by UTF-8 text.
#[capi]
unsafe fn PyMapping_SetItemString(object: &Obj, key: *const c_char, value: &Obj) -> PyResult<()> {
    // SAFETY: a C string.
    object.set_item(unsafe { key_of(key) }?.as_obj(), value)
}

/// Is the key there? -1 on errors other than `KeyError`.
#[capi]
fn PyMapping_HasKeyWithError(object: &Obj, key: &Obj) -> PyResult<bool> {
    Ok(optional(object, key)?.is_some())
}

/// As `PyMapping_HasKeyWithError`, by UTF-8 text.
#[capi]
unsafe fn PyMapping_HasKeyStringWithError(object: &Obj, key: *const c_char) -> PyResult<bool> {
    // SAFETY: a C string.
    Ok(optional(object, unsafe { key_of(key) }?.as_obj())?.is_some())
}

/// Is the key there? Errors are written to `sys.stderr`.
#[capi]
fn PyMapping_HasKey(object: Option<&Obj>, key: Option<&Obj>) -> c_int {
    let found = match (object, key) {
        (Some(o), Some(k)) => optional(o, k).map(|v| v.is_some()),
        _ => Err(null_argument()),
    };
    match found {
        Ok(b) => c_int::from(b),
        Err(e) => {
            unraisable_question(
                e,
                "PyMapping_HasKey",
                "PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()",
            );
            0
        }
    }
}

/// As `PyMapping_HasKey`, by UTF-8 text.
#[capi]
unsafe fn PyMapping_HasKeyString(object: Option<&Obj>, key: *const c_char) -> c_int {
    let found = match object {
        // SAFETY: a C string.
        Some(o) => unsafe { key_of(key) }.and_then(|k| optional(o, k.as_obj())).map(|v| v.is_some()),
        None => Err(null_argument()),
    };
    match found {
        Ok(b) => c_int::from(b),
        Err(e) => {
            unraisable_question(
                e,
                "PyMapping_HasKeyString",
                "PyMapping_HasKeyStringWithError(), PyMapping_GetOptionalItemString() or PyMapping_GetItemString()",
            );
            0
        }
    }
}

/// What a method gives, as a list.
fn listed(object: &Obj, name: &Str) -> PyResult<Ref<List>> {
    let made = object.call_method(name, &[])?;
    if made.is_exact::<List>() {
        return made.downcast_into::<List>().map_err(|_| crate::boundary::bad_internal_call());
    }
    let it = match made.iter() {
        Ok(it) => it,
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            return Err(raise!(
                TypeError,
                "{}.{}() returned a non-iterable (type {})",
                object.type_name(),
                name.to_string_lossy(),
                made.type_name()
            ));
        }
        Err(e) => return Err(e),
    };
    List::from_iter_obj(&it)
}

/// A list of the keys.
#[capi]
fn PyMapping_Keys(object: &Obj) -> PyResult<Ref<List>> {
    match object.downcast_exact::<Dict>() {
        Some(d) => d.keys_list(),
        None => listed(object, sym!(keys)),
    }
}

/// A list of the values.
#[capi]
fn PyMapping_Values(object: &Obj) -> PyResult<Ref<List>> {
    match object.downcast_exact::<Dict>() {
        Some(d) => d.values_list(),
        None => listed(object, sym!(values)),
    }
}

/// A list of the pairs of key and value.
#[capi]
fn PyMapping_Items(object: &Obj) -> PyResult<Ref<List>> {
    listed(object, sym!(items))
}
