//! Calls on file descriptors.

use super::path::{DirFd, Fd, Path, at, call, named, on};
use crate::util::{TypeCell, int, set};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{BytesLike, WritableBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil};
use dovetail_macros::pymodule;

static TERMINAL: TypeCell = TypeCell::new();

fn two(a: i32, b: i32) -> PyResult<Ref<Tuple>> {
    Tuple::from_vec(vec![int(a)?, int(b)?])
}

fn plain(f: impl FnMut() -> isize) -> PyResult<()> {
    call(None, f).map(|_| ())
}

/// A device number; `None` for -1, which is no device.
fn device(o: &Obj) -> PyResult<Option<u64>> {
    let i = o.index()?;
    match i.to_i64() {
        Some(-1) => Ok(None),
        _ if i.is_negative() => bail!(ValueError, "Cannot convert negative int"),
        _ => match i.to_u64() {
            Some(v) => Ok(Some(v)),
            None => bail!(OverflowError, "Python int too large for C dev_t"),
        },
    }
}

fn buffers(list: &Obj) -> PyResult<Vec<Object>> {
    dovetail_core::object::sequence::fast_items(list, "buffers must be a sequence")
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        let t = TERMINAL.get_or(|| {
            structseq::new_type(&Declaration {
                name: "os.terminal_size",
                doc: "A tuple of (columns, lines) for holding terminal window size",
                fields: &[
                    (Some("columns"), "width of the terminal window in characters"),
                    (Some("lines"), "height of the terminal window in characters"),
                ],
                visible: 2,
            })
        })?;
        set(module, "terminal_size", t.as_obj())
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    #[function(sig = "(path, flags, mode=0o777, *, dir_fd=None)")]
    fn open(path: Path, flags: i32, mode: i32, dir_fd: Option<DirFd>) -> PyResult<isize> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::openat(dir, path.ptr(), flags | libc::O_CLOEXEC, mode as libc::c_uint) }
            as isize)
    }

    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(fd: i32) -> PyResult<()> {
        // SAFETY: the caller's descriptor. An interrupted close has closed.
        let r = gil::allow_threads(|| unsafe { libc::close(fd) });
        if r < 0 && std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return Err(last_os_error(None));
        }
        Ok(())
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function]
    fn closerange(fd_low: i32, fd_high: i32) {
        // SAFETY: the caller's descriptors.
        gil::allow_threads(|| (fd_low.max(0)..fd_high).for_each(|fd| unsafe { _ = libc::close(fd) }));
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function]
    fn read(fd: i32, length: isize) -> PyResult<Ref<Bytes>> {
        if length < 0 {
            return Err(dovetail_core::types::exceptions_os::os_error_from_errno(libc::EINVAL, None));
        }
        let mut buffer = vec![0u8; length as usize];
        // SAFETY: a buffer of the given size.
        let n = call(None, || unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) })?;
        Bytes::new(&buffer[..n as usize])
    }

    /// Read into a buffer object from a file descriptor.
    ///
    /// The buffer should be mutable and bytes-like. On success, returns the number of
    /// bytes read. Less bytes may be read than the size of the buffer. The underlying
    /// system call will be retried when interrupted by a signal, unless the signal
    /// handler raises an exception. Other errors will not be retried and an error will
    /// be raised.
    #[function]
    fn readinto(fd: i32, buffer: WritableBytes) -> PyResult<isize> {
        let mut b = buffer.0;
        let s = b.as_mut_slice();
        // SAFETY: a buffer of the given size.
        call(None, || unsafe { libc::read(fd, s.as_mut_ptr().cast(), s.len()) })
    }

    /// Write a bytes object to a file descriptor.
    #[function]
    fn write(fd: i32, data: BytesLike<'_>) -> PyResult<isize> {
        let s = data.as_slice();
        // SAFETY: a buffer of the given size.
        let n = call(None, || unsafe { libc::write(fd, s.as_ptr().cast(), s.len()) })?;
        // A signal may have cut the write short: its handler runs before anybody goes on.
        dovetail_core::interp::pending::handle(dovetail_core::thread::ThreadState::current())?;
        Ok(n)
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[function]
    fn pread(fd: i32, length: isize, offset: i64) -> PyResult<Ref<Bytes>> {
        if length < 0 {
            return Err(dovetail_core::types::exceptions_os::os_error_from_errno(libc::EINVAL, None));
        }
        let mut buffer = vec![0u8; length as usize];
        // SAFETY: a buffer of the given size.
        let n = call(None, || unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), offset) })?;
        Bytes::new(&buffer[..n as usize])
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    #[function]
    fn pwrite(fd: i32, buffer: BytesLike<'_>, offset: i64) -> PyResult<isize> {
        let s = buffer.as_slice();
        // SAFETY: a buffer of the given size.
        call(None, || unsafe { libc::pwrite(fd, s.as_ptr().cast(), s.len(), offset) })
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    #[function]
    fn writev(fd: i32, buffers: &Obj) -> PyResult<isize> {
        let items = super::buffers(buffers)?;
        let views = items.iter().map(|o| BytesLike::of(o)).collect::<PyResult<Vec<_>>>()?;
        let rows: Vec<libc::iovec> = views
            .iter()
            .map(|b| libc::iovec { iov_base: b.as_slice().as_ptr() as *mut _, iov_len: b.as_slice().len() })
            .collect();
        // SAFETY: rows of live buffers.
        call(None, || unsafe { libc::writev(fd, rows.as_ptr(), rows.len() as i32) })
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    #[function]
    fn readv(fd: i32, buffers: &Obj) -> PyResult<isize> {
        use dovetail_core::object::buffer::Buffer;
        let items = super::buffers(buffers)?;
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
        call(None, || unsafe { libc::readv(fd, rows.as_ptr(), rows.len() as i32) })
    }

    /// Set the position of a file descriptor.  Return the new position.
    #[function]
    fn lseek(fd: i32, position: i64, whence: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::lseek(fd, position, whence) } as isize)
    }

    /// Return True if the fd is connected to a terminal.
    #[function]
    fn isatty(fd: i32) -> bool {
        // SAFETY: no memory is involved.
        unsafe { libc::isatty(fd) == 1 }
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function]
    fn pipe() -> PyResult<Ref<Tuple>> {
        pipe2(libc::O_CLOEXEC)
    }

    /// Create a pipe with flags set atomically.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function]
    fn pipe2(flags: i32) -> PyResult<Ref<Tuple>> {
        let mut fds = [0i32; 2];
        // SAFETY: room for two descriptors.
        plain(|| unsafe { libc::pipe2(fds.as_mut_ptr(), flags) } as isize)?;
        two(fds[0], fds[1])
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function]
    fn openpty() -> PyResult<Ref<Tuple>> {
        let (mut a, mut b) = (0, 0);
        // SAFETY: room for two descriptors.
        let r = unsafe {
            libc::openpty(&mut a, &mut b, std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut())
        };
        if r < 0 {
            return Err(last_os_error(None));
        }
        for fd in [a, b] {
            // SAFETY: our descriptors.
            unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
        }
        two(a, b)
    }

    /// Return a duplicate of a file descriptor.
    #[function]
    fn dup(fd: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } as isize)
    }

    /// Duplicate file descriptor.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        if fd < 0 || fd2 < 0 {
            return Err(dovetail_core::types::exceptions_os::os_error_from_errno(libc::EBADF, None));
        }
        // SAFETY: no memory is involved.
        plain(|| unsafe {
            if inheritable { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) }
        } as isize)?;
        Ok(fd2)
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function]
    fn get_inheritable(fd: i32) -> PyResult<bool> {
        // SAFETY: no memory is involved.
        let flags = call(None, || unsafe { libc::fcntl(fd, libc::F_GETFD) } as isize)?;
        Ok(flags as i32 & libc::FD_CLOEXEC == 0)
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function]
    fn set_inheritable(fd: i32, inheritable: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        let flags = call(None, || unsafe { libc::fcntl(fd, libc::F_GETFD) } as isize)? as i32;
        let new = if inheritable != 0 { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        // SAFETY: as above.
        plain(|| unsafe { libc::fcntl(fd, libc::F_SETFD, new) } as isize)
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function]
    fn get_blocking(fd: i32) -> PyResult<bool> {
        // SAFETY: no memory is involved.
        let flags = call(None, || unsafe { libc::fcntl(fd, libc::F_GETFL) } as isize)?;
        Ok(flags as i32 & libc::O_NONBLOCK == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function]
    fn set_blocking(fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: no memory is involved.
        let flags = call(None, || unsafe { libc::fcntl(fd, libc::F_GETFL) } as isize)? as i32;
        let new = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        // SAFETY: as above.
        plain(|| unsafe { libc::fcntl(fd, libc::F_SETFL, new) } as isize)
    }

    /// Force write of fd to disk.
    #[function(sig = "(fd)")]
    fn fsync(fd: Fd) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::fsync(fd.0) } as isize)
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function(sig = "(fd)")]
    fn fdatasync(fd: Fd) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::fdatasync(fd.0) } as isize)
    }

    /// Force write of everything to disk.
    #[function]
    fn sync() {
        // SAFETY: no memory is involved.
        gil::allow_threads(|| unsafe { libc::sync() });
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function]
    fn ftruncate(fd: i32, length: i64) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::ftruncate(fd, length) } as isize)
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file.
    /// Equivalent to os.chdir(fd).
    #[function(sig = "(fd)")]
    fn fchdir(fd: Fd) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::fchdir(fd.0) } as isize)
    }

    /// Change the access permissions of the file given by file descriptor fd.
    #[function(sig = "(fd, mode)")]
    fn fchmod(fd: i32, mode: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::fchmod(fd, mode as u32) } as isize)
    }

    /// Change the owner and group id of the file specified by file descriptor.
    #[function(sig = "(fd, uid, gid)")]
    fn fchown(fd: i32, uid: i64, gid: i64) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::fchown(fd, uid as u32, gid as u32) } as isize)
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[function]
    fn lockf(fd: i32, command: i32, length: i64) -> PyResult<()> {
        // SAFETY: no memory is involved.
        plain(|| unsafe { libc::lockf(fd, command, length) } as isize)
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[function]
    fn posix_fallocate(fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: no memory is involved.
        match gil::allow_threads(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            e => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }

    /// Announce an intention to access data in a specific pattern.
    #[function]
    fn posix_fadvise(fd: i32, offset: i64, length: i64, advice: i32) -> PyResult<()> {
        // SAFETY: no memory is involved.
        match gil::allow_threads(|| unsafe { libc::posix_fadvise(fd, offset, length, advice) }) {
            0 => Ok(()),
            e => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function(sig = "(out_fd, in_fd, offset, count)")]
    fn sendfile(out_fd: i32, in_fd: i32, offset: &Obj, count: isize) -> PyResult<isize> {
        if offset.is_none() {
            // SAFETY: no memory is involved.
            return call(None, || unsafe {
                libc::sendfile(out_fd, in_fd, std::ptr::null_mut(), count as usize)
            });
        }
        let mut at = offset.as_i64()?;
        // SAFETY: the offset is ours.
        call(None, || unsafe { libc::sendfile(out_fd, in_fd, &mut at, count as usize) })
    }

    /// Copy count bytes from one file descriptor to another.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<&Obj>,
        offset_dst: Option<&Obj>,
    ) -> PyResult<isize> {
        if count < 0 {
            bail!(ValueError, "negative value for 'count' not allowed");
        }
        let mut a = offset_src.map(Obj::as_i64).transpose()?;
        let mut b = offset_dst.map(Obj::as_i64).transpose()?;
        let (pa, pb) = (
            a.as_mut().map_or(std::ptr::null_mut(), |v| v as *mut i64),
            b.as_mut().map_or(std::ptr::null_mut(), |v| v as *mut i64),
        );
        // SAFETY: offsets are ours or NULL.
        call(None, || unsafe { libc::copy_file_range(src, pa, dst, pb, count as usize, 0) })
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    #[function(sig = "(fd=1, /)")]
    fn get_terminal_size(fd: i32) -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        let size = unsafe {
            let mut w: libc::winsize = std::mem::zeroed();
            if libc::ioctl(fd, libc::TIOCGWINSZ, &mut w) < 0 {
                return Err(last_os_error(None));
            }
            w
        };
        let t = TERMINAL.get_or(|| unreachable!("made with the module"))?;
        structseq::new(t, vec![int(size.ws_col)?, int(size.ws_row)?])
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    #[function(sig = "(fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        // SAFETY: no memory is involved.
        (unsafe { libc::isatty(fd) } == 1).then_some("utf-8")
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[function]
    fn ttyname(fd: i32) -> PyResult<Object> {
        let mut buffer = [0u8; 256];
        // SAFETY: a buffer of the given size.
        match unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) } {
            0 => named(buffer.split(|b| *b == 0).next().unwrap_or(&[]), false),
            e => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }

    #[function(sig = "(name, flags=1)")]
    fn memfd_create(name: &Obj, flags: u32) -> PyResult<isize> {
        let c = crate::util::fs_cstring(name)?;
        // SAFETY: a terminated name.
        call(None, || unsafe { libc::memfd_create(c.as_ptr(), flags) } as isize)
    }

    /// Creates and returns an event notification file descriptor.
    #[function(sig = "(initval, flags=0o2000000)")]
    fn eventfd(initval: u32, flags: i32) -> PyResult<isize> {
        // SAFETY: no memory is involved.
        call(None, || unsafe { libc::eventfd(initval, flags) } as isize)
    }

    /// Extracts a device major number from a raw device number.
    #[function]
    fn major(device: &Obj) -> PyResult<i64> {
        Ok(super::device(device)?.map_or(-1, |d| libc::major(d).into()))
    }

    /// Extracts a device minor number from a raw device number.
    #[function]
    fn minor(device: &Obj) -> PyResult<i64> {
        Ok(super::device(device)?.map_or(-1, |d| libc::minor(d).into()))
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[function]
    fn makedev(major: &Obj, minor: &Obj) -> PyResult<i128> {
        let none = u64::from(u32::MAX);
        let part = |o: &Obj| -> PyResult<u64> {
            let v = super::device(o)?.unwrap_or(none);
            if v > none {
                bail!(OverflowError, "Python int too large to convert to C unsigned int");
            }
            Ok(v)
        };
        let (a, b) = (part(major)?, part(minor)?);
        if a == none && b == none {
            return Ok(-1);
        }
        Ok(libc::makedev(a as u32, b as u32).into())
    }
}

pub use module::MODULE;
