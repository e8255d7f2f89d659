//! `BytesIO`: a file in memory, over a bytes object.
//!
//! The object is shared with whoever gave or asked for it and copied when it is to be changed while somebody else has
//! it, so that neither making a stream of bytes nor taking its value copies anything. While memoryviews of
//! `getbuffer()` live, the size is fixed.

use super::base::{BufferedIoBase, StreamBody, Trace, size_arg, state, stream_methods};
use crate::util::int;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{BytesLike, WritableBytes, fill_info};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::dict_instance::{existing_dict, instance_dict};
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::managed_buffer;
use dovetail_core::types::none::none;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, UnsafeCell};
use std::ffi::{c_int, c_void};

/// The state: the bytes, of which `size` count, and where the user is. No bytes: closed.
pub struct Memory {
    buf: UnsafeCell<Option<Ref<Bytes>>>,
    size: Cell<usize>,
    pos: Cell<usize>,
    exports: Cell<usize>,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            buf: UnsafeCell::new(Some(Bytes::empty())),
            size: Cell::new(0),
            pos: Cell::new(0),
            exports: Cell::new(0),
        }
    }
}

impl Trace for Memory {}

impl Memory {
    #[inline]
    fn buf(&self) -> PyResult<&Bytes> {
        // SAFETY: replaced only by `set`, which no borrow outlives: methods copy before they change.
        match unsafe { (*self.buf.get()).as_deref() } {
            Some(b) => Ok(b),
            None => Err(super::base::closed_error()),
        }
    }

    fn take(&self) -> Option<Ref<Bytes>> {
        // SAFETY: no borrow is held.
        unsafe { (*self.buf.get()).take() }
    }

    fn set(&self, b: Ref<Bytes>) {
        // SAFETY: no borrow is held; the old object has been taken out.
        unsafe { *self.buf.get() = Some(b) }
    }

    fn check_exports(&self) -> PyResult<()> {
        if self.exports.get() > 0 {
            bail!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    /// Makes the bytes ours alone, with room for `room` of them.
    fn own(&self, room: usize) -> PyResult<()> {
        let b = self.buf()?;
        if b.refcnt() == 1 && b.is_exact::<Bytes>() && b.len() >= room && room > 0 {
            return Ok(());
        }
        let size = self.size.get();
        if b.refcnt() != 1 || !b.is_exact::<Bytes>() {
            let new = Bytes::alloc(room.max(size).max(1))?;
            // SAFETY: a new object with room for them.
            unsafe { std::ptr::copy_nonoverlapping(b.data(), new.data(), size) };
            drop(self.take());
            self.set(new);
            return Ok(());
        }
        let grown = if room <= b.len() {
            room
        } else if room < b.len() + b.len() / 8 + 64 {
            room + room / 8 + if room < 9 { 3 } else { 6 }
        } else {
            room
        };
        let Some(old) = self.take() else { return self.buf().map(|_| ()) };
        match Bytes::resize(old, grown.max(1)) {
            Ok(b) => {
                self.set(b);
                Ok(())
            }
            Err(e) => {
                self.set(Bytes::empty());
                self.size.set(0);
                Err(e)
            }
        }
    }

    /// Where bytes may be written; a cached hash is forgotten.
    fn place(&self) -> PyResult<*mut u8> {
        let b = self.buf()?;
        // SAFETY: the object is ours alone.
        unsafe { (*b.body()).ob_shash = -1 };
        Ok(b.data())
    }

    fn write(&self, data: &[u8]) -> PyResult<usize> {
        self.buf()?;
        self.check_exports()?;
        if data.is_empty() {
            return Ok(0);
        }
        let (pos, size) = (self.pos.get(), self.size.get());
        let Some(end) = pos.checked_add(data.len()).filter(|e| *e <= isize::MAX as usize) else {
            bail!(OverflowError, "new position too large");
        };
        self.own(end.max(size))?;
        let p = self.place()?;
        // SAFETY: there is room; what lies between the old end and the place is filled with zeros.
        unsafe {
            if pos > size {
                std::ptr::write_bytes(p.add(size), 0, pos - size);
            }
            std::ptr::copy_nonoverlapping(data.as_ptr(), p.add(pos), data.len());
        }
        self.pos.set(end);
        self.size.set(end.max(size));
        Ok(data.len())
    }

    /// What is behind the user.
    fn rest(&self) -> PyResult<&[u8]> {
        let b = self.buf()?;
        Ok(&b.as_slice()[self.pos.get().min(self.size.get())..self.size.get()])
    }

    fn read(&self, n: Option<usize>) -> PyResult<Ref<Bytes>> {
        let rest = self.rest()?;
        let n = n.map_or(rest.len(), |n| n.min(rest.len()));
        let b = self.buf()?;
        if n > 1 && n == b.len() && self.exports.get() == 0 && b.is_exact::<Bytes>() {
            self.pos.set(n);
            return Ok(b.to_ref());
        }
        let out = Bytes::new(&rest[..n])?;
        self.pos.set(self.pos.get() + n);
        Ok(out)
    }

    fn line(&self, limit: Option<usize>) -> PyResult<Ref<Bytes>> {
        let rest = self.rest()?;
        let rest = &rest[..limit.map_or(rest.len(), |n| n.min(rest.len()))];
        let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let out = Bytes::new(&rest[..n])?;
        self.pos.set(self.pos.get() + n);
        Ok(out)
    }
}

/// The size of CPython's object, which `sys.getsizeof` shows; ours has its state apart.
const BASIC_SIZE: usize = 64;

/// Files in memory.
/// ---
/// Buffered I/O implementation using an in-memory bytes buffer.
#[pytype(
    name = "_io.BytesIO", body = StreamBody<Memory>, base = BufferedIoBase, gc, dict = dict, weaklist = weakrefs,
    basicsize = BASIC_SIZE, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BytesIO_Type", sig = "(initial_bytes=b'')",
)]
pub struct BytesIo;

