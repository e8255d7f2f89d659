//! Memory as bytes: the class `buffer` over C memory, `from_buffer` over Python's, and `memmove` between them.

use super::cdata::{CData, CDataFromBuf, FromBufBody};
use super::ctype::CType;
use super::flags::*;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{self, Buffer};
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{TypeCall, called_plainly};
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

/// The body of a buffer.
#[repr(C)]
pub struct MiniBufferBody {
    pub ob_base: abi::PyObject,
    pub data: *mut u8,
    pub size: isize,
    pub keeper: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
}

/// Bytes of C memory.
/// ---
/// ffi.buffer(cdata[, byte_size]):
/// Return a read-write buffer object that references the raw C data
/// pointed to by the given 'cdata'.  The 'cdata' must be a pointer or an
/// array.  Can be passed to functions expecting a buffer, or directly
/// manipulated with:
///
///     buf[:]          get a copy of it in a regular string, or
///     buf[idx]        as a single character
///     buf[:] = ...
///     buf[idx] = ...  change the content
#[pytype(name = "_cffi_backend.buffer", body = MiniBufferBody, refs(keeper), weaklist = weakrefs, gc, static_in_c)]
pub struct MiniBuffer;

/// `buffer(cdata, size=-1)`.
pub fn new(cd: &CData, size: isize) -> PyResult<Object> {
    let ct = cd.ctype();
    let found = if size >= 0 { size } else { cd.var_size().unwrap_or(-1) };
    let bytes = match ct.kind() {
        Kind::Pointer if found < 0 => ct.item().size(),
        Kind::Array if found < 0 => cd.array_length() * ct.item().size(),
        Kind::Pointer | Kind::Array => found,
        _ => bail!(TypeError, "expected a pointer or array cdata, got '{}'", ct.name()),
    };
    if bytes < 0 {
        bail!(TypeError, "don't know the size pointed to by '{}'", ct.name());
    }
    if size >= 0 && cd.owns() && size > cd.owned_bytes() {
        let message = format!(
            "ffi.buffer(cdata, bytes): creating a buffer of {size} bytes over a cdata that owns only {} bytes.  This \
             will crash if you access the extra memory",
            cd.owned_bytes()
        );
        dovetail_core::types::exception::warn(exc::UserWarning(), &message, 1)?;
    }
    // SAFETY: a body of zeros, filled before it is tracked.
    unsafe {
        let o = alloc::alloc_sized(MiniBuffer::type_object(), size_of::<MiniBufferBody>())?;
        let b = o as *mut MiniBufferBody;
        (*b).data = cd.data();
        (*b).size = bytes;
        (*b).keeper = cd.as_obj().to_owned().into_ptr();
        gc::track(o);
        Ok(Ref::from_owned(o))
    }
}

/// What a subscript asks for.
enum Part {
    Item(isize),
    Range(isize, isize),
}

impl MiniBuffer {
    fn b(&self) -> &MiniBufferBody {
        // SAFETY: written while it was made only.
        unsafe { &*self.body() }
    }

    fn part(&self, key: &Obj) -> PyResult<Part> {
        if key.has_index() {
            let i = key.as_isize_index()?;
            return Ok(Part::Item(if i < 0 { i + self.b().size } else { i }));
        }
        let Some(slice) = key.downcast_exact::<Slice>() else {
            bail!(TypeError, "buffer indices must be integers, not {}", key.type_name());
        };
        let (start, stop, step, _) = slice.indices(self.b().size as usize)?;
        if step != 1 {
            bail!(TypeError, "buffer doesn't support slicing with step != 1");
        }
        Ok(Part::Range(start, stop.max(start)))
    }

    fn address(&self, i: isize, message: &str) -> PyResult<*mut u8> {
        if i < 0 || i >= self.b().size {
            bail!(IndexError, "{message}");
        }
        Ok(self.b().data.wrapping_offset(i))
    }

