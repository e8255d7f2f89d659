//! `setobject.h`, `sliceobject.h`: sets and slices.

use crate::boundary::{P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref, ToRef};
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::set::{FrozenSet, Set, any_set};
use dovetail_core::types::set_table::AnySet;
use dovetail_core::types::slice::{self, Slice};
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::c_int;

fn either(o: Option<&Obj>) -> PyResult<&AnySet> {
    o.and_then(any_set).ok_or_else(bad_internal_call)
}

fn mutable(o: Option<&Obj>) -> PyResult<&Set> {
    o.and_then(|o| o.downcast::<Set>()).ok_or_else(bad_internal_call)
}

/// A set of an iterable's items; empty for NULL.
#[capi]
fn PySet_New(iterable: Option<&Obj>) -> PyResult<Ref<Set>> {
    match iterable {
        Some(i) => Set::from_iterable(i),
        None => Set::new(),
    }
}

/// A frozenset of an iterable's items; empty for NULL.
#[capi]
fn PyFrozenSet_New(iterable: Option<&Obj>) -> PyResult<Ref<FrozenSet>> {
    match iterable {
        Some(i) => match i.downcast_exact::<FrozenSet>() {
            Some(f) => Ok(f.to_ref()),
            None => FrozenSet::from_iterable(i),
        },
        None => FrozenSet::new(),
    }
}

/// The number of elements.
#[capi]
fn PySet_Size(set: Option<&Obj>) -> PyResult<isize> {
    Ok(either(set)?.len() as isize)
}

/// Is the key in the set? An unhashable key raises.
#[capi]
fn PySet_Contains(set: Option<&Obj>, key: &Obj) -> PyResult<bool> {
    let s = either(set)?;
    s.contains_hashed(key, dovetail_core::types::set_table::hash_element(key)?)
}

/// `key in set`: a key that is a set itself is looked for as a frozenset.
#[capi(private)]
fn _PySet_Contains(set: Option<&Obj>, key: &Obj) -> PyResult<bool> {
    match (set.and_then(|s| s.downcast::<Set>()), set.and_then(|s| s.downcast::<FrozenSet>())) {
        (Some(s), _) => s.contains_key(key),
        (None, Some(s)) => s.contains_key(key),
        (None, None) => Err(bad_internal_call()),
    }
}

/// Adds to a set, or to a new frozenset that nobody else has.
#[capi]
fn PySet_Add(set: Option<&Obj>, key: &Obj) -> PyResult<()> {
    let Some(o) = set else { return Err(bad_internal_call()) };
    let fresh = o.is_a::<FrozenSet>() && o.refcnt() == 1;
    if !o.is_a::<Set>() && !fresh {
        return Err(bad_internal_call());
    }
    either(set)?.add(key).map(drop)
}

/// Removes an element: was it there?
#[capi]
fn PySet_Discard(set: Option<&Obj>, key: &Obj) -> PyResult<bool> {
    let s = mutable(set)?;
    let found = s.any().discard_hashed(key, dovetail_core::types::set_table::hash_element(key)?)?;
    Ok(found.is_some())
}

/// Removes some element; an empty set raises `KeyError`.
#[capi]
fn PySet_Pop(set: Option<&Obj>) -> PyResult<Object> {
    match mutable(set)?.any().pop_any() {
        Some(o) => Ok(o),
        None => Err(raise!(KeyError, "pop from an empty set")),
    }
}

/// Removes all elements.
#[capi]
fn PySet_Clear(set: Option<&Obj>) -> PyResult<()> {
    mutable(set)?.any().clear_items();
    Ok(())
}

/// Adds an iterable's items.
#[capi(private)]
fn _PySet_Update(set: Option<&Obj>, iterable: &Obj) -> PyResult<()> {
    mutable(set)?.update_with(iterable)
}

unsafe fn entry(set: Option<&Obj>, position: *mut isize, key: *mut P, hash: *mut isize, new: bool) -> c_int {
    let Ok(s) = either(set) else { return -1 };
    // SAFETY: places for the results.
    unsafe {
        let mut at = (*position).max(0) as usize;
        let Some((k, h)) = s.next(&mut at) else { return 0 };
        *position = at as isize;
        *key = if new { k.to_owned().into_ptr() } else { k.as_ptr() };
        *hash = h;
        1
    }
}

/// The next element, borrowed, with its hash; 0 at the end.
#[capi(private)]
unsafe fn _PySet_NextEntry(set: Option<&Obj>, position: *mut isize, key: *mut P, hash: *mut isize) -> c_int {
    // SAFETY: places for the results.
    unsafe { entry(set, position, key, hash, false) }
}

/// As `_PySet_NextEntry`, with a new reference.
#[capi(private)]
unsafe fn _PySet_NextEntryRef(
    set: Option<&Obj>,
    position: *mut isize,
    key: *mut P,
    hash: *mut isize,
) -> c_int {
    // SAFETY: places for the results.
    unsafe { entry(set, position, key, hash, true) }
}

