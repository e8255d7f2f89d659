//! The hash table of `set` and `frozenset`: CPython's `PySetObject` with its probing, so that iteration order agrees.
//!
//! Up to nine neighbours are looked at before the hash moves on; deleted entries become a dummy, of which a new key
//! takes the last one that its search passed. Lookups that run `__eq__` begin again when that changed the table.

use crate::error::{PyResult, no_memory};
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL, Obj, decref};
use crate::object::{Object, Ref, alloc};
use crate::types::dict::{Dict, iter_is_plain};
use crate::types::str_::Str;
use crate::types::support::unhashable;
use std::cell::UnsafeCell;
use std::ptr::null_mut;

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const MIN_SIZE: usize = abi::PySet_MINSIZE as usize;

struct DummyCell(UnsafeCell<Head>);
// SAFETY: only its address is used.
unsafe impl Sync for DummyCell {}

static DUMMY: DummyCell =
    DummyCell(UnsafeCell::new(Head { refcnt: IMMORTAL, overflow: 0, flags: 0, ob_type: Obj::TYPE_POINTER }));

/// What stands for a deleted key.
#[inline(always)]
pub fn dummy() -> *mut abi::PyObject {
    DUMMY.0.get().cast()
}

/// A `set`, a `frozenset` or an instance of a subclass of either.
#[repr(transparent)]
pub struct AnySet(UnsafeCell<abi::PySetObject>);

impl std::ops::Deref for AnySet {
    type Target = Obj;
    fn deref(&self) -> &Obj {
        // SAFETY: the body begins with PyObject.
        unsafe { &*(self as *const AnySet as *const Obj) }
    }
}

/// The hash of an element, with `set`'s message for unhashable ones.
#[inline(always)]
pub fn hash_element(key: &Obj) -> PyResult<isize> {
    key.hash().map_err(|e| unhashable(e, key, "a set element"))
}

impl AnySet {
    /// The view of an object whose type is known.
    ///
    /// # Safety
    /// `o` is a set or frozenset.
    #[inline(always)]
    pub unsafe fn from_obj(o: &Obj) -> &AnySet {
        // SAFETY: the caller's promise.
        unsafe { &*(o as *const Obj as *const AnySet) }
    }

    #[inline(always)]
    pub fn b(&self) -> *mut abi::PySetObject {
        self.0.get()
    }

    /// Brings a zeroed body into the state of an empty set.
    ///
    /// # Safety
    /// The body holds nothing.
    pub unsafe fn init_body(&self) {
        // SAFETY: the caller's promise.
        unsafe {
            let b = self.b();
            (*b).fill = 0;
            (*b).used = 0;
            (*b).mask = MIN_SIZE as isize - 1;
            (*b).table = (&raw mut (*b).smalltable).cast();
            (*b).hash = -1;
            (*b).finger = 0;
        }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live set.
        unsafe { (*self.b()).used as usize }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of a key, or the unused entry where its search ended.
    #[inline]
    pub fn find(&self, key: &Obj, hash: isize) -> PyResult<*mut abi::setentry> {
        Ok(self.search(key, hash)?.0)
    }

    /// As `find`, with the last deleted entry on the way (or NULL).
    #[inline]
    fn search(&self, key: &Obj, hash: isize) -> PyResult<(*mut abi::setentry, *mut abi::setentry)> {
        let exact = key.is_exact::<Str>();
        // SAFETY: the table is looked at anew after each call that may change it.
        unsafe {
            'restart: loop {
                let (table, mask) = ((*self.b()).table, (*self.b()).mask as usize);
                let mut perturb = hash as usize;
                let mut i = hash as usize & mask;
                let mut deleted = null_mut();
                loop {
                    let mut e = table.add(i);
                    let mut probes = if i + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
                    loop {
                        if (*e).hash == 0 && (*e).key.is_null() {
                            return Ok((e, deleted));
                        }
                        if (*e).hash == -1 {
                            deleted = e;
                        } else if (*e).hash == hash {
                            if (*e).key == key.as_ptr() {
                                return Ok((e, deleted));
                            }
                            let k: Object = Ref::from_borrowed((*e).key);
                            if exact && k.is_exact::<Str>() {
                                if k.cast_unchecked::<Str>().equals(key.cast_unchecked()) {
                                    return Ok((e, deleted));
                                }
                            } else {
                                let same = k.equals(key)?;
                                if (*self.b()).table != table
                                    || (*self.b()).mask as usize != mask
                                    || (*e).key != k.as_raw()
                                {
                                    continue 'restart;
                                }
                                if same {
                                    return Ok((e, deleted));
                                }
                            }
                        }
                        if probes == 0 {
                            break;
                        }
                        probes -= 1;
                        e = e.add(1);
                    }
                    perturb >>= PERTURB_SHIFT;
                    i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
                }
            }
        }
    }

