//! `tupleobject.h`: tuples (C API, section "Tuple Objects").

use crate::boundary::{Borrowed, P, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::{Head, decref, incref, xdecref};
use dovetail_core::object::{Obj, Ref};
use dovetail_core::raise;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::capi;

/// The first item's place.
fn first(t: &Tuple) -> *mut P {
    // SAFETY: the items follow the header.
    unsafe { (&raw mut (*t.body()).ob_item).cast() }
}

/// A tuple of `size` items, all NULL until `PyTuple_SET_ITEM` fills them.
#[capi]
fn PyTuple_New(size: isize) -> PyResult<Ref<Tuple>> {
    if size < 0 {
        return Err(bad_internal_call());
    }
    Tuple::with_nulls(size as usize)
}

/// The number of items.
#[capi]
fn PyTuple_Size(tuple: &Tuple) -> PyResult<isize> {
    Ok(tuple.len() as isize)
}

/// The item at `index`, borrowed from the tuple.
#[capi]
fn PyTuple_GetItem(tuple: &Tuple, index: isize) -> PyResult<Borrowed> {
    if index < 0 || index as usize >= tuple.len() {
        return Err(raise!(IndexError, "tuple index out of range"));
    }
    // SAFETY: within the items; one may still be NULL.
    Ok(Borrowed(unsafe { *first(tuple).add(index as usize) }))
}

/// Sets an item of a tuple that nobody else has, taking the reference on error too.
#[capi]
unsafe fn PyTuple_SetItem(tuple: P, index: isize, item: P) -> PyResult<()> {
    // SAFETY: a new tuple of C, a stolen reference or NULL.
    unsafe {
        let t = if tuple.is_null() { None } else { Obj::from_ptr(tuple).downcast::<Tuple>() };
        let Some(t) = t.filter(|_| (*(tuple as *const Head)).refcnt == 1) else {
            xdecref(item);
            return Err(bad_internal_call());
        };
        if index < 0 || index as usize >= t.len() {
            xdecref(item);
            return Err(raise!(IndexError, "tuple assignment index out of range"));
        }
        xdecref(std::mem::replace(&mut *first(t).add(index as usize), item));
    }
    Ok(())
}

/// The items from `low` up to `high`, both clipped.
#[capi]
fn PyTuple_GetSlice(tuple: &Tuple, low: isize, high: isize) -> PyResult<Ref<Tuple>> {
    let low = low.clamp(0, tuple.len() as isize);
    let high = high.clamp(low, tuple.len() as isize);
    tuple.sub(low as usize, high as usize)
}

/// Changes the number of items of a tuple that nobody else has; NULL and an exception on error.
#[capi]
unsafe fn _PyTuple_Resize(tuple: *mut P, size: isize) -> PyResult<()> {
    // SAFETY: a place of C with an owned tuple or NULL.
    unsafe {
        let old = *tuple;
        let t = if old.is_null() { None } else { Obj::from_ptr(old).downcast_exact::<Tuple>() };
        let Some(t) = t.filter(|t| size >= 0 && (t.is_empty() || (*(old as *const Head)).refcnt == 1)) else {
            *tuple = std::ptr::null_mut();
            xdecref(old);
            return Err(bad_internal_call());
        };
        let size = size as usize;
        if t.len() == size {
            return Ok(());
        }
        let new = match Tuple::with_nulls(size) {
            Ok(n) => n,
            Err(e) => {
                *tuple = std::ptr::null_mut();
                decref(old);
                return Err(e);
            }
        };
        // The items move; what is too much ends with the old tuple.
        for i in 0..t.len().min(size) {
            *first(&new).add(i) = std::mem::replace(&mut *first(t).add(i), std::ptr::null_mut());
        }
        *tuple = new.into_ptr();
        decref(old);
    }
    Ok(())
}

/// A tuple of new references to `count` objects.
#[capi(private)]
unsafe fn _PyTuple_FromArray(items: *const P, count: isize) -> PyResult<Ref<Tuple>> {
    if count <= 0 {
        return Ok(Tuple::empty());
    }
    // SAFETY: an array of live objects.
    Tuple::from_slice(unsafe { std::slice::from_raw_parts(items.cast::<&Obj>(), count as usize) })
}

/// A tuple of `count` stolen references.
#[capi(private)]
unsafe fn _PyTuple_FromArraySteal(items: *const P, count: isize) -> PyResult<Ref<Tuple>> {
    // SAFETY: an array of owned references, which are given back when there is no memory.
    unsafe {
        match Tuple::with_nulls(count.max(0) as usize) {
            Ok(t) => {
                for i in 0..count.max(0) as usize {
                    *first(&t).add(i) = *items.add(i);
                }
                Ok(t)
            }
            Err(e) => {
                for i in 0..count.max(0) as usize {
                    decref(*items.add(i));
                }
                Err(e)
            }
        }
    }
}

/// For `c/tuple.c`: stores a new reference at a position of a new tuple.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_tuple_put(tuple: P, index: isize, item: P) {
    // SAFETY: a new tuple of C and a live object.
    unsafe {
        incref(item);
        *first(&*(tuple as *const Tuple)).offset(index) = item;
    }
}
