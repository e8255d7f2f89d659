//! Iterators over arrays.

use super::object::Array;
use dovetail_core::error::PyResult;
use dovetail_core::native::borrow_opt;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, alloc};
use dovetail_core::sym;
use dovetail_core::types::support::{builtin, reduce_iter};
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};

/// The array, NULL at the end, and the next index.
#[repr(C)]
pub struct IterBody {
    pub ob_base: abi::PyObject,
    array: *mut abi::PyObject,
    index: isize,
}

/// Iterators over arrays.
#[pytype(
    name = "array.arrayiterator", body = IterBody, refs(array), gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct ArrayIterator;

/// An iterator over an array.
pub fn make(a: &Array) -> PyResult<Object> {
    // SAFETY: the field owns what it gets.
    unsafe {
        let it = alloc::new_body::<ArrayIterator>()?;
        (*it.body()).array = a.as_obj().to_owned().into_ptr();
        Ok(it.into_object())
    }
}

impl ArrayIterator {
    fn array(&self) -> Option<&Array> {
        // SAFETY: NULL or an array.
        unsafe { borrow_opt((*self.body()).array) }.and_then(|o| o.downcast::<Array>())
    }
}

#[pymethods]
impl ArrayIterator {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(a) = self.array() else { return Ok(None) };
        let b = self.body();
        // SAFETY: own fields.
        unsafe {
            let i = (*b).index;
            if i < a.len() as isize {
                (*b).index = i + 1;
                return a.get(i as usize).map(Some);
            }
            replace(&raw mut (*b).array, None);
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let function = builtin(sym!(iter))?;
        match self.array() {
            // SAFETY: own field.
            Some(a) => reduce_iter(function, a.as_obj().to_owned(), Some(unsafe { (*self.body()).index })),
            None => reduce_iter(function, Tuple::empty().into_object(), None),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "(state, /)")]
    fn setstate(&self, state: &Obj) -> PyResult<()> {
        let index = state.as_isize()?;
        if let Some(a) = self.array() {
            // SAFETY: own field.
            unsafe { (*self.body()).index = index.clamp(0, a.len() as isize) };
        }
        Ok(())
    }
}
