//! `memoryview`: typed, possibly many-dimensional views of another object's memory.
//!
//! A managed buffer holds the exporter's buffer; the views made of it count themselves there, and the last one to be
//! released gives the buffer back. A view's shape, strides and suboffsets lie behind the object.

use crate::error::PyResult;
use crate::object::buffer::{Buffer, is_contiguous};
use crate::object::obj::incref;
use crate::object::{Obj, Object, Ref, ToRef};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::managed_buffer::add_view;
pub use crate::types::managed_buffer::{
    ManagedBuffer, from_buffer_info, from_getbuffer, from_memory, from_object, from_object_flags,
};
use crate::types::memory_compare::copy_items;
use crate::types::memory_items::{native_char, pack, unpack};
use crate::types::none::ellipsis;
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::{bail, raise};
use dovetail_macros::pytype;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

/// Views of memory.
/// ---
/// Create a new memoryview object which references the given object.
#[pytype(
    name = "memoryview", body = abi::PyMemoryViewObject, export = "PyMemoryView_Type", gc,
    basicsize = std::mem::offset_of!(abi::PyMemoryViewObject, ob_array), itemsize = size_of::<isize>(),
    weaklist = weakreflist, flags = abi::Py_TPFLAGS_SEQUENCE, sig = "(object)",
)]
pub struct MemoryView;

pub(crate) const RELEASED: c_int = abi::_Py_MEMORYVIEW_RELEASED;
pub(crate) const C_ORDER: c_int = abi::_Py_MEMORYVIEW_C;
pub(crate) const F_ORDER: c_int = abi::_Py_MEMORYVIEW_FORTRAN;
pub(crate) const SCALAR: c_int = abi::_Py_MEMORYVIEW_SCALAR;
pub(crate) const INDIRECT: c_int = abi::_Py_MEMORYVIEW_PIL;
pub(crate) const RESTRICTED: c_int = abi::_Py_MEMORYVIEW_RESTRICTED;

impl MemoryView {
    /// The description of the memory.
    pub fn view(&self) -> &abi::Py_buffer {
        // SAFETY: own fields.
        unsafe { &(*self.body()).view }
    }

    #[allow(clippy::mut_from_ref)]
    pub(crate) unsafe fn view_mut(&self) -> &mut abi::Py_buffer {
        // SAFETY: a new view that nobody else has seen.
        unsafe { &mut (*self.body()).view }
    }

    pub(crate) fn holder(&self) -> &ManagedBuffer {
        // SAFETY: a live view has a holder.
        unsafe { &*((*self.body()).mbuf as *const ManagedBuffer) }
    }

    pub(crate) fn flags(&self) -> c_int {
        // SAFETY: own fields.
        unsafe { (*self.body()).flags }
    }

    pub(crate) fn has(&self, flag: c_int) -> bool {
        self.flags() & flag != 0
    }

    /// Finds out how the memory lies.
    pub(crate) fn set_flags(&self) {
        let v = self.view();
        let mut f = 0;
        if v.ndim == 0 {
            f |= C_ORDER | F_ORDER | SCALAR;
        } else {
            f |= if is_contiguous(v, b'C') { C_ORDER } else { 0 };
            f |= if is_contiguous(v, b'F') { F_ORDER } else { 0 };
        }
        if !v.suboffsets.is_null() {
            f = f & !(C_ORDER | F_ORDER) | INDIRECT;
        }
        // SAFETY: own fields.
        unsafe { (*self.body()).flags = (*self.body()).flags & (RELEASED | RESTRICTED) | f }
    }

    /// Is the view, or the buffer under it, given back?
    pub fn is_released(&self) -> bool {
        // SAFETY: own fields.
        self.has(RELEASED)
            || unsafe {
                (*self.body()).mbuf.is_null()
                    || (*(*self.body()).mbuf).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0
            }
    }

    pub(crate) fn check(&self) -> PyResult<()> {
        if self.is_released() {
            bail!(ValueError, "operation forbidden on released memoryview object");
        }
        Ok(())
    }

    pub(crate) fn check_unrestricted(&self) -> PyResult<()> {
        self.check()?;
        if self.has(RESTRICTED) {
            bail!(ValueError, "cannot create new view on restricted memoryview");
        }
        Ok(())
    }

    /// Forbids new views, for the time of `__release_buffer__`.
    pub fn restrict(&self) {
        // SAFETY: own fields.
        unsafe { (*self.body()).flags |= RESTRICTED }
    }

    pub(crate) fn ndim(&self) -> usize {
        self.view().ndim as usize
    }

    pub(crate) fn shape(&self) -> &[isize] {
        if self.ndim() == 0 {
            &[]
        } else {
            // SAFETY: own array.
            unsafe { std::slice::from_raw_parts(self.view().shape, self.ndim()) }
        }
    }

