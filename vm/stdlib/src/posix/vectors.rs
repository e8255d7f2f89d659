//! Reading and writing several buffers at a place, and moving bytes through pipes.

use super::path::call;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::dict::Dict;
use dovetail_macros::pymodule;

fn sequence(o: &Obj, message: &str) -> PyResult<Vec<Object>> {
    if o.is_a::<Dict>() || o.len_().map_err(dovetail_core::Raised::clear).is_err() {
        return Err(dovetail_core::error::raise_message(dovetail_core::error::exc::TypeError(), message));
    }
    dovetail_core::object::sequence::fast_items(o, message)
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    ///
    /// Combines the functionality of readv() and pread().  As readv(), it will
    /// transfer data into each buffer until it is full and then move on to the
    /// next buffer in the sequence to hold the rest of the data.  Its fourth
    /// argument, specifies the file offset at which the input operation is to
    /// be performed.  It will return the total number of bytes read (which can
    /// be less than the total capacity of all the objects).
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_HIPRI
    /// - RWF_NOWAIT
    ///
    /// Using non-zero flags requires Linux 4.6 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(fd: i32, buffers: &Obj, offset: i64, flags: i32) -> PyResult<isize> {
        let items = sequence(buffers, "preadv2() arg 2 must be a sequence")?;
        let mut views =
            items.iter().map(|o| Buffer::get(o, abi::PyBUF_WRITABLE)).collect::<PyResult<Vec<_>>>()?;
        let rows: Vec<libc::iovec> = views
            .iter_mut()
            .map(|b| {
                let s = b.as_mut_slice();
                libc::iovec { iov_base: s.as_mut_ptr().cast(), iov_len: s.len() }
            })
            .collect();
        // SAFETY: rows of live buffers.
        call(None, || unsafe { libc::preadv2(fd, rows.as_ptr(), rows.len() as i32, offset, flags) })
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    ///
    /// Combines the functionality of writev() and pwrite(). All buffers must be
    /// a sequence of bytes-like objects.  Buffers are processed in array order.
    /// Entire contents of first buffer is written before proceeding to second,
    /// and so on. The operating system may set a limit (sysconf() value
    /// SC_IOV_MAX) on the number of buffers that can be used.
    /// This function writes the contents of each object to the file descriptor
    /// and returns the total number of bytes written.
    ///
    /// The flags argument contains a bitwise OR of zero or more of the
    /// following flags:
    ///
    /// - RWF_DSYNC
    /// - RWF_SYNC
    /// - RWF_APPEND
    ///
    /// Using non-zero flags requires Linux 4.7 or newer.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(fd: i32, buffers: &Obj, offset: i64, flags: i32) -> PyResult<isize> {
        let items = sequence(buffers, "pwritev() arg 2 must be a sequence")?;
        let views = items.iter().map(|o| BytesLike::of(o)).collect::<PyResult<Vec<_>>>()?;
        let rows: Vec<libc::iovec> = views
            .iter()
            .map(|s| libc::iovec { iov_base: s.as_ptr().cast_mut().cast(), iov_len: s.len() })
            .collect();
        // SAFETY: rows of live buffers.
        call(None, || unsafe { libc::pwritev2(fd, rows.as_ptr(), rows.len() as i32, offset, flags) })
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///   flags
    ///     Flags to modify the semantics of the call.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst. The offset associated to the file
    /// descriptor that refers to a pipe must be None.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<&Obj>,
        offset_dst: Option<&Obj>,
        flags: u32,
    ) -> PyResult<isize> {
        if count < 0 {
            bail!(ValueError, "negative value for 'count' not allowed");
        }
        let mut a = offset_src.map(Obj::as_i64).transpose()?;
        let mut b = offset_dst.map(Obj::as_i64).transpose()?;
        let pa = a.as_mut().map_or(std::ptr::null_mut(), |v| v as *mut i64);
        let pb = b.as_mut().map_or(std::ptr::null_mut(), |v| v as *mut i64);
        // SAFETY: offsets are ours or NULL.
        call(None, || unsafe { libc::splice(src, pa, dst, pb, count as usize, flags) })
    }
}

pub use module::MODULE;
