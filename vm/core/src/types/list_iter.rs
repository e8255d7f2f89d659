//! The iterators of `list`, forward and backward.

use crate::error::PyResult;
use crate::object::obj::{Obj, clear};
use crate::object::{Native, Object, Ref, ToRef, alloc};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::support::{builtin, owned, reduce_exhausted, reduce_iter};
use crate::types::tuple::IndexIterBody;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

/// `iter(list)`.
#[pytype(name = "list_iterator", body = IndexIterBody, export = "PyListIter_Type", refs(seq), gc)]
pub struct ListIter;

/// `reversed(list)`.
#[pytype(name = "list_reverseiterator", body = IndexIterBody, export = "PyListRevIter_Type", refs(seq), gc)]
pub struct ListRevIter;

unsafe fn new_iter<T: Native<Body = IndexIterBody>>(l: &List, index: isize) -> PyResult<Ref<T>> {
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let it = alloc::new_body::<T>()?;
        (*it.body()).index = index;
        (*it.body()).seq = l.to_ref().into_ptr();
        Ok(it)
    }
}

impl ListIter {
    /// An iterator at the start.
    pub fn new(l: &List) -> PyResult<Ref<ListIter>> {
        // SAFETY: the type's body.
        unsafe { new_iter(l, 0) }
    }

    /// The list, until the end.
    #[inline(always)]
    pub fn seq(&self) -> Option<&List> {
        // SAFETY: NULL or an owned list.
        unsafe { ((*self.body()).seq as *const List).as_ref() }
    }
}

impl ListRevIter {
    /// An iterator at the end.
    pub fn new(l: &List) -> PyResult<Ref<ListRevIter>> {
        // SAFETY: the type's body.
        unsafe { new_iter(l, l.len() as isize - 1) }
    }

    fn seq(&self) -> Option<&List> {
        // SAFETY: NULL or an owned list.
        unsafe { ((*self.body()).seq as *const List).as_ref() }
    }
}

#[pymethods]
impl ListIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).index < 0 {
                return None;
            }
            if let Some(x) = self.seq()?.get((*b).index as usize) {
                (*b).index += 1;
                return Some(x);
            }
            clear(&raw mut (*b).seq);
            None
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        // SAFETY: own fields.
        unsafe { self.seq().map_or(0, |l| (l.len() as isize - (*self.body()).index).max(0)) }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        // Looking the function up can run code that moves the iterator.
        let function = builtin(sym!(iter))?;
        match self.seq() {
            // SAFETY: own fields.
            Some(l) => reduce_iter(function, owned(l), Some(unsafe { (*self.body()).index })),
            None => reduce_exhausted(),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        if !object.is_a::<Int>() {
            bail!(TypeError, "an integer is required");
        }
        let i = object.as_isize()?;
        if let Some(l) = self.seq() {
            // SAFETY: own fields.
            unsafe { (*self.body()).index = i.clamp(-1, l.len() as isize) }
        }
        Ok(())
    }
}

#[pymethods]
impl ListRevIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let l = self.seq()?;
            if (*b).index < 0 {
                return None;
            }
            if let Some(x) = l.get((*b).index as usize) {
                (*b).index -= 1;
                return Some(x);
            }
            (*b).index = -1;
            clear(&raw mut (*b).seq);
            None
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> isize {
        // SAFETY: own fields.
        let n = unsafe { (*self.body()).index } + 1;
        self.seq().map_or(0, |l| if (l.len() as isize) < n { 0 } else { n })
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        match self.seq() {
            // SAFETY: own fields.
            Some(l) => reduce_iter(builtin(sym!(reversed))?, owned(l), Some(unsafe { (*self.body()).index })),
            None => reduce_exhausted(),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        if !object.is_a::<Int>() {
            bail!(TypeError, "an integer is required");
        }
        let i = object.as_isize()?;
        if let Some(l) = self.seq() {
            // SAFETY: own fields.
            unsafe { (*self.body()).index = i.clamp(-1, l.len() as isize - 1) }
        }
        Ok(())
    }
}
