//! The abstract base classes of `_io`, and the body that all stream objects share.

use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::native::Native;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict_instance::{existing_dict, instance_dict};
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq::for_ever;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

/// The body of a stream without state of its own.
#[repr(C)]
pub struct BaseBody {
    pub ob_base: abi::PyObject,
    pub dict: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
}

/// The body of a stream with Rust state.
#[repr(C)]
pub struct StreamBody<D> {
    pub ob_base: abi::PyObject,
    pub dict: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub data: *mut D,
}

/// State that owns objects, for the collector.
pub trait Trace: Default {
    /// Shows every owned object.
    fn trace(&self, _see: &mut dyn FnMut(&Obj)) {}
    /// Gives up every owned object that could be part of a cycle.
    fn clear(&self) {}
}

/// A new stream of `cls` with empty state, for `tp_new`.
pub fn new_stream<D: Trace>(cls: &Type) -> PyResult<Object> {
    // SAFETY: `cls` has `StreamBody<D>` instances; the field is filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        (*(o.as_raw() as *mut StreamBody<D>)).data = Box::into_raw(Box::new(D::default()));
        Ok(o)
    }
}

/// The state of a stream.
pub fn state<T: Native<Body = StreamBody<D>>, D>(o: &T) -> &D {
    // SAFETY: filled by `new_stream`; emptied only by the deallocator.
    unsafe { &*(*o.body()).data }
}

/// `tp_dealloc` of streams with state.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn dealloc<D: Trace>(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone; the finalizer may bring the object back.
    unsafe {
        if dovetail_core::types::subtype::finalize_dying(o) {
            return;
        }
        gc::untrack(o);
        let b = o as *mut StreamBody<D>;
        if !(*b).weakrefs.is_null() {
            dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        let data = std::mem::replace(&mut (*b).data, std::ptr::null_mut());
        if !data.is_null() {
            drop(Box::from_raw(data));
        }
        dovetail_core::object::obj::clear(&raw mut (*b).dict);
        if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
            free(o.cast());
        }
    }
}

/// `tp_traverse` of streams with state.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn traverse<D: Trace>(
    o: *mut abi::PyObject,
    visit: abi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live stream.
    unsafe {
        let Some(visit) = visit else { return 0 };
        let b = o as *mut StreamBody<D>;
        let mut r = 0;
        if !(*b).dict.is_null() {
            r = visit((*b).dict, arg);
        }
        if r == 0 && !(*b).data.is_null() {
            (*(*b).data).trace(&mut |p| {
                if r == 0 {
                    r = visit(p.as_ptr(), arg);
                }
            });
        }
        r
    }
}

/// `tp_clear` of streams: the dictionary, and what the state gives up.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn clear<D: Trace>(o: *mut abi::PyObject) -> c_int {
    // SAFETY: a live stream.
    unsafe {
        let b = o as *mut StreamBody<D>;
        if !(*b).data.is_null() {
            (*(*b).data).clear();
        }
        dovetail_core::object::obj::clear(&raw mut (*b).dict)
    };
    0
}

/// `#[pymethods]` of a type with a `StreamBody`: making, the end and the collector, and then the given items.
macro_rules! stream_methods {
    ($name:ident, $state:ty, { $($items:tt)* }) => {
        #[dovetail_macros::pymethods]
        impl $name {
            #[slot(tp_new)]
            fn make(
                cls: &dovetail_core::types::type_::Type,
                _args: &dovetail_core::types::tuple::Tuple,
                _kwargs: Option<&dovetail_core::types::dict::Dict>,
            ) -> PyResult<Object> {
                crate::io::base::new_stream::<$state>(cls)
            }

            #[slot(tp_dealloc, raw)]
            unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
                // SAFETY: called as a slot.
                unsafe { crate::io::base::dealloc::<$state>(o) }
            }

            #[slot(tp_traverse, raw)]
            unsafe extern "C" fn traverse_slot(
                o: *mut abi::PyObject,
                visit: abi::visitproc,
                arg: *mut std::ffi::c_void,
            ) -> std::ffi::c_int {
                // SAFETY: called as a slot.
                unsafe { crate::io::base::traverse::<$state>(o, visit, arg) }
            }

            #[slot(tp_clear, raw)]
            unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> std::ffi::c_int {
                // SAFETY: called as a slot.
                unsafe { crate::io::base::clear::<$state>(o) }
            }

            $($items)*
        }
    };
}
pub(crate) use stream_methods;

