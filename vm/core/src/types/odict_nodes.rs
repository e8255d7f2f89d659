//! The order of an ordered dictionary: a linked list of its keys, and for each entry of the table its node.
//!
//! The table's own order is that of insertion; the list's can be changed in constant time. `fast` mirrors the table: an
//! array with the node of each entry number. It is made anew when the table is another one. Whoever changes the
//! dictionary behind this class's back (`dict.__delitem__(d, k)`) leaves a list that does not fit the table; that is
//! noticed where the two meet, and never leaves a pointer to a node that ended.

use crate::error::{PyResult, no_memory};
use crate::object::obj::{decref, incref};
use crate::object::{Obj, Object, Ref, alloc};
use crate::types::dict::Dict;
use crate::types::dict_keys::Keys;
use crate::types::odict::OrderedDict;
use crate::types::support::key_error;
use std::ptr::null_mut;

/// A key in its place.
#[repr(C)]
pub struct Node {
    key: *mut abi::PyObject,
    hash: isize,
    next: *mut Node,
    prev: *mut Node,
}

/// A dictionary's body with the order behind it; as long as CPython's.
#[repr(C)]
pub struct OrderedDictBody {
    pub dict: abi::PyDictObject,
    pub(super) first: *mut Node,
    pub(super) last: *mut Node,
    pub(super) fast: *mut *mut Node,
    pub(super) fast_size: isize,
    /// The table that `fast` mirrors.
    pub(super) mirrored: *mut Keys,
    /// Changes with the list.
    pub(super) state: usize,
    pub inst_dict: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
}

impl OrderedDict {
    /// As what it is besides.
    #[inline(always)]
    pub fn as_dict(&self) -> &Dict {
        // SAFETY: a subclass of dict, whose body it begins with.
        unsafe { self.cast_unchecked() }
    }

    /// The first key's node, or NULL.
    pub(super) fn first(&self) -> *mut Node {
        // SAFETY: a live object.
        unsafe { (*self.body()).first }
    }

    /// The last key's node, or NULL.
    pub(super) fn last(&self) -> *mut Node {
        // SAFETY: a live object.
        unsafe { (*self.body()).last }
    }

    /// Changes whenever a key comes, goes or moves.
    pub(super) fn state(&self) -> usize {
        // SAFETY: a live object.
        unsafe { (*self.body()).state }
    }

    /// The entry number of a key; none when the table does not have it, or not all that the list has.
    fn index(&self, key: &Obj, hash: isize) -> PyResult<Option<usize>> {
        let d = self.as_dict();
        loop {
            let table = d.keys();
            // SAFETY: a live object and its table.
            unsafe {
                let b = self.body();
                if ((*b).mirrored != table || (*b).fast_size != 1 << (*table).dk_log2_size)
                    && !self.mirror()?
                {
                    return Ok(None);
                }
                let ix = d.find(key, hash)?;
                if d.keys() == (*b).mirrored && ix < (*b).fast_size {
                    return Ok(usize::try_from(ix).ok());
                }
            }
        }
    }

