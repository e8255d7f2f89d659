//! Calls that make, change and remove files and directories by name.
//!
//! # Contract of the unsafe blocks
//! System calls with C strings that live during the call, and with numbers and flags that the kernel checks.

use super::path::{DirFd, Path, PathOrFd, at, call, named, on};
use crate::util::{Round, fspath as fspath_of, nanoseconds};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::os_error_with_two;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// A call about two paths: `OSError` names both.
fn on_two(a: &Path, b: &Path, f: impl FnMut() -> isize) -> PyResult<()> {
    match super::path::retry(f)? {
        Ok(_) => Ok(()),
        Err(e) => Err(os_error_with_two(e, Some(&a.object), Some(&b.object))),
    }
}

fn on_any(
    p: &PathOrFd,
    by_path: impl Fn(&Path) -> libc::c_int,
    by_fd: impl Fn(i32) -> libc::c_int,
) -> PyResult<()> {
    match p {
        PathOrFd::Path(p) => on(p, || by_path(p) as isize)?,
        PathOrFd::Fd(fd) => call(Some(&*crate::util::int(*fd)?), || by_fd(*fd) as isize)?,
    };
    Ok(())
}

fn timespec(nanos: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanos.div_euclid(1_000_000_000), tv_nsec: nanos.rem_euclid(1_000_000_000) }
}

fn pair(o: &Obj, what: &str) -> PyResult<Ref<Tuple>> {
    match o.downcast::<Tuple>().filter(|t| t.len() == 2) {
        Some(t) => Ok(dovetail_core::object::ToRef::to_ref(t)),
        None => Err(raise!(TypeError, "utime: '{what}' must be either a tuple of two ints or None")),
    }
}

/// The bytes or text of a path argument, and whether they were bytes.
fn plain(o: &Obj) -> PyResult<(Vec<u8>, bool)> {
    let p = fspath_of(o)?;
    match (p.downcast::<Bytes>(), p.downcast::<Str>()) {
        (Some(b), _) => Ok((b.as_slice().to_vec(), true)),
        (_, Some(s)) => {
            // Surrogates of any kind pass through in three bytes each.
            let mut out = Vec::new();
            for c in s.text().iter() {
                match char::from_u32(c) {
                    Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => out.extend_from_slice(&[
                        0xe0 | (c >> 12) as u8,
                        0x80 | (c >> 6 & 63) as u8,
                        0x80 | (c & 63) as u8,
                    ]),
                }
            }
            Ok((out, false))
        }
        _ => Err(raise!(SystemError, "fspath gave neither str nor bytes")),
    }
}

fn unplain(raw: &[u8], bytes: bool) -> PyResult<Object> {
    if bytes {
        return Ok(Bytes::new(raw)?.into_object());
    }
    if let Ok(s) = std::str::from_utf8(raw) {
        return Ok(Str::new(s)?.into_object());
    }
    let mut out = dovetail_text::TextBuf::new();
    let mut i = 0;
    while i < raw.len() {
        let b = raw[i] as u32;
        let (n, first) = match b {
            0..0x80 => (1, b),
            0xc0..0xe0 => (2, b & 0x1f),
            0xe0..0xf0 => (3, b & 0x0f),
            _ => (4, b & 0x07),
        };
        out.push(raw[i + 1..(i + n).min(raw.len())].iter().fold(first, |c, b| c << 6 | (*b as u32 & 63)));
        i += n;
    }
    Ok(Str::from_buf(out.finish())?.into_object())
}

