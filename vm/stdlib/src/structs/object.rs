//! `struct.Struct` and the iterator of `iter_unpack`.

use super::layout::{Kind, Layout};
use super::{error, items};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed, new_native};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::encode_ascii;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A format and its layout; none before `__init__`.
#[derive(Default)]
pub struct State {
    compiled: RefCell<Option<(Ref<Str>, Rc<Layout>)>>,
}

/// Compiled formats.
/// ---
/// Struct(fmt) --> compiled struct object
#[pytype(name = "_struct.Struct", body = Boxed<State>, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Struct;

/// The text of a format given as str or bytes.
fn format_text(format: &Obj) -> PyResult<(Ref<Str>, Ref<Bytes>)> {
    if let Some(s) = format.downcast::<Str>() {
        return Ok((s.to_ref(), encode_ascii(s, None)?));
    }
    match format.downcast::<Bytes>() {
        Some(b) => Ok((Str::from_latin1(b.as_slice())?, b.to_ref())),
        None => Err(raise!(
            TypeError,
            "Struct() argument 1 must be a str or bytes object, not {}",
            format.type_name()
        )),
    }
}

impl Struct {
    /// A new compiled format.
    pub fn new(format: &Obj) -> PyResult<Ref<Struct>> {
        let s: Ref<Struct> = new_native(State::default())?;
        s.compile(format)?;
        Ok(s)
    }

    fn compile(&self, format: &Obj) -> PyResult<()> {
        let (text, bytes) = format_text(format)?;
        if bytes.as_slice().contains(&0) {
            return Err(error("embedded null character"));
        }
        let layout = Layout::parse(bytes.as_slice())?;
        let old = data(self).compiled.replace(Some((text, Rc::new(layout))));
        drop(old);
        Ok(())
    }

    /// The layout, which a call keeps even when `__init__` runs within it.
    pub fn layout(&self) -> PyResult<Rc<Layout>> {
        match &*data(self).compiled.borrow() {
            Some((_, l)) => Ok(l.clone()),
            None => bail!(RuntimeError, "Struct object is not initialized"),
        }
    }

    fn text(&self) -> PyResult<Ref<Str>> {
        match &*data(self).compiled.borrow() {
            Some((t, _)) => Ok(t.clone()),
            None => bail!(RuntimeError, "Struct object is not initialized"),
        }
    }

    /// `pack`: the values as a bytes object.
    pub fn pack_values(&self, values: &[&Obj]) -> PyResult<Object> {
        let layout = self.layout()?;
        check_count("pack", &layout, values.len())?;
        let out = Bytes::zeros(layout.size)?;
        // SAFETY: a new object that nobody else sees.
        let slice = unsafe { std::slice::from_raw_parts_mut(out.data(), layout.size) };
        fill(&layout, values, slice)?;
        Ok(out.into_object())
    }

    /// `pack_into`: a buffer, an offset, and the values.
    pub fn pack_values_into(&self, args: &[&Obj]) -> PyResult<()> {
        let layout = self.layout()?;
        let (target, offset, values) = match args {
            [] => return Err(error("pack_into expected buffer argument")),
            [_] => return Err(error("pack_into expected offset argument")),
            [b, o, values @ ..] => (*b, *o, values),
        };
        check_count("pack_into", &layout, values.len())?;
        let mut buffer = Buffer::get(target, abi::PyBUF_WRITABLE).map_err(|e| {
            e.clear();
            raise!(TypeError, "argument must be read-write bytes-like object, not {}", target.type_name())
        })?;
        let offset = offset.as_isize_index()?;
        let at = place(offset, layout.size, buffer.len(), true)?;
        let size = layout.size;
        let room = &mut buffer.as_mut_slice()[at..at + size];
        room.fill(0);
        // The values' own code may write into the same memory.
        let room: *mut [u8] = room;
        // SAFETY: the buffer is held until the end.
        fill(&layout, values, unsafe { &mut *room })
    }

    /// `unpack`: a buffer of just the size.
    pub fn unpack_all(&self, buffer: &Obj) -> PyResult<Ref<Tuple>> {
        let layout = self.layout()?;
        let bytes = BytesLike::of(buffer)?;
        if bytes.len() != layout.size {
            return Err(error(&format!("unpack requires a buffer of {} bytes", layout.size)));
        }
        values(&layout, &bytes)
    }

    /// `unpack_from`: a part of a buffer.
    pub fn unpack_at(&self, buffer: &Obj, offset: isize) -> PyResult<Ref<Tuple>> {
        let layout = self.layout()?;
        let bytes = BytesLike::of(buffer)?;
        let at = place(offset, layout.size, bytes.len(), false)?;
        values(&layout, &bytes[at..at + layout.size])
    }
}

fn check_count(function: &str, layout: &Layout, got: usize) -> PyResult<()> {
    if got == layout.values {
        return Ok(());
    }
    Err(error(&format!("{function} expected {} items for packing (got {got})", layout.values)))
}

/// Where `size` bytes begin in a buffer of `len`.
fn place(offset: isize, size: usize, len: usize, packing: bool) -> PyResult<usize> {
    let mut at = offset;
    if offset < 0 {
        if offset + size as isize > 0 {
            let what = if packing { "no space to pack" } else { "not enough data to unpack" };
            return Err(error(&format!("{what} {size} bytes at offset {offset}")));
        }
        at += len as isize;
        if at < 0 {
            return Err(error(&format!("offset {offset} out of range for {len}-byte buffer")));
        }
    }
    let at = at as usize;
    if at > len || len - at < size {
        let (f, what) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        return Err(error(&format!(
            "{f} requires a buffer of at least {} bytes for {what} {size} bytes at offset {at} \
             (actual buffer size is {len})",
            at.wrapping_add(size)
        )));
    }
    Ok(at)
}

