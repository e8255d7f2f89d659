//! The iterator over memoryviews.

use crate::error::PyResult;
use crate::object::obj::decref;
use crate::object::{Obj, Object, Ref, ToRef, alloc};
use crate::types::memoryview::MemoryView;
use dovetail_macros::{pymethods, pytype};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The body of the iterator.
#[repr(C)]
pub struct MemoryIterBody {
    pub ob_base: abi::PyObject,
    pub index: isize,
    pub seq: P,
    pub length: isize,
}

/// `iter(memoryview)`.
#[pytype(name = "memory_iterator", body = MemoryIterBody, export = "_PyMemoryIter_Type", refs(seq), gc,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct MemoryIter;

#[pymethods]
impl MemoryIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields; the view is kept while it is looked at.
        unsafe {
            let b = self.body();
            let Some(v) = ((*b).seq as *const MemoryView).as_ref() else { return Ok(None) };
            if (*b).index < (*b).length {
                v.check()?;
                let i = (*b).index;
                (*b).index += 1;
                return v.item_at(i).map(Some);
            }
            let seq = std::mem::replace(&mut (*b).seq, null_mut());
            decref(seq);
        }
        Ok(None)
    }
}

impl MemoryIter {
    /// An iterator over the `length` items of a one-dimensional view.
    pub(crate) fn new(v: &MemoryView, length: isize) -> PyResult<Ref<MemoryIter>> {
        crate::types::ready::ready::<MemoryIter>()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<MemoryIter>()?;
            (*it.body()).seq = v.to_ref().into_ptr();
            (*it.body()).length = length;
            Ok(it)
        }
    }
}
