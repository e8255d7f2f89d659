//! `FileIO`: a file descriptor as an unbuffered stream.

use super::base::{
    RawIoBase, StreamBody, Trace, clear, closed_error, dealloc, new_stream, size_arg, state, traverse,
    unsupported,
};
use super::held::is_plain;
use crate::util::{fs_cstring, int};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::interp::pending;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{BytesLike, WritableBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exceptions_os::{last_os_error, os_error_from_errno};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;
use std::ffi::{c_int, c_void};

/// The state of a `FileIO`.
pub struct FileState {
    fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    close_fd: Cell<bool>,
    seekable: Cell<Option<bool>>,
    block_size: Cell<i64>,
    finalizing: Cell<bool>,
    character_device: Cell<bool>,
    /// The size when it was opened, -1 when it has changed since.
    size: Cell<i64>,
}

impl Default for FileState {
    fn default() -> FileState {
        FileState {
            fd: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            close_fd: Cell::new(true),
            seekable: Cell::new(None),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            finalizing: Cell::new(false),
            character_device: Cell::new(false),
            size: Cell::new(-1),
        }
    }
}

impl Trace for FileState {}

/// Unbuffered files.
/// ---
/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[pytype(
    name = "_io.FileIO", body = StreamBody<FileState>, base = RawIoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_FileIO_Type", sig = "(file, mode='r', closefd=True, opener=None)",
)]
pub struct FileIo;

struct Mode {
    flags: i32,
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

fn parse_mode(mode: &str) -> PyResult<Mode> {
    let bad =
        || raise!(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
    let mut m = Mode { flags: 0, created: false, readable: false, writable: false, appending: false };
    let (mut kinds, mut plus) = (0, false);
    for c in mode.chars() {
        match c {
            'x' => {
                kinds += 1;
                m.created = true;
                m.writable = true;
                m.flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => {
                kinds += 1;
                m.readable = true;
            }
            'w' => {
                kinds += 1;
                m.writable = true;
                m.flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                kinds += 1;
                m.writable = true;
                m.appending = true;
                m.flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' if plus => return Err(bad()),
            '+' => {
                plus = true;
                m.readable = true;
                m.writable = true;
            }
            _ => bail!(ValueError, "invalid mode: {}", mode),
        }
        if kinds > 1 {
            return Err(bad());
        }
    }
    if kinds == 0 {
        return Err(bad());
    }
    m.flags |= match (m.readable, m.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(m)
}

/// Runs a call that gives -1 on error without the GIL, again when a signal interrupts it.
fn retry(mut f: impl FnMut() -> isize) -> PyResult<Result<isize, i32>> {
    loop {
        let r = gil::allow_threads(|| {
            let r = f();
            if r < 0 { Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0)) } else { Ok(r) }
        });
        match r {
            Err(libc::EINTR) => pending::handle(ThreadState::current())?,
            // An interrupt that came while the other side closed counts before the end of the data.
            Ok(0) => {
                pending::handle(ThreadState::current())?;
                return Ok(r);
            }
            r => return Ok(r),
        }
    }
}

/// `ResourceWarning: unclosed file`, as far as filters let it through.
fn warn_resource(source: &Obj) -> PyResult<()> {
    let modules = dovetail_core::interpreter::Interpreter::current().modules();
    let Some(warnings) = modules.get(sym!(_warnings).as_obj())? else { return Ok(()) };
    let message = Str::new(&format!("unclosed file {}", source.repr()?.to_string_lossy()))?;
    let category = dovetail_core::error::exc::ResourceWarning();
    let level = Int::from_i64(1)?;
    warnings.call_method(sym!(warn), &[message.as_obj(), category.as_obj(), level.as_obj(), source])?;
    Ok(())
}

impl FileIo {
    fn s(&self) -> &FileState {
        state(self)
    }

    fn fd(&self) -> PyResult<i32> {
        match self.s().fd.get() {
            fd if fd < 0 => Err(closed_error()),
            fd => Ok(fd),
        }
    }

    fn mode_error(&self, action: &str) -> Raised {
        unsupported(&format!("File not open for {action}"))
    }

    /// Warns that `source` was not closed before its end. An error of the warning cannot be raised.
    pub fn warn_unclosed(&self, source: &Obj) {
        if self.s().fd.get() < 0 || !self.s().close_fd.get() {
            return;
        }
        let ts = ThreadState::current();
        let kept = ts.take_exception();
        if let Err(e) = warn_resource(source) {
            if e.matches(dovetail_core::error::exc::Warning()) {
                super::base::unraisable_at_end(e, self.as_obj());
            } else {
                e.clear();
            }
        }
        ts.set_exception(kept);
    }

    fn do_close(&self) -> PyResult<()> {
        let fd = self.s().fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: our descriptor.
        let r = gil::allow_threads(|| unsafe { libc::close(fd) });
        if r < 0 { Err(last_os_error(None)) } else { Ok(()) }
    }

    /// Reads once; `None` when it would block.
    pub fn read_once(&self, into: &mut [u8]) -> PyResult<Option<usize>> {
        // SAFETY: the slice is room of that size.
        unsafe { self.read_raw(into.as_mut_ptr(), into.len()) }
    }

    /// As `read_once`, into memory that need not be initialized.
    ///
    /// # Safety
    /// There are `len` bytes to write at `into`, and nobody else touches them meanwhile.
    pub unsafe fn read_raw(&self, into: *mut u8, len: usize) -> PyResult<Option<usize>> {
        let fd = self.fd()?;
        if !self.s().readable.get() {
            return Err(self.mode_error("reading"));
        }
        let len = len.min(isize::MAX as usize);
        let into = into as usize;
        // SAFETY: the caller's promise.
        match retry(|| unsafe { libc::read(fd, into as *mut c_void, len) })? {
            Ok(n) => Ok(Some(n as usize)),
            Err(libc::EAGAIN) => Ok(None),
            Err(e) => Err(os_error_from_errno(e, None)),
        }
    }

    /// Writes once; `None` when it would block.
    pub fn write_once(&self, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.fd()?;
        if !self.s().writable.get() {
            return Err(self.mode_error("writing"));
        }
        self.s().size.set(-1);
        // SAFETY: a buffer of the given size.
        match retry(|| unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) })? {
            Ok(n) => Ok(Some(n as usize)),
            Err(libc::EAGAIN) => Ok(None),
            Err(e) => Err(os_error_from_errno(e, None)),
        }
    }

    /// Reads until the end, behind `head`; `None` when nothing is there yet.
    pub fn read_all(&self, head: &[u8]) -> PyResult<Option<Ref<Bytes>>> {
        let fd = self.fd()?;
        if !self.s().readable.get() {
            return Err(self.mode_error("reading"));
        }
        let ahead = self.expected_rest(fd);
        let mut at = head.len();
        let mut out = Bytes::alloc(at + ahead.max(2))?;
        // SAFETY: a new object with room for the bytes.
        unsafe { std::ptr::copy_nonoverlapping(head.as_ptr(), out.data(), at) };
        loop {
            if at == out.len() {
                out = Bytes::resize(out, at + at.clamp(8192, 16 << 20))?;
            }
            let (p, room) = (out.data() as usize + at, out.len() - at);
            // SAFETY: the unwritten rest of a new object.
            match retry(|| unsafe { libc::read(fd, p as *mut c_void, room) })? {
                Ok(0) => break,
                Ok(n) => at += n as usize,
                Err(libc::EAGAIN) if at > head.len() => break,
                Err(libc::EAGAIN) => return Ok(None),
                Err(e) => return Err(os_error_from_errno(e, None)),
            }
        }
        Bytes::resize(out, at).map(Some)
    }

    /// About how much is left to read, and one more: the size at opening is good enough, and a small file is not
    /// asked for its position.
    fn expected_rest(&self, fd: i32) -> usize {
        const SMALL: i64 = 64 << 10;
        let mut size = self.s().size.get();
        if size < 0 {
            // SAFETY: the call fills the struct.
            size = unsafe {
                let mut st: libc::stat = std::mem::zeroed();
                if libc::fstat(fd, &mut st) == 0 { st.st_size } else { 0 }
            };
        }
        if size <= 0 {
            return 8192;
        }
        let at = match size {
            0..=SMALL => 0,
            // SAFETY: no memory is involved.
            _ => unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) },
        };
        if at >= 0 && size >= at { (size - at) as usize + 1 } else { 8192 }
    }

    /// Is this a `FileIO` that nothing was changed of?
    pub fn plain(o: &Obj) -> Option<&FileIo> {
        // SAFETY: of this very type.
        if is_plain(o, FileIo::type_object()) { Some(unsafe { o.cast_unchecked() }) } else { None }
    }

    /// Is the descriptor a terminal? A regular file is none, which needs no call to tell.
    pub fn looks_like_terminal(&self) -> bool {
        // SAFETY: no memory is involved.
        self.s().character_device.get() && unsafe { libc::isatty(self.s().fd.get()) } == 1
    }

    /// Is the descriptor closed?
    pub fn is_closed(&self) -> bool {
        self.s().fd.get() < 0
    }

    /// Moves and gives the new position.
    pub fn seek_to(&self, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.fd()?;
        // SAFETY: no memory is involved.
        let r = gil::allow_threads(|| unsafe { libc::lseek(fd, offset, whence) });
        if self.s().seekable.get().is_none() {
            self.s().seekable.set(Some(r >= 0));
        }
        match r {
            -1 => Err(last_os_error(None)),
            n => Ok(n),
        }
    }

    pub fn block_size(&self) -> i64 {
        self.s().block_size.get()
    }

    fn open(&self, file: &Obj, mode: &str, close_fd: bool, opener: Option<&Obj>) -> PyResult<()> {
        let s = self.s();
        if s.fd.get() >= 0 {
            if s.close_fd.get() {
                self.do_close()?;
            } else {
                s.fd.set(-1);
            }
        }
        if file.is_a::<dovetail_core::types::float::Float>() {
            bail!(TypeError, "integer argument expected, got float");
        }
        if file.is_bool() {
            let category = dovetail_core::error::exc::RuntimeWarning();
            dovetail_core::types::exception::warn(category, "bool is used as a file descriptor", 1)?;
        }
        let given = match file.downcast::<Int>() {
            Some(i) => match i.to_i64().and_then(|v| i32::try_from(v).ok()) {
                Some(v) if v >= 0 => Some(v),
                Some(_) => bail!(ValueError, "negative file descriptor"),
                None => bail!(OverflowError, "Python int too large to convert to C int"),
            },
            None => None,
        };
        let path = if given.is_none() { Some(fs_cstring(file)?) } else { None };
        let m = parse_mode(mode)?;
        s.created.set(m.created);
        s.readable.set(m.readable);
        s.writable.set(m.writable);
        s.appending.set(m.appending);
        s.seekable.set(None);
        s.close_fd.set(close_fd);
        let flags = m.flags | libc::O_CLOEXEC;
        let fd = match (given, &path) {
            (Some(fd), _) => fd,
            (None, Some(path)) => {
                if !close_fd {
                    bail!(ValueError, "Cannot use closefd=False with file name");
                }
                match opener {
                    Some(opener) => {
                        let r = opener.call(&[file, &*int(flags)?])?;
                        let Some(fd) = r.downcast::<Int>().and_then(Int::to_i64) else {
                            bail!(TypeError, "expected integer from opener");
                        };
                        if fd < 0 {
                            bail!(ValueError, "opener returned {fd}");
                        }
                        let fd = fd as i32;
                        // SAFETY: no memory is involved.
                        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
                        fd
                    }
                    // SAFETY: a terminated path.
                    None => match retry(|| unsafe { libc::open(path.as_ptr(), flags, 0o666) } as isize)? {
                        Ok(fd) => fd as i32,
                        Err(e) => return Err(os_error_from_errno(e, Some(file))),
                    },
                }
            }
            (None, None) => bail!(SystemError, "neither a descriptor nor a path"),
        };
        let own = given.is_none();
        s.fd.set(fd);
        // SAFETY: the call fills the struct.
        let checked = unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            if libc::fstat(fd, &mut st) < 0 {
                Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
            } else if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
                Err(libc::EISDIR)
            } else {
                s.size.set(st.st_size);
                s.character_device.set(st.st_mode & libc::S_IFMT == libc::S_IFCHR);
                if st.st_blksize > 1 {
                    s.block_size.set(st.st_blksize as i64);
                }
                Ok(())
            }
        };
        let finish = || -> PyResult<()> {
            if let Err(e) = checked
                && (own || e == libc::EBADF || e == libc::EISDIR)
            {
                // A descriptor is no name.
                return Err(os_error_from_errno(e, Some(file).filter(|_| e != libc::EBADF)));
            }
            self.set_attr(sym!(name), file)?;
            if s.appending.get() {
                // The position is the end; pipes and terminals have none.
                // SAFETY: no memory is involved.
                unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
            }
            Ok(())
        };
        finish().inspect_err(|_| {
            if own {
                s.fd.set(-1);
                // SAFETY: our descriptor.
                unsafe { libc::close(fd) };
            } else {
                s.fd.set(-1);
            }
        })
    }

    fn mode_text(&self) -> &'static str {
        let s = self.s();
        match (s.created.get(), s.appending.get(), s.readable.get(), s.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    pub fn is_seekable(&self) -> bool {
        let s = self.s();
        if let Some(v) = s.seekable.get() {
            return v;
        }
        // SAFETY: no memory is involved.
        let v = unsafe { libc::lseek(s.fd.get(), 0, libc::SEEK_CUR) } >= 0;
        s.seekable.set(Some(v));
        v
    }
}

