//! `marshal`: objects to and from the format of `.pyc` files, over the front end's reader and writer.

use dovetail_core::error::{PyResult, Raised, raise_message};
use dovetail_core::native::Native;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::{Code, Parts};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::memoryview::MemoryView;
use dovetail_core::types::none::{ellipsis, none};
use dovetail_core::types::set::{FrozenSet, Set};
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_front::marshal::{
    CodeFields, Input, MarshalError, MarshalSink, MarshalSource, Reader, Shape, SliceInput, VERSION,
    WriteError, Writer,
};
use dovetail_macros::pymodule;
use std::borrow::Cow;

/// The library's errors as Python exceptions.
struct Failed(Raised);

impl From<MarshalError> for Failed {
    fn from(e: MarshalError) -> Failed {
        use dovetail_core::error::exc;
        let ty = match &e {
            MarshalError::Eof(_) => exc::EOFError(),
            MarshalError::Value(_) => exc::ValueError(),
            MarshalError::Type(_) => exc::TypeError(),
        };
        Failed(raise_message(ty, &e.to_string()))
    }
}

impl From<WriteError> for Failed {
    fn from(e: WriteError) -> Failed {
        Failed(raise_message(dovetail_core::error::exc::ValueError(), &e.to_string()))
    }
}

impl From<Raised> for Failed {
    fn from(e: Raised) -> Failed {
        Failed(e)
    }
}

/// Text of UTF-8 with surrogates in three bytes each.
fn wtf8(bytes: &[u8]) -> PyResult<Object> {
    match std::str::from_utf8(bytes) {
        Ok(s) => Ok(Str::new(s)?.into_object()),
        Err(_) => {
            let (codec, errors) = (Str::new("utf-8")?, Str::new("surrogatepass")?);
            Bytes::new(bytes)?.call_method(sym!(decode), &[codec.as_obj(), errors.as_obj()])
        }
    }
}

struct ObjectSink;

fn downcast<T: dovetail_core::native::Native>(o: Object, what: &str) -> PyResult<Ref<T>> {
    o.downcast_into::<T>().map_err(|_| raise!(TypeError, "{what} of a code object has the wrong type"))
}

impl MarshalSink for ObjectSink {
    type Value = Object;
    type Error = Failed;

    fn none(&mut self) -> Object {
        none().to_owned()
    }

    fn bool(&mut self, value: bool) -> Object {
        dovetail_core::types::bool_::bool_obj(value).to_owned()
    }

    fn ellipsis(&mut self) -> Object {
        ellipsis().to_owned()
    }

    fn stop_iteration(&mut self) -> Result<Object, Failed> {
        Ok(dovetail_core::error::exc::StopIteration().as_obj().to_owned())
    }

    fn int(&mut self, value: i64) -> Result<Object, Failed> {
        Ok(Int::from_i64(value)?.into_object())
    }

    fn big_int(&mut self, negative: bool, digits: &[u32]) -> Result<Object, Failed> {
        Ok(Int::from_digits(negative, digits)?.into_object())
    }

    fn float(&mut self, value: f64) -> Result<Object, Failed> {
        Ok(Float::new(value)?.into_object())
    }

    fn complex(&mut self, real: f64, imag: f64) -> Result<Object, Failed> {
        Ok(Complex::new(dovetail_num::complex::Complex { real, imag })?.into_object())
    }

