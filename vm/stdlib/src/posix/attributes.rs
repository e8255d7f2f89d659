//! Extended attributes of files.

use super::path::{Path, PathOrFd};
use crate::osutil::retry;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::Ref;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::os_error_from_errno;
use dovetail_macros::pymodule;

/// Which of the three calls fits the path.
enum Way<'a> {
    Follow(&'a Path),
    Link(&'a Path),
    Fd(i32),
}

fn way<'a>(path: &'a PathOrFd, follow: bool, function: &str) -> PyResult<Way<'a>> {
    match path {
        PathOrFd::Path(p) if follow => Ok(Way::Follow(p)),
        PathOrFd::Path(p) => Ok(Way::Link(p)),
        PathOrFd::Fd(_) if !follow => {
            bail!(ValueError, "{function}: cannot use fd and follow_symlinks together")
        }
        PathOrFd::Fd(fd) => Ok(Way::Fd(*fd)),
    }
}

impl Way<'_> {
    fn failed(&self, e: i32) -> dovetail_core::Raised {
        match self {
            Way::Follow(p) | Way::Link(p) => os_error_from_errno(e, Some(&p.object)),
            Way::Fd(fd) => match crate::util::int(*fd) {
                Ok(o) => os_error_from_errno(e, Some(&o)),
                Err(e) => e,
            },
        }
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    /// Return the value of extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, getxattr will examine the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(path: PathOrFd, attribute: Path, follow_symlinks: bool) -> PyResult<Ref<Bytes>> {
        let way = way(&path, follow_symlinks, "getxattr")?;
        // Most values are short; the longest that the system has comes second.
        for size in [128usize, 65536] {
            let mut room = vec![0u8; size];
            let p = room.as_mut_ptr().cast();
            // SAFETY: terminated texts, room of the given size.
            let r = retry(|| unsafe {
                match way {
                    Way::Follow(f) => libc::getxattr(f.ptr(), attribute.ptr(), p, size),
                    Way::Link(f) => libc::lgetxattr(f.ptr(), attribute.ptr(), p, size),
                    Way::Fd(fd) => libc::fgetxattr(fd, attribute.ptr(), p, size),
                }
            })?;
            match r {
                Ok(n) => return Bytes::new(&room[..n as usize]),
                Err(libc::ERANGE) if size < 65536 => {}
                Err(e) => return Err(way.failed(e)),
            }
        }
        Err(way.failed(libc::ERANGE))
    }

    /// Set extended attribute attribute on path to value.
    ///
    /// path may be either a string, a path-like object,  or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, setxattr will modify the symbolic link itself instead
    /// of the file the link points to.
    #[function(sig = "(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        path: PathOrFd,
        attribute: Path,
        value: BytesLike<'_>,
        flags: i32,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let way = way(&path, follow_symlinks, "setxattr")?;
        let (p, n) = (value.as_ptr().cast(), value.len());
        // SAFETY: terminated texts, the bytes with their length.
        let r = retry(|| unsafe {
            (match way {
                Way::Follow(f) => libc::setxattr(f.ptr(), attribute.ptr(), p, n, flags),
                Way::Link(f) => libc::lsetxattr(f.ptr(), attribute.ptr(), p, n, flags),
                Way::Fd(fd) => libc::fsetxattr(fd, attribute.ptr(), p, n, flags),
            }) as isize
        })?;
        r.map(|_| ()).map_err(|e| way.failed(e))
    }

    /// Remove extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, removexattr will modify the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(path: PathOrFd, attribute: Path, follow_symlinks: bool) -> PyResult<()> {
        let way = way(&path, follow_symlinks, "removexattr")?;
        // SAFETY: terminated texts.
        let r = retry(|| unsafe {
            (match way {
                Way::Follow(f) => libc::removexattr(f.ptr(), attribute.ptr()),
                Way::Link(f) => libc::lremovexattr(f.ptr(), attribute.ptr()),
                Way::Fd(fd) => libc::fremovexattr(fd, attribute.ptr()),
            }) as isize
        })?;
        r.map(|_| ()).map_err(|e| way.failed(e))
    }
}

pub use module::MODULE;