/// `tp_finalize` of all streams: closes one that is open. Errors are ignored.
///
/// # Safety
/// Called as a slot.
pub unsafe extern "C" fn finalize(o: *mut abi::PyObject) {
    // SAFETY: an object whose end has come but is whole.
    let o = unsafe { Obj::from_ptr(o) };
    let ts = dovetail_core::thread::ThreadState::current();
    let kept = ts.take_exception();
    // A stream that cannot say whether it is closed is left alone.
    let closed = match o.get_attr_opt(sym!(closed)) {
        Ok(Some(c)) => c.is_true().unwrap_or_else(|e| {
            e.clear();
            true
        }),
        Ok(None) => true,
        Err(e) => {
            e.clear();
            true
        }
    };
    if !closed {
        if let Err(e) = o.set_attr(sym!(_finalizing), bool_obj(true)) {
            e.clear();
        }
        if let Err(e) = o.call_method(sym!(close), &[]) {
            unraisable_at_end(e, o);
        }
    }
    ts.set_exception(kept);
}

/// Reports an error of a stream's end, naming the stream where it can be shown.
pub fn unraisable_at_end(e: Raised, o: &Obj) {
    let kept = e.take();
    let message = match o.repr() {
        Ok(r) => format!("Exception ignored while finalizing file {}", r.to_string_lossy()),
        Err(e) => {
            e.clear();
            String::new()
        }
    };
    dovetail_core::error::unraisable(Raised::restore(kept), &message, None);
}

/// `io.UnsupportedOperation`.
pub fn unsupported_type() -> PyResult<&'static Type> {
    static TYPE: OnceLock<usize> = OnceLock::new();
    if let Some(p) = TYPE.get() {
        // SAFETY: kept for ever below.
        return Ok(unsafe { &*(*p as *const Type) });
    }
    let bases = Tuple::from_slice(&[exc::OSError().as_obj(), exc::ValueError().as_obj()])?;
    let dict = dovetail_core::types::dict::Dict::new()?;
    dict.set_text("__module__", &*Str::new("io")?)?;
    let name = Str::new("UnsupportedOperation")?;
    let t = Type::type_object().call(&[name.as_obj(), bases.as_obj(), dict.as_obj()])?;
    // SAFETY: `type()` makes types.
    let t = for_ever(unsafe { t.cast_unchecked::<Type>() });
    let _ = TYPE.set(t as *const Type as usize);
    Ok(t)
}

/// Raises `UnsupportedOperation(message)`.
pub fn unsupported(message: &str) -> Raised {
    match unsupported_type() {
        Ok(t) => dovetail_core::error::raise_message(t, message),
        Err(e) => e,
    }
}

/// `ValueError: I/O operation on closed file.`
pub fn closed_error() -> Raised {
    raise!(ValueError, "I/O operation on closed file.")
}

/// Is the stream closed? Asks its `closed`.
pub fn is_closed(o: &Obj) -> PyResult<bool> {
    o.get_attr(sym!(closed))?.is_true()
}

fn check_open(o: &Obj) -> PyResult<()> {
    if is_closed(o)? { Err(closed_error()) } else { Ok(()) }
}

/// Raises unless `name()` of the stream is true.
pub fn check_able(o: &Obj, name: &'static Str, message: &str) -> PyResult<()> {
    if o.call_method(name, &[])?.is_true()? { Ok(()) } else { Err(unsupported(message)) }
}

/// The base of all streams.
/// ---
/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
#[pytype(
    name = "_io._IOBase", body = BaseBody, gc, dict = dict, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE,
    export = "Dovetail_IOBase_Type",
)]
pub struct IoBase;

/// The base of unbuffered streams.
/// ---
/// Base class for raw binary I/O.
#[pytype(
    name = "_io._RawIOBase", body = BaseBody, base = IoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_RawIOBase_Type",
)]
pub struct RawIoBase;

/// The base of buffered streams.
/// ---
/// Base class for buffered IO objects.
#[pytype(
    name = "_io._BufferedIOBase", body = BaseBody, base = IoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BufferedIOBase_Type",
)]
pub struct BufferedIoBase;

