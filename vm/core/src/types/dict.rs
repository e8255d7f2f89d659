//! `dict`: insertion, lookup and deletion over the table of `dict_keys`, and the interface for Rust code.
//!
//! A dictionary is *combined* (values in its own table) or *split* (`ma_values` set: keys shared with other
//! instances of a class, values apart, which may lie inside the instance). Lookups that may run `__eq__` begin again
//! when that changed the table. The Python methods are in `dict_methods`, views in `dict_views`, instance
//! dictionaries in `dict_instance`.

use crate::error::PyResult;
use crate::gc;
use crate::object::convert::CompareOp;
use crate::object::obj::{Obj, decref, incref, xdecref, xincref};
use crate::object::{Native, Object, Ref, alloc};
use crate::types::dict_keys::{self as keys, EMPTY, GENERAL, Keys, UNICODE};
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::support::{key_error, unhashable};
use crate::{bail, raise, sym, watch};
use dovetail_macros::pytype;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

pub use crate::types::dict_instance::{
    clear_managed_dict, init_inline_values, inline_values_size, instance_dict, instance_get, instance_set,
    set_instance_dict, visit_managed_dict,
};
pub use crate::types::dict_keys::new_shared_keys;

/// The builtin mapping.
/// ---
/// dict() -> an empty dictionary
/// dict(mapping) -> a dictionary with the mapping's (key, value) pairs
/// dict(iterable) -> a dictionary filled from an iterable of pairs,
///     as by:
///     d = {}
///     for k, v in iterable:
///         d[k] = v
/// dict(**kwargs) -> a dictionary with the name=value pairs of the
///     keyword arguments, for example:  dict(one=1, two=2)
#[pytype(
    name = "dict", body = abi::PyDictObject, export = "PyDict_Type", gc,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_DICT_SUBCLASS | abi::Py_TPFLAGS_MAPPING
        | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Dict;

/// What an existing key does to a merge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The new value replaces the old one.
    Override,
    /// The old value stays.
    Keep,
    /// `KeyError`.
    Unique,
}

/// The values of a split dictionary.
pub(crate) type Values = abi::PyDictValues;

/// The first value.
#[inline(always)]
pub(crate) unsafe fn values_ptr(v: *mut Values) -> *mut *mut abi::PyObject {
    // SAFETY: the array continues behind the struct.
    unsafe { (&raw mut (*v).values).cast() }
}

/// The entry numbers in order of insertion, behind the values.
#[inline(always)]
pub(crate) unsafe fn values_order(v: *mut Values) -> *mut u8 {
    // SAFETY: as above.
    unsafe { values_ptr(v).add((*v).capacity as usize).cast() }
}

#[inline(always)]
pub(crate) unsafe fn order_push(v: *mut Values, ix: isize) {
    // SAFETY: there are as many places as values.
    unsafe {
        *values_order(v).add((*v).size as usize) = ix as u8;
        (*v).size += 1;
    }
}

pub(crate) unsafe fn order_remove(v: *mut Values, ix: isize) {
    // SAFETY: within the size.
    unsafe {
        let (order, n) = (values_order(v), (*v).size as usize);
        let Some(at) = (0..n).find(|i| *order.add(*i) == ix as u8) else { return };
        std::ptr::copy(order.add(at + 1), order.add(at), n - at - 1);
        (*v).size -= 1;
    }
}

/// Bytes of a values block of `capacity` values.
pub(crate) fn values_size(capacity: usize) -> usize {
    let word = size_of::<usize>();
    std::mem::offset_of!(Values, values) + capacity * word + ((capacity + word - 1) & !(word - 1))
}

/// The hash of a key, with `dict`'s message for unhashable ones.
#[inline(always)]
pub(crate) fn hash_key(key: &Obj) -> PyResult<isize> {
    if key.is_exact::<Str>() {
        // SAFETY: checked.
        return Ok(unsafe { keys::str_hash(key.as_ptr()) });
    }
    key.hash().map_err(|e| unhashable(e, key, "a dict key"))
}

impl Dict {
    // ---- construction ----

    /// A new empty dictionary.
    pub fn new() -> PyResult<Ref<Dict>> {
        Dict::from_table(keys::empty_keys(), 0)
    }