impl BytesIo {
    fn m(&self) -> &Memory {
        state(self)
    }
}

stream_methods!(BytesIo, Memory, {
    #[slot(tp_init, sig = "(initial_bytes=b'')")]
    fn init(&self, initial_bytes: Option<&Obj>) -> PyResult<()> {
        let m = self.m();
        m.check_exports()?;
        let new = match initial_bytes.filter(|o| !o.is_none()) {
            None => Bytes::empty(),
            Some(o) => match o.downcast_exact::<Bytes>() {
                Some(b) => b.to_ref(),
                None => Bytes::new(&BytesLike::of(o)?)?,
            },
        };
        m.pos.set(0);
        m.size.set(new.len());
        drop(m.take());
        m.set(new);
        Ok(())
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<&Obj> {
        self.m().buf()?;
        Ok(self.as_obj())
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<Bytes>>> {
        let line = self.m().line(None)?;
        Ok(if line.is_empty() { None } else { Some(line) })
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(&self) -> PyResult<bool> {
        self.m().buf().map(|_| true)
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(&self) -> PyResult<bool> {
        self.m().buf().map(|_| true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(&self) -> PyResult<bool> {
        self.m().buf().map(|_| true)
    }

    /// Disable all I/O operations.
    #[method]
    fn close(&self) -> PyResult<()> {
        self.m().check_exports()?;
        drop(self.m().take());
        Ok(())
    }

    /// Does nothing.
    #[method]
    fn flush(&self) -> PyResult<()> {
        self.m().buf().map(|_| ())
    }

    /// Always returns False.
    ///
    /// A stream in memory is no terminal.
    #[method]
    fn isatty(&self) -> PyResult<bool> {
        self.m().buf().map(|_| false)
    }

    /// Current file position, an integer.
    #[method]
    fn tell(&self) -> PyResult<usize> {
        self.m().buf()?;
        Ok(self.m().pos.get())
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[method]
    fn write(&self, b: &Obj) -> PyResult<usize> {
        self.m().buf()?;
        self.m().check_exports()?;
        let data = BytesLike::of(b)?;
        self.m().write(&data)
    }

    /// Write lines to the file.
    ///
    /// Newlines are not added. lines is any iterable of bytes-like
    /// objects, each of which is written.
    #[method]
    fn writelines(&self, lines: &Obj) -> PyResult<()> {
        self.m().buf()?;
        lines.for_each(|line| {
            let data = BytesLike::of(&line)?;
            self.m().write(&data).map(|_| ())
        })
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is
    /// reached.  Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read1(&self, size: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let n = size_arg(size)?;
        self.m().read(n)
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read, 0 for EOF.
    #[method]
    fn readinto(&self, buffer: WritableBytes) -> PyResult<usize> {
        let mut buffer = buffer;
        let out = buffer.0.as_mut_slice();
        let m = self.m();
        let rest = m.rest()?;
        let n = rest.len().min(out.len());
        // SAFETY: the memory may be the stream's own, where a view of it was given: a move, not a copy.
        unsafe { std::ptr::copy(rest.as_ptr(), out.as_mut_ptr(), n) };
        m.pos.set(m.pos.get() + n);
        Ok(n)
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, size: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let n = size_arg(size)?;
        self.m().line(n)
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// size, if given, is about how many bytes the lines may have together:
    /// no line is begun behind it.
    #[method(sig = "(size=None, /)")]
    fn readlines(&self, size: Option<&Obj>) -> PyResult<Ref<List>> {
        self.m().buf()?;
        let limit = match size {
            None => 0,
            Some(o) if o.has_index() => o.as_isize()?.max(0) as usize,
            Some(o) => bail!(TypeError, "integer argument expected, got '{}'", o.type_name()),
        };
        let list = List::new()?;
        let mut total = 0;
        loop {
            let line = self.m().line(None)?;
            if line.is_empty() {
                return Ok(list);
            }
            total += line.len();
            list.push(line.into_object())?;
            if limit > 0 && total >= limit {
                return Ok(list);
            }
        }
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let n = size_arg(size)?;
        self.m().read(n)
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[method]
    fn getbuffer(&self) -> PyResult<Object> {
        self.m().buf()?;
        // SAFETY: a new body whose field is set before anybody has it.
        let b = unsafe {
            let b = type_alloc(BytesIoBuffer::type_object(), 0)?;
            (*(b.as_raw() as *mut BufferBody)).source = self.as_obj().to_owned().into_ptr();
            b
        };
        Ok(managed_buffer::from_object(&b)?.into_object())
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[method]
    fn getvalue(&self) -> PyResult<Ref<Bytes>> {
        let m = self.m();
        let b = m.buf()?;
        let size = m.size.get();
        if size <= 1 || m.exports.get() > 0 {
            return Bytes::new(&b.as_slice()[..size]);
        }
        if size != b.len() {
            if b.refcnt() != 1 {
                return Bytes::new(&b.as_slice()[..size]);
            }
            let Some(old) = m.take() else { return m.buf().map(ToRef::to_ref) };
            m.set(Bytes::resize(old, size)?);
        }
        Ok(m.buf()?.to_ref())
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: i32) -> PyResult<isize> {
        let m = self.m();
        m.buf()?;
        let from = match whence {
            0 if pos < 0 => bail!(ValueError, "negative seek value {pos}"),
            0 => 0,
            1 => m.pos.get() as isize,
            2 => m.size.get() as isize,
            _ => bail!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        };
        let Some(new) = from.checked_add(pos) else { bail!(OverflowError, "new position too large") };
        m.pos.set(new.max(0) as usize);
        Ok(new.max(0))
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[method(sig = "(size=None, /)")]
    fn truncate(&self, size: Option<&Obj>) -> PyResult<Object> {
        let m = self.m();
        m.buf()?;
        let n = match size {
            None => m.pos.get() as isize,
            Some(o) if o.has_index() => o.as_isize()?,
            Some(o) => bail!(TypeError, "argument should be integer or None, not '{}'", o.type_name()),
        };
        if n < 0 {
            bail!(ValueError, "negative size value {n}");
        }
        // Code of the argument may have closed the stream or taken a view of it.
        m.buf()?;
        m.check_exports()?;
        if (n as usize) < m.size.get() {
            m.size.set(n as usize);
            m.own(n as usize)?;
            if m.buf()?.len() > 2 * n as usize + 64 {
                let Some(old) = m.take() else { return m.buf().map(|_| none().to_owned()) };
                m.set(Bytes::resize(old, n as usize)?);
            }
        }
        int(n as i64)
    }

    #[method]
    fn __getstate__(&self) -> PyResult<Ref<Tuple>> {
        let value = self.getvalue()?;
        let dict = match existing_dict(self.as_obj()) {
            Some(d) => d.copy()?.into_object(),
            None => none().to_owned(),
        };
        Tuple::from_vec(vec![value.into_object(), int(self.m().pos.get() as i64)?, dict])
    }

    #[method]
    fn __setstate__(&self, object: &Obj) -> PyResult<()> {
        self.m().buf()?;
        let items = match object.downcast::<Tuple>().map(Tuple::as_borrows) {
            Some([a, b, c, ..]) => [*a, *b, *c],
            _ => bail!(
                TypeError,
                "{}.__setstate__ argument should be 3-tuple, got {}",
                self.type_name(),
                object.type_name()
            ),
        };
        self.m().check_exports()?;
        self.init(None)?;
        let data = BytesLike::of(items[0])?;
        self.m().write(&data)?;
        drop(data);
        if !items[1].is_a::<Int>() {
            bail!(TypeError, "second item of state must be an integer, not {}", items[1].type_name());
        }
        let pos = items[1].as_isize()?;
        if pos < 0 {
            bail!(ValueError, "position value cannot be negative");
        }
        self.m().pos.set(pos as usize);
        if !items[2].is_none() {
            let Some(d) = items[2].downcast::<Dict>() else {
                bail!(TypeError, "third item of state should be a dict, got a {}", items[2].type_name());
            };
            if let Some(own) = instance_dict(self.as_obj())? {
                own.update_from(d)?;
            }
        }
        Ok(())
    }

    #[method]
    fn __sizeof__(&self) -> usize {
        let own = self.ob_type().raw().tp_basicsize as usize;
        // SAFETY: a look.
        match unsafe { (*self.m().buf.get()).as_deref() } {
            Some(b) if b.refcnt() == 1 => own + Bytes::type_object().raw().tp_basicsize as usize + b.len(),
            _ => own,
        }
    }

    /// True if the file is closed.
    #[getter]
    fn closed(&self) -> bool {
        // SAFETY: a look.
        unsafe { (*self.m().buf.get()).is_none() }
    }
});

/// The body of what `getbuffer()` gives a view of.
#[repr(C)]
pub struct BufferBody {
    ob_base: abi::PyObject,
    source: *mut abi::PyObject,
}

/// The exporter behind `BytesIO.getbuffer()`.
#[pytype(
    name = "_io._BytesIOBuffer", body = BufferBody, gc, refs(source), export = "Dovetail_BytesIOBuffer_Type",
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct BytesIoBuffer;

#[pymethods]
impl BytesIoBuffer {
    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn get_buffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: an instance of ours; the bytes stay in place while an export counts.
        unsafe {
            let b = o as *mut BufferBody;
            if (*b).source.is_null() {
                return -1;
            }
            let source: &BytesIo = Obj::from_ptr((*b).source).cast_unchecked();
            let m = source.m();
            let fill = || -> PyResult<()> {
                if m.exports.get() == 0 {
                    m.own(m.size.get().max(1))?;
                }
                let p = m.place()?;
                fill_info(view, o, p.cast::<c_void>(), m.size.get() as isize, false, flags)?;
                m.exports.set(m.exports.get() + 1);
                Ok(())
            };
            match fill() {
                Ok(()) => 0,
                Err(_) => -1,
            }
        }
    }

    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn release_buffer(o: *mut abi::PyObject, _view: *mut abi::Py_buffer) {
        // SAFETY: an instance of ours, whose source lives.
        unsafe {
            let b = o as *mut BufferBody;
            if !(*b).source.is_null() {
                let source: &BytesIo = Obj::from_ptr((*b).source).cast_unchecked();
                source.m().exports.set(source.m().exports.get() - 1);
            }
        }
    }
}