    fn str(&mut self, text: &[u8], ascii: bool, interned: bool) -> Result<Object, Failed> {
        let s = if ascii { Str::from_latin1(text)? } else { downcast::<Str>(wtf8(text)?, "text")? };
        Ok(if interned { s.to_interned()?.into_object() } else { s.into_object() })
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<Object, Failed> {
        Ok(Bytes::new(bytes)?.into_object())
    }

    fn tuple(&mut self, elements: Vec<Object>) -> Result<Object, Failed> {
        Ok(Tuple::from_vec(elements)?.into_object())
    }

    fn list(&mut self, _len: usize) -> Result<Object, Failed> {
        Ok(List::new()?.into_object())
    }

    fn list_push(&mut self, list: &Object, element: Object) -> Result<(), Failed> {
        // SAFETY: made by `list`.
        Ok(unsafe { list.cast_unchecked::<List>() }.push(element)?)
    }

    fn dict(&mut self) -> Result<Object, Failed> {
        Ok(Dict::new()?.into_object())
    }

    fn dict_insert(&mut self, dict: &Object, key: Object, value: Object) -> Result<(), Failed> {
        // SAFETY: made by `dict`.
        Ok(unsafe { dict.cast_unchecked::<Dict>() }.set(&key, &value)?)
    }

    fn set(&mut self) -> Result<Object, Failed> {
        Ok(Set::new()?.into_object())
    }

    fn set_add(&mut self, set: &Object, element: Object) -> Result<(), Failed> {
        // SAFETY: made by `set`.
        Ok(unsafe { set.cast_unchecked::<Set>() }.add(&element)?)
    }

    fn frozenset(&mut self, elements: Vec<Object>) -> Result<Object, Failed> {
        let all = Tuple::from_vec(elements)?;
        Ok(FrozenSet::from_iterable(all.as_obj())?.into_object())
    }

    fn slice(&mut self, start: Object, stop: Object, step: Object) -> Result<Object, Failed> {
        Ok(Slice::new(&start, &stop, &step)?.into_object())
    }

    fn code(&mut self, f: CodeFields<Object>) -> Result<Object, Failed> {
        let code = downcast::<Bytes>(f.code, "code")?.as_slice().to_vec();
        let parts = Parts {
            argcount: f.argcount,
            posonlyargcount: f.posonlyargcount,
            kwonlyargcount: f.kwonlyargcount,
            stacksize: f.stacksize,
            flags: f.flags,
            code,
            consts: downcast(f.consts, "consts")?,
            names: downcast(f.names, "names")?,
            localsplusnames: downcast(f.localsplusnames, "localsplusnames")?,
            localspluskinds: downcast(f.localspluskinds, "localspluskinds")?,
            filename: downcast(f.filename, "filename")?,
            name: downcast(f.name, "name")?,
            qualname: downcast(f.qualname, "qualname")?,
            firstlineno: f.firstlineno,
            linetable: downcast(f.linetable, "linetable")?,
            exceptiontable: downcast(f.exceptiontable, "exceptiontable")?,
        };
        Ok(Code::new(parts)?.into_object())
    }
}

/// An object of marshal data; bytes after it are not looked at.
pub fn loads(bytes: &[u8], allow_code: bool) -> PyResult<Object> {
    let mut sink = ObjectSink;
    Reader::new(&mut sink, SliceInput::new(bytes), allow_code).read().map_err(|e: Failed| e.0)
}

/// A file object, asked for as many bytes as are needed.
struct FileInput<'a> {
    file: &'a Obj,
    buffer: Vec<u8>,
}

impl FileInput<'_> {
    /// Has `readinto` fill a buffer of our own, as CPython does.
    fn fill(&mut self, len: usize) -> PyResult<usize> {
        self.buffer.clear();
        let room = ByteArray::new(&vec![0; len])?;
        let view = MemoryView::type_object().as_obj().call(&[&*room])?;
        let n = self.file.call_method(sym!(readinto), &[&*view])?.as_isize_index()?;
        if n < 0 || n as usize > len {
            bail!(ValueError, "read() returned too much data: {len} bytes requested, {n} returned");
        }
        self.buffer.extend_from_slice(&BytesLike::of(&room)?.as_slice()[..n as usize]);
        Ok(self.buffer.len())
    }
}

