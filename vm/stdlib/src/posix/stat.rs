//! `stat` and relatives, and their result types.

use super::path::{DirFd, Fd, Path, PathOrFd, at, call, on};
use crate::util::{TypeCell, int, set};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::float::Float;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil};
use dovetail_macros::pymodule;

static STAT: TypeCell = TypeCell::new();
static STATVFS: TypeCell = TypeCell::new();

fn stat_type() -> PyResult<&'static Type> {
    STAT.get_or(|| {
        structseq::new_type(&Declaration {
            name: "os.stat_result",
            doc: "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
            fields: &[
                (Some("st_mode"), "protection bits"),
                (Some("st_ino"), "inode"),
                (Some("st_dev"), "device"),
                (Some("st_nlink"), "number of hard links"),
                (Some("st_uid"), "user ID of owner"),
                (Some("st_gid"), "group ID of owner"),
                (Some("st_size"), "total size, in bytes"),
                (None, "integer time of last access"),
                (None, "integer time of last modification"),
                (None, "integer time of last change"),
                (Some("st_atime"), "time of last access"),
                (Some("st_mtime"), "time of last modification"),
                (Some("st_ctime"), "time of last change"),
                (Some("st_atime_ns"), "time of last access in nanoseconds"),
                (Some("st_mtime_ns"), "time of last modification in nanoseconds"),
                (Some("st_ctime_ns"), "time of last change in nanoseconds"),
                (Some("st_blksize"), "blocksize for filesystem I/O"),
                (Some("st_blocks"), "number of blocks allocated"),
                (Some("st_rdev"), "device type (if inode device)"),
            ],
            visible: 10,
        })
    })
}

fn statvfs_type() -> PyResult<&'static Type> {
    STATVFS.get_or(|| {
        structseq::new_type(&Declaration {
            name: "os.statvfs_result",
            doc: "statvfs_result: Result from statvfs or fstatvfs.",
            fields: &[
                (Some("f_bsize"), ""),
                (Some("f_frsize"), ""),
                (Some("f_blocks"), ""),
                (Some("f_bfree"), ""),
                (Some("f_bavail"), ""),
                (Some("f_files"), ""),
                (Some("f_ffree"), ""),
                (Some("f_favail"), ""),
                (Some("f_flag"), ""),
                (Some("f_namemax"), ""),
                (Some("f_fsid"), ""),
            ],
            visible: 10,
        })
    })
}

/// A `stat_result`.
pub fn stat_object(s: &libc::stat) -> PyResult<Object> {
    let times = [(s.st_atime, s.st_atime_nsec), (s.st_mtime, s.st_mtime_nsec), (s.st_ctime, s.st_ctime_nsec)];
    let mut v = vec![
        int(s.st_mode)?,
        int(s.st_ino)?,
        int(s.st_dev)?,
        int(s.st_nlink)?,
        // -1 stands for an owner that is not known.
        int(s.st_uid)?,
        int(s.st_gid)?,
        int(s.st_size)?,
    ];
    for (t, _) in times {
        v.push(int(t)?);
    }
    for (t, n) in times {
        v.push(Float::new(t as f64 + 1e-9 * n as f64)?.into_object());
    }
    for (t, n) in times {
        v.push(int(t as i128 * 1_000_000_000 + n as i128)?);
    }
    v.push(int(s.st_blksize)?);
    v.push(int(s.st_blocks)?);
    v.push(int(s.st_rdev)?);
    structseq::new(stat_type()?, v)
}

/// What to look at.
pub enum Target<'a> {
    Fd(i32),
    At(i32, &'a std::ffi::CStr, bool),
}

/// `fstat` or `fstatat`, without the GIL; the error number on failure.
pub fn raw_stat(t: &Target<'_>) -> Result<libc::stat, i32> {
    gil::allow_threads(|| {
        // SAFETY: fills the struct.
        unsafe {
            let mut s: libc::stat = std::mem::zeroed();
            let r = match t {
                Target::Fd(fd) => libc::fstat(*fd, &mut s),
                Target::At(dir, path, follow) => libc::fstatat(
                    *dir,
                    path.as_ptr(),
                    &mut s,
                    if *follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
                ),
            };
            if r == 0 { Ok(s) } else { Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)) }
        }
    })
}

fn stat_path(path: &PathOrFd, dir: i32, follow: bool) -> PyResult<Object> {
    let (r, file) = match path {
        PathOrFd::Fd(fd) => (raw_stat(&Target::Fd(*fd)), int(*fd)?),
        PathOrFd::Path(p) => (raw_stat(&Target::At(dir, &p.c, follow)), p.object.clone()),
    };
    match r {
        Ok(s) => stat_object(&s),
        Err(e) => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, Some(&file))),
    }
}

fn vfs_object(s: &libc::statvfs) -> PyResult<Object> {
    let v = [
        s.f_bsize,
        s.f_frsize,
        s.f_blocks,
        s.f_bfree,
        s.f_bavail,
        s.f_files,
        s.f_ffree,
        s.f_favail,
        s.f_flag,
        s.f_namemax,
        s.f_fsid,
    ];
    structseq::new(statvfs_type()?, v.into_iter().map(int).collect::<PyResult<_>>()?)
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "stat_result", stat_type()?.as_obj())?;
        set(module, "statvfs_result", statvfs_type()?.as_obj())
    }

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be a relative string; path will then be relative to
    ///     that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(path: PathOrFd, dir_fd: Option<DirFd>, follow_symlinks: bool) -> PyResult<Object> {
        if matches!(path, PathOrFd::Fd(_)) {
            if dir_fd.is_some() {
                bail!(ValueError, "stat: can't specify dir_fd without matching path");
            }
            if !follow_symlinks {
                bail!(ValueError, "stat: cannot use fd and follow_symlinks together");
            }
        }
        stat_path(&path, at(dir_fd), follow_symlinks)
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(path: Path, dir_fd: Option<DirFd>) -> PyResult<Object> {
        stat_path(&PathOrFd::Path(path), at(dir_fd), false)
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[function(sig = "(fd)")]
    fn fstat(fd: i32) -> PyResult<Object> {
        match raw_stat(&Target::Fd(fd)) {
            Ok(s) => stat_object(&s),
            Err(e) => Err(dovetail_core::types::exceptions_os::os_error_from_errno(e, None)),
        }
    }

    /// Perform a statvfs system call on the given path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///   If this functionality is unavailable, using it raises an exception.
    #[function(sig = "(path)")]
    fn statvfs(path: PathOrFd) -> PyResult<Object> {
        // SAFETY: all zero is a valid value, which the call fills.
        let mut s: libc::statvfs = unsafe { std::mem::zeroed() };
        match &path {
            // SAFETY: a struct to fill; the kernel checks the descriptor.
            PathOrFd::Fd(fd) => call(None, || unsafe { libc::fstatvfs(*fd, &mut s) } as isize)?,
            // SAFETY: a terminated path and a struct to fill.
            PathOrFd::Path(p) => on(p, || unsafe { libc::statvfs(p.ptr(), &mut s) } as isize)?,
        };
        vfs_object(&s)
    }

    /// Perform an fstatvfs system call on the given fd.
    ///
    /// Equivalent to statvfs(fd).
    #[function]
    fn fstatvfs(fd: Fd) -> PyResult<Object> {
        // SAFETY: the call fills the struct.
        let mut s: libc::statvfs = unsafe { std::mem::zeroed() };
        call(None, || unsafe { libc::fstatvfs(fd.0, &mut s) } as isize)?;
        vfs_object(&s)
    }
}

pub use module::MODULE;