/// The base of text streams.
/// ---
/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[pytype(
    name = "_io._TextIOBase", body = BaseBody, base = IoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_TextIOBase_Type",
)]
pub struct TextIoBase;

unsafe extern "C" fn base_dealloc(o: *mut abi::PyObject) {
    // SAFETY: as in `dealloc`.
    unsafe {
        if dovetail_core::types::subtype::finalize_dying(o) {
            return;
        }
        gc::untrack(o);
        let b = o as *mut BaseBody;
        if !(*b).weakrefs.is_null() {
            dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        dovetail_core::object::obj::clear(&raw mut (*b).dict);
        if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
            free(o.cast());
        }
    }
}

unsafe extern "C" fn base_traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live stream.
    unsafe {
        match visit {
            Some(visit) if !(*(o as *mut BaseBody)).dict.is_null() => {
                visit((*(o as *mut BaseBody)).dict, arg)
            }
            _ => 0,
        }
    }
}

/// Sets a flag attribute such as `_finalizing`: a bool, which cannot be deleted.
pub fn set_flag(flag: &std::cell::Cell<bool>, value: Option<&Obj>) -> PyResult<()> {
    match value {
        Some(v) if v.is_bool() => {
            flag.set(v.is(bool_obj(true)));
            Ok(())
        }
        Some(_) => Err(raise!(TypeError, "attribute value type must be bool")),
        None => Err(raise!(TypeError, "can't delete numeric/char attribute")),
    }
}

/// Bytes of a `readline` or `read` result.
pub fn expect_bytes(o: &Obj, method: &str) -> PyResult<Vec<u8>> {
    match o.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => {
            Err(raise!(OSError, "{method}() should have returned a bytes object, not '{}'", o.type_name()))
        }
    }
}

/// A size argument: None and negative numbers mean all.
pub fn size_arg(size: Option<&Obj>) -> PyResult<Option<usize>> {
    let Some(o) = size.filter(|o| !o.is_none()) else { return Ok(None) };
    if !o.has_index() {
        bail!(TypeError, "argument should be integer or None, not '{}'", o.type_name());
    }
    Ok(usize::try_from(o.as_isize()?).ok())
}

