//! `dictobject.h`: dictionaries (C API, section "Dictionary Objects").

use crate::boundary::{Borrowed, P, bad_internal_call};
use crate::object::unraisable_question;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::{Dict, Merge};
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::key_error;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

/// # Safety
/// `key` is a C string.
unsafe fn text(key: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's promise.
    Str::from_utf8(unsafe { CStr::from_ptr(key) }.to_bytes())
}

fn dict(o: Option<&Obj>) -> PyResult<&Dict> {
    o.and_then(|o| o.downcast::<Dict>()).ok_or_else(bad_internal_call)
}

/// A new reference to a value found, NULL for nothing: 1, 0, -1.
unsafe fn give(out: *mut P, found: PyResult<P>) -> PyResult<bool> {
    // SAFETY: a place for a reference; the value is alive.
    unsafe {
        match found {
            Ok(p) => {
                *out = if p.is_null() { p } else { Obj::from_ptr(p).to_owned().into_ptr() };
                Ok(!p.is_null())
            }
            Err(e) => {
                *out = null_mut();
                Err(e)
            }
        }
    }
}

/// An empty dictionary.
#[capi]
fn PyDict_New() -> PyResult<Ref<Dict>> {
    Dict::new()
}

/// An empty dictionary with room for that many keys.
#[capi]
fn _PyDict_NewPresized(room: isize) -> PyResult<Ref<Dict>> {
    Dict::with_capacity(room.max(0) as usize)
}

/// The number of items.
#[capi]
fn PyDict_Size(d: &Dict) -> PyResult<isize> {
    Ok(d.len() as isize)
}

/// Removes all items.
#[capi]
fn PyDict_Clear(d: Option<&Obj>) {
    if let Some(d) = d.and_then(|d| d.downcast::<Dict>()) {
        d.clear_items();
    }
}

/// A shallow copy.
#[capi]
fn PyDict_Copy(d: Option<&Obj>) -> PyResult<Ref<Dict>> {
    dict(d)?.copy()
}

// ---- reading ----

/// The value of a key, borrowed; NULL without an exception when it is missing.
#[capi]
fn PyDict_GetItemWithError(d: Option<&Obj>, key: &Obj) -> PyResult<Borrowed> {
    Ok(Borrowed(dict(d)?.borrow_item(key)?))
}

/// For questions that cannot fail: the exception that was pending stays, a new one is written to `sys.stderr`.
fn quietly(name: &str, better: &str, find: impl FnOnce() -> PyResult<P>) -> P {
    let ts = ThreadState::current();
    let pending = if ts.has_exception() { ts.take_exception() } else { None };
    let found = match find() {
        Ok(p) => p,
        Err(e) => {
            unraisable_question(e, name, better);
            null_mut()
        }
    };
    if pending.is_some() {
        ts.set_exception(pending);
    }
    found
}

/// The value of a key, borrowed, or NULL; errors are written to `sys.stderr`.
#[capi]
fn PyDict_GetItem(d: Option<&Obj>, key: Option<&Obj>) -> Borrowed {
    let (Some(d), Some(key)) = (d.and_then(|d| d.downcast::<Dict>()), key) else { return Borrowed::NULL };
    Borrowed(quietly("PyDict_GetItem", "PyDict_GetItemRef() or PyDict_GetItemWithError()", || {
        d.borrow_item(key)
    }))
}

/// As `PyDict_GetItem`, by UTF-8 text.
#[capi]
unsafe fn PyDict_GetItemString(d: Option<&Obj>, key: *const c_char) -> Borrowed {
    let Some(d) = d.and_then(|d| d.downcast::<Dict>()) else { return Borrowed::NULL };
    Borrowed(quietly("PyDict_GetItemString", "PyDict_GetItemStringRef()", || {
        // SAFETY: a C string.
        d.borrow_item(unsafe { text(key) }?.as_obj())
    }))
}

/// As `PyDict_GetItemWithError`, by UTF-8 text.
#[capi]
unsafe fn _PyDict_GetItemStringWithError(d: Option<&Obj>, key: *const c_char) -> PyResult<Borrowed> {
    // SAFETY: a C string.
    Ok(Borrowed(dict(d)?.borrow_item(unsafe { text(key) }?.as_obj())?))
}

/// As `PyDict_GetItemWithError`, with the key's hash.
#[capi]
fn _PyDict_GetItem_KnownHash(d: Option<&Obj>, key: &Obj, hash: isize) -> PyResult<Borrowed> {
    Ok(Borrowed(dict(d)?.lookup(key, hash)?))
}

