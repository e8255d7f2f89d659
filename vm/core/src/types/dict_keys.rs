//! The table of a dictionary: CPython's `PyDictKeysObject`, an index of 1, 2, 4 or 8 bytes per slot followed by the
//! entries in insertion order.
//!
//! Kinds: *general* entries carry the hash; *unicode* entries hold exact `str` keys only; *split* keys are unicode
//! keys that the instances of a class share, with the values kept per instance.
//!
//! Contract of every function here: `keys` points to a live table, entry numbers are below `dk_nentries`, and the
//! thread holds the GIL. Nothing here runs Python code; entries are moved and counted by the callers unless the
//! function says otherwise.
#![allow(unsafe_op_in_unsafe_fn, clippy::missing_safety_doc)]

use crate::error::{PyResult, no_memory};
use crate::interpreter::Interpreter;
use crate::object::obj::{Obj, xdecref};
use crate::object::pool;
use crate::types::str_::Str;
use std::cell::UnsafeCell;

pub type Keys = abi::PyDictKeysObject;

pub const GENERAL: u8 = abi::DICT_KEYS_GENERAL as u8;
pub const UNICODE: u8 = abi::DICT_KEYS_UNICODE as u8;
pub const SPLIT: u8 = abi::DICT_KEYS_SPLIT as u8;

/// An index slot that was never used.
pub const EMPTY: isize = abi::DKIX_EMPTY as isize;
/// An index slot whose entry was deleted.
pub const DUMMY: isize = abi::DKIX_DUMMY as isize;

const PERTURB_SHIFT: u32 = 5;
const LOG2_MIN: u8 = 3;
/// The most attributes that instances share keys for, and the size of such tables.
pub const SHARED_MAX: isize = 30;
const SHARED_LOG2: u8 = 6;

/// Bytes before the index.
const HEADER: usize = std::mem::offset_of!(Keys, dk_indices);

#[repr(C, align(8))]
struct EmptyKeys {
    refcnt: isize,
    log2_size: u8,
    log2_index_bytes: u8,
    kind: u8,
    version: u32,
    usable: isize,
    nentries: isize,
    indices: [i8; 8],
}

struct EmptyCell(UnsafeCell<EmptyKeys>);
// SAFETY: never written: it has no room, and its version and count stay.
unsafe impl Sync for EmptyCell {}

static EMPTY_KEYS: EmptyCell = EmptyCell(UnsafeCell::new(EmptyKeys {
    refcnt: isize::MIN,
    log2_size: 0,
    log2_index_bytes: 3,
    kind: UNICODE,
    version: 1,
    usable: 0,
    nentries: 0,
    indices: [-1; 8],
}));

/// The table of every empty dictionary.
#[inline(always)]
pub fn empty_keys() -> *mut Keys {
    EMPTY_KEYS.0.get().cast()
}

/// How many entries a table of `1 << log2` slots takes.
#[inline(always)]
pub const fn usable_fraction(log2: u8) -> isize {
    ((1isize << log2) << 1) / 3
}

/// The smallest table with at least `min_size` slots.
#[inline]
pub fn log2_for_size(min_size: isize) -> u8 {
    let min_size = min_size.max(1 << LOG2_MIN) as usize;
    (usize::BITS - (min_size - 1).leading_zeros()).max(LOG2_MIN as u32) as u8
}

/// The smallest table that takes `n` entries.
#[inline]
pub fn log2_for_entries(n: isize) -> u8 {
    log2_for_size((n * 3 + 1) / 2)
}

#[inline(always)]
fn index_bytes_log2(log2: u8) -> u8 {
    log2 + if log2 < 8 {
        0
    } else if log2 < 16 {
        1
    } else if log2 < 32 {
        2
    } else {
        3
    }
}

#[inline(always)]
fn entry_size(kind: u8) -> usize {
    if kind == GENERAL { size_of::<abi::PyDictKeyEntry>() } else { size_of::<abi::PyDictUnicodeEntry>() }
}

/// A new table without entries and with count 1.
pub unsafe fn new_keys(log2: u8, kind: u8) -> PyResult<*mut Keys> {
    debug_assert!(log2 >= LOG2_MIN);
    let usable = usable_fraction(log2);
    let index = 1usize << index_bytes_log2(log2);
    let p = pool::take(HEADER + index + entry_size(kind) * usable as usize);
    if p.is_null() {
        return Err(no_memory());
    }
    let k = p as *mut Keys;
    (*k).dk_refcnt = 1;
    (*k).dk_log2_size = log2;
    (*k).dk_log2_index_bytes = index_bytes_log2(log2);
    (*k).dk_kind = kind;
    (*k).dk_version = 0;
    (*k).dk_usable = usable;
    (*k).dk_nentries = 0;
    std::ptr::write_bytes(p.add(HEADER), 0xff, index);
    std::ptr::write_bytes(p.add(HEADER + index), 0, entry_size(kind) * usable as usize);
    Ok(k)
}

