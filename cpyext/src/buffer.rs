//! `pybuffer.h`, `memoryobject.h`: buffers and memory views (C API, sections "Buffer Protocol", "MemoryView objects").

use crate::boundary::{bad_internal_call, null_argument};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::buffer::{contiguous_copy, is_contiguous};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::managed_buffer;
use dovetail_core::types::memoryview::MemoryView;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// Fills a view of one block of bytes.
///
/// # Safety
/// `view` is writable; `data` has `n` bytes and lives as long as `owner`.
pub unsafe fn fill(
    view: *mut abi::Py_buffer,
    owner: Option<&Obj>,
    data: *mut c_void,
    n: isize,
    readonly: bool,
) {
    // SAFETY: the caller's promise.
    unsafe {
        *view = std::mem::zeroed();
        (*view).obj = owner.map_or(null_mut(), |o| o.to_owned().into_ptr());
        (*view).buf = data;
        (*view).len = n;
        (*view).itemsize = 1;
        (*view).readonly = readonly.into();
        (*view).ndim = 1;
    }
}

/// Releases a view and its owner.
///
/// # Safety
/// `view` was filled, or released before.
pub unsafe fn release(view: *mut abi::Py_buffer) {
    // SAFETY: the caller's promise.
    unsafe {
        let owner = (*view).obj;
        if owner.is_null() {
            return;
        }
        let ty = Obj::from_ptr(owner).ob_type().raw();
        if let Some(f) = ty.tp_as_buffer.as_ref().and_then(|b| b.bf_releasebuffer) {
            f(owner, view);
        }
        (*view).obj = null_mut();
        dovetail_core::object::obj::decref(owner);
    }
}

/// Does the object export a buffer?
#[capi]
fn PyObject_CheckBuffer(o: &Obj) -> bool {
    // SAFETY: procedures of the object's type.
    unsafe { o.ob_type().raw().tp_as_buffer.as_ref() }.is_some_and(|b| b.bf_getbuffer.is_some())
}

/// Fills a view by the exporter.
#[capi]
unsafe fn PyObject_GetBuffer(o: &Obj, view: *mut abi::Py_buffer, flags: c_int) -> PyResult<()> {
    if flags != abi::PyBUF_SIMPLE as c_int && flags & (abi::PyBUF_READ | abi::PyBUF_WRITE) as c_int == flags {
        return Err(bad_internal_call());
    }
    // SAFETY: procedures of the object's type, the caller's view.
    unsafe {
        let Some(f) = o.ob_type().raw().tp_as_buffer.as_ref().and_then(|b| b.bf_getbuffer) else {
            bail!(TypeError, "a bytes-like object is required, not '{}'", o.type_name());
        };
        if f(o.as_ptr(), view, flags) < 0 { Err(Raised::from_c()) } else { Ok(()) }
    }
}

/// Releases a view.
#[capi]
unsafe fn PyBuffer_Release(view: *mut abi::Py_buffer) {
    // SAFETY: the caller's view.
    unsafe { release(view) }
}

/// Fills a view of a block for an exporter's `bf_getbuffer`.
#[capi]
unsafe fn PyBuffer_FillInfo(
    view: *mut abi::Py_buffer,
    owner: Option<&Obj>,
    data: *mut c_void,
    n: isize,
    readonly: c_int,
    flags: c_int,
) -> PyResult<()> {
    if view.is_null() {
        bail!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
    }
    let asks = |bits: u32| flags & bits as c_int == bits as c_int;
    if flags != abi::PyBUF_SIMPLE as c_int {
        if flags == abi::PyBUF_READ as c_int || flags == abi::PyBUF_WRITE as c_int {
            return Err(bad_internal_call());
        }
        if asks(abi::PyBUF_WRITABLE as u32) && readonly != 0 {
            bail!(BufferError, "Object is not writable.");
        }
    }
    // SAFETY: the caller's view and block; shape and strides point into the view itself.
    unsafe {
        fill(view, owner, data, n, readonly != 0);
        (*view).format = if asks(abi::PyBUF_FORMAT as u32) { c"B".as_ptr().cast_mut() } else { null_mut() };
        (*view).shape = if asks(abi::PyBUF_ND as u32) { &raw mut (*view).len } else { null_mut() };
        (*view).strides =
            if asks(abi::PyBUF_STRIDES as u32) { &raw mut (*view).itemsize } else { null_mut() };
    }
    Ok(())
}

