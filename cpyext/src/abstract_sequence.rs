//! `abstract.h`, sequences: `PySequence_*`.

use dovetail_core::error::{PyResult, Raised, exc, from_c};
use dovetail_core::object::number::{self, BinaryOp};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::{none, not_implemented};
use dovetail_core::types::slice::Slice;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

fn sequence(o: &Obj) -> Option<&abi::PySequenceMethods> {
    // SAFETY: a suite of the object's type.
    unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }
}

fn mapping(o: &Obj) -> Option<&abi::PyMappingMethods> {
    // SAFETY: a suite of the object's type.
    unsafe { o.ob_type().raw().tp_as_mapping.as_ref() }
}

/// Has it items by index?
pub fn is_sequence(o: &Obj) -> bool {
    !o.is_a::<Dict>() && sequence(o).is_some_and(|s| s.sq_item.is_some())
}

/// Has it items by index? Dicts have none. No for NULL.
#[capi]
fn PySequence_Check(o: Option<&Obj>) -> c_int {
    c_int::from(o.is_some_and(is_sequence))
}

/// The number of items.
#[capi(alias = "PySequence_Length")]
fn PySequence_Size(o: &Obj) -> PyResult<isize> {
    match sequence(o).and_then(|s| s.sq_length) {
        Some(f) => {
            // SAFETY: a slot of the object's type.
            let n = unsafe { f(o.as_ptr()) };
            if n < 0 { Err(Raised::from_c()) } else { Ok(n) }
        }
        None if mapping(o).is_some_and(|m| m.mp_length.is_some()) => {
            Err(raise!(TypeError, "{} is not a sequence", o.type_name()))
        }
        None => Err(raise!(TypeError, "object of type '{}' has no len()", o.type_name())),
    }
}

fn number_form(op: BinaryOp, a: &Obj, b: &Obj, inplace: bool) -> PyResult<Option<Object>> {
    let r = if inplace { number::inplace_number(op, a, b) } else { number::binary_number(op, a, b) }?;
    Ok(if r.is(not_implemented()) { None } else { Some(r) })
}

fn concatenate(a: &Obj, b: &Obj, inplace: bool) -> PyResult<Object> {
    let s = sequence(a);
    let own = s.and_then(|s| s.sq_inplace_concat).filter(|_| inplace);
    if let Some(f) = own.or(s.and_then(|s| s.sq_concat)) {
        // SAFETY: a slot of the object's type.
        return unsafe { from_c(f(a.as_ptr(), b.as_ptr())) };
    }
    if is_sequence(a)
        && is_sequence(b)
        && let Some(r) = number_form(BinaryOp::Add, a, b, inplace)?
    {
        return Ok(r);
    }
    Err(raise!(TypeError, "'{}' object can't be concatenated", a.type_name()))
}

fn repeated(o: &Obj, n: isize, inplace: bool) -> PyResult<Object> {
    let s = sequence(o);
    let own = s.and_then(|s| s.sq_inplace_repeat).filter(|_| inplace);
    if let Some(f) = own.or(s.and_then(|s| s.sq_repeat)) {
        // SAFETY: a slot of the object's type.
        return unsafe { from_c(f(o.as_ptr(), n)) };
    }
    if is_sequence(o)
        && let Some(r) = number_form(BinaryOp::Multiply, o, &*Int::from_i64(n as i64)?, inplace)?
    {
        return Ok(r);
    }
    Err(raise!(TypeError, "'{}' object can't be repeated", o.type_name()))
}

/// `a + b` of sequences.
#[capi]
fn PySequence_Concat(a: &Obj, b: &Obj) -> PyResult<Object> {
    concatenate(a, b, false)
}

/// `a += b` of sequences.
#[capi]
fn PySequence_InPlaceConcat(a: &Obj, b: &Obj) -> PyResult<Object> {
    concatenate(a, b, true)
}

/// `o * n`.
#[capi]
fn PySequence_Repeat(o: &Obj, n: isize) -> PyResult<Object> {
    repeated(o, n, false)
}

/// `o *= n`.
#[capi]
fn PySequence_InPlaceRepeat(o: &Obj, n: isize) -> PyResult<Object> {
    repeated(o, n, true)
}

/// `o[i]`.
#[capi]
fn PySequence_GetItem(o: &Obj, i: isize) -> PyResult<Object> {
    o.sequence_get(i)
}

fn assign(o: &Obj, i: isize, value: Option<&Obj>) -> PyResult<()> {
    if sequence(o).is_none_or(|s| s.sq_ass_item.is_none())
        && mapping(o).is_some_and(|m| m.mp_ass_subscript.is_some())
    {
        bail!(TypeError, "{} is not a sequence", o.type_name());
    }
    o.sequence_set(i, value)
}