    /// Is a key there, as far as that is told without comparing: most searches end at the same object or at an unused
    /// entry. Runs nothing, so that the key needs no reference.
    #[inline(always)]
    pub fn contains_same(&self, key: &Obj, hash: isize) -> Option<bool> {
        // SAFETY: entries of the table.
        unsafe {
            let mask = (*self.b()).mask as usize;
            let i = hash as usize & mask;
            let mut e = (*self.b()).table.add(i);
            let end = if i + LINEAR_PROBES <= mask { e.add(LINEAR_PROBES) } else { e };
            loop {
                if (*e).key == key.as_ptr() {
                    return Some(true);
                }
                if (*e).key.is_null() {
                    return Some(false);
                }
                if (*e).hash == hash || e == end {
                    return None;
                }
                e = e.add(1);
            }
        }
    }

    /// Is a key with this hash there?
    #[inline]
    pub fn contains_hashed(&self, key: &Obj, hash: isize) -> PyResult<bool> {
        if let Some(known) = self.contains_same(key, hash) {
            return Ok(known);
        }
        // SAFETY: `find` gives an entry of the table.
        unsafe { Ok(!(*self.find(key, hash)?).key.is_null()) }
    }

    /// Adds a key; was it new?
    pub fn add_hashed(&self, key: &Obj, hash: isize) -> PyResult<bool> {
        // SAFETY: `find` gives an entry of the present table, and nothing runs before it is filled.
        unsafe {
            let (e, deleted) = self.search(key, hash)?;
            if !(*e).key.is_null() {
                return Ok(false);
            }
            let b = self.b();
            if !deleted.is_null() {
                (*b).used += 1;
                (*deleted).key = key.to_owned().into_ptr();
                (*deleted).hash = hash;
                return Ok(true);
            }
            (*b).fill += 1;
            (*b).used += 1;
            (*e).key = key.to_owned().into_ptr();
            (*e).hash = hash;
            if (*b).fill as usize * 5 >= (*b).mask as usize * 3 {
                self.resize(growth((*b).used))?;
            }
            Ok(true)
        }
    }

    /// Adds a key; was it new?
    pub fn add(&self, key: &Obj) -> PyResult<bool> {
        self.add_hashed(key, hash_element(key)?)
    }

    /// Removes a key with a known hash; gives it back.
    pub fn discard_hashed(&self, key: &Obj, hash: isize) -> PyResult<Option<Object>> {
        // SAFETY: `find` gives an entry of the present table.
        unsafe {
            let e = self.find(key, hash)?;
            if (*e).key.is_null() {
                return Ok(None);
            }
            Ok(Some(self.delete(e)))
        }
    }

    /// Empties a used entry.
    unsafe fn delete(&self, e: *mut abi::setentry) -> Object {
        // SAFETY: an entry with a key.
        unsafe {
            let old = std::mem::replace(&mut (*e).key, dummy());
            (*e).hash = -1;
            (*self.b()).used -= 1;
            Ref::from_owned(old)
        }
    }