/// Is the memory in one block, in C's order (`C`), Fortran's (`F`) or either (`A`)?
#[capi]
unsafe fn PyBuffer_IsContiguous(view: *const abi::Py_buffer, order: c_char) -> bool {
    // SAFETY: the caller's view.
    unsafe { is_contiguous(&*view, order as u8) }
}

/// The address of an item.
#[capi]
unsafe fn PyBuffer_GetPointer(view: *const abi::Py_buffer, indices: *const isize) -> *mut c_void {
    // SAFETY: the caller's view and indices within it.
    unsafe {
        let mut p: *mut u8 = (*view).buf.cast();
        for i in 0..(*view).ndim as usize {
            p = p.offset(*(*view).strides.add(i) * *indices.add(i));
            if !(*view).suboffsets.is_null() && *(*view).suboffsets.add(i) >= 0 {
                p = (*p.cast::<*mut u8>()).offset(*(*view).suboffsets.add(i));
            }
        }
        p.cast()
    }
}

/// The size of one item of a `struct` format.
#[capi]
unsafe fn PyBuffer_SizeFromFormat(format: *const c_char) -> PyResult<isize> {
    // SAFETY: a C string.
    let text = unsafe { crate::text::c_text(format)? };
    let calcsize = dovetail_core::import::import_module("struct")?.get_attr_text("calcsize")?;
    calcsize.call(&[dovetail_core::object::AsObj::as_obj(&*text)])?.as_isize()
}

/// The strides of a block in the given order.
#[capi]
unsafe fn PyBuffer_FillContiguousStrides(
    ndim: c_int,
    shape: *mut isize,
    strides: *mut isize,
    itemsize: c_int,
    order: c_char,
) {
    let mut step = itemsize as isize;
    let n = ndim.max(0) as usize;
    let fortran = order as u8 == b'F';
    for k in 0..n {
        let i = if fortran { k } else { n - 1 - k };
        // SAFETY: the caller's arrays of ndim items.
        unsafe {
            *strides.add(i) = step;
            step *= *shape.add(i);
        }
    }
}

/// Copies a view into one block.
#[capi]
unsafe fn PyBuffer_ToContiguous(
    out: *mut c_void,
    view: *const abi::Py_buffer,
    n: isize,
    order: c_char,
) -> PyResult<()> {
    // SAFETY: the caller's view and block of n bytes.
    unsafe {
        if n != (*view).len {
            bail!(ValueError, "PyBuffer_ToContiguous: len != view->len");
        }
        let bytes = contiguous_copy(&*view, order as u8);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast(), bytes.len());
    }
    Ok(())
}

/// Steps through a view's items in an order.
unsafe fn each_item(view: *const abi::Py_buffer, fortran: bool, f: &mut dyn FnMut(*mut c_void)) {
    // SAFETY: the caller's view with shape and strides.
    unsafe {
        let n = (*view).ndim as usize;
        let shape: Vec<isize> = (0..n).map(|i| *(*view).shape.add(i)).collect();
        let total: isize = shape.iter().product();
        let mut indices = vec![0isize; n];
        for _ in 0..total {
            f(PyBuffer_GetPointer(view, indices.as_ptr()));
            for k in 0..n {
                let i = if fortran { k } else { n - 1 - k };
                indices[i] += 1;
                if indices[i] < shape[i] {
                    break;
                }
                indices[i] = 0;
            }
        }
    }
}

/// Copies one block into a view.
#[capi]
unsafe fn PyBuffer_FromContiguous(
    view: *const abi::Py_buffer,
    data: *const c_void,
    n: isize,
    order: c_char,
) -> PyResult<()> {
    // SAFETY: the caller's view and block of n bytes.
    unsafe {
        let n = n.min((*view).len);
        if is_contiguous(&*view, order as u8) {
            std::ptr::copy_nonoverlapping(data.cast::<u8>(), (*view).buf.cast(), n as usize);
            return Ok(());
        }
        let size = (*view).itemsize as usize;
        let mut left = n as usize / size.max(1);
        let mut from: *const u8 = data.cast();
        each_item(view, order as u8 == b'F', &mut |p| {
            if left > 0 {
                std::ptr::copy_nonoverlapping(from, p.cast(), size);
                from = from.add(size);
                left -= 1;
            }
        });
    }
    Ok(())
}

