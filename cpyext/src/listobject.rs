//! `listobject.h`: lists (C API, section "List Objects").

use crate::boundary::{Borrowed, bad_internal_call};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;

/// Bounds within `len`, without counting negative ones from the end.
fn clip_bounds(low: isize, high: isize, len: usize) -> (usize, usize) {
    let low = low.clamp(0, len as isize);
    (low as usize, high.clamp(low, len as isize) as usize)
}

/// A list of `size` items, all NULL until `PyList_SET_ITEM` fills them.
#[capi]
fn PyList_New(size: isize) -> PyResult<Ref<List>> {
    if size < 0 {
        return Err(bad_internal_call());
    }
    if size == 0 { List::new() } else { List::with_nulls(size as usize) }
}

/// The number of items.
#[capi]
fn PyList_Size(list: &List) -> PyResult<isize> {
    Ok(list.len() as isize)
}

/// The item at `index`, borrowed from the list.
#[capi]
fn PyList_GetItem(list: &List, index: isize) -> PyResult<Borrowed> {
    match usize::try_from(index).ok().and_then(|i| list.items().get(i)) {
        Some(o) => Ok(Borrowed(o.as_raw())),
        None => Err(raise!(IndexError, "list index out of range")),
    }
}

/// The item at `index`, as a new reference.
#[capi]
fn PyList_GetItemRef(list: &Obj, index: isize) -> PyResult<Object> {
    let Some(list) = list.downcast::<List>() else { bail!(TypeError, "expected a list") };
    match usize::try_from(index).ok().and_then(|i| list.get(i)) {
        Some(o) => Ok(o),
        None => Err(raise!(IndexError, "list index out of range")),
    }
}

/// Replaces the item at `index` by a stolen reference, which is given back on error too.
#[capi]
fn PyList_SetItem(list: &Obj, index: isize, item: Option<Object>) -> PyResult<()> {
    let Some(list) = list.downcast::<List>() else { return Err(bad_internal_call()) };
    if index < 0 || index as usize >= list.len() {
        bail!(IndexError, "list assignment index out of range");
    }
    // SAFETY: within the items; the slot owns what it gets, and the old item goes after the list is whole again.
    unsafe {
        let slot = (*list.body()).ob_item.add(index as usize);
        let old = std::mem::replace(&mut *slot, item.map_or(std::ptr::null_mut(), Ref::into_ptr));
        dovetail_core::object::obj::xdecref(old);
    }
    Ok(())
}

/// Inserts before `index`, which is clipped.
#[capi]
fn PyList_Insert(list: &List, index: isize, item: &Obj) -> PyResult<()> {
    list.insert_at(index, item.to_owned())
}

/// Appends a new reference to `item`.
#[capi]
fn PyList_Append(list: &List, item: &Obj) -> PyResult<()> {
    list.push(item.to_owned())
}

/// A list of the items from `low` up to `high`, both clipped.
#[capi]
fn PyList_GetSlice(list: &List, low: isize, high: isize) -> PyResult<Ref<List>> {
    let (low, high) = clip_bounds(low, high, list.len());
    List::from_vec(list.items()[low..high].to_vec())
}

/// Replaces the items from `low` up to `high`; NULL removes them.
#[capi]
fn PyList_SetSlice(list: &List, low: isize, high: isize, items: Option<&Obj>) -> PyResult<()> {
    let new = match items {
        Some(items) => {
            dovetail_core::object::sequence::fast_items(items, "must assign iterable to extended slice")?
        }
        None => Vec::new(),
    };
    let (low, high) = clip_bounds(low, high, list.len());
    list.assign_range(low, high, new)
}

/// Appends all items of an iterable.
#[capi]
fn PyList_Extend(list: &List, iterable: &Obj) -> PyResult<()> {
    list.extend(iterable)
}

/// Removes all items.
#[capi]
fn PyList_Clear(list: &List) -> PyResult<()> {
    list.clear_items();
    Ok(())
}

/// Sorts in place, as `list.sort()`.
#[capi]
fn PyList_Sort(list: &List) -> PyResult<()> {
    list.sort_default()
}

/// Reverses in place.
#[capi]
fn PyList_Reverse(list: &List) -> PyResult<()> {
    list.reverse_items();
    Ok(())
}

/// The items as a tuple.
#[capi]
fn PyList_AsTuple(list: &List) -> PyResult<Ref<Tuple>> {
    Tuple::from_objects(list.items())
}