    /// Takes an element out, going round from one call to the next.
    pub fn pop_any(&self) -> Option<Object> {
        if self.is_empty() {
            return None;
        }
        // SAFETY: there is a used entry, and the search stays inside the table.
        unsafe {
            let b = self.b();
            let mask = (*b).mask as usize;
            let mut i = (*b).finger as usize & mask;
            loop {
                let e = (*b).table.add(i);
                if !(*e).key.is_null() && (*e).key != dummy() {
                    (*b).finger = i as isize + 1;
                    return Some(self.delete(e));
                }
                i = (i + 1) & mask;
            }
        }
    }

    /// A new table for more than `min_used` keys, without dummies.
    pub fn resize(&self, min_used: usize) -> PyResult<()> {
        let mut size = MIN_SIZE;
        while size <= min_used {
            size <<= 1;
        }
        // SAFETY: keys move; no Python code runs.
        unsafe {
            let b = self.b();
            let small: *mut abi::setentry = (&raw mut (*b).smalltable).cast();
            let old = (*b).table;
            let old_mask = (*b).mask as usize;
            let mut copy;
            let mut source = old;
            let new = if size == MIN_SIZE {
                if old == small {
                    if (*b).fill == (*b).used {
                        return Ok(());
                    }
                    copy = (*b).smalltable;
                    source = copy.as_mut_ptr();
                }
                small
            } else {
                let p = alloc::malloc(size * size_of::<abi::setentry>()) as *mut abi::setentry;
                if p.is_null() {
                    return Err(no_memory());
                }
                p
            };
            std::ptr::write_bytes(new, 0, size);
            (*b).mask = size as isize - 1;
            (*b).table = new;
            (*b).fill = (*b).used;
            for i in 0..=old_mask {
                let e = *source.add(i);
                if !e.key.is_null() && e.key != dummy() {
                    insert_clean(new, size - 1, e);
                }
            }
            if old != small {
                alloc::free(old.cast());
            }
            Ok(())
        }
    }

    /// After many deletions: a table without dummies.
    pub fn shrink_dummies(&self) -> PyResult<()> {
        // SAFETY: a live set.
        unsafe {
            let b = self.b();
            if (*b).fill - (*b).used <= (*b).mask / 4 {
                return Ok(());
            }
            self.resize(growth((*b).used))
        }
    }

    /// Removes everything.
    pub fn clear_items(&self) {
        // SAFETY: the set is empty before the first key ends.
        unsafe {
            let b = self.b();
            let small: *mut abi::setentry = (&raw mut (*b).smalltable).cast();
            let (old, n) = ((*b).table, (*b).mask as usize + 1);
            if (*b).fill == 0 && old == small {
                return;
            }
            let mut copy = (*b).smalltable;
            let source = if old == small { copy.as_mut_ptr() } else { old };
            std::ptr::write_bytes(small, 0, MIN_SIZE);
            self.init_body();
            for i in 0..n {
                let k = (*source.add(i)).key;
                if !k.is_null() && k != dummy() {
                    decref(k);
                }
            }
            if old != small {
                alloc::free(old.cast());
            }
        }
    }

    /// The next key at or after table position `pos`, which moves on, borrowed with its hash.
    #[inline]
    pub fn next(&self, pos: &mut usize) -> Option<(&Obj, isize)> {
        // SAFETY: positions are checked against the table.
        unsafe {
            let b = self.b();
            while *pos <= (*b).mask as usize {
                let e = (*b).table.add(*pos);
                *pos += 1;
                if !(*e).key.is_null() && (*e).key != dummy() {
                    return Some((Obj::from_ptr((*e).key), (*e).hash));
                }
            }
            None
        }
    }

    /// The keys with their hashes, owned.
    pub fn snapshot(&self) -> Vec<(Object, isize)> {
        let mut v = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some((k, h)) = self.next(&mut pos) {
            v.push((k.to_owned(), h));
        }
        v
    }