    /// Makes `fast` anew for the present table; false when the list has keys that the table has not.
    fn mirror(&self) -> PyResult<bool> {
        let (d, b) = (self.as_dict(), self.body());
        // SAFETY: keys are owned while they are compared; a list or table that changed meanwhile is looked at anew.
        unsafe {
            'again: loop {
                let (table, state) = (d.keys(), (*b).state);
                let size = 1usize << (*table).dk_log2_size;
                let fast = alloc::calloc(size * size_of::<*mut Node>()) as *mut *mut Node;
                if fast.is_null() {
                    return Err(no_memory());
                }
                let mut node = (*b).first;
                while !node.is_null() {
                    let key: Object = Ref::from_borrowed((*node).key);
                    let found = d.find(&key, (*node).hash);
                    let same = d.keys() == table && (*b).state == state;
                    match found {
                        Ok(_) if !same => {
                            alloc::free(fast.cast());
                            continue 'again;
                        }
                        Ok(ix) if ix >= 0 => *fast.offset(ix) = node,
                        other => {
                            alloc::free(fast.cast());
                            return other.map(|_| false);
                        }
                    }
                    node = (*node).next;
                }
                alloc::free(std::mem::replace(&mut (*b).fast, fast).cast());
                (*b).fast_size = size as isize;
                (*b).mirrored = table;
                return Ok(true);
            }
        }
    }

    /// The node of a key, or NULL.
    pub(super) fn find_node(&self, key: &Obj, hash: isize) -> PyResult<*mut Node> {
        if self.first().is_null() {
            return Ok(null_mut());
        }
        // SAFETY: an index is within the mirror.
        Ok(match self.index(key, hash)? {
            Some(i) => unsafe { *(*self.body()).fast.add(i) },
            None => null_mut(),
        })
    }

    /// Appends a key, which the table has, unless it has its place already.
    pub(super) fn add_node(&self, key: &Obj, hash: isize) -> PyResult<()> {
        let key = key.to_owned();
        let Some(i) = self.index(&key, hash)? else { return Err(key_error(&key)) };
        // SAFETY: an index is within the mirror; the new node is complete before it is linked.
        unsafe {
            let b = self.body();
            if !(*(*b).fast.add(i)).is_null() {
                return Ok(());
            }
            let node = alloc::malloc(size_of::<Node>()) as *mut Node;
            if node.is_null() {
                return Err(no_memory());
            }
            *node = Node { key: key.into_ptr(), hash, next: null_mut(), prev: null_mut() };
            self.link_last(node);
            *(*b).fast.add(i) = node;
            (*b).state = (*b).state.wrapping_add(1);
        }
        Ok(())
    }

    unsafe fn link_last(&self, node: *mut Node) {
        // SAFETY: a node in no list.
        unsafe {
            let b = self.body();
            (*node).next = null_mut();
            (*node).prev = (*b).last;
            match (*b).last.as_mut() {
                Some(last) => last.next = node,
                None => (*b).first = node,
            }
            (*b).last = node;
        }
    }

    unsafe fn link_first(&self, node: *mut Node) {
        // SAFETY: a node in no list.
        unsafe {
            let b = self.body();
            (*node).prev = null_mut();
            (*node).next = (*b).first;
            match (*b).first.as_mut() {
                Some(first) => first.prev = node,
                None => (*b).last = node,
            }
            (*b).first = node;
        }
    }

    unsafe fn unlink(&self, node: *mut Node) {
        // SAFETY: a node of this list.
        unsafe {
            let b = self.body();
            match (*node).prev.as_mut() {
                Some(p) => p.next = (*node).next,
                None => (*b).first = (*node).next,
            }
            match (*node).next.as_mut() {
                Some(n) => n.prev = (*node).prev,
                None => (*b).last = (*node).prev,
            }
            (*b).state = (*b).state.wrapping_add(1);
        }
    }

    /// Moves a node of this list to one of the ends.
    pub(super) unsafe fn move_node(&self, node: *mut Node, last: bool) {
        // SAFETY: the caller's node.
        unsafe {
            if node == if last { self.last() } else { self.first() } {
                return;
            }
            self.unlink(node);
            if last { self.link_last(node) } else { self.link_first(node) }
        }
    }

    /// Takes a key's node out of the list; had it one?
    pub(super) fn remove_node(&self, key: &Obj, hash: isize) -> PyResult<bool> {
        if self.first().is_null() {
            return Ok(false);
        }
        let Some(i) = self.index(key, hash)? else { return Ok(false) };
        // SAFETY: an index is within the mirror, whose nodes are alive.
        unsafe {
            let b = self.body();
            let node = std::mem::replace(&mut *(*b).fast.add(i), null_mut());
            if node.is_null() {
                return Ok(false);
            }
            if (*node).hash != hash {
                // A mirror of another table at this address: the node may stand elsewhere too.
                self.forget(node);
            }
            self.unlink(node);
            let key = (*node).key;
            alloc::free(node.cast());
            decref(key);
        }
        Ok(true)
    }

    /// Takes a node out of the mirror, wherever it stands.
    unsafe fn forget(&self, node: *mut Node) {
        // SAFETY: the mirror has as many places as it says.
        unsafe {
            let b = self.body();
            for i in 0..(*b).fast_size as usize {
                if *(*b).fast.add(i) == node {
                    *(*b).fast.add(i) = null_mut();
                }
            }
        }
    }

    /// Empties the list.
    pub(super) fn clear_nodes(&self) {
        // SAFETY: the list is empty before the first key ends.
        unsafe {
            let b = self.body();
            alloc::free(std::mem::replace(&mut (*b).fast, null_mut()).cast());
            (*b).fast_size = 0;
            (*b).mirrored = null_mut();
            let mut node = std::mem::replace(&mut (*b).first, null_mut());
            (*b).last = null_mut();
            (*b).state = (*b).state.wrapping_add(1);
            while !node.is_null() {
                let Node { key, next, .. } = *node;
                alloc::free(node.cast());
                decref(key);
                node = next;
            }
        }
    }

    /// Bytes of the list beyond the instance.
    pub(super) fn nodes_size(&self) -> usize {
        // SAFETY: a live object.
        let fast = unsafe { (*self.body()).fast_size as usize } * size_of::<*mut Node>();
        let nodes = if self.first().is_null() { 0 } else { self.as_dict().len() * size_of::<Node>() };
        fast + nodes
    }
}

/// A node's key, with a reference of its own.
///
/// # Safety
/// A live node.
pub(super) unsafe fn key(node: *mut Node) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        incref((*node).key);
        Ref::from_owned((*node).key)
    }
}

/// A node's key, borrowed from the list.
///
/// # Safety
/// A live node.
pub(super) unsafe fn borrowed_key(node: *mut Node) -> *mut abi::PyObject {
    // SAFETY: the caller's promise.
    unsafe { (*node).key }
}

/// The hash of a node's key.
///
/// # Safety
/// A live node.
pub(super) unsafe fn hash(node: *mut Node) -> isize {
    // SAFETY: the caller's promise.
    unsafe { (*node).hash }
}

/// The node after this one, or before it; NULL at the end.
///
/// # Safety
/// A live node.
pub(super) unsafe fn step(node: *mut Node, reverse: bool) -> *mut Node {
    // SAFETY: the caller's promise.
    unsafe { if reverse { (*node).prev } else { (*node).next } }
}
