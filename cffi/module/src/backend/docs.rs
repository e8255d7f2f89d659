//! What is known of library functions, for `help()`: a text by the function's address, which is what a function pointer has
//! of it. Texts come with `_cdef.document` when a library's attribute is made, and go when the library is closed.

use super::cdata::CData;
use super::flags::Kind;
use dovetail_core::object::Obj;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

static TEXTS: Mutex<BTreeMap<usize, String>> = Mutex::new(BTreeMap::new());

/// Keeps the text of a function, or forgets it. What is no function pointer of this backend has no place for one.
pub fn keep(function: &Obj, text: Option<&str>) {
    let Some(cd) = CData::of(function).filter(|cd| cd.ctype().kind() == Kind::Function) else { return };
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    match text {
        Some(text) => texts.insert(cd.data() as usize, text.to_owned()),
        None => texts.remove(&(cd.data() as usize)),
    };
}

/// The text of a function pointer.
pub fn of(cd: &CData) -> Option<String> {
    if cd.ctype().kind() != Kind::Function {
        return None;
    }
    let texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.get(&(cd.data() as usize)).cloned()
}