#[pymethods]
impl FileIo {
    #[slot(tp_new)]
    fn make(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        new_stream::<FileState>(cls)
    }

    #[slot(tp_init, sig = "(file, mode='r', closefd=True, opener=None)")]
    fn init(&self, file: &Obj, mode: &str, closefd: bool, opener: Option<&Obj>) -> PyResult<()> {
        self.open(file, mode, closefd, opener)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc::<FileState>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse_slot(
        o: *mut abi::PyObject,
        visit: abi::visitproc,
        arg: *mut c_void,
    ) -> c_int {
        // SAFETY: called as a slot.
        unsafe { traverse::<FileState>(o, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: called as a slot.
        unsafe { clear::<FileState>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let s = self.s();
        let name = self.type_name();
        if s.fd.get() < 0 {
            return Ok(format!("<{name} [closed]>"));
        }
        let close = if s.close_fd.get() { "True" } else { "False" };
        let mode = self.mode_text();
        match self.get_attr_opt(sym!(name))? {
            None => Ok(format!("<{name} fd={} mode='{mode}' closefd={close}>", s.fd.get())),
            Some(n) => {
                Ok(format!("<{name} name={} mode='{mode}' closefd={close}>", n.repr()?.to_string_lossy()))
            }
        }
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple read calls.
    /// In non-blocking mode, returns None if no data is available.
    /// Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: Option<&Obj>) -> PyResult<Option<Object>> {
        self.fd()?;
        if !self.s().readable.get() {
            return Err(self.mode_error("reading"));
        }
        let Some(n) = size_arg(size)? else { return self.readall() };
        if n == 0 {
            return Ok(Some(Bytes::empty().into_object()));
        }
        let out = Bytes::alloc(n)?;
        // SAFETY: a new object of that size.
        let got = unsafe { self.read_raw(out.data(), n) }?;
        pending::handle(ThreadState::current())?;
        match got {
            Some(n) => Ok(Some(Bytes::resize(out, n)?.into_object())),
            None => Ok(None),
        }
    }

    /// Read all data from the file, returned as bytes.
    #[method]
    fn readall(&self) -> PyResult<Option<Object>> {
        let all = self.read_all(&[])?;
        pending::handle(ThreadState::current())?;
        Ok(all.map(Ref::into_object))
    }

    /// Same as RawIOBase.readinto().
    #[method]
    fn readinto(&self, buffer: WritableBytes) -> PyResult<Option<usize>> {
        let mut b = buffer.0;
        let got = self.read_once(b.as_mut_slice())?;
        pending::handle(ThreadState::current())?;
        Ok(got)
    }

    /// Write buffer b to file, return number of bytes written.
    #[method]
    fn write(&self, b: BytesLike<'_>) -> PyResult<Option<usize>> {
        let written = self.write_once(&b)?;
        // A signal may have cut the write short: its handler runs before anybody goes on.
        pending::handle(ThreadState::current())?;
        Ok(written)
    }

    /// Move to new file position and return the file position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, pos: &Obj, whence: i32) -> PyResult<i64> {
        self.fd()?;
        if pos.is_a::<dovetail_core::types::float::Float>() {
            bail!(TypeError, "an integer is required");
        }
        self.seek_to(pos.as_i64()?, whence)
    }

    /// Current file position.
    #[method]
    fn tell(&self) -> PyResult<i64> {
        self.seek_to(0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    #[method(sig = "(size=None, /)")]
    fn truncate(&self, size: Option<&Obj>) -> PyResult<Object> {
        let fd = self.fd()?;
        if !self.s().writable.get() {
            return Err(self.mode_error("writing"));
        }
        let n = match size {
            Some(n) => n.as_i64()?,
            None => self.seek_to(0, libc::SEEK_CUR)?,
        };
        self.s().size.set(-1);
        // SAFETY: no memory is involved.
        match retry(|| unsafe { libc::ftruncate(fd, n) } as isize)? {
            Ok(_) => match size {
                Some(o) => Ok(o.to_owned()),
                None => int(n),
            },
            Err(e) => Err(os_error_from_errno(e, None)),
        }
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[method]
    fn close(&self) -> PyResult<()> {
        // SAFETY: the base's method, called as such.
        let base: &super::base::IoBase = unsafe { self.as_obj().cast_unchecked() };
        let marked = super::base::close_base(base);
        if !self.s().close_fd.get() {
            self.s().fd.set(-1);
            return marked;
        }
        if self.s().finalizing.get() {
            self.warn_unclosed(self.as_obj());
        }
        match marked {
            Ok(()) => self.do_close(),
            Err(e) => {
                let kept = e.take();
                if let Err(e) = self.do_close() {
                    e.clear();
                }
                Err(Raised::restore(kept))
            }
        }
    }

    /// True if file supports random-access.
    #[method]
    fn seekable(&self) -> PyResult<bool> {
        self.fd()?;
        Ok(self.is_seekable())
    }

    /// True if file was opened in a read mode.
    #[method]
    fn readable(&self) -> PyResult<bool> {
        self.fd()?;
        Ok(self.s().readable.get())
    }

    /// True if file was opened in a write mode.
    #[method]
    fn writable(&self) -> PyResult<bool> {
        self.fd()?;
        Ok(self.s().writable.get())
    }

    /// Return the underlying file descriptor (an integer).
    #[method(name = "fileno")]
    fn fileno_(&self) -> PyResult<i32> {
        self.fd()
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(&self) -> PyResult<bool> {
        let fd = self.fd()?;
        // SAFETY: no memory is involved.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }

    #[method(name = "_isatty_open_only")]
    fn isatty_open_only(&self) -> PyResult<bool> {
        self.fd()?;
        Ok(self.looks_like_terminal())
    }

    /// True if the file is closed
    #[getter]
    fn closed(&self) -> bool {
        self.s().fd.get() < 0
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(&self) -> &Obj {
        bool_obj(self.s().close_fd.get())
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self) -> &'static str {
        self.mode_text()
    }

    #[getter(name = "_blksize")]
    fn get_block_size(&self) -> i64 {
        self.block_size()
    }

    #[method]
    fn _dealloc_warn(&self, object: &Obj) {
        self.warn_unclosed(object);
    }

    #[getter]
    fn _finalizing(&self) -> bool {
        self.s().finalizing.get()
    }

    #[setter(name = "_finalizing")]
    fn set_finalizing(&self, value: Option<&Obj>) -> PyResult<()> {
        super::base::set_flag(&self.s().finalizing, value)
    }

    #[method]
    fn __getstate__(&self) -> PyResult<()> {
        bail!(TypeError, "cannot pickle '{}' instances", self.ob_type().short_name())
    }
}
