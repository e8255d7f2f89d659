//! Arguments that name files: str, bytes, path-like objects, and where a call allows it descriptors.

use crate::util::{fs_encode, fspath};
use dovetail_core::error::PyResult;
use dovetail_core::native::{ArgInfo, FromArg, Place};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exceptions_os::last_os_error;
use dovetail_core::types::str_::Str;
use dovetail_core::{Raised, bail, gil, raise};
use std::ffi::CString;

/// A path by name.
pub struct Path {
    /// As it was given, for errors.
    pub object: Object,
    pub c: CString,
    /// Results are to be bytes too.
    pub bytes: bool,
}

/// A path or a descriptor.
pub enum PathOrFd {
    Path(Path),
    Fd(i32),
}

fn convert(o: &Obj, info: ArgInfo, fd: bool) -> PyResult<PathOrFd> {
    let name = match info.place {
        Place::Name(n) => n,
        _ => "path",
    };
    let f = info.function;
    let named = o.is_a::<Str>() || o.is_a::<Bytes>();
    if !named && fd && o.has_index() {
        warn_bool(o)?;
        let v = o.index()?.to_i64().and_then(|v| i32::try_from(v).ok());
        return match v {
            Some(v) => Ok(PathOrFd::Fd(v)),
            None => Err(raise!(OverflowError, "fd is greater than maximum")),
        };
    }
    if !named && o.lookup_special(dovetail_core::sym!(__fspath__))?.is_none() {
        let kinds = if fd { "string, bytes, os.PathLike or integer" } else { "string, bytes or os.PathLike" };
        bail!(TypeError, "{f}: {name} should be {kinds}, not {}", o.type_name());
    }
    let p = fspath(o)?;
    let (raw, bytes) = match p.downcast::<Bytes>() {
        Some(b) => (b.as_slice().to_vec(), true),
        None => match p.downcast::<Str>() {
            Some(s) => (fs_encode(s)?, false),
            None => bail!(SystemError, "fspath gave neither str nor bytes"),
        },
    };
    match CString::new(raw) {
        Ok(c) => Ok(PathOrFd::Path(Path { object: o.to_owned(), c, bytes })),
        Err(_) => Err(raise!(ValueError, "{f}: embedded null character in {name}")),
    }
}

impl<'a> FromArg<'a> for Path {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        match convert(object, info, false)? {
            PathOrFd::Path(p) => Ok(p),
            PathOrFd::Fd(_) => Err(raise!(SystemError, "a descriptor where none is allowed")),
        }
    }
}

impl<'a> FromArg<'a> for PathOrFd {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        convert(object, info, true)
    }
}

impl Path {
    /// The error of a failed call, with this path.
    pub fn error(&self) -> Raised {
        last_os_error(Some(&self.object))
    }

    pub fn ptr(&self) -> *const libc::c_char {
        self.c.as_ptr()
    }
}

/// The descriptor of a directory that relative paths start from.
pub struct DirFd(pub i32);

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(o: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        if !o.has_index() {
            bail!(TypeError, "argument should be integer or None, not {}", o.type_name());
        }
        warn_bool(o)?;
        let v = o.index()?.to_i64().and_then(|v| i32::try_from(v).ok());
        match v {
            Some(v) => Ok(DirFd(v)),
            None => Err(raise!(OverflowError, "fd is greater than maximum")),
        }
    }
}

/// The number for `*at` calls.
pub fn at(d: Option<DirFd>) -> i32 {
    d.map_or(libc::AT_FDCWD, |d| d.0)
}

/// A descriptor: an int, or an object with `fileno()`.
pub struct Fd(pub i32);

impl<'a> FromArg<'a> for Fd {
    fn from_arg(o: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        fd_of(o).map(Fd)
    }
}

/// Warns of a bool where a descriptor is meant.
fn warn_bool(o: &Obj) -> PyResult<()> {
    if o.is_bool() {
        dovetail_core::types::exception::warn(
            dovetail_core::error::exc::RuntimeWarning(),
            "bool is used as a file descriptor",
            1,
        )?;
    }
    Ok(())
}

/// The descriptor that an object stands for (`PyObject_AsFileDescriptor`).
pub fn fd_of(o: &Obj) -> PyResult<i32> {
    let int = |i: &Obj| -> PyResult<i32> {
        match i.index()?.to_i64().and_then(|v| i32::try_from(v).ok()) {
            Some(v) => Ok(v),
            None => Err(raise!(OverflowError, "Python int too large to convert to C int")),
        }
    };
    let fd = if o.is_a::<dovetail_core::types::int::Int>() {
        warn_bool(o)?;
        int(o)?
    } else {
        let Some(m) = o.get_attr_opt(dovetail_core::sym!(fileno))? else {
            bail!(TypeError, "argument must be an int, or have a fileno() method.");
        };
        let r = m.call(&[])?;
        if !r.is_a::<dovetail_core::types::int::Int>() {
            bail!(TypeError, "fileno() returned a non-integer");
        }
        int(&r)?
    };
    if fd < 0 {
        bail!(ValueError, "file descriptor cannot be a negative integer ({fd})");
    }
    Ok(fd)
}

/// Runs a call that gives -1 on error, without the GIL, again when a signal interrupts it.
pub fn retry(mut f: impl FnMut() -> isize) -> PyResult<Result<isize, i32>> {
    loop {
        let r = gil::allow_threads(|| {
            let r = f();
            if r < 0 { Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)) } else { Ok(r) }
        });
        match r {
            Err(libc::EINTR) => {
                dovetail_core::interp::pending::handle(dovetail_core::thread::ThreadState::current())?
            }
            other => return Ok(other),
        }
    }
}

/// As `retry`, raising `OSError` with the given file name.
pub fn call(file: Option<&Obj>, f: impl FnMut() -> isize) -> PyResult<isize> {
    retry(f)?.map_err(|e| dovetail_core::types::exceptions_os::os_error_from_errno(e, file))
}

/// A call about a path: `OSError` names the path.
pub fn on(path: &Path, f: impl FnMut() -> isize) -> PyResult<isize> {
    call(Some(&path.object), f)
}

/// File-system bytes as the caller wants them: bytes, or text.
pub fn named(raw: &[u8], bytes: bool) -> PyResult<Object> {
    if bytes { Ok(Bytes::new(raw)?.into_object()) } else { Ok(crate::util::fs_decode(raw)?.into_object()) }
}