impl Input<Failed> for FileInput<'_> {
    fn byte(&mut self) -> Result<Option<u8>, Failed> {
        self.fill(1)?;
        Ok(self.buffer.first().copied())
    }

    fn take(&mut self, len: usize) -> Result<&[u8], Failed> {
        if self.fill(len)? < len {
            return Err(MarshalError::Eof("marshal data too short").into());
        }
        Ok(&self.buffer)
    }
}

/// Fills a buffer as far as there are bytes, and says how far.
pub type Fill<'a> = dyn FnMut(&mut [u8]) -> usize + 'a;

/// Bytes from a function.
struct FilledInput<'a> {
    fill: &'a mut Fill<'a>,
    buffer: Vec<u8>,
}

impl Input<Failed> for FilledInput<'_> {
    fn byte(&mut self) -> Result<Option<u8>, Failed> {
        let mut one = [0];
        Ok(((self.fill)(&mut one) == 1).then_some(one[0]))
    }

    fn take(&mut self, len: usize) -> Result<&[u8], Failed> {
        // A length that is a lie must not cost memory.
        self.buffer.clear();
        while self.buffer.len() < len {
            let start = self.buffer.len();
            self.buffer.resize(len.min(start + 65536), 0);
            let n = (self.fill)(&mut self.buffer[start..]);
            if n < self.buffer.len() - start {
                return Err(MarshalError::Eof("marshal data too short").into());
            }
        }
        Ok(&self.buffer)
    }
}

/// An object of marshal data, of which no more is read than belongs to it.
pub fn load_from<'a>(fill: &'a mut Fill<'a>, allow_code: bool) -> PyResult<Object> {
    let mut sink = ObjectSink;
    let input = FilledInput { fill, buffer: Vec::new() };
    Reader::new(&mut sink, input, allow_code).read().map_err(|e: Failed| e.0)
}

struct ObjectSource;

/// UTF-8 with surrogates in three bytes each.
fn to_wtf8(s: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for c in s.text().iter() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    out
}

impl MarshalSource for ObjectSource {
    type Value = Object;
    type Identity = usize;
    type Error = Failed;

    fn shape<'a>(&mut self, o: &'a Object) -> Result<Shape<'a, Object>, Failed> {
        let o: &'a Obj = o;
        if o.is_none() {
            return Ok(Shape::None);
        }
        if o.is(ellipsis()) {
            return Ok(Shape::Ellipsis);
        }
        if o.is(dovetail_core::error::exc::StopIteration().as_obj()) {
            return Ok(Shape::StopIteration);
        }
        if o.is_bool() {
            return Ok(Shape::Bool(o.is(dovetail_core::types::bool_::bool_obj(true))));
        }
        if let Some(i) = o.downcast_exact::<Int>() {
            return Ok(match i.to_i64() {
                Some(v) => Shape::Int(v),
                None => Shape::BigInt(i.is_negative(), Cow::Owned(i.int_ref().digits.to_vec())),
            });
        }
        if let Some(f) = o.downcast_exact::<Float>() {
            return Ok(Shape::Float(f.value()));
        }
        if let Some(c) = o.downcast_exact::<Complex>() {
            let v = c.value();
            return Ok(Shape::Complex(v.real, v.imag));
        }
        if let Some(b) = o.downcast_exact::<Bytes>() {
            return Ok(Shape::Bytes(Cow::Borrowed(b.as_slice())));
        }
        if let Some(s) = o.downcast_exact::<Str>() {
            return Ok(Shape::Str(Cow::Owned(to_wtf8(s)), s.is_interned()));
        }
        if let Some(t) = o.downcast_exact::<Tuple>() {
            return Ok(Shape::Tuple(t.items().to_vec()));
        }
        if let Some(l) = o.downcast_exact::<List>() {
            return Ok(Shape::List(l.to_vec()));
        }
        if let Some(d) = o.downcast_exact::<Dict>() {
            return Ok(Shape::Dict(d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()));
        }
        if o.is_exact::<Set>() {
            return Ok(Shape::Set(o.collect_items()?));
        }
        if o.is_exact::<FrozenSet>() {
            return Ok(Shape::FrozenSet(o.collect_items()?));
        }
        if let Some(s) = o.downcast_exact::<Slice>() {
            return Ok(Shape::Slice(s.start().to_owned(), s.stop().to_owned(), s.step().to_owned()));
        }
        if let Some(c) = o.downcast_exact::<Code>() {
            let r = c.raw();
            let bytes = |b: &[u8]| -> PyResult<Object> { Ok(Bytes::new(b)?.into_object()) };
            return Ok(Shape::Code(Box::new(CodeFields {
                argcount: r.co_argcount,
                posonlyargcount: r.co_posonlyargcount,
                kwonlyargcount: r.co_kwonlyargcount,
                stacksize: r.co_stacksize,
                flags: r.co_flags,
                code: bytes(&c.original_code())?,
                consts: crate::util::owned(c.consts()),
                names: crate::util::owned(c.names()),
                localsplusnames: crate::util::owned(c.local_names()),
                localspluskinds: bytes(c.kinds())?,
                filename: crate::util::owned(c.filename()),
                name: crate::util::owned(c.name()),
                qualname: crate::util::owned(c.qualname()),
                firstlineno: r.co_firstlineno,
                linetable: bytes(c.line_table())?,
                exceptiontable: bytes(c.exception_table())?,
            })));
        }
        if dovetail_core::object::buffer::Buffer::supported(o) {
            let b = BytesLike::of(o)?;
            return Ok(Shape::Bytes(Cow::Owned(b.as_slice().to_vec())));
        }
        Ok(Shape::Other)
    }

    fn identity(&mut self, o: &Object) -> Option<usize> {
        let shared = o.refcnt() > 2 || o.is_immortal();
        let interned = o.downcast_exact::<Str>().is_some_and(Str::is_interned);
        (shared || interned).then(|| o.as_raw() as usize)
    }
}