/// `o[i] = value`; NULL deletes.
#[capi]
fn PySequence_SetItem(o: &Obj, i: isize, value: Option<&Obj>) -> PyResult<()> {
    assign(o, i, value)
}

/// `del o[i]`.
#[capi]
fn PySequence_DelItem(o: &Obj, i: isize) -> PyResult<()> {
    assign(o, i, None)
}

fn bounds(low: isize, high: isize) -> PyResult<Ref<Slice>> {
    Slice::new(&*Int::from_i64(low as i64)?, &*Int::from_i64(high as i64)?, none())
}

/// `o[low:high]`.
#[capi]
fn PySequence_GetSlice(o: &Obj, low: isize, high: isize) -> PyResult<Object> {
    match mapping(o).and_then(|m| m.mp_subscript) {
        // SAFETY: a slot of the object's type.
        Some(f) => unsafe { from_c(f(o.as_ptr(), bounds(low, high)?.as_raw())) },
        None => Err(raise!(TypeError, "'{}' object is unsliceable", o.type_name())),
    }
}

/// `o[low:high] = value`; NULL deletes.
#[capi]
fn PySequence_SetSlice(o: &Obj, low: isize, high: isize, value: Option<&Obj>) -> PyResult<()> {
    match mapping(o).and_then(|m| m.mp_ass_subscript) {
        Some(f) => {
            let v = value.map_or(null_mut(), Obj::as_ptr);
            // SAFETY: a slot of the object's type.
            dovetail_core::object::abstract_::status(unsafe { f(o.as_ptr(), bounds(low, high)?.as_raw(), v) })
        }
        None if value.is_some() => {
            Err(raise!(TypeError, "'{}' object doesn't support slice assignment", o.type_name()))
        }
        None => Err(raise!(TypeError, "'{}' object doesn't support slice deletion", o.type_name())),
    }
}

/// `del o[low:high]`.
#[capi]
fn PySequence_DelSlice(o: &Obj, low: isize, high: isize) -> PyResult<()> {
    match mapping(o).and_then(|m| m.mp_ass_subscript) {
        // SAFETY: a slot of the object's type.
        Some(f) => dovetail_core::object::abstract_::status(unsafe {
            f(o.as_ptr(), bounds(low, high)?.as_raw(), null_mut())
        }),
        None => Err(raise!(TypeError, "'{}' object doesn't support slice deletion", o.type_name())),
    }
}

/// `tuple(o)`.
#[capi]
fn PySequence_Tuple(o: &Obj) -> PyResult<Object> {
    if o.is_exact::<Tuple>() {
        return Ok(o.to_owned());
    }
    Ok(Tuple::from_iter_obj(o)?.into_object())
}

/// `list(o)`.
#[capi]
fn PySequence_List(o: &Obj) -> PyResult<Object> {
    Ok(List::from_iter_obj(o)?.into_object())
}

/// The object itself when it is a list or a tuple, else a list of its items; no iterable raises `TypeError(message)`.
#[capi]
unsafe fn PySequence_Fast(o: &Obj, message: *const c_char) -> PyResult<Object> {
    if o.is_exact::<List>() || o.is_exact::<Tuple>() {
        return Ok(o.to_owned());
    }
    match o.iter() {
        Ok(it) => Ok(List::from_iter_obj(&it)?.into_object()),
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            // SAFETY: a C string.
            let text = unsafe { CStr::from_ptr(message) }.to_string_lossy();
            Err(dovetail_core::error::raise_message(exc::TypeError(), &text))
        }
        Err(e) => Err(e),
    }
}

fn iterate(o: &Obj) -> PyResult<Object> {
    match o.iter() {
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            Err(raise!(TypeError, "argument of type '{}' is not a container or iterable", o.type_name()))
        }
        r => r,
    }
}

/// How often the value occurs.
#[capi]
fn PySequence_Count(o: &Obj, value: &Obj) -> PyResult<isize> {
    let it = iterate(o)?;
    let mut n: isize = 0;
    while let Some(x) = it.iter_next()? {
        if x.equals(value)? {
            n += 1;
        }
    }
    Ok(n)
}

/// The position of the first item that equals the value.
#[capi]
fn PySequence_Index(o: &Obj, value: &Obj) -> PyResult<isize> {
    let it = iterate(o)?;
    let mut i: isize = 0;
    while let Some(x) = it.iter_next()? {
        if x.equals(value)? {
            return Ok(i);
        }
        i += 1;
    }
    Err(raise!(ValueError, "sequence.index(x): x not in sequence"))
}

/// `value in o`.
#[capi(alias = "PySequence_In")]
fn PySequence_Contains(o: &Obj, value: &Obj) -> PyResult<bool> {
    o.contains(value)
}
