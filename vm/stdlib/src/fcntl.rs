//! `fcntl`: file control and device control calls, and locks on files.

use crate::osutil::{c_int, call, mask_u64, numbers, retry, text_or_bytes};
use crate::posix::path::Fd;
use crate::util::{int, set_ints};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, is_contiguous};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::full_type_name;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// The longest buffer that goes through a copy.
const COPY_LIMIT: usize = 1024;
/// Bytes behind the copy that a call must leave alone.
const GUARD: [u8; 8] = *b"\x00\xfa\x69\xc4\x67\xa3\x6c\x58";

static NUMBERS: &[(&str, i64)] = numbers!(
    FD_CLOEXEC FICLONE FICLONERANGE F_ADD_SEALS F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_GETFL F_GETLEASE F_GETLK
    F_GETOWN F_GETPIPE_SZ F_GET_SEALS F_NOTIFY F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_RDLCK
    F_SEAL_FUTURE_WRITE F_SEAL_GROW F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_WRITE F_SETFD F_SETFL F_SETLEASE
    F_SETLK F_SETLKW F_SETOWN F_SETPIPE_SZ F_UNLCK F_WRLCK LOCK_EX LOCK_NB LOCK_SH LOCK_UN
);

/// Numbers that the `libc` crate does not name.
static MORE_NUMBERS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_ATTRIB", 32),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 0x80000000),
    ("DN_RENAME", 16),
    ("FASYNC", 0x2000),
    ("F_DUPFD_QUERY", 0x403),
    ("F_EXLCK", 4),
    ("F_GETLK64", 5),
    ("F_GETOWN_EX", 16),
    ("F_GETSIG", 11),
    ("F_GET_FILE_RW_HINT", 0x40d),
    ("F_GET_RW_HINT", 0x40b),
    ("F_OWNER_PGRP", 2),
    ("F_OWNER_PID", 1),
    ("F_OWNER_TID", 0),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("F_SETOWN_EX", 15),
    ("F_SETSIG", 10),
    ("F_SET_FILE_RW_HINT", 0x40e),
    ("F_SET_RW_HINT", 0x40c),
    ("F_SHLCK", 8),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_RW", 192),
    ("LOCK_WRITE", 128),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_SHORT", 2),
];

/// A copy of an argument's bytes with a guard behind, for calls that write to it.
struct Copied {
    bytes: [u8; COPY_LIMIT + GUARD.len()],
    len: usize,
}

impl Copied {
    fn new(data: &[u8], function: &str) -> PyResult<Copied> {
        if data.len() > COPY_LIMIT {
            bail!(ValueError, "{function} argument 3 is too long");
        }
        let mut c = Copied { bytes: [0; COPY_LIMIT + GUARD.len()], len: data.len() };
        c.bytes[..data.len()].copy_from_slice(data);
        c.bytes[data.len()..data.len() + GUARD.len()].copy_from_slice(&GUARD);
        Ok(c)
    }

    fn finish(&self) -> PyResult<Object> {
        if self.bytes[self.len..self.len + GUARD.len()] != GUARD {
            bail!(SystemError, "buffer overflow");
        }
        Ok(Bytes::new(&self.bytes[..self.len])?.into_object())
    }
}

fn bad_argument(function: &str, arg: &Obj) -> dovetail_core::Raised {
    let kind = full_type_name(arg.ob_type());
    raise!(
        TypeError,
        "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {kind}"
    )
}

/// The start or length of a lock.
fn offset(o: Option<&Obj>) -> PyResult<i64> {
    match o {
        None => Ok(0),
        Some(o) => o.as_i64(),
    }
}