/// Length of the root of a path: nothing, one slash or exactly two.
fn root_length(p: &[u8]) -> usize {
    match p {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Use the real uid/gid to test for access to a path.
    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        path: Path,
        mode: i32,
        dir_fd: Option<DirFd>,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> bool {
        let mut flags = 0;
        if effective_ids {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        dovetail_core::gil::allow_threads(|| unsafe { libc::faccessat(dir, path.ptr(), mode, flags) } == 0)
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    /// If this functionality is unavailable, using it raises an exception.
    #[function(sig = "(path)")]
    fn chdir(path: PathOrFd) -> PyResult<()> {
        // SAFETY: a terminated path.
        on_any(&path, |p| unsafe { libc::chdir(p.ptr()) }, |fd| unsafe { libc::fchdir(fd) })
    }

    /// Change the access permissions of a file.
    #[function(sig = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(path: PathOrFd, mode: i32, dir_fd: Option<DirFd>, follow_symlinks: bool) -> PyResult<()> {
        let (dir, mode) = (at(dir_fd), mode as libc::mode_t);
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: a terminated path.
        on_any(
            &path,
            |p| unsafe { libc::fchmodat(dir, p.ptr(), mode, flags) },
            |fd| unsafe { libc::fchmod(fd, mode) },
        )
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        path: PathOrFd,
        uid: i64,
        gid: i64,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let (dir, uid, gid) = (at(dir_fd), uid as libc::uid_t, gid as libc::gid_t);
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: a terminated path.
        on_any(
            &path,
            |p| unsafe { libc::fchownat(dir, p.ptr(), uid, gid, flags) },
            |fd| unsafe { libc::fchown(fd, uid, gid) },
        )
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// This function will not follow symbolic links.
    /// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
    #[function(sig = "(path, uid, gid)")]
    fn lchown(path: Path, uid: i64, gid: i64) -> PyResult<()> {
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::lchown(path.ptr(), uid as u32, gid as u32) } as isize).map(|_| ())
    }

    /// Change root directory to path.
    #[function(sig = "(path)")]
    fn chroot(path: Path) -> PyResult<()> {
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::chroot(path.ptr()) } as isize).map(|_| ())
    }

    /// Create a directory.
    #[function(sig = "(path, mode=0o777, *, dir_fd=None)")]
    fn mkdir(path: Path, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::mkdirat(dir, path.ptr(), mode as u32) } as isize).map(|_| ())
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[function(sig = "(path, mode=0o666, *, dir_fd=None)")]
    fn mkfifo(path: Path, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::mkfifoat(dir, path.ptr(), mode as u32) } as isize).map(|_| ())
    }

    /// Create a node in the file system.
    #[function(sig = "(path, mode=0o600, device=0, *, dir_fd=None)")]
    fn mknod(path: Path, mode: i32, device: u64, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::mknodat(dir, path.ptr(), mode as u32, device) } as isize).map(|_| ())
    }

    /// Remove a directory.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::unlinkat(dir, path.ptr(), libc::AT_REMOVEDIR) } as isize).map(|_| ())
    }

    /// Remove a file (same as remove()).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn unlink(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: a terminated path.
        on(&path, || unsafe { libc::unlinkat(dir, path.ptr(), 0) } as isize).map(|_| ())
    }

    /// Remove a file (same as unlink()).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        unlink(path, dir_fd)
    }

    /// Rename a file or directory.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(src: Path, dst: Path, src_dir_fd: Option<DirFd>, dst_dir_fd: Option<DirFd>) -> PyResult<()> {
        let (a, b) = (at(src_dir_fd), at(dst_dir_fd));
        // SAFETY: terminated paths.
        on_two(&src, &dst, || unsafe { libc::renameat(a, src.ptr(), b, dst.ptr()) } as isize)
    }

    /// Rename a file or directory, overwriting the destination.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(src: Path, dst: Path, src_dir_fd: Option<DirFd>, dst_dir_fd: Option<DirFd>) -> PyResult<()> {
        rename(src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Create a hard link to a file.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let (a, b) = (at(src_dir_fd), at(dst_dir_fd));
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: terminated paths.
        on_two(&src, &dst, || unsafe { libc::linkat(a, src.ptr(), b, dst.ptr(), flags) } as isize)
    }

    /// Create a symbolic link pointing to src named dst.
    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(src: Path, dst: Path, _target_is_directory: bool, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = at(dir_fd);
        // SAFETY: terminated paths.
        on_two(&src, &dst, || unsafe { libc::symlinkat(src.ptr(), dir, dst.ptr()) } as isize)
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(path: Path, dir_fd: Option<DirFd>) -> PyResult<Object> {
        let dir = at(dir_fd);
        let mut buffer = vec![0u8; 4096];
        // SAFETY: a terminated path, a buffer of the given size.
        let n = on(&path, || unsafe {
            libc::readlinkat(dir, path.ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        })?;
        named(&buffer[..n as usize], path.bytes)
    }

    /// Set the access and modified time of path.
    #[function(sig = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        path: PathOrFd,
        times: Option<&Obj>,
        ns: Option<&Obj>,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let specs = match (times, ns) {
            (Some(_), Some(_)) => {
                bail!(ValueError, "utime: you may specify either 'times' or 'ns' but not both")
            }
            (Some(t), None) => {
                let t = pair(t, "times")?;
                Some([nanoseconds(t.get(0), Round::Floor)?, nanoseconds(t.get(1), Round::Floor)?])
            }
            (None, Some(n)) => {
                let t = match n.downcast::<Tuple>().filter(|t| t.len() == 2) {
                    Some(t) => t,
                    None => bail!(TypeError, "utime: 'ns' must be a tuple of two ints"),
                };
                Some([t.get(0).as_i64()?, t.get(1).as_i64()?])
            }
            (None, None) => None,
        };
        let specs = specs.map(|s| s.map(timespec));
        let p = specs.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        let dir = at(dir_fd);
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: a terminated path, two times or NULL.
        on_any(
            &path,
            |f| unsafe { libc::utimensat(dir, f.ptr(), p, flags) },
            |fd| unsafe { libc::futimens(fd, p) },
        )
    }

    /// Truncate a file, specified by path, to a specific length.
    #[function(sig = "(path, length)")]
    fn truncate(path: PathOrFd, length: i64) -> PyResult<()> {
        // SAFETY: a terminated path.
        on_any(
            &path,
            |p| unsafe { libc::truncate(p.ptr(), length) },
            |fd| unsafe { libc::ftruncate(fd, length) },
        )
    }

    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd() -> PyResult<Object> {
        cwd(false)
    }

    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb() -> PyResult<Object> {
        cwd(true)
    }

    fn cwd(bytes: bool) -> PyResult<Object> {
        use std::os::unix::ffi::OsStrExt;
        match std::env::current_dir() {
            Ok(p) => named(p.as_os_str().as_bytes(), bytes),
            Err(e) => Err(dovetail_core::types::exceptions_os::from_io(&e, None)),
        }
    }

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the
    /// object defines __fspath__(), then return the result of that method. All other
    /// types raise a TypeError.
    #[function(sig = "(path)")]
    fn fspath(path: &Obj) -> PyResult<Object> {
        fspath_of(path)
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function(sig = "(path)")]
    fn _path_normpath(path: &Obj) -> PyResult<Object> {
        let (p, bytes) = plain(path)?;
        let root = root_length(&p);
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in p[root..].split(|b| *b == b'/') {
            match part {
                b"" | b"." => {}
                b".." if root > 0 && parts.is_empty() => {}
                b".." if parts.last().is_some_and(|l| *l != b"..") => {
                    parts.pop();
                }
                _ => parts.push(part),
            }
        }
        let mut out = p[..root].to_vec();
        out.extend_from_slice(&parts.join(&b'/'));
        if out.is_empty() {
            out.push(b'.');
        }
        unplain(&out, bytes)
    }

    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[function(sig = "(p, /)")]
    fn _path_splitroot_ex(p: &Obj) -> PyResult<Ref<Tuple>> {
        let (raw, bytes) = plain(p)?;
        let n = root_length(&raw);
        Tuple::from_vec(vec![unplain(b"", bytes)?, unplain(&raw[..n], bytes)?, unplain(&raw[n..], bytes)?])
    }

    /// Get an extended attribute's names.
    #[function(sig = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(path: Option<PathOrFd>, follow_symlinks: bool) -> PyResult<Object> {
        let path = match path {
            Some(p) => p,
            None => PathOrFd::Path(Path { object: crate::util::text(".")?, c: c".".into(), bytes: false }),
        };
        let mut buffer = vec![0u8; 65536];
        let n = match &path {
            // SAFETY: terminated paths, a buffer of the given size.
            PathOrFd::Path(p) if follow_symlinks => {
                on(p, || unsafe { libc::listxattr(p.ptr(), buffer.as_mut_ptr().cast(), buffer.len()) })?
            }
            PathOrFd::Path(p) => {
                on(p, || unsafe { libc::llistxattr(p.ptr(), buffer.as_mut_ptr().cast(), buffer.len()) })?
            }
            PathOrFd::Fd(fd) => {
                call(None, || unsafe { libc::flistxattr(*fd, buffer.as_mut_ptr().cast(), buffer.len()) })?
            }
        };
        let names = buffer[..n as usize].split(|b| *b == 0).filter(|s| !s.is_empty());
        let list = names.map(|s| named(s, false)).collect::<PyResult<Vec<_>>>()?;
        Ok(dovetail_core::types::list::List::from_vec(list)?.into_object())
    }
}

pub use module::MODULE;
