//! The holders of exporters' buffers, and the ways to make views of them.

use crate::bail;
use crate::error::{PyResult, Raised};
use crate::gc;
use crate::object::buffer::{self, Buffer, shape_of, strides_of};
use crate::object::native::Native;
use crate::object::{Obj, Object, Ref, ToRef, alloc};
use crate::types::memoryview::MemoryView;
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The owner of an exporter's buffer.
/// ---
#[pytype(name = "managedbuffer", body = abi::_PyManagedBufferObject, export = "_PyManagedBuffer_Type", gc,
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct ManagedBuffer;

impl ManagedBuffer {
    /// A holder of nothing yet, not tracked.
    fn empty() -> PyResult<Ref<ManagedBuffer>> {
        // SAFETY: all-zero is a holder without a buffer.
        unsafe {
            let o = alloc::generic_alloc_untracked(ManagedBuffer::type_object(), 0)?;
            gc::track(o);
            Ok(Ref::from_owned(o))
        }
    }

    /// Gives the exporter's buffer back.
    pub(crate) fn release_buffer(&self) {
        // SAFETY: own fields; the flag is set before foreign code runs.
        unsafe {
            let b = self.body();
            if (*b).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0 {
                return;
            }
            (*b).flags |= abi::_Py_MANAGED_BUFFER_RELEASED;
            buffer::release(&raw mut (*b).master);
        }
    }
}

#[pymethods]
impl ManagedBuffer {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let m = &*(o as *const ManagedBuffer);
            m.release_buffer();
            if (*m.body()).flags & abi::_Py_MANAGED_BUFFER_FREE_FORMAT != 0 {
                alloc::free((*m.body()).master.format.cast());
            }
            if let Some(free) = (*ManagedBuffer::TYPE_POINTER).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live holder.
        unsafe {
            let owner = (*(o as *mut abi::_PyManagedBufferObject)).master.obj;
            match visit {
                Some(v) if !owner.is_null() => v(owner, arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: a live holder.
        unsafe { &*(o as *const ManagedBuffer) }.release_buffer();
        0
    }
}

/// A view over a holder's buffer with the layout of `src`.
///
/// # Safety
/// `src` describes memory of the holder's buffer.
pub(crate) unsafe fn add_view(
    m: &ManagedBuffer,
    src: &abi::Py_buffer,
    ndim: usize,
) -> PyResult<Ref<MemoryView>> {
    // SAFETY: a new object with room for three numbers a dimension.
    unsafe {
        if (*m.body()).flags & abi::_Py_MANAGED_BUFFER_RELEASED != 0 {
            bail!(ValueError, "operation forbidden on released memoryview object");
        }
        let o = alloc::generic_alloc_untracked(MemoryView::type_object(), 3 * ndim as isize)?;
        let v = o as *mut abi::PyMemoryViewObject;
        (*v).hash = -1;
        let array: *mut isize = (&raw mut (*v).ob_array).cast();
        let d = &mut (*v).view;
        d.obj = src.obj;
        d.buf = src.buf;
        d.len = src.len;
        d.itemsize = src.itemsize;
        d.readonly = src.readonly;
        d.format = if src.format.is_null() { c"B".as_ptr().cast_mut() } else { src.format };
        d.internal = src.internal;
        d.ndim = ndim as c_int;
        d.shape = array;
        d.strides = array.add(ndim);
        d.suboffsets = null_mut();
        if ndim == src.ndim as usize {
            for (i, n) in shape_of(src).into_iter().enumerate() {
                *array.add(i) = n;
            }
            for (i, n) in strides_of(src).into_iter().enumerate() {
                *array.add(ndim + i) = n;
            }
            if !src.suboffsets.is_null() {
                d.suboffsets = array.add(2 * ndim);
                std::ptr::copy_nonoverlapping(src.suboffsets, d.suboffsets, ndim);
            }
        }
        if ndim == 0 {
            d.shape = null_mut();
            d.strides = null_mut();
        }
        (*v).mbuf = m.to_ref().into_ptr().cast();
        (*m.body()).exports += 1;
        let mv: Ref<MemoryView> = Ref::from_owned(o);
        mv.set_flags();
        gc::track(o);
        Ok(mv)
    }
}

/// A view over a buffer that `get` fills in (`_PyMemoryView_FromBufferProc`).
///
/// # Safety
/// `get` is an exporter's `bf_getbuffer`, for `owner`.
pub unsafe fn from_getbuffer(
    owner: P,
    get: unsafe extern "C" fn(P, *mut abi::Py_buffer, c_int) -> c_int,
    flags: c_int,
) -> PyResult<Object> {
    let m = ManagedBuffer::empty()?;
    // SAFETY: the struct is in the holder and does not move.
    unsafe {
        if get(owner, &raw mut (*m.body()).master, flags) < 0 {
            (*m.body()).master.obj = null_mut();
            return Err(Raised::from_c());
        }
        let src = &(*m.body()).master;
        Ok(add_view(&m, src, src.ndim as usize)?.into_object())
    }
}

/// A view over memory that somebody else keeps (`PyMemoryView_FromBuffer`): the description is copied, nothing is
/// released at the end.
pub fn from_buffer_info(info: &abi::Py_buffer) -> PyResult<Object> {
    if info.buf.is_null() {
        bail!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
    }
    let m = ManagedBuffer::empty()?;
    // SAFETY: the caller's description holds during this call; its arrays are copied into the view.
    unsafe {
        (*m.body()).master = *info;
        (*m.body()).master.obj = null_mut();
        let v = add_view(&m, info, info.ndim as usize)?;
        (*v.body()).view.obj = null_mut();
        Ok(v.into_object())
    }
}

/// A view over `len` bytes (`PyMemoryView_FromMemory`).
///
/// # Safety
/// The memory outlives the view.
pub unsafe fn from_memory(p: *mut u8, len: isize, readonly: bool) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut info: abi::Py_buffer = std::mem::zeroed();
        buffer::fill_info(&mut info, null_mut(), p.cast(), len, readonly, abi::PyBUF_FULL_RO)?;
        from_buffer_info(&info)
    }
}

/// `memoryview(o)`, with other flags than the usual ones for `_from_flags`.
pub fn from_object_flags(o: &Obj, flags: c_int) -> PyResult<Ref<MemoryView>> {
    if let Some(v) = o.downcast::<MemoryView>() {
        v.check_unrestricted()?;
        // SAFETY: the view's own description.
        return unsafe { add_view(v.holder(), &(*v.body()).view, (*v.body()).view.ndim as usize) };
    }
    if !Buffer::supported(o) {
        bail!(TypeError, "memoryview: a bytes-like object is required, not '{}'", o.type_name());
    }
    let m = ManagedBuffer::empty()?;
    // SAFETY: filled in place.
    unsafe {
        if let Err(e) = buffer::acquire(o, &raw mut (*m.body()).master, flags) {
            (*m.body()).master.obj = null_mut();
            return Err(e);
        }
        let src = &(*m.body()).master;
        add_view(&m, src, src.ndim as usize)
    }
}

/// `memoryview(o)`.
pub fn from_object(o: &Obj) -> PyResult<Ref<MemoryView>> {
    from_object_flags(o, abi::PyBUF_FULL_RO)
}
