//! Wide strings and `PyWideStringList` of the start-up configuration, in memory of `PyMem_RawMalloc`.

use crate::pymem::{PyMem_RawFree, PyMem_RawMalloc};
use crate::pystring::{bytes_of, raw_wide, wide_of, wide_units};
use abi::{PyWideStringList, wchar_t};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::ptr::null_mut;

/// A wide C string as the bytes it stands for. A character that has none is left out.
///
/// # Safety
/// `text` ends with a zero.
pub unsafe fn os(text: *const wchar_t) -> OsString {
    // SAFETY: the caller's promise.
    let units = unsafe { wide_units(text) };
    OsString::from_vec(
        bytes_of(units).unwrap_or_else(|_| {
            units.iter().filter_map(|c| char::from_u32(*c)).collect::<String>().into_bytes()
        }),
    )
}

/// As `os`, with NULL as none.
///
/// # Safety
/// `text` is NULL or ends with a zero.
pub unsafe fn maybe_os(text: *const wchar_t) -> Option<OsString> {
    // SAFETY: the caller's promise.
    if text.is_null() { None } else { Some(unsafe { os(text) }) }
}

/// Text as a new wide string.
pub fn new(text: &OsStr) -> *mut wchar_t {
    raw_wide(&wide_of(text.as_bytes()))
}

/// Puts a copy of a wide string (or NULL) into a place, whose old string is freed. False where memory lacks.
///
/// # Safety
/// The place owns its string or is NULL; `text` is NULL or ends with a zero.
pub unsafe fn replace(place: *mut *mut wchar_t, text: *const wchar_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let copy = if text.is_null() { null_mut() } else { raw_wide(wide_units(text)) };
        if copy.is_null() && !text.is_null() {
            return false;
        }
        PyMem_RawFree((*place).cast());
        *place = copy;
    }
    true
}

/// As `replace`, with text of Rust.
///
/// # Safety
/// The place owns its string or is NULL.
pub unsafe fn set(place: *mut *mut wchar_t, text: Option<&OsStr>) {
    // SAFETY: the caller's promise.
    unsafe {
        PyMem_RawFree((*place).cast());
        *place = text.map_or(null_mut(), new);
    }
}

/// The strings of a list.
///
/// # Safety
/// A valid list.
pub unsafe fn texts(list: &PyWideStringList) -> Vec<OsString> {
    // SAFETY: the caller's promise.
    (0..list.length.max(0) as usize).map(|i| unsafe { os(*list.items.add(i)) }).collect()
}

/// Frees a list's memory and empties it.
///
/// # Safety
/// The list owns its strings.
pub unsafe fn clear(list: &mut PyWideStringList) {
    // SAFETY: the caller's promise.
    unsafe {
        for i in 0..list.length.max(0) as usize {
            PyMem_RawFree((*list.items.add(i)).cast());
        }
        PyMem_RawFree(list.items.cast());
    }
    *list = PyWideStringList { length: 0, items: null_mut() };
}

/// Replaces a list's strings with these, which the list owns from now on.
///
/// # Safety
/// The list owns its strings.
pub unsafe fn fill(list: &mut PyWideStringList, items: Vec<*mut wchar_t>) -> bool {
    // SAFETY: the caller's promise, and new memory as long as the items.
    unsafe {
        let p = PyMem_RawMalloc(items.len().max(1) * size_of::<*mut wchar_t>()).cast::<*mut wchar_t>();
        if p.is_null() || items.contains(&null_mut()) {
            return false;
        }
        std::ptr::copy_nonoverlapping(items.as_ptr(), p, items.len());
        clear(list);
        *list = PyWideStringList { length: items.len() as isize, items: p };
    }
    true
}

/// As `fill`, with text of Rust.
///
/// # Safety
/// The list owns its strings.
pub unsafe fn set_texts<T: AsRef<OsStr>>(list: &mut PyWideStringList, texts: &[T]) -> bool {
    // SAFETY: the caller's promise.
    unsafe { fill(list, texts.iter().map(|t| new(t.as_ref())).collect()) }
}

/// A copy of a string into a list before `index`; an index beyond the end is the end.
///
/// # Safety
/// The list owns its strings; `item` ends with a zero.
pub unsafe fn insert(list: &mut PyWideStringList, index: usize, item: *const wchar_t) -> bool {
    // SAFETY: the caller's promise; the new array is one longer than the old one, which goes without its strings.
    unsafe {
        let n = list.length.max(0) as usize;
        let at = index.min(n);
        let copy = raw_wide(wide_units(item));
        let p = PyMem_RawMalloc((n + 1) * size_of::<*mut wchar_t>()).cast::<*mut wchar_t>();
        if copy.is_null() || p.is_null() {
            return false;
        }
        if n > 0 {
            std::ptr::copy_nonoverlapping(list.items, p, at);
            std::ptr::copy_nonoverlapping(list.items.add(at), p.add(at + 1), n - at);
        }
        *p.add(at) = copy;
        PyMem_RawFree(list.items.cast());
        *list = PyWideStringList { length: n as isize + 1, items: p };
    }
    true
}
