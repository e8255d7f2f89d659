//! `PickleBuffer`: a buffer that may travel beside the pickle (PEP 574).

use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, acquire, is_contiguous};
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::managed_buffer::from_getbuffer;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

#[repr(C)]
pub struct PickleBufferBody {
    ob_base: abi::PyObject,
    weakrefs: *mut abi::PyObject,
    buffer: *mut Buffer,
}

/// A buffer held for a pickler.
/// ---
/// Wrapper for potentially out-of-band buffers
#[pytype(name = "pickle.PickleBuffer", body = PickleBufferBody, gc, weaklist = weakrefs, export = "PyPickleBuffer_Type")]
pub struct PickleBuffer;

impl PickleBuffer {
    /// The buffer, unless released.
    pub fn buffer(&self) -> PyResult<&Buffer> {
        // SAFETY: NULL or owned; only `release` and the end of the object take it away.
        unsafe { (*self.body()).buffer.as_ref() }
            .ok_or_else(|| raise!(ValueError, "operation forbidden on released PickleBuffer object"))
    }

    fn drop_buffer(o: *mut abi::PyObject) {
        // SAFETY: own field.
        unsafe {
            let p = std::mem::replace(&mut (*(o as *mut PickleBufferBody)).buffer, std::ptr::null_mut());
            if !p.is_null() {
                drop(Box::from_raw(p));
            }
        }
    }
}

#[pymethods]
impl PickleBuffer {
    #[slot(tp_new, sig = "(object, /)")]
    fn new_slot(_cls: &Type, object: &Obj) -> PyResult<Ref<PickleBuffer>> {
        let buffer = Buffer::get(object, abi::PyBUF_FULL_RO)?;
        // SAFETY: the field owns the box.
        unsafe {
            let b = alloc::new_body::<PickleBuffer>()?;
            (*b.body()).buffer = Box::into_raw(Box::new(buffer));
            Ok(b)
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            dovetail_core::gc::untrack(o);
            if !(*(o as *mut PickleBufferBody)).weakrefs.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            PickleBuffer::drop_buffer(o);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live object.
        unsafe {
            match ((*(o as *mut PickleBufferBody)).buffer.as_ref(), visit) {
                (Some(b), Some(visit)) if !b.view().obj.is_null() => visit(b.view().obj, arg),
                _ => 0,
            }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        PickleBuffer::drop_buffer(o);
        0
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn get_buffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: a live object; the request goes on to the object behind.
        unsafe {
            let b = &*(o as *const PickleBuffer);
            let get = || -> PyResult<()> {
                let behind = b.buffer()?.view().obj;
                acquire(Obj::from_ptr(behind), view, flags)
            };
            match get() {
                Ok(()) => 0,
                Err(_) => {
                    (*view).obj = std::ptr::null_mut();
                    -1
                }
            }
        }
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method]
    fn raw(&self) -> PyResult<Object> {
        let b = self.buffer()?;
        if !is_contiguous(b.view(), b'A') {
            bail!(BufferError, "cannot extract raw buffer from non-contiguous buffer");
        }
        // SAFETY: the function below fills the view from this object.
        unsafe { from_getbuffer(self.as_obj().as_ptr(), raw_buffer, abi::PyBUF_FULL_RO) }
    }

    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[method]
    fn release(&self) {
        PickleBuffer::drop_buffer(self.as_obj().as_ptr());
    }
}

/// Fills a view with the memory as plain bytes, whatever its items and shape.
///
/// # Safety
/// As `bf_getbuffer`, of a contiguous buffer.
unsafe extern "C" fn raw_buffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the view is filled in place and does not move.
    unsafe {
        let r = PickleBuffer::get_buffer(o, view, flags);
        if r == 0 {
            (*view).format = c"B".as_ptr().cast_mut();
            (*view).ndim = 1;
            (*view).itemsize = 1;
            (*view).shape = &raw mut (*view).len;
            (*view).strides = &raw mut (*view).itemsize;
            (*view).suboffsets = std::ptr::null_mut();
        }
        r
    }
}
