//! `listdir`, `scandir` and directory entries.

use super::path::{Path, PathOrFd, named};
use super::stat::{Target, raw_stat, stat_object};
use crate::util::{Boxed, data, dealloc_boxed, int, new_native, set, text};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::exceptions_os::{last_os_error, os_error_from_errno};
use dovetail_core::types::list::List;
use dovetail_core::types::type_::Type;
use dovetail_core::{gil, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};

/// An open directory.
struct Stream(*mut libc::DIR);

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: open until here.
        unsafe { libc::closedir(self.0) };
    }
}

/// An entry as the system gives it.
struct Raw {
    name: CString,
    kind: u8,
    ino: u64,
}

impl Stream {
    fn open(path: &PathOrFd) -> PyResult<Stream> {
        let (dir, file) = match path {
            // SAFETY: a terminated path.
            PathOrFd::Path(p) => (gil::allow_threads(|| unsafe { libc::opendir(p.ptr()) }), p.object.clone()),
            PathOrFd::Fd(fd) => {
                // SAFETY: the kernel checks the descriptor.
                let dup = unsafe { libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 0) };
                if dup < 0 {
                    return Err(last_os_error(Some(&*int(*fd)?)));
                }
                // SAFETY: the stream takes over the duplicate.
                let dir = unsafe { libc::fdopendir(dup) };
                if dir.is_null() {
                    let e = last_os_error(Some(&*int(*fd)?));
                    // SAFETY: no stream has taken it over.
                    unsafe { libc::close(dup) };
                    return Err(e);
                }
                // SAFETY: an open stream.
                unsafe { libc::rewinddir(dir) };
                (dir, int(*fd)?)
            }
        };
        if dir.is_null() { Err(last_os_error(Some(&file))) } else { Ok(Stream(dir)) }
    }

    /// The next entry that is not `.` or `..`; the error number on failure.
    fn next(&self) -> Result<Option<Raw>, i32> {
        gil::allow_threads(|| {
            loop {
                // SAFETY: an open stream; an entry is valid until the next call.
                unsafe {
                    *libc::__errno_location() = 0;
                    let e = libc::readdir64(self.0);
                    if e.is_null() {
                        let errno = *libc::__errno_location();
                        return if errno == 0 { Ok(None) } else { Err(errno) };
                    }
                    let name = CStr::from_ptr((*e).d_name.as_ptr());
                    if name != c"." && name != c".." {
                        return Ok(Some(Raw { name: name.to_owned(), kind: (*e).d_type, ino: (*e).d_ino }));
                    }
                }
            }
        })
    }
}

/// What a directory entry knows.
pub struct Entry {
    name: Object,
    path: Object,
    /// The path to ask the system for: whole, or relative to the descriptor.
    raw: CString,
    dir_fd: i32,
    kind: u8,
    ino: u64,
    stat: RefCell<Option<Object>>,
    lstat: RefCell<Option<Object>>,
}

/// Entries of directories.
#[pytype(name = "posix.DirEntry", body = Boxed<Entry>, export = "Dovetail_DirEntry_Type")]
pub struct DirEntry;

impl DirEntry {
    fn state(&self) -> &Entry {
        data(self)
    }

    fn mode(&self, follow: bool) -> PyResult<Option<u32>> {
        let s = self.state();
        match raw_stat(&Target::At(s.dir_fd, &s.raw, follow)) {
            Ok(st) => Ok(Some(st.st_mode)),
            Err(libc::ENOENT) => Ok(None),
            Err(e) => Err(os_error_from_errno(e, Some(&s.path))),
        }
    }

    fn is_kind(&self, follow: bool, kind: u8, bits: u32) -> PyResult<bool> {
        let k = self.state().kind;
        let link = k == libc::DT_LNK;
        if k == libc::DT_UNKNOWN || (follow && link) {
            return Ok(self.mode(follow)?.is_some_and(|m| m & libc::S_IFMT == bits));
        }
        Ok(k == kind)
    }

    fn stat_cached(&self, follow: bool) -> PyResult<Object> {
        let s = self.state();
        let follow = follow && (s.kind == libc::DT_LNK || s.kind == libc::DT_UNKNOWN);
        let cell = if follow { &s.stat } else { &s.lstat };
        if let Some(o) = cell.borrow().as_ref() {
            return Ok(o.clone());
        }
        let st = raw_stat(&Target::At(s.dir_fd, &s.raw, follow))
            .map_err(|e| os_error_from_errno(e, Some(&s.path)))?;
        let o = stat_object(&st)?;
        *cell.borrow_mut() = Some(o.clone());
        Ok(o)
    }
}