/// Empty keys for the instances of a class; NULL without memory (the class then goes without).
pub fn new_shared_keys() -> *mut Keys {
    // SAFETY: the table is fresh.
    unsafe {
        match new_keys(SHARED_LOG2, SPLIT) {
            Ok(k) => {
                (*k).dk_usable = SHARED_MAX;
                k
            }
            Err(e) => {
                e.clear();
                std::ptr::null_mut()
            }
        }
    }
}

/// The bytes a table takes (`dict.__sizeof__`).
pub unsafe fn keys_size(keys: *mut Keys) -> usize {
    HEADER
        + (1usize << (*keys).dk_log2_index_bytes)
        + entry_size((*keys).dk_kind) * usable_fraction((*keys).dk_log2_size) as usize
}

#[inline(always)]
pub unsafe fn incref_keys(keys: *mut Keys) {
    if (*keys).dk_refcnt >= 0 {
        (*keys).dk_refcnt += 1;
    }
}

/// Gives a count back; the last one drops keys and values of the entries.
pub unsafe fn decref_keys(keys: *mut Keys) {
    if (*keys).dk_refcnt < 0 {
        return;
    }
    (*keys).dk_refcnt -= 1;
    if (*keys).dk_refcnt > 0 {
        return;
    }
    let n = (*keys).dk_nentries;
    if (*keys).dk_kind == GENERAL {
        let e = general_entries(keys);
        for i in 0..n as usize {
            xdecref((*e.add(i)).me_key);
            xdecref((*e.add(i)).me_value);
        }
    } else {
        let e = unicode_entries(keys);
        for i in 0..n as usize {
            xdecref((*e.add(i)).me_key);
            xdecref((*e.add(i)).me_value);
        }
    }
    free_keys(keys);
}

/// Frees the memory of a table whose entries are gone.
#[inline]
pub unsafe fn free_keys(keys: *mut Keys) {
    pool::put(keys.cast(), keys_size(keys));
}

#[inline(always)]
unsafe fn indices(keys: *mut Keys) -> *mut u8 {
    (keys as *mut u8).add(HEADER)
}

#[inline(always)]
pub unsafe fn general_entries(keys: *mut Keys) -> *mut abi::PyDictKeyEntry {
    indices(keys).add(1usize << (*keys).dk_log2_index_bytes).cast()
}

#[inline(always)]
pub unsafe fn unicode_entries(keys: *mut Keys) -> *mut abi::PyDictUnicodeEntry {
    indices(keys).add(1usize << (*keys).dk_log2_index_bytes).cast()
}

/// The key of entry `ix` (NULL when deleted).
#[inline(always)]
pub unsafe fn entry_key(keys: *mut Keys, ix: isize) -> *mut abi::PyObject {
    if (*keys).dk_kind == GENERAL {
        (*general_entries(keys).offset(ix)).me_key
    } else {
        (*unicode_entries(keys).offset(ix)).me_key
    }
}

/// Where the value of entry `ix` of a table that is not split stands.
#[inline(always)]
pub unsafe fn entry_value(keys: *mut Keys, ix: isize) -> *mut *mut abi::PyObject {
    if (*keys).dk_kind == GENERAL {
        &raw mut (*general_entries(keys).offset(ix)).me_value
    } else {
        &raw mut (*unicode_entries(keys).offset(ix)).me_value
    }
}

/// The hash of the key of entry `ix`, which is not deleted.
#[inline(always)]
pub unsafe fn entry_hash(keys: *mut Keys, ix: isize) -> isize {
    if (*keys).dk_kind == GENERAL {
        (*general_entries(keys).offset(ix)).me_hash
    } else {
        str_hash((*unicode_entries(keys).offset(ix)).me_key)
    }
}

/// The hash of a `str`, which is cached in it.
#[inline(always)]
pub unsafe fn str_hash(s: *mut abi::PyObject) -> isize {
    let h = (*(s as *mut abi::PyASCIIObject)).hash;
    if h != -1 { h } else { (*(s as *const Str)).hash_value() }
}

#[inline(always)]
pub unsafe fn mask(keys: *mut Keys) -> usize {
    (1usize << (*keys).dk_log2_size) - 1
}

#[inline(always)]
pub unsafe fn get_index(keys: *mut Keys, slot: usize) -> isize {
    let log2 = (*keys).dk_log2_size;
    let p = indices(keys);
    if log2 < 8 {
        *(p as *const i8).add(slot) as isize
    } else if log2 < 16 {
        *(p as *const i16).add(slot) as isize
    } else if log2 < 32 {
        *(p as *const i32).add(slot) as isize
    } else {
        *(p as *const i64).add(slot) as isize
    }
}

#[inline(always)]
pub unsafe fn set_index(keys: *mut Keys, slot: usize, ix: isize) {
    let log2 = (*keys).dk_log2_size;
    let p = indices(keys);
    if log2 < 8 {
        *(p as *mut i8).add(slot) = ix as i8
    } else if log2 < 16 {
        *(p as *mut i16).add(slot) = ix as i16
    } else if log2 < 32 {
        *(p as *mut i32).add(slot) = ix as i32
    } else {
        *(p as *mut i64).add(slot) = ix as i64
    }
}

/// The sequence of slots that a hash visits.
pub struct Probe {
    perturb: usize,
    mask: usize,
    pub slot: usize,
}