#[pymethods]
impl IoBase {
    #[slot(tp_new)]
    fn make(
        cls: &Type,
        _args: &Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Object> {
        // SAFETY: all-zero is a valid state.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init)]
    fn init(&self, _args: &Tuple, _kwargs: Option<&dovetail_core::types::dict::Dict>) -> PyResult<()> {
        Ok(())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { base_dealloc(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: called as a slot.
        unsafe { base_traverse(o, visit, arg) }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live stream.
        unsafe { dovetail_core::object::obj::clear(&raw mut (*(o as *mut BaseBody)).dict) };
        0
    }

    #[slot(tp_finalize, raw)]
    unsafe extern "C" fn finalize_slot(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { finalize(o) }
    }

    /// Change the stream position to the given byte offset.
    #[method(sig = "(offset, whence=0, /)")]
    fn seek(&self, _offset: &Obj, _whence: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("seek"))
    }

    /// Return current stream position.
    #[method]
    fn tell(&self) -> PyResult<Object> {
        self.call_method(sym!(seek), &[&*Int::from_i64(0)?, &*Int::from_i64(1)?])
    }

    /// Truncate file to size bytes.
    #[method(sig = "(size=None, /)")]
    fn truncate(&self, _size: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("truncate"))
    }

    /// Return underlying file descriptor if one exists.
    #[method]
    fn fileno(&self) -> PyResult<()> {
        Err(unsupported("fileno"))
    }

    /// Flush write buffers, if applicable.
    #[method]
    fn flush(&self) -> PyResult<()> {
        if self.marked_closed() { Err(closed_error()) } else { Ok(()) }
    }

    fn marked_closed(&self) -> bool {
        existing_dict(self.as_obj()).is_some_and(|d| d.get_str(sym!(__IOBase_closed)).is_some())
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    fn close(&self) -> PyResult<()> {
        if self.marked_closed() {
            return Ok(());
        }
        let flushed = self.call_method(sym!(flush), &[]).map(|_| ());
        let kept = match flushed {
            Ok(()) => None,
            Err(e) => Some(e.take()),
        };
        let marked = self.set_attr(sym!(__IOBase_closed), bool_obj(true));
        match kept {
            Some(e) => {
                if let Err(m) = marked {
                    m.clear();
                }
                Err(Raised::restore(e))
            }
            None => marked,
        }
    }

    #[getter]
    fn __dict__(&self) -> PyResult<Option<Object>> {
        Ok(instance_dict(self.as_obj())?.map(Ref::into_object))
    }

    #[getter]
    fn closed(&self) -> bool {
        self.marked_closed()
    }

    /// Return whether object supports random access.
    #[method]
    fn seekable(&self) -> bool {
        false
    }

    /// Return whether object was opened for reading.
    #[method]
    fn readable(&self) -> bool {
        false
    }

    /// Return whether object was opened for writing.
    #[method]
    fn writable(&self) -> bool {
        false
    }

    #[method(name = "_checkClosed")]
    fn check_closed(&self) -> PyResult<()> {
        check_open(self.as_obj())
    }

    #[method(name = "_checkSeekable")]
    fn check_seekable(&self) -> PyResult<bool> {
        check_able(self.as_obj(), sym!(seekable), "File or stream is not seekable.").map(|()| true)
    }

    #[method(name = "_checkReadable")]
    fn check_readable(&self) -> PyResult<bool> {
        check_able(self.as_obj(), sym!(readable), "File or stream is not readable.").map(|()| true)
    }

    #[method(name = "_checkWritable")]
    fn check_writable(&self) -> PyResult<bool> {
        check_able(self.as_obj(), sym!(writable), "File or stream is not writable.").map(|()| true)
    }

    /// Return whether this is an 'interactive' stream.
    #[method]
    fn isatty(&self) -> PyResult<bool> {
        check_open(self.as_obj())?;
        Ok(false)
    }

    #[method]
    fn __enter__(&self) -> PyResult<&Obj> {
        check_open(self.as_obj())?;
        Ok(self.as_obj())
    }

    #[method]
    fn __exit__(&self, _args: &[&Obj]) -> PyResult<Object> {
        self.call_method(sym!(close), &[])
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<&Obj> {
        check_open(self.as_obj())?;
        Ok(self.as_obj())
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let line = self.call_method(sym!(readline), &[])?;
        Ok(if line.len_()? > 0 { Some(line) } else { None })
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, size: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let limit = size_arg(size)?;
        let peek = self.get_attr_opt(sym!(peek))?;
        let mut out: Vec<u8> = Vec::new();
        while limit.is_none_or(|l| out.len() < l) {
            let mut n = 1;
            if let Some(peek) = &peek {
                let ahead = expect_bytes(&*peek.call(&[&*Int::from_i64(1)?])?, "peek")?;
                if !ahead.is_empty() {
                    let room = limit.map_or(ahead.len(), |l| (l - out.len()).min(ahead.len()));
                    n = ahead[..room].iter().position(|b| *b == b'\n').map_or(room, |i| i + 1);
                }
            }
            let got = self.call_method(sym!(read), &[&*Int::from_usize(n)?])?;
            if got.is_none() {
                break;
            }
            let got = expect_bytes(&got, "read")?;
            if got.is_empty() {
                break;
            }
            out.extend_from_slice(&got);
            if out.last() == Some(&b'\n') {
                break;
            }
        }
        Bytes::new(&out)
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[method(sig = "(hint=-1, /)")]
    fn readlines(&self, hint: Option<&Obj>) -> PyResult<Ref<List>> {
        let limit = size_arg(hint)?.filter(|n| *n > 0);
        let Some(limit) = limit else { return List::from_iter_obj(self.as_obj()) };
        let mut total = 0;
        let list = List::new()?;
        let it = self.iter()?;
        while let Some(line) = it.iter_next()? {
            total += line.len_()?;
            list.push(line)?;
            if total > limit {
                break;
            }
        }
        Ok(list)
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[method]
    fn writelines(&self, lines: &Obj) -> PyResult<()> {
        check_open(self.as_obj())?;
        lines.for_each(|line| self.call_method(sym!(write), &[&line]).map(|_| ()))
    }
}

/// Reads until the end with `read()` of the given size.
pub fn read_to_end(o: &Obj) -> PyResult<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let size = Int::from_i64(super::DEFAULT_BUFFER_SIZE)?;
    loop {
        let got = o.call_method(sym!(read), &[size.as_obj()])?;
        if got.is_none() {
            return Ok(if out.is_empty() { None } else { Some(out) });
        }
        let Some(b) = got.downcast::<Bytes>() else { bail!(TypeError, "read() should return bytes") };
        if b.as_slice().is_empty() {
            return Ok(Some(out));
        }
        out.extend_from_slice(b.as_slice());
    }
}

#[pymethods]
impl RawIoBase {
    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: isize) -> PyResult<Object> {
        if size < 0 {
            return self.call_method(sym!(readall), &[]);
        }
        let n = Int::from_i64(size as i64)?;
        let b = ByteArray::type_object().call(&[n.as_obj()])?;
        let got = self.call_method(sym!(readinto), &[&b])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = got.as_isize()?;
        let Some(b) = b.downcast::<ByteArray>() else {
            bail!(SystemError, "bytearray() gave something else")
        };
        let s = b.as_slice();
        if got < 0 || got as usize > s.len() {
            bail!(ValueError, "readinto returned {got} outside buffer size {}", s.len());
        }
        Ok(Bytes::new(&s[..got as usize])?.into_object())
    }

    #[method]
    fn readinto(&self, _args: &[&Obj]) -> PyResult<()> {
        Err(dovetail_core::error::raise_bare(exc::NotImplementedError()))
    }

    #[method]
    fn write(&self, _args: &[&Obj]) -> PyResult<()> {
        Err(dovetail_core::error::raise_bare(exc::NotImplementedError()))
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(&self) -> PyResult<Object> {
        match read_to_end(self.as_obj())? {
            Some(b) => Ok(Bytes::new(&b)?.into_object()),
            None => Ok(none().to_owned()),
        }
    }
}

#[pymethods]
impl BufferedIoBase {
    fn read_into(&self, buffer: &Obj, method: &'static Str, name: &str) -> PyResult<usize> {
        let mut b = Buffer::get(buffer, abi::PyBUF_WRITABLE)?;
        let got = self.call_method(method, &[&*Int::from_usize(b.len())?])?;
        let Some(got) = got.downcast::<Bytes>() else { bail!(TypeError, "{name}() should return bytes") };
        let (s, got) = (b.as_mut_slice(), got.as_slice());
        if got.len() > s.len() {
            bail!(
                ValueError,
                "{name}() returned too much data: {} bytes requested, {} returned",
                s.len(),
                got.len()
            );
        }
        s[..got.len()].copy_from_slice(got);
        Ok(got.len())
    }

    #[method]
    fn readinto(&self, buffer: &Obj) -> PyResult<usize> {
        self.read_into(buffer, sym!(read), "read")
    }

    #[method]
    fn readinto1(&self, buffer: &Obj) -> PyResult<usize> {
        self.read_into(buffer, sym!(read1), "read1")
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method]
    fn detach(&self) -> PyResult<()> {
        Err(unsupported("detach"))
    }

    /// Read and return up to n bytes.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, _size: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method(sig = "(size=-1, /)")]
    fn read1(&self, _size: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("read1"))
    }

    /// Write buffer b to the IO stream.
    #[method]
    fn write(&self, _b: &Obj) -> PyResult<()> {
        Err(unsupported("write"))
    }
}

#[pymethods]
impl TextIoBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    #[method]
    fn detach(&self) -> PyResult<()> {
        Err(unsupported("detach"))
    }

    /// Read at most size characters from stream.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, _size: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("read"))
    }

    /// Read until newline or EOF.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, _size: Option<&Obj>) -> PyResult<()> {
        Err(unsupported("readline"))
    }

    /// Write string s to stream.
    #[method]
    fn write(&self, _s: &Obj) -> PyResult<()> {
        Err(unsupported("write"))
    }

    /// Encoding of the text stream.
    #[getter]
    fn encoding(&self) -> Option<Object> {
        None
    }

    /// Line endings translated so far.
    #[getter]
    fn newlines(&self) -> Option<Object> {
        None
    }

    /// The error setting of the decoder or encoder.
    #[getter]
    fn errors(&self) -> Option<Object> {
        None
    }
}

/// `_IOBase.close` itself, for types that override it.
pub fn close_base(b: &IoBase) -> PyResult<()> {
    b.close()
}