    /// Adds all keys of another set.
    pub fn merge(&self, other: &AnySet) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        // SAFETY: where keys are put without comparison, this set is empty and no Python code runs.
        unsafe {
            let (b, o) = (self.b(), other.b());
            if ((*b).fill + (*o).used) as usize * 5 >= (*b).mask as usize * 3 {
                self.resize(((*b).used + (*o).used) as usize * 2)?;
            }
            if (*b).fill == 0 {
                let mask = (*b).mask as usize;
                let same = (*b).mask == (*o).mask && (*o).fill == (*o).used;
                for i in 0..=(*o).mask as usize {
                    let e = *(*o).table.add(i);
                    if e.key.is_null() || e.key == dummy() {
                        continue;
                    }
                    crate::object::obj::incref(e.key);
                    if same { *(*b).table.add(i) = e } else { insert_clean((*b).table, mask, e) }
                }
                (*b).fill = (*o).used;
                (*b).used = (*o).used;
                return Ok(());
            }
            let mut pos = 0;
            while let Some((k, h)) = other.next(&mut pos) {
                let k = k.to_owned();
                self.add_hashed(&k, h)?;
            }
            Ok(())
        }
    }

    /// Adds all items of an iterable.
    pub fn update(&self, other: &Obj) -> PyResult<()> {
        if let Some(s) = super::set::any_set(other) {
            return self.merge(s);
        }
        if let Some(items) = dict_keys_with_hashes(other) {
            for (k, h) in items {
                self.add_hashed(&k, h)?;
            }
            return Ok(());
        }
        other.for_each(|x| self.add(&x).map(drop))
    }

    /// Exchanges the contents of two sets.
    pub fn swap(&self, other: &AnySet) {
        // SAFETY: tables that lie inside the objects are exchanged by value.
        unsafe {
            let (a, b) = (self.b(), other.b());
            let small =
                |s: *mut abi::PySetObject| -> *mut abi::setentry { (&raw mut (*s).smalltable).cast() };
            let (a_small, b_small) = ((*a).table == small(a), (*b).table == small(b));
            std::mem::swap(&mut (*a).fill, &mut (*b).fill);
            std::mem::swap(&mut (*a).used, &mut (*b).used);
            std::mem::swap(&mut (*a).mask, &mut (*b).mask);
            std::mem::swap(&mut (*a).table, &mut (*b).table);
            std::mem::swap(&mut (*a).smalltable, &mut (*b).smalltable);
            if b_small {
                (*a).table = small(a);
            }
            if a_small {
                (*b).table = small(b);
            }
            (*a).hash = -1;
            (*b).hash = -1;
        }
    }

    /// `frozenset`'s hash, which does not depend on the order.
    pub fn hash_of_elements(&self) -> isize {
        fn shuffle(h: u64) -> u64 {
            ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167)
        }
        let (mut h, mut pos) = (0u64, 0);
        while let Some((_, x)) = self.next(&mut pos) {
            h ^= shuffle(x as u64);
        }
        h ^= (self.len() as u64 + 1).wrapping_mul(1927868237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69069).wrapping_add(907133923);
        if h == u64::MAX { 590923713 } else { h as isize }
    }
}

/// The keys of a plain dictionary with their hashes.
pub fn dict_keys_with_hashes(o: &Obj) -> Option<Vec<(Object, isize)>> {
    let d = o.downcast::<Dict>().filter(|d| d.is_exact::<Dict>() && iter_is_plain(d))?;
    let mut v = Vec::with_capacity(d.len());
    let mut pos = 0;
    while let Some((k, _)) = d.next(&mut pos) {
        // SAFETY: the position just passed.
        v.push((k.to_owned(), unsafe { d.hash_of_entry(k, pos - 1) }));
    }
    Some(v)
}

fn growth(used: isize) -> usize {
    if used > 50000 { used as usize * 2 } else { used as usize * 4 }
}

/// Puts an entry into a table that has no equal key and no dummies.
unsafe fn insert_clean(table: *mut abi::setentry, mask: usize, entry: abi::setentry) {
    // SAFETY: the table has free entries.
    unsafe {
        let mut perturb = entry.hash as usize;
        let mut i = perturb & mask;
        loop {
            let mut e = table.add(i);
            let mut probes = if i + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
            loop {
                if (*e).key.is_null() {
                    *e = entry;
                    return;
                }
                if probes == 0 {
                    break;
                }
                probes -= 1;
                e = e.add(1);
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }
}