/// The value of a key: 1 and a new reference, 0 and NULL when it is missing, -1 and NULL on error.
#[capi]
unsafe fn PyDict_GetItemRef(d: Option<&Obj>, key: &Obj, result: *mut P) -> PyResult<bool> {
    // SAFETY: a place for the result.
    unsafe { give(result, dict(d).and_then(|d| d.borrow_item(key))) }
}

/// As `PyDict_GetItemRef`, by UTF-8 text.
#[capi]
unsafe fn PyDict_GetItemStringRef(d: Option<&Obj>, key: *const c_char, result: *mut P) -> PyResult<bool> {
    // SAFETY: a C string and a place for the result.
    unsafe { give(result, dict(d).and_then(|d| d.borrow_item(text(key)?.as_obj()))) }
}

/// `key in d`.
#[capi]
fn PyDict_Contains(d: Option<&Obj>, key: &Obj) -> PyResult<bool> {
    dict(d)?.contains_key(key)
}

/// `key in d`, by UTF-8 text.
#[capi]
unsafe fn PyDict_ContainsString(d: Option<&Obj>, key: *const c_char) -> PyResult<bool> {
    // SAFETY: a C string.
    dict(d)?.contains_key(unsafe { text(key) }?.as_obj())
}

/// The next item: writes position, key and value, borrowed; 0 at the end. Values of existing keys may be changed
/// meanwhile.
#[capi]
unsafe fn PyDict_Next(d: Option<&Obj>, position: *mut isize, key: *mut P, value: *mut P) -> c_int {
    let Some(d) = d.and_then(|d| d.downcast::<Dict>()) else { return 0 };
    // SAFETY: places for the results; key and value may be NULL.
    unsafe {
        if *position < 0 {
            return 0;
        }
        let mut at = *position as usize;
        let Some((k, v)) = d.next(&mut at) else { return 0 };
        *position = at as isize;
        if !key.is_null() {
            *key = k.as_ptr();
        }
        if !value.is_null() {
            *value = v.as_ptr();
        }
        1
    }
}

/// A list of the keys.
#[capi]
fn PyDict_Keys(d: Option<&Obj>) -> PyResult<Ref<List>> {
    dict(d)?.keys_list()
}

/// A list of the values.
#[capi]
fn PyDict_Values(d: Option<&Obj>) -> PyResult<Ref<List>> {
    dict(d)?.values_list()
}

/// A list of pairs.
#[capi]
fn PyDict_Items(d: Option<&Obj>) -> PyResult<Ref<List>> {
    let d = dict(d)?;
    let pairs = d.iter_borrowed().map(|(k, v)| Ok(Tuple::from_slice(&[k, v])?.into_object()));
    List::from_vec(pairs.collect::<PyResult<Vec<Object>>>()?)
}

// ---- writing ----

/// `d[key] = value`.
#[capi]
fn PyDict_SetItem(d: Option<&Obj>, key: &Obj, value: &Obj) -> PyResult<()> {
    dict(d)?.set(key, value)
}

/// `d[key] = value`, by UTF-8 text.
#[capi]
unsafe fn PyDict_SetItemString(d: Option<&Obj>, key: *const c_char, value: &Obj) -> PyResult<()> {
    dict(d)?.set(Str::intern_c(key)?.as_obj(), value)
}

/// As `PyDict_SetItem`, with the key's hash.
#[capi(private)]
fn _PyDict_SetItem_KnownHash(d: Option<&Obj>, key: &Obj, value: &Obj, hash: isize) -> PyResult<()> {
    dict(d)?.insert(key, hash, value.to_owned())
}

/// As `_PyDict_SetItem_KnownHash`.
#[capi(private)]
unsafe fn _PyDict_SetItem_KnownHash_LockHeld(
    d: *mut abi::PyDictObject,
    key: &Obj,
    value: &Obj,
    hash: isize,
) -> PyResult<()> {
    // SAFETY: a dict of C.
    unsafe { &*(d as *const Dict) }.insert(key, hash, value.to_owned())
}

/// As `PyDict_SetItem`, taking both references.
#[capi(private)]
unsafe fn _PyDict_SetItem_Take2(d: *mut abi::PyDictObject, key: Object, value: Object) -> PyResult<()> {
    // SAFETY: a dict of C.
    unsafe { &*(d as *const Dict) }.set(&key, &value)
}

fn remove(d: &Dict, key: &Obj) -> PyResult<()> {
    if d.remove(key)? { Ok(()) } else { Err(key_error(key)) }
}

/// `del d[key]`.
#[capi]
fn PyDict_DelItem(d: Option<&Obj>, key: &Obj) -> PyResult<()> {
    remove(dict(d)?, key)
}

