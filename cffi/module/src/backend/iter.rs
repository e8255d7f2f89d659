//! Iteration over arrays.

use super::cdata::CData;
use super::ctype::CType;
use super::flags::*;
use super::from_c;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Object, Ref, alloc};
use dovetail_macros::{pymethods, pytype};

/// The body of an iterator.
#[repr(C)]
pub struct IterBody {
    pub ob_base: abi::PyObject,
    pub array: *mut abi::PyObject,
    pub next: *mut u8,
    pub left: isize,
}

/// Iterators over C arrays.
#[pytype(name = "_cffi_backend.__CData_iterator", body = IterBody, refs(array), static_in_c)]
pub struct CDataIter;

/// `iter(cd)`.
pub fn new(cd: &CData) -> PyResult<Object> {
    if !cd.ctype().is(ARRAY) {
        bail!(TypeError, "cdata '{}' does not support iteration", cd.ctype().name());
    }
    // SAFETY: a body of zeros, filled at once.
    unsafe {
        let it: Ref<CDataIter> = alloc::new_body()?;
        let b = it.body();
        (*b).array = cd.as_obj().to_owned().into_ptr();
        (*b).next = cd.data();
        (*b).left = cd.array_length();
        Ok(it.into_object())
    }
}

#[pymethods]
impl CDataIter {
    #[slot(tp_iter)]
    fn iter(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        let b = self.body();
        // SAFETY: the array lives as long as the iterator; the program vouches for its memory.
        unsafe {
            if (*b).left <= 0 {
                return Ok(None);
            }
            let item: &CType = (*((*b).array as *const CData)).ctype().item();
            let p = (*b).next;
            (*b).left -= 1;
            (*b).next = p.wrapping_offset(item.size());
            from_c::convert(p, item).map(Some)
        }
    }
}
