//! Iterators over strings: one for ASCII text, one for any.

use crate::error::PyResult;
use crate::object::obj::clear;
use crate::object::{Obj, Object, Ref, ToRef, alloc};
use crate::sym;
use crate::types::str_::{Str, latin1_char};
use crate::types::support::{builtin, owned, reduce_iter};
use crate::types::tuple::IndexIterBody;
use dovetail_macros::{pymethods, pytype};

/// `iter(str)` over any text.
#[pytype(name = "str_iterator", body = IndexIterBody, export = "PyUnicodeIter_Type", refs(seq), gc)]
pub struct StrIter;

/// `iter(str)` over ASCII text.
#[pytype(name = "str_ascii_iterator", body = IndexIterBody, export = "_PyUnicodeASCIIIter_Type", refs(seq), gc)]
pub struct StrAsciiIter;

/// An iterator over the characters.
pub fn new_iter(s: &Str) -> PyResult<Object> {
    // SAFETY: the string is filled in before anything runs.
    unsafe {
        if s.is_ascii() {
            let it = alloc::new_body::<StrAsciiIter>()?;
            (*it.body()).seq = s.to_ref().into_ptr();
            Ok(it.into_object())
        } else {
            let it = alloc::new_body::<StrIter>()?;
            (*it.body()).seq = s.to_ref().into_ptr();
            Ok(it.into_object())
        }
    }
}

use crate::object::native::Native;

/// The string an iterator is at, until the end.
fn seq<T: Native<Body = IndexIterBody>>(it: &T) -> Option<&Str> {
    // SAFETY: NULL or an owned string.
    unsafe { ((*it.body()).seq as *const Str).as_ref() }
}

fn hint<T: Native<Body = IndexIterBody>>(it: &T) -> isize {
    // SAFETY: own fields.
    seq(it).map_or(0, |s| s.len() as isize - unsafe { (*it.body()).index })
}

fn reduce<T: Native<Body = IndexIterBody>>(it: &T) -> PyResult<Object> {
    let iter = builtin(sym!(iter))?;
    match seq(it) {
        // SAFETY: own fields.
        Some(s) => reduce_iter(iter, owned(s), Some(unsafe { (*it.body()).index })),
        None => reduce_iter(iter, Str::empty().into_object(), None),
    }
}

fn set_state<T: Native<Body = IndexIterBody>>(it: &T, state: &Obj) -> PyResult<()> {
    let i = state.as_isize()?;
    if let Some(s) = seq(it) {
        // SAFETY: own fields.
        unsafe { (*it.body()).index = i.clamp(0, s.len() as isize) }
    }
    Ok(())
}

#[pymethods]
impl StrIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<Str>>> {
        let Some(s) = seq(self) else { return Ok(None) };
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if let Some(c) = s.text().get((*b).index as usize) {
                (*b).index += 1;
                return Str::from_code_point(c).map(Some);
            }
            clear(&raw mut (*b).seq);
        }
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        hint(self)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce_method(&self) -> PyResult<Object> {
        reduce(self)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        set_state(self, object)
    }
}

#[pymethods]
impl StrAsciiIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Ref<Str>> {
        let s = seq(self)?;
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if let Some(c) = s.raw_bytes().get((*b).index as usize) {
                (*b).index += 1;
                return Some(latin1_char(*c).to_ref());
            }
            clear(&raw mut (*b).seq);
        }
        None
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        hint(self)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce_method(&self) -> PyResult<Object> {
        reduce(self)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        set_state(self, object)
    }
}