    fn store_byte(&self, i: isize, value: &Obj) -> PyResult<()> {
        let p = self.address(i, "buffer assignment index out of range")?;
        match value.downcast::<Bytes>().map(Bytes::as_slice) {
            // SAFETY: inside the memory, for which the program vouches.
            Some([byte]) => unsafe { *p = *byte },
            _ => bail!(TypeError, "must assign a bytes of length 1, not {}", value.type_name()),
        }
        Ok(())
    }
}

#[pymethods]
impl MiniBuffer {
    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        let call = TypeCall { cls, args, nargsf, kwnames };
        called_plainly(call, |args| match args {
            [cdata] => CData::of(cdata).map(|cd| new(cd, -1)),
            [cdata, size] => Some(size.as_isize().and_then(|size| match CData::of(cdata) {
                Some(cd) => new(cd, size),
                None => bail!(
                    TypeError,
                    "buffer() argument 1 must be _cffi_backend._CDataBase, not {}",
                    cdata.type_name()
                ),
            })),
            _ => None,
        })
    }

    #[slot(tp_new, sig = "(cdata, size=-1)")]
    fn new_slot(_cls: &Type, cdata: &CData, size: isize) -> PyResult<Object> {
        new(cdata, size)
    }

    #[slot(sq_length)]
    fn sequence_length(&self) -> usize {
        self.b().size as usize
    }

    #[slot(mp_length)]
    fn length(&self) -> usize {
        self.b().size as usize
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Ref<Bytes>> {
        let p = self.address(i, "buffer index out of range")?;
        // SAFETY: inside the memory, for which the program vouches.
        Ok(Bytes::of_byte(unsafe { *p }))
    }

    #[slot(sq_ass_item)]
    fn set_item(&self, i: isize, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(value) => self.store_byte(i, value),
            None => bail!(TypeError, "'del x[n]' not supported for buffer objects"),
        }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        match self.part(key)? {
            Part::Item(i) => Ok(self.item(i)?.into_object()),
            // SAFETY: inside the memory, for which the program vouches.
            Part::Range(start, stop) => unsafe {
                let p = self.b().data.wrapping_offset(start);
                Ok(Bytes::new(std::slice::from_raw_parts(p, (stop - start) as usize))?.into_object())
            },
        }
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "'del x[n]' not supported for buffer objects") };
        let (start, stop) = match self.part(key)? {
            Part::Item(i) => return self.store_byte(i, value),
            Part::Range(start, stop) => (start, stop),
        };
        let source = Source::of(value, false)?;
        if source.length != Some(stop - start) {
            bail!(ValueError, "right operand length must match slice length");
        }
        // SAFETY: inside the memory, for which the program vouches.
        unsafe {
            std::ptr::copy(source.data, self.b().data.wrapping_offset(start), (stop - start) as usize);
        }
        Ok(())
    }

    #[slot(tp_richcompare)]
    fn compare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        if other.is_a::<Str>() {
            return Ok(not_implemented().to_owned());
        }
        let theirs = match Buffer::simple(other) {
            Ok(b) => b,
            Err(e) => {
                e.clear();
                return Ok(not_implemented().to_owned());
            }
        };
        // SAFETY: the memory for which the program vouches.
        let ours = unsafe { std::slice::from_raw_parts(self.b().data, self.b().size as usize) };
        Ok(bool_obj(op.holds(ours.cmp(theirs.as_slice()))).to_owned())
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn getbuffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: called as the slot.
        unsafe {
            let b = o as *mut MiniBufferBody;
            match buffer::fill_info(view, o, (*b).data.cast(), (*b).size, false, flags) {
                Ok(()) => 0,
                Err(_) => -1,
            }
        }
    }
}

/// Memory to copy from or to: a pointer's, or a buffer's for as long as it is held.
struct Source {
    data: *mut u8,
    /// None where only a pointer is known.
    length: Option<isize>,
    _held: Option<Buffer>,
}

