//! Pseudo-terminals.

use super::path::{call, named};
use super::process::{before_fork, finish_fork};
use crate::osutil::{errno, os_error};
use crate::util::int;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Object, Ref};
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Open and return a file descriptor for a master pseudo-terminal device.
    ///
    /// Performs a posix_openpt() C function call. The oflag argument is used to
    /// set file status flags and file access modes as specified in the manual
    /// page of posix_openpt() of your system.
    #[function]
    fn posix_openpt(oflag: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::posix_openpt(oflag | libc::O_CLOEXEC) } as isize)
    }

    /// Grant access to the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs a grantpt() C function call.
    #[function]
    fn grantpt(fd: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::grantpt(fd) } as isize).map(|_| ())
    }

    /// Unlock a pseudo-terminal master/slave pair.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs an unlockpt() C function call.
    #[function]
    fn unlockpt(fd: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::unlockpt(fd) } as isize).map(|_| ())
    }

    /// Return the name of the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// If the ptsname_r() C function is available, it is called;
    /// otherwise, performs a ptsname() C function call.
    #[function]
    fn ptsname(fd: i32) -> PyResult<Object> {
        let mut room = [0u8; 256];
        // SAFETY: room of the given size.
        match unsafe { libc::ptsname_r(fd, room.as_mut_ptr().cast(), room.len()) } {
            0 => named(room.split(|b| *b == 0).next().unwrap_or(&[]), false),
            e => Err(os_error(if e > 0 { e } else { errno() })),
        }
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    ///
    /// Make the calling process a session leader; make the tty the
    /// controlling tty, the stdin, the stdout, and the stderr of the
    /// calling process; close fd.
    #[function]
    fn login_tty(fd: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::login_tty(fd) } as isize).map(|_| ())
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    /// Like fork(), return pid of 0 to the child process,
    /// and pid of child to the parent process.
    /// To both, return fd of newly opened pseudo-terminal.
    #[function]
    fn forkpty() -> PyResult<Ref<Tuple>> {
        let mut master = -1;
        let lock = before_fork();
        // SAFETY: room for the descriptor; the child goes on with the forking thread only.
        let pid = unsafe {
            libc::forkpty(&mut master, std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut())
        };
        finish_fork(lock, pid, "forkpty")?;
        Tuple::from_vec(vec![int(pid)?, int(if pid == 0 { -1 } else { master })?])
    }
}

pub use module::MODULE;