#[pymethods]
impl DirEntry {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Entry>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        Ok(format!("<DirEntry {}>", self.state().name.repr()?.to_string_lossy()))
    }

    /// the entry's base filename, relative to scandir() "path" argument
    #[getter]
    fn name(&self) -> Object {
        self.state().name.clone()
    }

    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[getter]
    fn path(&self) -> Object {
        self.state().path.clone()
    }

    /// Return True if the entry is a directory; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn is_dir(&self, follow_symlinks: bool) -> PyResult<bool> {
        self.is_kind(follow_symlinks, libc::DT_DIR, libc::S_IFDIR)
    }

    /// Return True if the entry is a file; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn is_file(&self, follow_symlinks: bool) -> PyResult<bool> {
        self.is_kind(follow_symlinks, libc::DT_REG, libc::S_IFREG)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method]
    fn is_symlink(&self) -> PyResult<bool> {
        self.is_kind(false, libc::DT_LNK, libc::S_IFLNK)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method]
    fn is_junction(&self) -> bool {
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method(sig = "(*, follow_symlinks=True)")]
    fn stat(&self, follow_symlinks: bool) -> PyResult<Object> {
        self.stat_cached(follow_symlinks)
    }

    /// Return inode of the entry; cached per entry.
    #[method]
    fn inode(&self) -> u64 {
        self.state().ino
    }

    /// Returns the path for the entry.
    #[method]
    fn __fspath__(&self) -> Object {
        self.state().path.clone()
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
        dovetail_core::types::support::generic_alias(cls, item)
    }
}

/// The state of a scan.
pub struct Scan {
    stream: RefCell<Option<Stream>>,
    /// The directory's path with its slash; empty for a descriptor.
    prefix: Vec<u8>,
    dir_fd: Cell<i32>,
    bytes: bool,
    file: Object,
}

/// `scandir()`.
#[pytype(name = "posix.ScandirIterator", body = Boxed<Scan>, export = "Dovetail_Scandir_Type")]
pub struct ScandirIterator;

impl ScandirIterator {
    fn state(&self) -> &Scan {
        data(self)
    }
}

#[pymethods]
impl ScandirIterator {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<Scan>(o) }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let s = self.state();
        let Some(stream) = s.stream.borrow_mut().take() else { return Ok(None) };
        let raw = match stream.next() {
            Ok(Some(raw)) => raw,
            Ok(None) => return Ok(None),
            Err(e) => return Err(os_error_from_errno(e, Some(&s.file))),
        };
        *s.stream.borrow_mut() = Some(stream);
        let mut whole = s.prefix.clone();
        whole.extend_from_slice(raw.name.as_bytes());
        let path = named(&whole, s.bytes)?;
        let ask = CString::new(whole).map_err(|_| raise!(ValueError, "embedded null byte"))?;
        let entry = Entry {
            name: named(raw.name.as_bytes(), s.bytes)?,
            path,
            raw: ask,
            dir_fd: s.dir_fd.get(),
            kind: raw.kind,
            ino: raw.ino,
            stat: RefCell::new(None),
            lstat: RefCell::new(None),
        };
        let e: Ref<DirEntry> = new_native(entry)?;
        Ok(Some(e.into_object()))
    }

    #[method]
    fn close(&self) {
        drop(self.state().stream.borrow_mut().take());
    }

    #[method]
    fn __enter__(&self) -> &Obj {
        self
    }

    #[method]
    fn __exit__(&self, _exc: &[&Obj]) {
        self.close();
    }
}

fn directory(path: Option<PathOrFd>) -> PyResult<PathOrFd> {
    match path {
        Some(p) => Ok(p),
        None => Ok(PathOrFd::Path(Path { object: text(".")?, c: c".".into(), bytes: false })),
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        dovetail_core::types::ready::ready::<ScandirIterator>()?;
        dovetail_core::types::ready::ready::<DirEntry>()?;
        set(module, "DirEntry", DirEntry::type_object().as_obj())
    }

    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path is bytes,
    ///   the filenames returned will also be bytes; in all other circumstances
    ///   the filenames returned will be str.
    /// If path is None, uses the path='.'.
    #[function(sig = "(path=None)")]
    fn listdir(path: Option<PathOrFd>) -> PyResult<Ref<List>> {
        let path = directory(path)?;
        let (bytes, file) = match &path {
            PathOrFd::Path(p) => (p.bytes, p.object.clone()),
            PathOrFd::Fd(fd) => (false, int(*fd)?),
        };
        let stream = Stream::open(&path)?;
        let mut names = Vec::new();
        loop {
            match stream.next() {
                Ok(Some(raw)) => names.push(named(raw.name.as_bytes(), bytes)?),
                Ok(None) => return List::from_vec(names),
                Err(e) => return Err(os_error_from_errno(e, Some(&file))),
            }
        }
    }

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path
    /// is bytes, the names of yielded DirEntry objects will also be bytes; in
    /// all other circumstances they will be str.
    ///
    /// If path is None, uses the path='.'.
    #[function(sig = "(path=None)")]
    fn scandir(path: Option<PathOrFd>) -> PyResult<Ref<ScandirIterator>> {
        let given = path.is_some();
        let path = directory(path)?;
        let stream = Stream::open(&path)?;
        let (prefix, bytes, fd, file) = match &path {
            PathOrFd::Path(p) => {
                let mut prefix = if given { p.c.as_bytes().to_vec() } else { b".".to_vec() };
                if prefix.last().is_some_and(|b| *b != b'/') {
                    prefix.push(b'/');
                }
                (prefix, p.bytes, libc::AT_FDCWD, p.object.clone())
            }
            PathOrFd::Fd(fd) => (Vec::new(), false, *fd, int(*fd)?),
        };
        new_native(Scan { stream: RefCell::new(Some(stream)), prefix, dir_fd: Cell::new(fd), bytes, file })
    }
}

pub use module::MODULE;