    /// A dictionary with room for `n` items.
    pub fn with_capacity(n: usize) -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        if n > 5 {
            // SAFETY: fresh dictionary.
            unsafe { d.resize(keys::log2_for_entries(n as isize), UNICODE)? };
        }
        Ok(d)
    }

    /// Takes over a table with `used` live entries.
    pub(crate) fn from_table(table: *mut Keys, used: isize) -> PyResult<Ref<Dict>> {
        // SAFETY: the body is filled before it is tracked.
        unsafe {
            let o = alloc::alloc_sized(Dict::type_object(), size_of::<abi::PyDictObject>())?;
            let d = o as *mut abi::PyDictObject;
            (*d).ma_keys = table;
            (*d).ma_used = used;
            gc::track(o);
            Ok(Ref::from_owned(o))
        }
    }

    #[inline(always)]
    pub(crate) fn b(&self) -> *mut abi::PyDictObject {
        self.body()
    }

    /// The table.
    #[inline(always)]
    pub fn keys(&self) -> *mut Keys {
        // SAFETY: a live dictionary.
        unsafe { (*self.b()).ma_keys }
    }

    #[inline(always)]
    pub(crate) fn values(&self) -> *mut Values {
        // SAFETY: a live dictionary.
        unsafe { (*self.b()).ma_values }
    }

    /// The version of the table for inline caches, changed by new and deleted keys; 0 when there is none to give.
    pub fn keys_version(&self) -> u32 {
        // SAFETY: a live table.
        unsafe { keys::keys_version(self.keys()) }
    }

    /// Are all keys exact strings, in a combined table?
    #[inline(always)]
    pub fn is_unicode(&self) -> bool {
        // SAFETY: a live table.
        self.values().is_null() && unsafe { (*self.keys()).dk_kind == UNICODE }
    }

    /// The table, when it is combined and all keys are exact strings: inline caches index into it.
    #[inline]
    pub fn unicode_keys(&self) -> Option<*mut Keys> {
        self.is_unicode().then(|| self.keys())
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live dictionary.
        unsafe { (*self.b()).ma_used as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ---- lookup ----

    /// Where the value of entry `ix` stands.
    #[inline(always)]
    pub(crate) unsafe fn value_slot(&self, ix: isize) -> *mut *mut abi::PyObject {
        // SAFETY: `ix` is an entry of the table.
        unsafe {
            let v = self.values();
            if v.is_null() { keys::entry_value(self.keys(), ix) } else { values_ptr(v).offset(ix) }
        }
    }

    /// The entry of a key, or `EMPTY`. May run `__eq__` of keys; begins again when that changed the table.
    pub(crate) fn find(&self, key: &Obj, hash: isize) -> PyResult<isize> {
        let exact = key.is_exact::<Str>();
        // SAFETY: the table is looked at anew after each call that may change it.
        unsafe {
            'restart: loop {
                let table = self.keys();
                let general = (*table).dk_kind == GENERAL;
                if exact && !general {
                    return Ok(keys::lookup_unicode(table, key.as_ptr(), hash));
                }
                let mut p = keys::Probe::new(table, hash);
                loop {
                    let ix = keys::get_index(table, p.slot);
                    if ix == EMPTY {
                        return Ok(EMPTY);
                    }
                    if ix >= 0 {
                        let k = keys::entry_key(table, ix);
                        if k == key.as_ptr() {
                            return Ok(ix);
                        }
                        if keys::entry_hash(table, ix) == hash {
                            let k: Object = Ref::from_borrowed(k);
                            if exact && k.is_exact::<Str>() {
                                if (*(k.as_raw() as *const Str)).equals(key.cast_unchecked()) {
                                    return Ok(ix);
                                }
                            } else {
                                let same = k.equals(key)?;
                                if self.keys() != table || keys::entry_key(table, ix) != k.as_raw() {
                                    continue 'restart;
                                }
                                if same {
                                    return Ok(ix);
                                }
                            }
                        }
                    }
                    p.advance();
                }
            }
        }
    }

    /// The value of a key, borrowed, or NULL (`PyDict_GetItemWithError`).
    #[inline]
    pub fn borrow_item(&self, key: &Obj) -> PyResult<*mut abi::PyObject> {
        self.lookup(key, hash_key(key)?)
    }

    /// The value of a key with a known hash, borrowed, or NULL.
    #[inline]
    pub fn lookup(&self, key: &Obj, hash: isize) -> PyResult<*mut abi::PyObject> {
        let ix = self.find(key, hash)?;
        // SAFETY: an entry of the table.
        Ok(if ix < 0 { null_mut() } else { unsafe { *self.value_slot(ix) } })
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &Obj) -> PyResult<Option<Object>> {
        let p = self.lookup(key, hash_key(key)?)?;
        // SAFETY: a live value or NULL.
        Ok(if p.is_null() { None } else { Some(unsafe { Ref::from_borrowed(p) }) })
    }

    /// The value of a key with a known hash.
    #[inline]
    pub fn get_hashed(&self, key: &Obj, hash: isize) -> PyResult<Option<Object>> {
        let p = self.lookup(key, hash)?;
        // SAFETY: a live value or NULL.
        Ok(if p.is_null() { None } else { Some(unsafe { Ref::from_borrowed(p) }) })
    }

    /// The value of a string key, borrowed. Looks at string keys only and never raises.
    #[inline]
    pub fn get_str(&self, key: &Str) -> Option<&Obj> {
        // SAFETY: the dictionary keeps the value alive until it is changed.
        unsafe {
            let table = self.keys();
            let hash = keys::str_hash(key.as_ptr());
            let ix = if (*table).dk_kind == GENERAL {
                keys::lookup_text_general(table, key.as_ptr(), hash)
            } else {
                keys::lookup_unicode(table, key.as_ptr(), hash)
            };
            if ix < 0 { None } else { (*self.value_slot(ix) as *const Obj).as_ref() }
        }
    }

    /// As `get_str`, by Rust text.
    pub fn get_text(&self, key: &str) -> Option<&Obj> {
        match Str::intern(key) {
            Ok(s) => self.get_str(&s),
            Err(e) => {
                e.clear();
                None
            }
        }
    }

    /// `key in self`.
    #[inline]
    pub fn contains_key(&self, key: &Obj) -> PyResult<bool> {
        Ok(!self.lookup(key, hash_key(key)?)?.is_null())
    }

    /// The entry number of a string key in a combined table of strings, for inline caches.
    pub fn unicode_index(&self, key: &Str) -> Option<usize> {
        if !self.is_unicode() {
            return None;
        }
        // SAFETY: a unicode table.
        let ix = unsafe { keys::lookup_unicode(self.keys(), key.as_ptr(), keys::str_hash(key.as_ptr())) };
        usize::try_from(ix).ok()
    }

    // ---- change ----

    /// `self[key] = value`.
    #[inline]
    pub fn set(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        self.insert(key, hash_key(key)?, value.to_owned())
    }

    /// As `set`, by Rust text.
    pub fn set_text(&self, key: &str, value: &Obj) -> PyResult<()> {
        self.set(&*Str::intern(key)?, value)
    }

    /// Stores a value under a key with a known hash.
    pub fn insert(&self, key: &Obj, hash: isize, value: Object) -> PyResult<()> {
        let ix = self.find(key, hash)?;
        // SAFETY: `find` gave an entry of the present table, and nothing ran since.
        unsafe {
            if ix < 0 {
                return self.insert_new(key, hash, value);
            }
            let slot = self.value_slot(ix);
            if (*slot).is_null() && !key.is_exact::<Str>() {
                // A shared key without a value here equals this key, which shared keys cannot hold.
                self.make_combined()?;
                return self.insert_new(key, hash, value);
            }
            if watch::dict_is_watched(self) && !(*slot).is_null() {
                return self.replace_watched(key, hash, value);
            }
            let old = std::mem::replace(&mut *slot, value.into_ptr());
            if old.is_null() {
                // A shared key without a value in this instance.
                order_push(self.values(), ix);
                (*self.b()).ma_used += 1;
            } else {
                decref(old);
            }
        }
        Ok(())
    }

    /// Replaces the value of a key that is there, in a watched dictionary.
    #[cold]
    fn replace_watched(&self, key: &Obj, hash: isize, value: Object) -> PyResult<()> {
        if self.lookup(key, hash)? != value.as_raw() {
            watch::dict_event(self, abi::PyDict_EVENT_MODIFIED, Some(key), Some(&value));
        }
        // The watcher may have changed the dictionary.
        let ix = self.find(key, hash)?;
        // SAFETY: `find` gave an entry of the present table, which is combined.
        unsafe {
            if ix < 0 {
                return self.insert_new(key, hash, value);
            }
            decref(std::mem::replace(&mut *self.value_slot(ix), value.into_ptr()));
        }
        Ok(())
    }

    /// Stores a value under a key that is not there.
    pub(crate) unsafe fn insert_new(&self, key: &Obj, hash: isize, value: Object) -> PyResult<()> {
        // SAFETY: no Python code runs before the entry is in place.
        unsafe {
            let exact = key.is_exact::<Str>();
            if watch::dict_is_watched(self) {
                watch::dict_event(self, abi::PyDict_EVENT_ADDED, Some(key), Some(&value));
            }
            let v = self.values();
            if !v.is_null() {
                if exact {
                    let ix = keys::insert_split_key(self.keys(), key.as_ptr(), hash);
                    if ix >= 0 && ix < (*v).capacity as isize {
                        debug_assert!((*values_ptr(v).offset(ix)).is_null());
                        *values_ptr(v).offset(ix) = value.into_ptr();
                        order_push(v, ix);
                        (*self.b()).ma_used += 1;
                        return Ok(());
                    }
                }
                self.resize(self.growth(), if exact { UNICODE } else { GENERAL })?;
            } else {
                let table = self.keys();
                if !exact && (*table).dk_kind != GENERAL {
                    self.resize(self.growth(), GENERAL)?;
                } else if (*table).dk_usable <= 0 {
                    self.resize(self.growth(), (*table).dk_kind)?;
                }
            }
            keys::append_entry(self.keys(), hash, key.to_owned().into_ptr(), value.into_ptr());
            (*self.b()).ma_used += 1;
            Ok(())
        }
    }

    /// The size of the next table: three slots per item.
    fn growth(&self) -> u8 {
        keys::log2_for_size(self.len() as isize * 3)
    }

    /// Moves the items to a new combined table of `1 << log2` slots. General tables stay general.
    pub(crate) unsafe fn resize(&self, log2: u8, kind: u8) -> PyResult<()> {
        // SAFETY: allocation and moves only; no Python code runs.
        unsafe {
            let (old, v) = (self.keys(), self.values());
            let old_kind = (*old).dk_kind;
            let kind = if old_kind == GENERAL { GENERAL } else { kind };
            let n = self.len() as isize;
            let log2 = log2.max(keys::log2_for_entries(n));
            let new = keys::new_keys(log2, kind)?;
            let mut at = 0isize;
            let mut put = |key: *mut abi::PyObject, hash: isize, value: *mut abi::PyObject| {
                if kind == GENERAL {
                    *keys::general_entries(new).offset(at) =
                        abi::PyDictKeyEntry { me_hash: hash, me_key: key, me_value: value };
                } else {
                    *keys::unicode_entries(new).offset(at) =
                        abi::PyDictUnicodeEntry { me_key: key, me_value: value };
                }
                at += 1;
            };
            if !v.is_null() {
                for i in 0..n as usize {
                    let ix = *values_order(v).add(i) as isize;
                    let key = keys::entry_key(old, ix);
                    incref(key);
                    put(key, keys::str_hash(key), *values_ptr(v).offset(ix));
                }
            } else if old_kind == GENERAL {
                let e = keys::general_entries(old);
                for i in 0..(*old).dk_nentries as usize {
                    let e = *e.add(i);
                    if !e.me_value.is_null() {
                        put(e.me_key, e.me_hash, e.me_value);
                    }
                }
            } else {
                let e = keys::unicode_entries(old);
                for i in 0..(*old).dk_nentries as usize {
                    let e = *e.add(i);
                    if !e.me_value.is_null() {
                        put(e.me_key, keys::str_hash(e.me_key), e.me_value);
                    }
                }
            }
            debug_assert_eq!(at, n);
            keys::build_indices(new, n);
            (*new).dk_usable -= n;
            (*new).dk_nentries = n;
            (*self.b()).ma_keys = new;
            (*self.b()).ma_values = null_mut();
            if !v.is_null() {
                release_values(v);
                keys::decref_keys(old);
            } else if old != keys::empty_keys() {
                debug_assert_eq!((*old).dk_refcnt, 1);
                keys::free_keys(old);
            }
            Ok(())
        }
    }

    /// Makes the table the dictionary's own (`PyDict` functions that need combined tables).
    pub(crate) fn make_combined(&self) -> PyResult<()> {
        if self.values().is_null() {
            return Ok(());
        }
        // SAFETY: a split dictionary.
        unsafe { self.resize(keys::log2_for_entries(self.len() as isize), UNICODE) }
    }

    /// Takes the value of entry `ix` out, which has one.
    pub(crate) unsafe fn delete_at(&self, ix: isize, hash: isize) -> Object {
        // SAFETY: an entry with a value.
        unsafe {
            (*self.b()).ma_used -= 1;
            let v = self.values();
            if !v.is_null() {
                let old = std::mem::replace(&mut *values_ptr(v).offset(ix), null_mut());
                order_remove(v, ix);
                return Ref::from_owned(old);
            }
            let table = self.keys();
            keys::set_index(table, keys::slot_of_entry(table, hash, ix), keys::DUMMY);
            (*table).dk_version = 0;
            let value = std::mem::replace(&mut *keys::entry_value(table, ix), null_mut());
            let key;
            if (*table).dk_kind == GENERAL {
                let e = keys::general_entries(table).offset(ix);
                key = std::mem::replace(&mut (*e).me_key, null_mut());
                (*e).me_hash = 0;
            } else {
                key = std::mem::replace(&mut (*keys::unicode_entries(table).offset(ix)).me_key, null_mut());
            }
            let value = Ref::from_owned(value);
            decref(key);
            value
        }
    }

    /// Removes a key; was it there?
    pub fn remove(&self, key: &Obj) -> PyResult<bool> {
        Ok(self.pop(key)?.is_some())
    }

    /// Removes a key and gives its value.
    pub fn pop(&self, key: &Obj) -> PyResult<Option<Object>> {
        self.pop_hashed(key, hash_key(key)?)
    }

    /// As `pop`, with the known hash of the key.
    pub fn pop_hashed(&self, key: &Obj, hash: isize) -> PyResult<Option<Object>> {
        let ix = self.find(key, hash)?;
        // SAFETY: `find` gave an entry of the present table.
        unsafe {
            if ix < 0 || (*self.value_slot(ix)).is_null() {
                return Ok(None);
            }
            if watch::dict_is_watched(self) {
                watch::dict_event(self, abi::PyDict_EVENT_DELETED, Some(key), None);
                // The watcher may have changed the dictionary.
                let ix = self.find(key, hash)?;
                return Ok(if ix < 0 { None } else { Some(self.delete_at(ix, hash)) });
            }
            Ok(Some(self.delete_at(ix, hash)))
        }
    }

    /// The value of a key, stored as `default` when missing.
    pub fn set_default(&self, key: &Obj, default: &Obj) -> PyResult<Object> {
        let hash = hash_key(key)?;
        let ix = self.find(key, hash)?;
        // SAFETY: `find` gave an entry of the present table.
        unsafe {
            if ix >= 0 {
                let slot = self.value_slot(ix);
                if (*slot).is_null() {
                    *slot = default.to_owned().into_ptr();
                    order_push(self.values(), ix);
                    (*self.b()).ma_used += 1;
                }
                return Ok(Ref::from_borrowed(*slot));
            }
            self.insert_new(key, hash, default.to_owned())?;
        }
        Ok(default.to_owned())
    }

    /// Removes everything.
    pub fn clear_items(&self) {
        // SAFETY: the dictionary is empty before the end of any object runs.
        unsafe {
            let (table, v) = (self.keys(), self.values());
            if v.is_null() {
                if table == keys::empty_keys() {
                    return;
                }
                if watch::dict_is_watched(self) {
                    watch::dict_event(self, abi::PyDict_EVENT_CLEARED, None, None);
                }
                let table = self.keys();
                (*self.b()).ma_keys = keys::empty_keys();
                (*self.b()).ma_used = 0;
                keys::decref_keys(table);
            } else if (*v).embedded != 0 {
                (*self.b()).ma_used = 0;
                clear_values(v);
            } else {
                (*self.b()).ma_values = null_mut();
                (*self.b()).ma_keys = keys::empty_keys();
                (*self.b()).ma_used = 0;
                clear_values(v);
                alloc::free(v.cast());
                keys::decref_keys(table);
            }
        }
    }

    // ---- iteration ----

    /// How many positions `entry_at` knows.
    #[inline(always)]
    pub(crate) fn positions(&self) -> usize {
        // SAFETY: a live dictionary.
        unsafe { if self.values().is_null() { (*self.keys()).dk_nentries as usize } else { self.len() } }
    }

    /// Key, value and hash at a position (in insertion order); `None` where an entry was deleted. The hash is -1
    /// where it was not asked for.
    #[inline(always)]
    pub(crate) unsafe fn entry_at(&self, i: usize) -> Option<(*mut abi::PyObject, *mut abi::PyObject)> {
        // SAFETY: `i` is below `positions()`.
        unsafe {
            let v = self.values();
            let table = self.keys();
            if !v.is_null() {
                let ix = *values_order(v).add(i) as isize;
                return Some((keys::entry_key(table, ix), *values_ptr(v).offset(ix)));
            }
            if (*table).dk_kind == GENERAL {
                let e = keys::general_entries(table).add(i);
                (!(*e).me_value.is_null()).then(|| ((*e).me_key, (*e).me_value))
            } else {
                let e = keys::unicode_entries(table).add(i);
                (!(*e).me_value.is_null()).then(|| ((*e).me_key, (*e).me_value))
            }
        }
    }

    /// The next item at or after `pos`, which moves on (`PyDict_Next`). Changing values of existing keys is allowed
    /// meanwhile.
    #[inline]
    pub fn next(&self, pos: &mut usize) -> Option<(&Obj, &Obj)> {
        let n = self.positions();
        while *pos < n {
            let i = *pos;
            *pos += 1;
            // SAFETY: below `positions()`; the dictionary keeps both alive until it is changed.
            unsafe {
                if let Some((k, v)) = self.entry_at(i) {
                    return Some((Obj::from_ptr(k), Obj::from_ptr(v)));
                }
            }
        }
        None
    }

    /// All items; the dictionary must not change meanwhile.
    pub fn iter_borrowed(&self) -> impl Iterator<Item = (&Obj, &Obj)> {
        let mut pos = 0;
        std::iter::from_fn(move || self.next(&mut pos))
    }

    /// The keys in a new list.
    pub fn keys_list(&self) -> PyResult<Ref<List>> {
        List::from_vec(self.iter_borrowed().map(|(k, _)| k.to_owned()).collect())
    }

    /// The values in a new list.
    pub fn values_list(&self) -> PyResult<Ref<List>> {
        List::from_vec(self.iter_borrowed().map(|(_, v)| v.to_owned()).collect())
    }

    // ---- copies and merges ----

    /// A copy of the table with its entries, when it is combined and few entries are deleted.
    unsafe fn clone_table(&self) -> PyResult<Option<*mut Keys>> {
        // SAFETY: plain copies, with a count taken for each key and value.
        unsafe {
            let table = self.keys();
            if !self.values().is_null() || self.is_empty() {
                return Ok(None);
            }
            if (self.len() as isize) < ((*table).dk_nentries * 2) / 3 {
                return Ok(None);
            }
            let size = keys::keys_size(table);
            let p = alloc::malloc(size);
            if p.is_null() {
                return Err(crate::error::no_memory());
            }
            std::ptr::copy_nonoverlapping(table as *const u8, p, size);
            let new = p as *mut Keys;
            (*new).dk_refcnt = 1;
            (*new).dk_version = 0;
            for i in 0..(*new).dk_nentries {
                xincref(keys::entry_key(new, i));
                xincref(*keys::entry_value(new, i));
            }
            Ok(Some(new))
        }
    }

    /// A shallow copy, of type `dict`.
    pub fn copy(&self) -> PyResult<Ref<Dict>> {
        // SAFETY: no Python code runs.
        unsafe {
            if let Some(table) = self.clone_table()? {
                return Dict::from_table(table, self.len() as isize);
            }
            let new = Dict::with_capacity(self.len())?;
            let mut pos = 0;
            while let Some((k, v)) = self.next(&mut pos) {
                let hash = self.hash_of_entry(k, pos - 1);
                new.insert_new(k, hash, v.to_owned())?;
            }
            Ok(new)
        }
    }

    /// The hash of the key at a position.
    #[inline(always)]
    pub(crate) unsafe fn hash_of_entry(&self, key: &Obj, pos: usize) -> isize {
        // SAFETY: the position of an entry.
        unsafe {
            let table = self.keys();
            if (*table).dk_kind == GENERAL {
                (*keys::general_entries(table).add(pos)).me_hash
            } else {
                keys::str_hash(key.as_ptr())
            }
        }
    }

    /// Adds all items of another dictionary.
    pub fn update_from(&self, other: &Dict) -> PyResult<()> {
        self.merge_dict(other, Merge::Override)
    }

    /// Adds the items of a dictionary.
    pub fn merge_dict(&self, other: &Dict, mode: Merge) -> PyResult<()> {
        if self.is(other) || other.is_empty() {
            return Ok(());
        }
        // SAFETY: keys and values are owned across calls, and the other dictionary is checked for changes.
        unsafe {
            if self.is_empty()
                && self.values().is_null()
                && other.len() as isize == (*other.keys()).dk_nentries
                && let Some(table) = other.clone_table()?
            {
                if watch::dict_is_watched(self) {
                    watch::dict_event(self, abi::PyDict_EVENT_CLONED, Some(other), None);
                }
                let old = self.keys();
                (*self.b()).ma_keys = table;
                (*self.b()).ma_used = other.len() as isize;
                keys::decref_keys(old);
                return Ok(());
            }
            if self.values().is_null() && (*self.keys()).dk_usable * 3 < other.len() as isize * 2 {
                let kind = if (*other.keys()).dk_kind == GENERAL { GENERAL } else { UNICODE };
                self.resize(keys::log2_for_entries((self.len() + other.len()) as isize), kind)?;
            }
            let (used, mut pos) = (other.len(), 0);
            while let Some((k, v)) = other.next(&mut pos) {
                let hash = other.hash_of_entry(k, pos - 1);
                let (k, v) = (k.to_owned(), v.to_owned());
                self.merge_item(&k, hash, v, mode)?;
                if other.len() != used {
                    bail!(RuntimeError, "dict mutated during update");
                }
            }
        }
        Ok(())
    }

    fn merge_item(&self, key: &Obj, hash: isize, value: Object, mode: Merge) -> PyResult<()> {
        if mode != Merge::Override && !self.lookup(key, hash)?.is_null() {
            return if mode == Merge::Keep { Ok(()) } else { Err(key_error(key)) };
        }
        self.insert(key, hash, value)
    }

    /// Adds the items of any mapping; existing keys are replaced when `override_` (`PyDict_Merge`).
    pub fn merge(&self, other: &Obj, override_: bool) -> PyResult<()> {
        self.merge_mode(other, if override_ { Merge::Override } else { Merge::Keep })
    }

    /// As `merge`, by mode: `**` arguments are merged with `Merge::Unique`.
    pub fn merge_mode(&self, other: &Obj, mode: Merge) -> PyResult<()> {
        if let Some(d) = other.downcast::<Dict>()
            && iter_is_plain(d)
        {
            return self.merge_dict(d, mode);
        }
        let names = other.call_method(sym!(keys), &[])?;
        let it = names.iter()?;
        while let Some(key) = it.iter_next()? {
            let hash = hash_key(&key)?;
            if mode != Merge::Override && !self.lookup(&key, hash)?.is_null() {
                if mode == Merge::Keep {
                    continue;
                }
                return Err(key_error(&key));
            }
            let value = other.get_item(&key)?;
            self.insert(&key, hash, value)?;
        }
        Ok(())
    }

    /// Adds pairs from an iterable (`PyDict_MergeFromSeq2`).
    pub fn merge_pairs(&self, pairs: &Obj, override_: bool) -> PyResult<()> {
        let it = pairs.iter()?;
        let mut i = 0usize;
        while let Some(item) = it.iter_next()? {
            let fast = match crate::object::sequence::fast_items(&item, "object is not iterable") {
                Ok(f) => f,
                Err(e) => {
                    if e.matches(crate::error::exc::TypeError()) {
                        let e = e.take();
                        let note = Str::new(&format!(
                            "Cannot convert dictionary update sequence element #{i} to a sequence"
                        ))?;
                        e.call_method(sym!(add_note), &[&note])?;
                        return Err(crate::Raised::restore(e));
                    }
                    return Err(e);
                }
            };
            let [key, value] = &fast[..] else {
                bail!(
                    ValueError,
                    "dictionary update sequence element #{i} has length {}; 2 is required",
                    fast.len()
                );
            };
            if override_ {
                self.set(key, value)?
            } else {
                self.set_default(key, value).map(drop)?
            }
            i += 1;
        }
        Ok(())
    }

    /// What `dict.update` does with its positional argument.
    pub fn update_any(&self, arg: &Obj) -> PyResult<()> {
        if arg.is_exact::<Dict>() || arg.get_attr_opt(sym!(keys))?.is_some() {
            return self.merge(arg, true);
        }
        self.merge_pairs(arg, true)
    }

    /// Are the items equal? Order does not matter.
    pub fn equal(&self, other: &Dict) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((k, v)) = self.next(&mut pos) {
            // SAFETY: the position just passed.
            let hash = unsafe { self.hash_of_entry(k, pos - 1) };
            let (k, v) = (k.to_owned(), v.to_owned());
            let p = other.lookup(&k, hash)?;
            if p.is_null() {
                return Ok(false);
            }
            // SAFETY: a live value.
            let theirs: Object = unsafe { Ref::from_borrowed(p) };
            if !theirs.compare_bool(&v, CompareOp::Eq)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of a key, or `KeyError`.
    pub fn get_or_key_error(&self, key: &Obj) -> PyResult<Object> {
        self.get(key)?.ok_or_else(|| key_error(key))
    }

    /// Bytes in memory beyond the instance itself.
    pub(crate) fn table_size(&self) -> usize {
        // SAFETY: a live dictionary.
        unsafe {
            let v = self.values();
            let mut n =
                if v.is_null() || (*v).embedded != 0 { 0 } else { values_size((*v).capacity as usize) };
            let table = self.keys();
            if (*table).dk_refcnt == 1 {
                n += keys::keys_size(table);
            }
            n
        }
    }
}

/// Is a dictionary's iteration `dict`'s own, so that its table may be read directly?
pub(crate) fn iter_is_plain(d: &Dict) -> bool {
    d.is_exact::<Dict>() || {
        let (a, b) = (d.ob_type().raw().tp_iter, Dict::type_object().raw().tp_iter);
        a.map(|f| f as usize) == b.map(|f| f as usize)
    }
}

/// Ends the values of a dictionary whose values moved to a table: inline ones stay, invalid.
unsafe fn release_values(v: *mut Values) {
    // SAFETY: the values have moved away.
    unsafe {
        if (*v).embedded != 0 {
            std::ptr::write_bytes(values_ptr(v), 0, (*v).capacity as usize);
            (*v).size = 0;
            (*v).valid = 0;
        } else {
            alloc::free(v.cast());
        }
    }
}

/// Drops all values of a block, which is empty before the first of them ends.
pub(crate) unsafe fn clear_values(v: *mut Values) {
    // SAFETY: within the capacity.
    unsafe {
        let n = (*v).capacity as usize;
        (*v).size = 0;
        let taken: Vec<*mut abi::PyObject> = (0..n)
            .filter_map(|i| {
                let p = std::mem::replace(&mut *values_ptr(v).add(i), null_mut());
                (!p.is_null()).then_some(p)
            })
            .collect();
        for p in taken {
            decref(p);
        }
    }
}

/// `tp_dealloc` of dictionaries.
///
/// # Safety
/// Called as a slot.
pub(crate) unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        if watch::dict_is_watched(&*(o as *const Dict)) && watch::dict_ends(o) {
            return;
        }
        gc::untrack(o);
        let d = o as *mut abi::PyDictObject;
        let (table, v) = ((*d).ma_keys, (*d).ma_values);
        if !v.is_null() {
            if (*v).embedded == 0 {
                for i in 0..(*v).capacity as usize {
                    xdecref(*values_ptr(v).add(i));
                }
                alloc::free(v.cast());
            }
            keys::decref_keys(table);
        } else if !table.is_null() {
            keys::decref_keys(table);
        }
        let ty = (*(o as *mut crate::object::obj::Head)).ob_type;
        if let Some(free) = (*ty).tp_free {
            free(o.cast());
        }
    }
}