// ---- slices ----

/// `slice(start, stop, step)`; NULL is `None`.
#[capi]
fn PySlice_New(start: Option<&Obj>, stop: Option<&Obj>, step: Option<&Obj>) -> PyResult<Ref<Slice>> {
    Slice::new(start.unwrap_or(none()), stop.unwrap_or(none()), step.unwrap_or(none()))
}

/// `slice(start, stop)` of numbers.
#[capi(private)]
fn _PySlice_FromIndices(start: isize, stop: isize) -> PyResult<Ref<Slice>> {
    Slice::new(&*Int::from_i64(start as i64)?, &*Int::from_i64(stop as i64)?, none())
}

/// The numbers of a slice, with defaults for `None`, clipped to the range of `Py_ssize_t`.
#[capi]
unsafe fn PySlice_Unpack(slice: &Obj, start: *mut isize, stop: *mut isize, step: *mut isize) -> PyResult<()> {
    let Some(s) = slice.downcast::<Slice>() else { return Err(bad_internal_call()) };
    let (a, b, c) = s.unpack()?;
    // SAFETY: places for the results.
    unsafe {
        *start = a;
        *stop = b;
        *step = c;
    }
    Ok(())
}

/// Clips the numbers of a slice to a length; how many items it selects.
#[capi]
unsafe fn PySlice_AdjustIndices(length: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
    // SAFETY: places with numbers.
    unsafe {
        let (a, b, n) = slice::adjust(*start, *stop, step, length.max(0) as usize);
        *start = a;
        *stop = b;
        n as isize
    }
}

/// As `PySlice_GetIndicesEx`, without the count; out of range indices are errors.
#[capi]
unsafe fn PySlice_GetIndices(
    slice: &Obj,
    length: isize,
    start: *mut isize,
    stop: *mut isize,
    step: *mut isize,
) -> c_int {
    let Some(s) = slice.downcast::<Slice>() else { return -1 };
    // Anything but ints and None fails, without an exception.
    let number = |o: &Obj, default: isize, adjust: bool| -> Option<isize> {
        if o.is_none() {
            return Some(default);
        }
        let n = o.downcast::<Int>()?.to_i64()? as isize;
        Some(if adjust && n < 0 { n + length } else { n })
    };
    let parts = (|| {
        let step = number(s.step(), 1, false)?;
        let (low, high) = if step < 0 { (length - 1, -1) } else { (0, length) };
        Some((number(s.start(), low, true)?, number(s.stop(), high, true)?, step))
    })();
    let Some((a, b, c)) = parts else { return -1 };
    // SAFETY: places for the results.
    unsafe {
        *start = a;
        *stop = b;
        *step = c;
    }
    if b > length || a >= length || c == 0 { -1 } else { 0 }
}

/// The numbers of a slice, clipped to a length, and how many items it selects.
#[capi]
unsafe fn PySlice_GetIndicesEx(
    slice: &Obj,
    length: isize,
    start: *mut isize,
    stop: *mut isize,
    step: *mut isize,
    count: *mut isize,
) -> PyResult<()> {
    let Some(s) = slice.downcast::<Slice>() else { return Err(bad_internal_call()) };
    let (a, b, c, n) = s.indices(length.max(0) as usize)?;
    // SAFETY: places for the results.
    unsafe {
        *start = a;
        *stop = b;
        *step = c;
        *count = n as isize;
    }
    Ok(())
}

/// The numbers of a slice as ints, clipped to a length of any size.
#[capi]
unsafe fn _PySlice_GetLongIndices(
    slice: *mut abi::PySliceObject,
    length: &Obj,
    start: *mut P,
    stop: *mut P,
    step: *mut P,
) -> PyResult<()> {
    let Some(n) = length.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
    // SAFETY: a slice of C and places for the results.
    unsafe {
        let (a, b, c) = (*(slice as *const Slice)).long_indices(n)?;
        *start = a.into_ptr();
        *stop = b.into_ptr();
        *step = c.into_ptr();
    }
    Ok(())
}

/// An `O&` converter for slice indices: 0 on error; NULL and `None` leave the value.
#[capi]
unsafe fn _PyEval_SliceIndex(object: Option<&Obj>, result: *mut isize) -> c_int {
    match object.map_or(Ok(None), slice::opt_index) {
        Ok(Some(n)) => {
            // SAFETY: a place for the result.
            unsafe { *result = n };
            1
        }
        Ok(None) => 1,
        Err(_) => 0,
    }
}

/// As `_PyEval_SliceIndex`, without `None`.
#[capi]
unsafe fn _PyEval_SliceIndexNotNone(object: &Obj, result: *mut isize) -> c_int {
    if !object.has_index() {
        let _ = raise!(TypeError, "slice indices must be integers or have an __index__ method");
        return 0;
    }
    match object.as_isize_clipped() {
        Ok(n) => {
            // SAFETY: a place for the result.
            unsafe { *result = n };
            1
        }
        Err(_) => 0,
    }
}