/// `del d[key]`, by UTF-8 text.
#[capi]
unsafe fn PyDict_DelItemString(d: Option<&Obj>, key: *const c_char) -> PyResult<()> {
    // SAFETY: a C string.
    remove(dict(d)?, unsafe { text(key) }?.as_obj())
}

/// `del d[key]`, with the key's hash.
#[capi(private)]
fn _PyDict_DelItem_KnownHash(d: Option<&Obj>, key: &Obj, _hash: isize) -> PyResult<()> {
    remove(dict(d)?, key)
}

/// `d.setdefault(key, default)`, borrowed.
#[capi]
fn PyDict_SetDefault(d: Option<&Obj>, key: &Obj, default: &Obj) -> PyResult<Borrowed> {
    let d = dict(d)?;
    // The dictionary owns the value.
    Ok(Borrowed(d.set_default(key, default)?.as_raw()))
}

/// `d.setdefault(key, default)`: 1 when the key was there, 0 when it was added; the value as a new reference.
#[capi]
unsafe fn PyDict_SetDefaultRef(d: Option<&Obj>, key: &Obj, default: &Obj, result: *mut P) -> PyResult<bool> {
    // SAFETY: NULL, or a place for the result.
    unsafe {
        if !result.is_null() {
            *result = null_mut();
        }
        let d = dict(d)?;
        let before = d.len();
        let v = d.set_default(key, default)?;
        let present = d.len() == before;
        if !result.is_null() {
            *result = v.into_ptr();
        }
        Ok(present)
    }
}

unsafe fn taken(out: *mut P, found: PyResult<Option<Object>>) -> PyResult<bool> {
    // SAFETY: NULL, or a place for the result.
    unsafe {
        if !out.is_null() {
            *out = null_mut();
        }
        match found? {
            Some(v) => {
                if !out.is_null() {
                    *out = v.into_ptr();
                }
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// Removes a key: 1 and its value, 0 and NULL when it is missing.
#[capi]
unsafe fn PyDict_Pop(d: Option<&Obj>, key: &Obj, result: *mut P) -> PyResult<bool> {
    // SAFETY: NULL, or a place for the result.
    unsafe { taken(result, dict(d).and_then(|d| d.pop(key))) }
}

/// As `PyDict_Pop`, by UTF-8 text.
#[capi]
unsafe fn PyDict_PopString(d: Option<&Obj>, key: *const c_char, result: *mut P) -> PyResult<bool> {
    // SAFETY: a C string, and NULL or a place for the result.
    unsafe { taken(result, dict(d).and_then(|d| d.pop(text(key)?.as_obj()))) }
}

/// `d.pop(key, default)`; NULL is no default.
#[capi]
fn _PyDict_Pop(d: Option<&Obj>, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
    match dict(d)?.pop(key)? {
        Some(v) => Ok(v),
        None => match default {
            Some(v) => Ok(v.to_owned()),
            None => Err(key_error(key)),
        },
    }
}

// ---- merging ----

/// `a.update(b)`; with `override_` 0, keys that are there keep their values.
#[capi]
fn PyDict_Merge(a: Option<&Obj>, b: &Obj, override_: c_int) -> PyResult<()> {
    dict(a)?.merge(b, override_ != 0)
}

/// As `PyDict_Merge`; with `override_` 2, a key that is there raises `KeyError`.
#[capi(private)]
fn _PyDict_MergeEx(a: Option<&Obj>, b: &Obj, override_: c_int) -> PyResult<()> {
    let mode = match override_ {
        0 => Merge::Keep,
        1 => Merge::Override,
        _ => Merge::Unique,
    };
    dict(a)?.merge_mode(b, mode)
}

/// `a.update(b)`.
#[capi]
fn PyDict_Update(a: Option<&Obj>, b: &Obj) -> PyResult<()> {
    dict(a)?.merge(b, true)
}

/// Adds pairs of an iterable.
#[capi]
fn PyDict_MergeFromSeq2(d: Option<&Obj>, pairs: &Obj, override_: c_int) -> PyResult<()> {
    dict(d)?.merge_pairs(pairs, override_ != 0)
}

/// A dictionary of keys and values that lie in arrays at these strides.
#[capi(private)]
unsafe fn _PyDict_FromItems(
    keys: *const P,
    key_stride: isize,
    values: *const P,
    value_stride: isize,
    count: isize,
) -> PyResult<Ref<Dict>> {
    let d = Dict::with_capacity(count.max(0) as usize)?;
    for i in 0..count {
        // SAFETY: arrays of live objects.
        unsafe {
            d.set(
                Obj::from_ptr(*keys.offset(i * key_stride)),
                Obj::from_ptr(*values.offset(i * value_stride)),
            )?;
        }
    }
    Ok(d)
}