/// Packs the values into zeroed bytes.
fn fill(layout: &Layout, values: &[&Obj], out: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for run in &layout.runs {
        let mut at = run.offset;
        for _ in 0..run.repeat {
            let Some(v) = values.next() else { return Ok(()) };
            items::pack(run, v, &mut out[at..at + run.size], layout.little).map_err(|e| {
                // Of an int it is said that it is too large, whatever it was to become.
                if v.is_a::<Int>() && e.matches(exc::OverflowError()) {
                    e.clear();
                    return error("int too large to convert");
                }
                e
            })?;
            at += run.size;
        }
    }
    Ok(())
}

/// The values of a struct's bytes.
fn values(layout: &Layout, bytes: &[u8]) -> PyResult<Ref<Tuple>> {
    let mut out = Vec::with_capacity(layout.values);
    for run in &layout.runs {
        if run.kind == Kind::Pad {
            continue;
        }
        let mut at = run.offset;
        for _ in 0..run.repeat {
            out.push(items::unpack(run, &bytes[at..at + run.size], layout.little)?);
            at += run.size;
        }
    }
    Tuple::from_vec(out)
}

#[pymethods]
impl Struct {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        new_boxed(cls, State::default())
    }

    #[slot(tp_init, sig = "(format)")]
    fn init(&self, format: &Obj) -> PyResult<()> {
        self.compile(format)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let text = self.text()?;
        Ok(format!("{}({})", self.ob_type().short_name(), text.as_obj().repr()?.to_string_lossy()))
    }

    /// struct format string
    #[getter]
    fn format(&self) -> PyResult<Ref<Str>> {
        self.text()
    }

    /// struct size in bytes
    #[getter]
    fn size(&self) -> isize {
        match &*data(self).compiled.borrow() {
            Some((_, l)) => l.size as isize,
            None => -1,
        }
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method(name = "__sizeof__", doc = "S.__sizeof__() -> size of S in memory, in bytes")]
    fn sizeof(&self) -> PyResult<usize> {
        let layout = self.layout()?;
        let own = self.ob_type().raw().tp_basicsize as usize + size_of::<State>() + size_of::<Layout>();
        Ok(own + layout.runs.len() * size_of::<super::layout::Run>())
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(nosig)]
    fn pack(&self, values: &[&Obj]) -> PyResult<Object> {
        self.pack_values(values)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  A negative
    /// offset counts from the end of the buffer.  See help(struct) for more
    /// on format strings.
    #[method(nosig)]
    fn pack_into(&self, args: &[&Obj]) -> PyResult<()> {
        self.pack_values_into(args)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method]
    fn unpack(&self, buffer: &Obj) -> PyResult<Ref<Tuple>> {
        self.unpack_all(buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.  A negative offset counts from the end of the
    /// buffer.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "(buffer, offset=0)")]
    fn unpack_from(&self, buffer: &Obj, offset: isize) -> PyResult<Ref<Tuple>> {
        self.unpack_at(buffer, offset)
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method]
    fn iter_unpack(&self, buffer: &Obj) -> PyResult<Object> {
        UnpackIterator::make(self.to_ref(), buffer)
    }
}

/// Where an iteration stands; the buffer goes at the end.
pub struct IterState {
    layout: Rc<Layout>,
    _struct: Ref<Struct>,
    buffer: RefCell<Option<Buffer>>,
    at: Cell<usize>,
}

/// Iterators over equal structs in a buffer.
#[pytype(name = "_struct.unpack_iterator", body = Boxed<IterState>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct UnpackIterator;

impl UnpackIterator {
    /// An iterator over the structs in a buffer.
    pub fn make(s: Ref<Struct>, buffer: &Obj) -> PyResult<Object> {
        let layout = s.layout()?;
        if layout.size == 0 {
            return Err(error("cannot iteratively unpack with a struct of length 0"));
        }
        let buffer = Buffer::simple(buffer)?;
        if buffer.len() % layout.size != 0 {
            return Err(error(&format!(
                "iterative unpacking requires a buffer of a multiple of {} bytes",
                layout.size
            )));
        }
        let state = IterState { layout, _struct: s, buffer: RefCell::new(Some(buffer)), at: Cell::new(0) };
        Ok(new_native::<UnpackIterator, _>(state)?.into_object())
    }
}

#[pymethods]
impl UnpackIterator {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { dealloc_boxed::<IterState>(o) }
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<Tuple>>> {
        let s = data(self);
        let (at, size) = (s.at.get(), s.layout.size);
        let ended = match &*s.buffer.borrow() {
            None => return Ok(None),
            Some(b) if at < b.len() => {
                s.at.set(at + size);
                return values(&s.layout, &b.as_slice()[at..at + size]).map(Some);
            }
            Some(_) => true,
        };
        if ended {
            drop(s.buffer.take());
        }
        Ok(None)
    }

    #[method(name = "__length_hint__")]
    fn length_hint(&self) -> usize {
        let s = data(self);
        match &*s.buffer.borrow() {
            Some(b) => (b.len() - s.at.get()) / s.layout.size,
            None => 0,
        }
    }
}

const _: () = assert!(size_of::<<Struct as Native>::Body>() == 32);
