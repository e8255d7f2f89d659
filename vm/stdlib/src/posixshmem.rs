//! `_posixshmem`: names of POSIX shared memory.

use crate::osutil::{call, retry};
use crate::util::fs_encode;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::ffi::{CString, c_int};

/// The name of an object for the system; `function` names the argument in the message.
fn name_of(path: &Obj, function: &str) -> PyResult<CString> {
    let Some(name) = path.downcast::<Str>() else {
        bail!(TypeError, "{function} must be str, not {}", path.type_name());
    };
    CString::new(fs_encode(name)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

/// POSIX shared memory module
#[pymodule(name = "_posixshmem")]
pub mod module {
    use super::*;

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=511)")]
    fn shm_open(path: &Obj, flags: c_int, mode: c_int) -> PyResult<i64> {
        let name = name_of(path, "shm_open() argument 1")?;
        // SAFETY: a C string.
        let fd = retry(|| unsafe { libc::shm_open(name.as_ptr(), flags, mode as libc::mode_t) } as isize)?
            .map_err(|e| os_error_from_errno(e, Some(path.as_obj())))?;
        // Not for child processes.
        // SAFETY: the descriptor is ours.
        call(|| unsafe { libc::fcntl(fd as c_int, libc::F_SETFD, libc::FD_CLOEXEC) } as isize)?;
        Ok(fd as i64)
    }

    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes have
    /// unmapped the object, de-allocates and destroys the contents of the
    /// associated memory region.
    #[function(sig = "(path, /)")]
    fn shm_unlink(path: &Obj) -> PyResult<()> {
        let name = name_of(path, "shm_unlink() argument")?;
        // SAFETY: a C string.
        retry(|| unsafe { libc::shm_unlink(name.as_ptr()) } as isize)?
            .map_err(|e| os_error_from_errno(e, Some(path.as_obj())))?;
        Ok(())
    }
}

pub use module::MODULE;