/// `tp_traverse` of dictionaries.
///
/// # Safety
/// Called as a slot.
pub(crate) unsafe extern "C" fn traverse(
    o: *mut abi::PyObject,
    visit: abi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live dictionary; it visits the values that lie in an instance too, which leaves them to it.
    unsafe {
        let Some(visit) = visit else { return 0 };
        let d = o as *mut abi::PyDictObject;
        let (table, v) = ((*d).ma_keys, (*d).ma_values);
        if table.is_null() {
            return 0;
        }
        if !v.is_null() {
            for i in 0..(*v).capacity as usize {
                let p = *values_ptr(v).add(i);
                if !p.is_null() {
                    let r = visit(p, arg);
                    if r != 0 {
                        return r;
                    }
                }
            }
            return 0;
        }
        let general = (*table).dk_kind == GENERAL;
        for i in 0..(*table).dk_nentries {
            let value = *keys::entry_value(table, i);
            if value.is_null() {
                continue;
            }
            let r = visit(value, arg);
            if r != 0 {
                return r;
            }
            if general {
                let r = visit(keys::entry_key(table, i), arg);
                if r != 0 {
                    return r;
                }
            }
        }
        0
    }
}

/// `tp_clear` of dictionaries.
///
/// # Safety
/// Called as a slot.
pub(crate) unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
    // SAFETY: a live dictionary.
    unsafe { (*(o as *const Dict)).clear_items() };
    0
}

/// `TypeError` for a wrong number of positional arguments, as `PyArg_UnpackTuple` words it.
pub(crate) fn at_most_one(name: &str, n: usize) -> PyResult<()> {
    if n > 1 { Err(raise!(TypeError, "{name} expected at most 1 argument, got {n}")) } else { Ok(()) }
}