impl Probe {
    #[inline(always)]
    pub unsafe fn new(keys: *mut Keys, hash: isize) -> Probe {
        let mask = mask(keys);
        Probe { perturb: hash as usize, mask, slot: hash as usize & mask }
    }

    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.slot = (self.slot.wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1)) & self.mask;
    }
}

/// The entry of an exact `str` in a unicode or split table, or `EMPTY`.
#[inline]
pub unsafe fn lookup_unicode(keys: *mut Keys, key: *mut abi::PyObject, hash: isize) -> isize {
    let entries = unicode_entries(keys);
    let mut p = Probe::new(keys, hash);
    loop {
        let ix = get_index(keys, p.slot);
        if ix >= 0 {
            let k = (*entries.offset(ix)).me_key;
            if k == key || (str_hash(k) == hash && same_text(k, key)) {
                return ix;
            }
        } else if ix == EMPTY {
            return EMPTY;
        }
        p.advance();
    }
}

/// The entry of a `str` in a general table, looking at `str` keys only; runs no Python code.
pub unsafe fn lookup_text_general(keys: *mut Keys, key: *mut abi::PyObject, hash: isize) -> isize {
    let entries = general_entries(keys);
    let mut p = Probe::new(keys, hash);
    loop {
        let ix = get_index(keys, p.slot);
        if ix >= 0 {
            let e = entries.offset(ix);
            let k = (*e).me_key;
            if k == key || ((*e).me_hash == hash && compares_as_text(Obj::from_ptr(k)) && same_text(k, key)) {
                return ix;
            }
        } else if ix == EMPTY {
            return EMPTY;
        }
        p.advance();
    }
}

/// Is it a `str`, or of a subclass that compares as `str` does?
unsafe fn compares_as_text(k: &Obj) -> bool {
    let compare = |t: &crate::types::type_::Type| t.raw().tp_richcompare.map(|f| f as usize);
    k.is_exact::<Str>()
        || (k.is_a::<Str>() && compare(k.ob_type()) == compare(<Str as crate::object::Native>::type_object()))
}

#[inline]
unsafe fn same_text(a: *mut abi::PyObject, b: *mut abi::PyObject) -> bool {
    (*(a as *const Str)).equals(&*(b as *const Str))
}

/// The slot whose index is `ix`, for a key with this hash.
pub unsafe fn slot_of_entry(keys: *mut Keys, hash: isize, ix: isize) -> usize {
    let mut p = Probe::new(keys, hash);
    loop {
        if get_index(keys, p.slot) == ix {
            return p.slot;
        }
        p.advance();
    }
}

/// The slot where a new key goes; slots of deleted entries are used again.
#[inline]
pub unsafe fn free_slot(keys: *mut Keys, hash: isize) -> usize {
    let mut p = Probe::new(keys, hash);
    while get_index(keys, p.slot) >= 0 {
        p.advance();
    }
    p.slot
}

/// Writes the index of entries `0..n` into a table whose index is empty.
pub unsafe fn build_indices(keys: *mut Keys, n: isize) {
    for ix in 0..n {
        let mut p = Probe::new(keys, entry_hash(keys, ix));
        while get_index(keys, p.slot) != EMPTY {
            p.advance();
        }
        set_index(keys, p.slot, ix);
    }
}

/// Appends an entry, taking over the references; there is room.
#[inline]
pub unsafe fn append_entry(keys: *mut Keys, hash: isize, key: *mut abi::PyObject, value: *mut abi::PyObject) {
    debug_assert!((*keys).dk_usable > 0);
    let slot = free_slot(keys, hash);
    let n = (*keys).dk_nentries;
    set_index(keys, slot, n);
    if (*keys).dk_kind == GENERAL {
        *general_entries(keys).offset(n) =
            abi::PyDictKeyEntry { me_hash: hash, me_key: key, me_value: value };
    } else {
        *unicode_entries(keys).offset(n) = abi::PyDictUnicodeEntry { me_key: key, me_value: value };
    }
    (*keys).dk_version = 0;
    (*keys).dk_usable -= 1;
    (*keys).dk_nentries = n + 1;
}

/// The entry of `key` (an exact `str`) in shared keys, entered when there is room; `EMPTY` when not.
pub unsafe fn insert_split_key(keys: *mut Keys, key: *mut abi::PyObject, hash: isize) -> isize {
    let ix = lookup_unicode(keys, key, hash);
    if ix != EMPTY || (*keys).dk_usable <= 0 {
        return ix;
    }
    crate::object::obj::incref(key);
    append_entry(keys, hash, key, std::ptr::null_mut());
    (*keys).dk_nentries - 1
}

/// The version that inline caches compare, given out when there is none; 0 when they ran out.
pub unsafe fn keys_version(keys: *mut Keys) -> u32 {
    if (*keys).dk_version != 0 {
        return (*keys).dk_version;
    }
    let next = &Interpreter::current().family.next_keys_version;
    // The shared empty table has version 1 for good.
    let v = next.get().max(2);
    if v == u32::MAX {
        return 0;
    }
    next.set(v + 1);
    (*keys).dk_version = v;
    v
}
