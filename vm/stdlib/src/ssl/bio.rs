//! `MemoryBIO`: bytes on their way to or from a connection that has no socket.

use super::error::plain;
use super::ffi::{self, P};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::Type;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::bail;
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;

/// The library's memory buffer.
pub struct State {
    pub bio: P,
    eof: Cell<bool>,
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: our reference.
        unsafe { ffi::BIO_free_all(self.bio) };
    }
}

/// Memory buffers of connections.
#[pytype(name = "_ssl.MemoryBIO", body = Boxed<State>)]
pub struct MemoryBio;

impl MemoryBio {
    /// The library's handle.
    pub fn handle(&self) -> P {
        data(self).bio
    }
}

#[pymethods]
impl MemoryBio {
    #[slot(tp_new, sig = "()")]
    fn make(cls: &Type) -> PyResult<Object> {
        // SAFETY: an empty buffer of our own; reading an empty one asks to try again.
        unsafe {
            let bio = ffi::BIO_new(ffi::BIO_s_mem());
            if bio.is_null() {
                return Err(plain("failed to allocate BIO"));
            }
            ffi::BIO_set_flags(bio, ffi::BIO_FLAGS_READ_RETRY);
            ffi::BIO_ctrl(bio, ffi::BIO_C_SET_BUF_MEM_EOF_RETURN, -1, std::ptr::null_mut());
            new_boxed(cls, State { bio, eof: Cell::new(false) })
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    /// The number of bytes pending in the memory BIO.
    #[getter]
    fn pending(&self) -> usize {
        // SAFETY: a live buffer.
        unsafe { ffi::BIO_ctrl_pending(self.handle()) }
    }

    /// Whether the memory BIO is at EOF.
    #[getter]
    fn eof(&self) -> bool {
        self.pending() == 0 && data(self).eof.get()
    }

    /// Read up to size bytes from the memory BIO.
    ///
    /// If size is not specified, read the entire buffer.
    /// If the return value is an empty bytes instance, this means either
    /// EOF or that no data is available. Use the "eof" property to
    /// distinguish between the two.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: i32) -> PyResult<Ref<Bytes>> {
        let available = self.pending().min(i32::MAX as usize);
        let n = if size < 0 { available } else { available.min(size as usize) };
        if n == 0 {
            return Ok(Bytes::empty());
        }
        let out = Bytes::alloc(n)?;
        // SAFETY: room of the given size.
        let got = unsafe { ffi::BIO_read(self.handle(), out.data().cast(), n as i32) };
        if got < 0 {
            return Err(crate::ssl_error!());
        }
        if got as usize == n { Ok(out) } else { Bytes::resize(out, got as usize) }
    }

    /// Writes the bytes b into the memory BIO.
    ///
    /// Returns the number of bytes written.
    #[method]
    fn write(&self, b: BytesLike<'_>) -> PyResult<i32> {
        let Ok(n) = i32::try_from(b.len()) else {
            bail!(OverflowError, "string longer than {} bytes", i32::MAX);
        };
        if data(self).eof.get() {
            return Err(plain("cannot write() after write_eof()"));
        }
        // SAFETY: the bytes with their length.
        let put = unsafe { ffi::BIO_write(self.handle(), b.as_ptr().cast(), n) };
        if put < 0 && n > 0 { Err(crate::ssl_error!()) } else { Ok(put.max(0)) }
    }

    /// Write an EOF marker to the memory BIO.
    ///
    /// When all data has been read, the "eof" property will be True.
    #[method]
    fn write_eof(&self) {
        data(self).eof.set(true);
        // SAFETY: a live buffer: reading an empty one says that it ends.
        unsafe {
            ffi::BIO_clear_flags(self.handle(), ffi::BIO_FLAGS_READ_RETRY);
            ffi::BIO_ctrl(self.handle(), ffi::BIO_C_SET_BUF_MEM_EOF_RETURN, 0, std::ptr::null_mut());
        }
    }
}
