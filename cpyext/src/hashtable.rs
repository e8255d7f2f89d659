//! `_Py_hashtable_*`: CPython's table of C pointers, with the layout that its inline functions read.

use dovetail_macros::capi;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type Hash = unsafe extern "C" fn(*const c_void) -> usize;
type Compare = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;
type Destroy = unsafe extern "C" fn(*mut c_void);
type Each = unsafe extern "C" fn(*mut Table, *const c_void, *const c_void, *mut c_void) -> c_int;

/// What memory comes from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Allocator {
    malloc: Option<unsafe extern "C" fn(usize) -> *mut c_void>,
    free: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// A key with its value, in the list of its bucket.
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
    hash: usize,
    key: *mut c_void,
    value: *mut c_void,
}

/// `_Py_hashtable_t`.
#[repr(C)]
pub struct Table {
    count: usize,
    buckets: usize,
    lists: *mut *mut Entry,
    get_entry: Option<unsafe extern "C" fn(*mut Table, *const c_void) -> *mut Entry>,
    hash: Option<Hash>,
    compare: Option<Compare>,
    end_key: Option<Destroy>,
    end_value: Option<Destroy>,
    allocator: Allocator,
}

const LEAST: usize = 16;
/// A table is made larger above this load, and smaller below a tenth.
const HIGH: f64 = 0.5;
const LOW: f64 = 0.1;

unsafe extern "C" fn raw_malloc(n: usize) -> *mut c_void {
    crate::pymem::raw_malloc(n)
}

unsafe extern "C" fn raw_free(p: *mut c_void) {
    // SAFETY: a block of `raw_malloc`.
    unsafe { crate::pymem::raw_free(p) }
}

/// The hash of an address.
#[capi(no_gil)]
fn _Py_hashtable_hash_ptr(key: *const c_void) -> usize {
    dovetail_core::types::descr::hash_pointer(key.cast()) as usize
}

/// Are two addresses the same?
#[capi(no_gil)]
fn _Py_hashtable_compare_direct(a: *const c_void, b: *const c_void) -> c_int {
    c_int::from(a == b)
}

impl Table {
    unsafe fn hash_of(&self, key: *const c_void) -> usize {
        // SAFETY: the table's function, which takes its keys.
        self.hash.map_or(key as usize, |f| unsafe { f(key) })
    }

    /// The entry of a key, and where the pointer to it stands.
    unsafe fn find(&self, key: *const c_void) -> Option<*mut *mut Entry> {
        // SAFETY: lists of live entries.
        unsafe {
            let hash = self.hash_of(key);
            let mut place = self.lists.add(hash & (self.buckets - 1));
            while !(*place).is_null() {
                let e = *place;
                let same = || self.compare.map_or(std::ptr::eq((*e).key, key), |f| f(key, (*e).key) != 0);
                if (*e).hash == hash && same() {
                    return Some(place);
                }
                place = &raw mut (*e).next;
            }
            None
        }
    }

    unsafe fn give(&self, p: *mut c_void) {
        if let Some(f) = self.allocator.free {
            // SAFETY: a block of the table's allocator.
            unsafe { f(p) }
        }
    }

    unsafe fn take(&self, n: usize) -> *mut c_void {
        // SAFETY: the table's allocator.
        self.allocator.malloc.map_or(null_mut(), |f| unsafe { f(n) })
    }

    unsafe fn new_lists(&self, n: usize) -> *mut *mut Entry {
        // SAFETY: zeroed right away.
        unsafe {
            let size = n * size_of::<*mut Entry>();
            let p = self.take(size) as *mut u8;
            if !p.is_null() {
                std::ptr::write_bytes(p, 0, size);
            }
            p.cast()
        }
    }

    /// Spreads the entries over as many buckets as there should be; without memory all stays.
    unsafe fn rehash(&mut self) -> bool {
        // SAFETY: entries move from the old lists to the new ones.
        unsafe {
            let wanted = (self.count as f64 * 2.0 / (LOW + HIGH)) as usize;
            let n = wanted.next_power_of_two().max(LEAST);
            if n == self.buckets {
                return true;
            }
            let new = self.new_lists(n);
            if new.is_null() {
                return false;
            }
            for i in 0..self.buckets {
                let mut e = *self.lists.add(i);
                while !e.is_null() {
                    let next = (*e).next;
                    let place = new.add((*e).hash & (n - 1));
                    (*e).next = *place;
                    *place = e;
                    e = next;
                }
            }
            self.give(self.lists.cast());
            self.lists = new;
            self.buckets = n;
            true
        }
    }

    unsafe fn end_entry(&self, e: *mut Entry) {
        // SAFETY: an entry in no list.
        unsafe {
            if let Some(f) = self.end_key {
                f((*e).key)
            }
            if let Some(f) = self.end_value {
                f((*e).value)
            }
            self.give(e.cast());
        }
    }