/// This module performs file control and I/O control on file
/// descriptors.  It is an interface to the fcntl() and ioctl() Unix
/// routines.  File descriptors can be obtained with the fileno() method of
/// a file or socket object.
#[pymodule(name = "fcntl")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_ints(module, NUMBERS)?;
        set_ints(module, MORE_NUMBERS)
    }

    /// Perform the operation cmd on file descriptor fd.
    ///
    /// The values used for cmd are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    /// If arg is given as a string, it will be encoded to binary using the
    /// UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the fcntl() call in
    /// the C code.
    ///
    /// If arg is given as a bytes-like object, the return value of fcntl() is a
    /// bytes object of that length, containing the resulting value put in the
    /// arg buffer by the operating system.  The length of the arg buffer is not
    /// allowed to exceed 1024 bytes.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(fd: Fd, cmd: i32, arg: Option<&Obj>) -> PyResult<Object> {
        let (fd, code) = (fd.0, cmd);
        let arg = match arg {
            Some(a) if !a.has_index() => a,
            number => {
                let n = number.map(mask_u64).transpose()?.unwrap_or(0) as i32;
                // SAFETY: a number for the system to judge.
                return int(call(|| unsafe { libc::fcntl(fd, code, n) } as isize)? as i64);
            }
        };
        if !arg.is_a::<Str>() && !Buffer::supported(arg) {
            return Err(bad_argument("fcntl", arg));
        }
        let data = text_or_bytes(arg)?;
        let mut copy = Copied::new(&data, "fcntl")?;
        let p = copy.bytes.as_mut_ptr();
        // SAFETY: the copy; the guard shows a call that wrote too much.
        call(|| unsafe { libc::fcntl(fd, code, p) } as isize)?;
        copy.finish()
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    ///
    /// The argument arg is optional, and defaults to 0; it may be an integer, a
    /// bytes-like object or a string.  If arg is given as a string, it will be
    /// encoded to binary using the UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the ioctl() call in
    /// the C code.
    ///
    /// If the argument is a mutable buffer (such as a bytearray) and the
    /// mutate_flag argument is true (default) then the buffer is (in effect)
    /// passed to the operating system and changes made by the OS will be
    /// reflected in the contents of the buffer after the call has returned.
    /// The return value is the integer returned by the ioctl() system call.
    ///
    /// If the argument is a mutable buffer and the mutable_flag argument is
    /// false, the behavior is as if an immutable buffer had been passed.
    ///
    /// If the argument is an immutable buffer then a copy of the buffer is
    /// passed to the operating system and the return value is a bytes object of
    /// the same length containing whatever the operating system put in the
    /// buffer.  The length of the arg buffer in this case is not allowed to
    /// exceed 1024 bytes.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(fd: Fd, request: &Obj, arg: Option<&Obj>, mutate_flag: bool) -> PyResult<Object> {
        if !request.has_index() {
            bail!(TypeError, "ioctl() argument 2 must be int, not {}", request.type_name());
        }
        let (fd, code) = (fd.0, mask_u64(request)?);
        let arg = match arg {
            Some(a) if !a.has_index() => a,
            number => {
                let n = number.map(mask_u64).transpose()?.unwrap_or(0) as i32;
                // SAFETY: a number for the driver to judge.
                return int(call(|| unsafe { libc::ioctl(fd, code, n as libc::c_long) } as isize)? as i64);
            }
        };
        if !arg.is_a::<Str>() && !Buffer::supported(arg) {
            return Err(bad_argument("ioctl", arg));
        }
        if Buffer::supported(arg) {
            match Buffer::get(arg, abi::PyBUF_WRITABLE) {
                Ok(mut view) if is_contiguous(view.view(), b'C') => {
                    let (short, len) = (view.len() <= COPY_LIMIT, view.len());
                    if !mutate_flag {
                        let mut copy = Copied::new(view.as_slice(), "ioctl")?;
                        let p = copy.bytes.as_mut_ptr();
                        // SAFETY: the copy with its guard.
                        call(|| unsafe { libc::ioctl(fd, code, p) } as isize)?;
                        return copy.finish();
                    }
                    let slice = view.as_mut_slice();
                    if !short {
                        let p = slice.as_mut_ptr();
                        // SAFETY: the caller's own buffer, of a length that the request must fit.
                        return int(call(|| unsafe { libc::ioctl(fd, code, p) } as isize)? as i64);
                    }
                    let mut copy = Copied::new(slice, "ioctl")?;
                    let p = copy.bytes.as_mut_ptr();
                    // SAFETY: the copy with its guard.
                    let result = retry(|| unsafe { libc::ioctl(fd, code, p) } as isize)?;
                    slice.copy_from_slice(&copy.bytes[..len]);
                    let result = result.map_err(crate::osutil::os_error)?;
                    copy.finish()?;
                    return int(result as i64);
                }
                Ok(_) => {}
                Err(e) => e.clear(),
            }
        }
        let data = text_or_bytes(arg)?;
        let mut copy = Copied::new(&data, "ioctl")?;
        let p = copy.bytes.as_mut_ptr();
        // SAFETY: the copy with its guard.
        call(|| unsafe { libc::ioctl(fd, code, p) } as isize)?;
        copy.finish()
    }

    /// Perform the lock operation on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function]
    fn flock(fd: Fd, operation: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(|| unsafe { libc::flock(fd.0, operation) } as isize).map(|_| ())
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// fd is the file descriptor of the file to lock or unlock, and operation
    /// is one of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and
    /// the lock cannot be acquired, an OSError will be raised and the exception
    /// will have an errno attribute set to EACCES or EAGAIN (depending on the
    /// operating system -- for portability, check for either value).
    ///
    /// len is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  start is the byte offset, relative to whence, to that the lock
    /// starts.  whence is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(fd: Fd, cmd: i32, len: Option<&Obj>, start: Option<&Obj>, whence: Option<&Obj>) -> PyResult<()> {
        let kind = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            bail!(ValueError, "unrecognized lockf argument");
        };
        // SAFETY: all-zero is a valid lock description.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as i16;
        lock.l_start = offset(start)?;
        lock.l_len = offset(len)?;
        lock.l_whence = whence.map(c_int).transpose()?.unwrap_or(0) as i16;
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        // SAFETY: the description is ours.
        call(|| unsafe { libc::fcntl(fd.0, command, &raw mut lock) } as isize).map(|_| ())
    }
}

pub use module::MODULE;
