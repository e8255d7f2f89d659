//! Iterators over anything: by `__getitem__` (`iterator`), and by calling until a sentinel (`callable_iterator`).

use crate::bail;
use crate::error::{PyResult, exc};
use crate::object::obj::{Obj, clear};
use crate::object::{AsObj, Object, Ref, alloc};
use crate::sym;
use crate::types::int::Int;
use crate::types::none::not_implemented;
use crate::types::support::{builtin, reduce_iter};
use crate::types::tuple::{IndexIterBody, Tuple};
use dovetail_macros::{pymethods, pytype};

pub use crate::types::list_iter::{ListIter, ListRevIter};
pub use crate::types::tuple::TupleIter;

/// `iter(sequence)` for types without `__iter__`.
#[pytype(name = "iterator", body = IndexIterBody, export = "PySeqIter_Type", refs(seq), gc)]
pub struct SeqIter;

impl SeqIter {
    /// An iterator at index 0.
    pub fn new(seq: &Obj) -> PyResult<Ref<SeqIter>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<SeqIter>()?;
            (*it.body()).seq = seq.to_owned().into_ptr();
            Ok(it)
        }
    }

    fn seq(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe {
            let p = (*self.body()).seq;
            if p.is_null() { None } else { Some(Ref::from_borrowed(p)) }
        }
    }
}

/// Does the type have a length?
fn has_len(o: &Obj) -> bool {
    let t = o.ob_type().raw();
    // SAFETY: suites of a live type.
    unsafe {
        t.tp_as_sequence.as_ref().is_some_and(|s| s.sq_length.is_some())
            || t.tp_as_mapping.as_ref().is_some_and(|m| m.mp_length.is_some())
    }
}

#[pymethods]
impl SeqIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some(seq) = self.seq() else { return Ok(None) };
        // SAFETY: own fields.
        let b = unsafe { &mut *self.body() };
        if b.index == isize::MAX {
            bail!(OverflowError, "iter index too large");
        }
        match seq.sequence_get(b.index) {
            Ok(x) => {
                b.index += 1;
                Ok(Some(x))
            }
            Err(e) if e.matches(exc::IndexError()) || e.matches(exc::StopIteration()) => {
                e.clear();
                // SAFETY: an owned field.
                unsafe { clear(&raw mut (*self.body()).seq) };
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint_method(&self) -> PyResult<Object> {
        let Some(seq) = self.seq() else { return Ok(Int::from_i64(0)?.into_object()) };
        if !has_len(&seq) {
            return Ok(not_implemented().to_owned());
        }
        // SAFETY: own fields.
        let left = seq.len_()? as isize - unsafe { (*self.body()).index };
        Ok(Int::from_i64(left.max(0) as i64)?.into_object())
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let function = builtin(sym!(iter))?;
        match self.seq() {
            // SAFETY: own fields.
            Some(s) => reduce_iter(function, s, Some(unsafe { (*self.body()).index })),
            None => reduce_iter(function, Tuple::empty().into_object(), None),
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, object: &Obj) -> PyResult<()> {
        let i = object.as_isize()?;
        if self.seq().is_some() {
            // SAFETY: own fields.
            unsafe { (*self.body()).index = i.max(0) }
        }
        Ok(())
    }
}

/// What `iter(callable, sentinel)` holds; both NULL at the end.
#[repr(C)]
pub struct CallIterBody {
    pub ob_base: abi::PyObject,
    pub callable: *mut abi::PyObject,
    pub sentinel: *mut abi::PyObject,
}

/// `iter(callable, sentinel)`.
#[pytype(name = "callable_iterator", body = CallIterBody, export = "PyCallIter_Type", refs(callable, sentinel), gc)]
pub struct CallIter;

impl CallIter {
    /// The iterator that calls `callable` until it gives `sentinel`.
    pub fn new(callable: &Obj, sentinel: &Obj) -> PyResult<Ref<CallIter>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let it = alloc::new_body::<CallIter>()?;
            (*it.body()).callable = callable.to_owned().into_ptr();
            (*it.body()).sentinel = sentinel.to_owned().into_ptr();
            Ok(it)
        }
    }

    fn parts(&self) -> Option<(Object, Object)> {
        // SAFETY: NULL or owned objects.
        unsafe {
            let b = self.body();
            if (*b).callable.is_null() || (*b).sentinel.is_null() {
                return None;
            }
            Some((Ref::from_borrowed((*b).callable), Ref::from_borrowed((*b).sentinel)))
        }
    }

    fn end(&self) {
        // SAFETY: owned fields.
        unsafe {
            clear(&raw mut (*self.body()).callable);
            clear(&raw mut (*self.body()).sentinel);
        }
    }
}

#[pymethods]
impl CallIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let Some((callable, sentinel)) = self.parts() else { return Ok(None) };
        match callable.call(&[]) {
            Ok(x) => {
                // The call may have ended this very iterator.
                if self.parts().is_none() {
                    return Ok(None);
                }
                if sentinel.equals(&x)? {
                    self.end();
                    return Ok(None);
                }
                Ok(Some(x))
            }
            Err(e) if e.matches(exc::StopIteration()) => {
                e.clear();
                self.end();
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let function = builtin(sym!(iter))?;
        match self.parts() {
            Some((c, s)) => {
                let args = Tuple::from_slice(&[c.as_obj(), s.as_obj()])?.into_object();
                Ok(Tuple::from_array([function, args])?.into_object())
            }
            None => reduce_iter(function, Tuple::empty().into_object(), None),
        }
    }
}