/// Copies the data of one exporter into another.
#[capi]
unsafe fn PyObject_CopyData(to: &Obj, from: &Obj) -> PyResult<()> {
    // SAFETY: views that are released below.
    unsafe {
        let mut source: abi::Py_buffer = std::mem::zeroed();
        let mut target: abi::Py_buffer = std::mem::zeroed();
        if !PyObject_CheckBuffer(to.as_ptr()).eq(&1) || !PyObject_CheckBuffer(from.as_ptr()).eq(&1) {
            bail!(TypeError, "both destination and source must be bytes-like objects");
        }
        if PyObject_GetBuffer(to.as_ptr(), &raw mut target, abi::PyBUF_FULL as c_int) < 0 {
            return Err(Raised::from_c());
        }
        if PyObject_GetBuffer(from.as_ptr(), &raw mut source, abi::PyBUF_FULL_RO as c_int) < 0 {
            release(&raw mut target);
            return Err(Raised::from_c());
        }
        let result = if target.len < source.len {
            Err(raise!(BufferError, "destination is too small to receive data from source"))
        } else {
            let bytes = contiguous_copy(&source, b'C');
            let status = PyBuffer_FromContiguous(
                &raw const target,
                bytes.as_ptr().cast(),
                bytes.len() as isize,
                b'C' as c_char,
            );
            if status < 0 { Err(Raised::from_c()) } else { Ok(()) }
        };
        release(&raw mut source);
        release(&raw mut target);
        result
    }
}

/// `memoryview(o)`.
#[capi]
fn PyMemoryView_FromObject(o: &Obj) -> PyResult<Ref<MemoryView>> {
    managed_buffer::from_object(o)
}

/// A memory view of bytes that outlive it.
#[capi]
unsafe fn PyMemoryView_FromMemory(data: *mut c_char, n: isize, flags: c_int) -> PyResult<Object> {
    // SAFETY: a view of the caller's memory.
    unsafe {
        let mut view: abi::Py_buffer = std::mem::zeroed();
        let readonly = flags != abi::PyBUF_WRITE as c_int;
        fill(&raw mut view, None, data.cast(), n, readonly);
        view.format = c"B".as_ptr().cast_mut();
        view.shape = &raw mut view.len;
        view.strides = &raw mut view.itemsize;
        managed_buffer::from_buffer_info(&view)
    }
}

/// A memory view of what a view describes, which outlives it.
#[capi]
unsafe fn PyMemoryView_FromBuffer(view: *const abi::Py_buffer) -> PyResult<Object> {
    if view.is_null() {
        return Err(null_argument());
    }
    // SAFETY: the caller's view.
    unsafe {
        if (*view).buf.is_null() {
            bail!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        }
        managed_buffer::from_buffer_info(&*view)
    }
}

/// A memory view in one block: of the object's own memory where that is in one, else of a copy.
#[capi]
unsafe fn PyMemoryView_GetContiguous(o: &Obj, kind: c_int, order: c_char) -> PyResult<Object> {
    let view = managed_buffer::from_object(o)?;
    let v = view.view();
    if kind == abi::PyBUF_WRITE as c_int && v.readonly != 0 {
        bail!(BufferError, "underlying buffer is not writable");
    }
    if is_contiguous(v, order as u8) {
        return Ok(view.into_object());
    }
    if kind == abi::PyBUF_WRITE as c_int {
        bail!(BufferError, "writable contiguous buffer requested for a non-contiguous object.");
    }
    let copy = dovetail_core::types::bytes::Bytes::new(&contiguous_copy(v, order as u8))?;
    let flat = managed_buffer::from_object(&copy)?;
    let (format, shape) = (view.get_attr_text("format")?, view.get_attr_text("shape")?);
    flat.call_method_text("cast", &[&*format, &*shape])
}