impl Source {
    fn of(o: &Obj, writable: bool) -> PyResult<Source> {
        if let Some(cd) = CData::of(o) {
            if !cd.ctype().is(POINTER | ARRAY) {
                bail!(TypeError, "expected a pointer or array ctype, got '{}'", cd.ctype().name());
            }
            return Ok(Source { data: cd.data(), length: None, _held: None });
        }
        let held = contiguous(o, writable)?;
        let (data, length) = (held.view().buf.cast(), held.view().len);
        Ok(Source { data, length: Some(length), _held: Some(held) })
    }
}

fn contiguous(o: &Obj, writable: bool) -> PyResult<Buffer> {
    let b = Buffer::get(o, if writable { abi::PyBUF_WRITABLE } else { abi::PyBUF_SIMPLE })?;
    if !buffer::is_contiguous(b.view(), b'A') {
        bail!(TypeError, "contiguous buffer expected");
    }
    Ok(b)
}

/// `memmove(dest, src, n)`.
pub fn memmove(dest: &Obj, src: &Obj, n: isize) -> PyResult<()> {
    let Ok(n) = usize::try_from(n) else { bail!(ValueError, "negative size") };
    let from = Source::of(src, false)?;
    let to = Source::of(dest, true)?;
    if n > 0 && (from.data.is_null() || to.data.is_null()) {
        bail!(RuntimeError, "cannot use memmove() on a NULL pointer");
    }
    // SAFETY: the program vouches for both.
    unsafe { std::ptr::copy(from.data, to.data, n) };
    Ok(())
}

/// `from_buffer(ct, object, require_writable=False)`.
pub fn from_buffer(ct: &CType, o: &Obj, writable: bool) -> PyResult<Object> {
    if !ct.is(ARRAY | POINTER) {
        bail!(TypeError, "expected a pointer or array ctype, got '{}'", ct.name());
    }
    if o.is_a::<Str>() {
        bail!(TypeError, "from_buffer() cannot return the address of a unicode object");
    }
    // SAFETY: a zeroed struct, filled by the exporter, moved nowhere afterwards.
    unsafe {
        let mut view: Box<abi::Py_buffer> = Box::new(std::mem::zeroed());
        let flags = if writable { abi::PyBUF_WRITABLE } else { abi::PyBUF_SIMPLE };
        buffer::acquire(o, &mut *view, flags)?;
        let made = wrap(ct, &view);
        let view = Box::into_raw(view);
        match made {
            Ok((o, length)) => {
                let b = o as *mut FromBufBody;
                (*b).head.ctype = ct.as_obj().to_owned().into_ptr();
                (*b).head.data = (*view).buf.cast();
                (*b).length = length as usize;
                (*b).view = view;
                gc::track(o);
                Ok(Ref::from_owned(o))
            }
            Err(e) => {
                let pending = e.take();
                buffer::release(view);
                drop(Box::from_raw(view));
                Err(dovetail_core::error::Raised::restore(pending))
            }
        }
    }
}

/// An empty body for a view, and its length.
fn wrap(ct: &CType, view: &abi::Py_buffer) -> PyResult<(*mut abi::PyObject, isize)> {
    if !buffer::is_contiguous(view, b'A') {
        bail!(TypeError, "contiguous buffer expected");
    }
    let length = if ct.is(POINTER) {
        view.len
    } else if ct.length() >= 0 {
        if view.len < ct.size() {
            bail!(
                ValueError,
                "buffer is too small ({} bytes) for '{}' ({} bytes)",
                view.len,
                ct.name(),
                ct.size()
            );
        }
        ct.length()
    } else {
        match ct.item().size() {
            size @ 1.. => view.len / size,
            _ => bail!(
                ZeroDivisionError,
                "from_buffer('{}', ..): the actual length of the array cannot be computed",
                ct.name()
            ),
        }
    };
    // SAFETY: the caller fills the body before it is tracked.
    Ok((unsafe { alloc::alloc_sized(CDataFromBuf::type_object(), size_of::<FromBufBody>())? }, length))
}