    unsafe fn end_all(&mut self) {
        // SAFETY: each list is emptied.
        unsafe {
            for i in 0..self.buckets {
                let mut e = std::mem::replace(&mut *self.lists.add(i), null_mut());
                while !e.is_null() {
                    let next = (*e).next;
                    self.end_entry(e);
                    e = next;
                }
            }
            self.count = 0;
        }
    }
}

unsafe extern "C" fn get_entry(t: *mut Table, key: *const c_void) -> *mut Entry {
    // SAFETY: a live table.
    unsafe { (*t).find(key).map_or(null_mut(), |place| *place) }
}

/// A table with functions for the end of keys and values; NULL without memory.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_new_full(
    hash: Option<Hash>,
    compare: Option<Compare>,
    end_key: Option<Destroy>,
    end_value: Option<Destroy>,
    allocator: *mut Allocator,
) -> *mut Table {
    // SAFETY: NULL or the caller's allocator; the table is filled before it is given out.
    unsafe {
        let usual = Allocator { malloc: Some(raw_malloc), free: Some(raw_free) };
        let allocator = allocator.as_ref().copied().unwrap_or(usual);
        let mut table = Table {
            count: 0,
            buckets: LEAST,
            lists: null_mut(),
            get_entry: Some(get_entry),
            hash,
            compare,
            end_key,
            end_value,
            allocator,
        };
        let t = table.take(size_of::<Table>()) as *mut Table;
        if t.is_null() {
            return t;
        }
        table.lists = table.new_lists(LEAST);
        if table.lists.is_null() {
            table.give(t.cast());
            return null_mut();
        }
        t.write(table);
        t
    }
}

/// A table; NULL without memory.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_new(hash: Option<Hash>, compare: Option<Compare>) -> *mut Table {
    // SAFETY: passed on.
    unsafe { _Py_hashtable_new_full(hash, compare, None, None, null_mut()) }
}

/// Takes all entries out.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_clear(t: *mut Table) {
    // SAFETY: a live table.
    unsafe {
        (*t).end_all();
        // What is too large stays when there is no memory.
        (*t).rehash();
    }
}

/// Ends a table with all entries.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_destroy(t: *mut Table) {
    // SAFETY: a live table, not used again.
    unsafe {
        (*t).end_all();
        (*t).give((*t).lists.cast());
        let allocator = (*t).allocator;
        if let Some(f) = allocator.free {
            f(t.cast())
        }
    }
}

/// Calls `f` for each entry until it gives something else than zero, which is the result.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_foreach(t: *mut Table, f: Option<Each>, arg: *mut c_void) -> c_int {
    let Some(f) = f else { return 0 };
    // SAFETY: a live table, which `f` does not change.
    unsafe {
        for i in 0..(*t).buckets {
            let mut e = *(*t).lists.add(i);
            while !e.is_null() {
                let r = f(t, (*e).key, (*e).value, arg);
                if r != 0 {
                    return r;
                }
                e = (*e).next;
            }
        }
    }
    0
}

/// The value of a key, or NULL.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_get(t: *mut Table, key: *const c_void) -> *mut c_void {
    // SAFETY: a live table.
    unsafe { (*t).find(key).map_or(null_mut(), |place| (**place).value) }
}

/// Adds a key that is not there; -1 without memory.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_set(t: *mut Table, key: *const c_void, value: *mut c_void) -> c_int {
    // SAFETY: a live table; the entry is complete before it is linked.
    unsafe {
        let e = (*t).take(size_of::<Entry>()) as *mut Entry;
        if e.is_null() {
            return -1;
        }
        (*t).count += 1;
        if (*t).count as f64 / (*t).buckets as f64 > HIGH && !(*t).rehash() {
            (*t).count -= 1;
            (*t).give(e.cast());
            return -1;
        }
        let hash = (*t).hash_of(key);
        let place = (*t).lists.add(hash & ((*t).buckets - 1));
        e.write(Entry { next: *place, hash, key: key.cast_mut(), value });
        *place = e;
        0
    }
}

/// Takes a key out without ending its value, which is the result; NULL when it is not there.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_steal(t: *mut Table, key: *const c_void) -> *mut c_void {
    // SAFETY: a live table.
    unsafe {
        let Some(place) = (*t).find(key) else { return null_mut() };
        let e = *place;
        *place = (*e).next;
        (*t).count -= 1;
        let value = (*e).value;
        (*t).give(e.cast());
        if ((*t).count as f64) / ((*t).buckets as f64) < LOW {
            (*t).rehash();
        }
        value
    }
}

/// How many entries there are.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_len(t: *const Table) -> usize {
    // SAFETY: a live table.
    unsafe { (*t).count }
}

/// How many bytes the table takes.
#[capi(private, no_gil)]
unsafe fn _Py_hashtable_size(t: *const Table) -> usize {
    // SAFETY: a live table.
    unsafe { size_of::<Table>() + (*t).buckets * size_of::<*mut Entry>() + (*t).count * size_of::<Entry>() }
}