    pub(crate) fn strides(&self) -> &[isize] {
        if self.ndim() == 0 {
            &[]
        } else {
            // SAFETY: own array.
            unsafe { std::slice::from_raw_parts(self.view().strides, self.ndim()) }
        }
    }

    pub(crate) fn format(&self) -> &CStr {
        // SAFETY: a view has a format.
        unsafe { CStr::from_ptr(self.view().format) }
    }

    pub(crate) fn format_text(&self) -> String {
        self.format().to_string_lossy().into_owned()
    }

    /// The native format, or `NotImplementedError`.
    pub(crate) fn item_format(&self) -> PyResult<u8> {
        match native_char(self.format()) {
            Some(c) => Ok(c),
            None => {
                Err(raise!(NotImplementedError, "memoryview: format {} not supported", self.format_text()))
            }
        }
    }

    /// Follows an indirection of a dimension.
    pub(crate) unsafe fn adjusted(&self, p: *mut u8, dim: usize) -> *mut u8 {
        let v = self.view();
        if v.suboffsets.is_null() {
            return p;
        }
        // SAFETY: suboffsets come as one a dimension; the exporter's arithmetic.
        unsafe {
            let s = *v.suboffsets.add(dim);
            if s >= 0 { (*(p as *mut *mut u8)).offset(s) } else { p }
        }
    }

    /// The address of an item on one dimension.
    pub(crate) fn at(&self, p: *mut u8, dim: usize, index: isize) -> PyResult<*mut u8> {
        let n = self.shape()[dim];
        let i = if index < 0 { index + n } else { index };
        if i < 0 || i >= n {
            bail!(IndexError, "index out of bounds on dimension {}", dim + 1);
        }
        // SAFETY: inside the shape.
        Ok(unsafe { self.adjusted(p.offset(self.strides()[dim] * i), dim) })
    }

    pub(crate) fn start(&self) -> *mut u8 {
        self.view().buf.cast()
    }

    /// `v[i]` of a one-dimensional view.
    pub(crate) fn item_at(&self, i: isize) -> PyResult<Object> {
        self.check()?;
        let c = self.item_format()?;
        match self.ndim() {
            0 => bail!(TypeError, "invalid indexing of 0-dim memory"),
            // SAFETY: the address of an item.
            1 => unsafe { unpack(self.at(self.start(), 0, i)?, c) },
            _ => bail!(NotImplementedError, "multi-dimensional sub-views are not implemented"),
        }
    }

    /// The address of an item by one index a dimension.
    pub(crate) fn multi(&self, key: &Tuple) -> PyResult<*mut u8> {
        if key.len() > self.ndim() {
            bail!(TypeError, "cannot index {}-dimension view with {}-element tuple", self.ndim(), key.len());
        }
        let mut p = self.start();
        for (dim, k) in key.items().iter().enumerate() {
            let i = k.as_isize_index()?;
            // The conversion may have released the view.
            self.check()?;
            p = self.at(p, dim, i)?;
        }
        Ok(p)
    }

    /// The view cut to a slice of its first dimension; the view is new.
    pub(crate) fn cut(&self, s: &Slice) -> PyResult<()> {
        let (start, _, step, count) = s.indices(self.shape()[0] as usize)?;
        // SAFETY: a new view; the slice lies inside the shape.
        unsafe {
            let v = self.view_mut();
            if v.suboffsets.is_null() || *v.suboffsets < 0 {
                v.buf = (v.buf as *mut u8).offset(*v.strides * start).cast();
            } else {
                *v.suboffsets += *v.strides * start;
            }
            *v.shape = count as isize;
            *v.strides *= step;
            v.len = self.shape().iter().product::<isize>() * v.itemsize;
        }
        self.set_flags();
        Ok(())
    }

    /// Another view of the same memory.
    pub(crate) fn again(&self) -> PyResult<Ref<MemoryView>> {
        // SAFETY: own description.
        unsafe { add_view(self.holder(), self.view(), self.ndim()) }
    }

    /// Runs `f`, which may run Python code, with the view kept from being released: that is a `BufferError` meanwhile.
    pub(crate) fn pinned<R>(&self, f: impl FnOnce() -> R) -> R {
        // SAFETY: own fields; the view counts as exported for the time of `f`.
        unsafe { (*self.body()).exports += 1 };
        let r = f();
        // SAFETY: as above.
        unsafe { (*self.body()).exports -= 1 };
        r
    }

