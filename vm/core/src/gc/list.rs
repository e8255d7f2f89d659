//! Doubly linked lists of collected objects, threaded through the two words before each object.
//!
//! Outside of a collection `_gc_prev` holds the address of the previous head and, in its lowest bit, whether the
//! finalizer has run. During a collection it holds a count of references instead, and the lists are singly linked.
//!
//! # Safety
//! All functions: heads belong to live objects or to list ends, and the GIL is held.
#![allow(clippy::missing_safety_doc)]

use std::cell::UnsafeCell;

/// The words before a collected object, or the ends of a list.
pub type Head = abi::PyGC_Head;

pub const FINALIZED: usize = abi::_PyGC_PREV_MASK_FINALIZED;
pub const COLLECTING: usize = abi::_PyGC_PREV_MASK_COLLECTING;
pub const SHIFT: usize = abi::_PyGC_PREV_SHIFT;
const FLAGS: usize = FINALIZED | COLLECTING;
/// In `_gc_next`, during a collection: tentatively unreachable.
pub const UNREACHABLE: usize = 1;

/// The ends of a list, linked to themselves on first use.
pub struct Heads(UnsafeCell<Head>);

impl Default for Heads {
    fn default() -> Self {
        Heads(UnsafeCell::new(Head { _gc_next: 0, _gc_prev: 0 }))
    }
}

impl Heads {
    #[inline(always)]
    pub fn get(&self) -> *mut Head {
        let h = self.0.get();
        // SAFETY: under the GIL. The state does not move once objects exist.
        unsafe {
            if (*h)._gc_next == 0 {
                init(h);
            }
        }
        h
    }
}

pub unsafe fn init(h: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        (*h)._gc_next = h as usize;
        (*h)._gc_prev = h as usize;
    }
}

#[inline(always)]
pub unsafe fn head_of(o: *mut abi::PyObject) -> *mut Head {
    (o as *mut Head).wrapping_sub(1)
}

#[inline(always)]
pub unsafe fn object_of(h: *mut Head) -> *mut abi::PyObject {
    h.wrapping_add(1).cast()
}

#[inline(always)]
pub unsafe fn is_linked(h: *mut Head) -> bool {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_next != 0 }
}

#[inline(always)]
pub unsafe fn next(h: *mut Head) -> *mut Head {
    // SAFETY: the module's contract.
    unsafe { ((*h)._gc_next & !UNREACHABLE) as *mut Head }
}

#[inline(always)]
pub unsafe fn prev(h: *mut Head) -> *mut Head {
    // SAFETY: the module's contract.
    unsafe { ((*h)._gc_prev & !FLAGS) as *mut Head }
}

#[inline(always)]
pub unsafe fn set_prev(h: *mut Head, p: *mut Head) {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_prev = p as usize | (*h)._gc_prev & FLAGS }
}

#[inline(always)]
pub unsafe fn is_empty(list: *mut Head) -> bool {
    // SAFETY: the module's contract.
    unsafe { (*list)._gc_next == list as usize }
}

/// Adds a head that is in no list to the end.
#[inline(always)]
pub unsafe fn append(h: *mut Head, list: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        let last = (*list)._gc_prev as *mut Head;
        set_prev(h, last);
        (*last)._gc_next = h as usize;
        (*h)._gc_next = list as usize;
        (*list)._gc_prev = h as usize;
    }
}

/// Takes a head out of its list; its own links stay.
#[inline(always)]
pub unsafe fn unlink(h: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        let (p, n) = (prev(h), next(h));
        (*p)._gc_next = n as usize;
        set_prev(n, p);
    }
}

/// Moves a head from its list to the end of another.
pub unsafe fn move_to(h: *mut Head, list: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        unlink(h);
        append(h, list);
    }
}

/// Appends all of `from` to `to` and leaves `from` empty.
pub unsafe fn merge(from: *mut Head, to: *mut Head) {
    // SAFETY: the module's contract.
    unsafe {
        if !is_empty(from) {
            let last = prev(to);
            let (first, end) = (next(from), prev(from));
            (*last)._gc_next = first as usize;
            set_prev(first, last);
            (*end)._gc_next = to as usize;
            set_prev(to, end);
        }
        init(from);
    }
}

/// The number of heads in a list.
pub unsafe fn size(list: *mut Head) -> usize {
    // SAFETY: the module's contract.
    unsafe {
        let (mut n, mut h) = (0, next(list));
        while h != list {
            n += 1;
            h = next(h);
        }
        n
    }
}

/// The count of references during a collection.
#[inline(always)]
pub unsafe fn refs(h: *mut Head) -> usize {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_prev >> SHIFT }
}

#[inline(always)]
pub unsafe fn set_refs(h: *mut Head, n: usize) {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_prev = (*h)._gc_prev & FLAGS | n << SHIFT }
}

#[inline(always)]
pub unsafe fn is_collecting(h: *mut Head) -> bool {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_prev & COLLECTING != 0 }
}

#[inline(always)]
pub unsafe fn clear_collecting(h: *mut Head) {
    // SAFETY: the module's contract.
    unsafe { (*h)._gc_prev &= !COLLECTING }
}