/// The marshal data of an object.
pub fn dumps(value: &Obj, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut source = ObjectSource;
    let mut w = Writer::new(&mut source, version, allow_code);
    w.write(&value.to_owned()).map_err(|e: Failed| e.0)?;
    Ok(w.into_bytes())
}

/// This module contains functions that can read and write Python values in
/// a binary format. The format is specific to Python, but independent of
/// machine architecture issues.
#[pymodule(name = "marshal")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        crate::util::set_int(module, "version", VERSION)
    }

    /// Write the value on the open file.
    #[function(name = "dump", sig = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump_(value: &Obj, file: &Obj, version: i32, allow_code: bool) -> PyResult<Object> {
        let b = Bytes::new(&super::dumps(value, version, allow_code)?)?;
        file.call_method(sym!(write), &[b.as_obj()])
    }

    /// Read one value from the open file and return it.
    #[function(name = "load", sig = "(file, /, *, allow_code=True)")]
    fn load_(file: &Obj, allow_code: bool) -> PyResult<Object> {
        let mut sink = ObjectSink;
        let probe = file.call_method(sym!(read), &[&*crate::util::int(0)?])?;
        if !probe.is_a::<Bytes>() {
            bail!(TypeError, "file.read() returned not bytes but {}", probe.type_name());
        }
        let input = FileInput { file, buffer: Vec::new() };
        Reader::new(&mut sink, input, allow_code).read().map_err(|e: Failed| e.0)
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(name = "dumps", sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps_(value: &Obj, version: i32, allow_code: bool) -> PyResult<Ref<Bytes>> {
        Bytes::new(&super::dumps(value, version, allow_code)?)
    }

    /// Convert the bytes-like object to a value.
    #[function(name = "loads", sig = "(bytes, /, *, allow_code=True)")]
    fn loads_(bytes: BytesLike<'_>, allow_code: bool) -> PyResult<Object> {
        super::loads(&bytes, allow_code)
    }
}

pub use module::MODULE;