    pub(crate) fn release_view(&self) -> PyResult<()> {
        if self.has(RELEASED) {
            return Ok(());
        }
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let n = (*b).exports;
            if n > 0 {
                bail!(BufferError, "memoryview has {n} exported buffer{}", if n == 1 { "" } else { "s" });
            }
            (*b).flags |= RELEASED;
            if !(*b).mbuf.is_null() {
                (*(*b).mbuf).exports -= 1;
                if (*(*b).mbuf).exports == 0 {
                    let m = self.holder().to_ref();
                    m.release_buffer();
                }
            }
        }
        Ok(())
    }

    /// The items as nested lists.
    pub(crate) fn list_from(&self, p: *mut u8, dim: usize, c: u8) -> PyResult<Object> {
        if dim == self.ndim() {
            // SAFETY: the address of an item.
            return unsafe { unpack(p, c) };
        }
        let n = self.shape()[dim];
        let mut items = Vec::with_capacity(n as usize);
        for i in 0..n {
            let q = self.at(p, dim, i)?;
            items.push(self.list_from(q, dim + 1, c)?);
        }
        Ok(List::from_vec(items)?.into_object())
    }

    pub(crate) fn numbers(p: *const isize, n: usize) -> PyResult<Ref<Tuple>> {
        if p.is_null() {
            return Ok(Tuple::empty());
        }
        // SAFETY: one number a dimension.
        let all = unsafe { std::slice::from_raw_parts(p, n) };
        let ints =
            all.iter().map(|x| Ok(Int::from_i64(*x as i64)?.into_object())).collect::<PyResult<Vec<_>>>()?;
        Tuple::from_vec(ints)
    }

    pub(crate) fn assign(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        let c = self.item_format()?;
        let shown = self.format_text();
        let store = |find: &dyn Fn() -> PyResult<*mut u8>| -> PyResult<()> {
            let p = find()?;
            let bytes = pack(value, c, shown.trim_start_matches('@'))?;
            // Conversions may have run Python code, which may have released the view.
            self.check()?;
            // SAFETY: the address of an item of that size.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len()) };
            Ok(())
        };
        if self.ndim() == 0 {
            if key.is(ellipsis()) || key.downcast::<Tuple>().is_some_and(Tuple::is_empty) {
                return store(&|| Ok(self.start()));
            }
            bail!(TypeError, "invalid indexing of 0-dim memory");
        }
        if key.has_index() {
            if self.ndim() > 1 {
                bail!(NotImplementedError, "sub-views are not implemented");
            }
            let i = key.as_isize_index()?;
            self.check()?;
            return store(&|| self.at(self.start(), 0, i));
        }
        if let Some(s) = key.downcast_exact::<Slice>()
            && self.ndim() == 1
        {
            let src = Buffer::get(value, abi::PyBUF_FULL_RO)?;
            let dest = self.again()?;
            dest.cut(s)?;
            self.check()?;
            return copy_items(dest.view(), src.view());
        }
        if let Some(t) = key.downcast::<Tuple>() {
            if t.items().iter().all(|k| k.has_index()) {
                if t.len() < self.ndim() {
                    bail!(NotImplementedError, "sub-views are not implemented");
                }
                let p = self.multi(t)?;
                return store(&|| Ok(p));
            }
            if !t.is_empty() && t.items().iter().all(|k| k.is_exact::<Slice>()) {
                bail!(
                    NotImplementedError,
                    "memoryview slice assignments are currently restricted to ndim = 1"
                );
            }
        } else if key.is_exact::<Slice>() {
            bail!(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
        }
        bail!(TypeError, "memoryview: invalid slice key")
    }
}

impl MemoryView {
    /// Fills a consumer's struct.
    pub(crate) unsafe fn give(&self, out: *mut abi::Py_buffer, flags: c_int) -> PyResult<()> {
        self.check_unrestricted()?;
        let asks = |f: c_int| flags & f == f;
        if asks(abi::PyBUF_WRITABLE) && self.view().readonly != 0 {
            bail!(BufferError, "memoryview: underlying buffer is not writable");
        }
        if asks(abi::PyBUF_C_CONTIGUOUS) && !self.has(C_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not C-contiguous");
        }
        if asks(abi::PyBUF_F_CONTIGUOUS) && !self.has(F_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not Fortran contiguous");
        }
        if asks(abi::PyBUF_ANY_CONTIGUOUS) && !self.has(C_ORDER | F_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not contiguous");
        }
        if !asks(abi::PyBUF_INDIRECT) && self.has(INDIRECT) {
            bail!(BufferError, "memoryview: underlying buffer requires suboffsets");
        }
        if !asks(abi::PyBUF_STRIDES) && !self.has(C_ORDER) {
            bail!(BufferError, "memoryview: underlying buffer is not C-contiguous");
        }
        if !asks(abi::PyBUF_ND) && asks(abi::PyBUF_FORMAT) {
            bail!(BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
        }
        // SAFETY: the consumer's struct; the view counts as exported until it is released.
        unsafe {
            *out = *self.view();
            let o = &mut *out;
            if !asks(abi::PyBUF_FORMAT) {
                o.format = null_mut();
            }
            if !asks(abi::PyBUF_STRIDES) {
                o.strides = null_mut();
            }
            if !asks(abi::PyBUF_ND) {
                o.ndim = 1;
                o.shape = null_mut();
            }
            incref(self.as_ptr());
            o.obj = self.as_ptr();
            (*self.body()).exports += 1;
        }
        Ok(())
    }
}
