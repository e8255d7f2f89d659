//! `_multibytecodec` and `_codecs_cn`, `_codecs_hk`, `_codecs_iso2022`, `_codecs_jp`, `_codecs_kr`, `_codecs_tw`: the East
//! Asian codecs over `dovetail_text`, with their incremental and stream forms.
//!
//! # Contract of the unsafe blocks
//! The bodies are those of this file's types, whose fields are owned references or NULL, and are read and written under the
//! GIL.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::{decode_with, encode_with};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exceptions_unicode::decode_error;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pymodule, pytype};
use dovetail_num::int as num;
use dovetail_text::codecs::{MultibyteCodec, ShiftState};

/// More bytes than this never wait for others.
const MOST_PENDING: usize = 8;

#[repr(C)]
pub struct CodecBody {
    ob_base: abi::PyObject,
    name: *mut abi::PyObject,
}

/// A codec, by its name.
#[pytype(
    name = "_multibytecodec.MultibyteCodec", body = CodecBody, refs(name),
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION
)]
pub struct Codec;

impl Codec {
    fn codec(&self) -> PyResult<MultibyteCodec> {
        // SAFETY: a str, filled when made.
        let name = unsafe { dovetail_core::native::cast_unchecked::<Str>((*self.body()).name) };
        let found = MultibyteCodec::by_name(name.as_str()?);
        found.ok_or_else(|| raise!(LookupError, "no such codec is supported."))
    }
}

/// `getcodec` of a module with these codecs.
fn get_codec(encoding: &Obj, names: &[&str]) -> PyResult<Ref<Codec>> {
    let Some(name) = encoding.downcast::<Str>() else { bail!(TypeError, "encoding name must be a string.") };
    let text = name.as_str()?;
    if !names.contains(&text) || MultibyteCodec::by_name(text).is_none() {
        bail!(LookupError, "no such codec is supported.");
    }
    // SAFETY: the field owns the name.
    unsafe {
        let c = alloc::new_body::<Codec>()?;
        (*c.body()).name = name.as_obj().to_owned().into_ptr();
        Ok(c)
    }
}

fn with_len(o: Object, len: usize) -> PyResult<Ref<Tuple>> {
    Tuple::from_array([o, Int::from_usize(len)?.into_object()])
}

/// What was encoded, with what brings a reader back to the first state.
fn closed(codec: &mut MultibyteCodec, out: Ref<Bytes>) -> PyResult<Ref<Bytes>> {
    let mut end = Vec::new();
    codec.reset_encoder(&mut end);
    if end.is_empty() { Ok(out) } else { Bytes::from_vec([out.as_slice(), &end].concat()) }
}

#[pymethods]
impl Codec {
    /// Return an encoded string version of 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme. Default is
    /// 'strict' meaning that encoding errors raise a UnicodeEncodeError. Other possible
    /// values are 'ignore', 'replace' and 'xmlcharrefreplace' as well as any other name
    /// registered with codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "(input, errors=None)")]
    fn encode(&self, input: &Obj, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        let text = match input.downcast::<Str>() {
            Some(s) => dovetail_core::object::ToRef::to_ref(s),
            None => input.str_()?,
        };
        let mut codec = self.codec()?.encoder();
        let out = encode_with(&mut codec, &text, errors)?;
        with_len(closed(&mut codec, out)?.into_object(), text.len())
    }

    /// Decodes 'input'.
    ///
    /// 'errors' may be given to set a different error handling scheme. Default is
    /// 'strict' meaning that encoding errors raise a UnicodeDecodeError. Other possible
    /// values are 'ignore' and 'replace' as well as any other name registered with
    /// codecs.register_error that is able to handle UnicodeDecodeErrors.
    #[method(sig = "(input, errors=None)")]
    fn decode(&self, input: BytesLike<'_>, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        let (text, used) = decode_with(&mut self.codec()?.decoder(), &input, errors, true)?;
        with_len(text.into_object(), used)
    }
}

/// What the incremental and stream forms hold; `pending` is a str or bytes object or NULL.
#[repr(C)]
pub struct FormBody {
    ob_base: abi::PyObject,
    codec: *mut abi::PyObject,
    errors: *mut abi::PyObject,
    pending: *mut abi::PyObject,
    stream: *mut abi::PyObject,
    /// What the codec has designated.
    shift: ShiftState,
}

/// Encodes piece by piece.
#[pytype(
    name = "_multibytecodec.MultibyteIncrementalEncoder", body = FormBody, gc, refs(codec, errors, pending, stream),
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct IncrementalEncoder;

/// Decodes piece by piece.
#[pytype(
    name = "_multibytecodec.MultibyteIncrementalDecoder", body = FormBody, gc, refs(codec, errors, pending, stream),
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct IncrementalDecoder;

/// Reads a stream of bytes as text.
#[pytype(
    name = "_multibytecodec.MultibyteStreamReader", body = FormBody, gc, refs(codec, errors, pending, stream),
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct StreamReader;

/// Writes text to a stream of bytes.
#[pytype(
    name = "_multibytecodec.MultibyteStreamWriter", body = FormBody, gc, refs(codec, errors, pending, stream),
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct StreamWriter;

/// A new form of a class that names its codec; `start` makes the codec ready.
fn new_form(
    cls: &Type,
    errors: Option<&Str>,
    stream: Option<&Obj>,
    start: fn(MultibyteCodec) -> MultibyteCodec,
) -> PyResult<Object> {
    // SAFETY: the fields own what they get.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut FormBody;
        let codec = o.get_attr(sym!(codec))?;
        if !codec.is_a::<Codec>() {
            bail!(TypeError, "codec is unexpected type");
        }
        if let Some(c) = codec.downcast::<Codec>() {
            (*b).shift = start(c.codec()?).state;
        }
        (*b).codec = codec.into_ptr();
        (*b).errors = match errors {
            Some(e) => e.as_obj().to_owned().into_ptr(),
            None => Str::new("strict")?.into_ptr(),
        };
        (*b).stream = stream.map_or(std::ptr::null_mut(), |s| s.to_owned().into_ptr());
        Ok(o)
    }
}

/// The body of one of the forms, for the functions they share.
#[derive(Clone, Copy)]
struct Form(*mut FormBody);

impl Form {
    /// A new reference to what a field has.
    fn field(self, of: fn(&FormBody) -> *mut abi::PyObject) -> Option<Object> {
        // SAFETY: a live form, whose fields are NULL or owned references.
        unsafe { dovetail_core::native::borrow_opt(of(&*self.0)) }.map(Obj::to_owned)
    }

    fn codec(self) -> PyResult<MultibyteCodec> {
        let codec = self.field(|b| b.codec);
        let Some(codec) = codec.as_ref().and_then(|c| c.downcast::<Codec>()) else {
            bail!(ValueError, "the codec is not initialized");
        };
        let mut codec = codec.codec()?;
        codec.state = self.shift();
        Ok(codec)
    }

    fn shift(self) -> ShiftState {
        // SAFETY: a live form.
        unsafe { (*self.0).shift }
    }

    fn set_shift(self, state: ShiftState) {
        // SAFETY: a live form.
        unsafe { (*self.0).shift = state }
    }

    /// Forgets what is pending; the shift state begins anew as far as CPython's does.
    fn reset(self, encoder: bool) -> PyResult<()> {
        let mut codec = self.codec()?;
        match encoder {
            true => codec.reset_encoder(&mut Vec::new()),
            false => codec.reset_decoder(),
        }
        self.set_shift(codec.state);
        self.set_pending(None);
        Ok(())
    }

    fn errors(self) -> PyResult<Object> {
        self.field(|b| b.errors).ok_or_else(|| raise!(ValueError, "the codec is not initialized"))
    }

    fn set_errors(self, value: Option<&Obj>) -> PyResult<()> {
        match value {
            None => Err(raise!(AttributeError, "Cannot delete attribute")),
            Some(v) if !v.is_a::<Str>() => Err(raise!(TypeError, "errors must be a string")),
            Some(v) => {
                // SAFETY: a live form's owned field.
                unsafe { replace(&raw mut (*self.0).errors, Some(v.to_owned())) };
                Ok(())
            }
        }
    }

    fn pending(self) -> Option<Object> {
        self.field(|b| b.pending)
    }

    fn set_pending(self, value: Option<Object>) {
        // SAFETY: a live form's owned field.
        unsafe { replace(&raw mut (*self.0).pending, value) }
    }

    fn stream(self) -> PyResult<Object> {
        self.field(|b| b.stream).ok_or_else(|| raise!(ValueError, "the codec has no stream"))
    }

    /// Encodes the next piece; a last character that the next may combine with waits unless `last`.
    fn encode(self, input: &Obj, last: bool) -> PyResult<Ref<Bytes>> {
        let mut codec = self.codec()?;
        let new = match input.downcast::<Str>() {
            Some(s) => dovetail_core::object::ToRef::to_ref(s),
            None => input.str_()?,
        };
        let text = match self.pending() {
            Some(p) => dovetail_core::object::number::binary(
                dovetail_core::object::number::BinaryOp::Add,
                &p,
                new.as_obj(),
            )?,
            None => new.as_obj().to_owned(),
        };
        let Some(text) = text.downcast::<Str>() else {
            bail!(TypeError, "couldn't convert the object to str.")
        };
        let len = text.len();
        let waits = !last && codec.waits(text.text());
        let cut = if waits { len - 1 } else { len };
        let errors = self.errors()?;
        let errors = errors.downcast::<Str>().map(Str::as_str).transpose()?;
        let out = encode_with(&mut codec, &*text.sub(0, cut)?, errors);
        let out = match (out, last) {
            (Ok(out), true) => closed(&mut codec, out),
            (out, _) => out,
        };
        self.set_shift(codec.state);
        let out = out?;
        self.set_pending(if waits { Some(text.sub(cut, len)?.into_object()) } else { None });
        Ok(out)
    }

    /// Decodes the next piece; the beginning of a character waits unless `last`.
    fn decode(self, data: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let mut codec = self.codec()?;
        let errors = self.errors()?;
        let errors = errors.downcast::<Str>().map(Str::as_str).transpose()?;
        let mut all = Vec::new();
        let data = match self.pending() {
            Some(p) => {
                all.extend_from_slice(p.downcast::<Bytes>().map_or(&[], |b| b.as_slice()));
                all.extend_from_slice(data);
                &all
            }
            None => data,
        };
        let result = decode_with(&mut codec, data, errors, last);
        self.set_shift(codec.state);
        let (text, used) = match result {
            Ok(done) => done,
            Err(e) => {
                // What was pending is lost, unless only the end is missing.
                let e = e.take();
                let reason = e.as_obj().get_attr_text("reason").unwrap_or_else(|e| {
                    e.clear();
                    none().to_owned()
                });
                let open =
                    reason.downcast::<Str>().is_some_and(|r| r.equals_str("incomplete multibyte sequence"));
                if !open {
                    self.set_pending(None);
                }
                return Err(Raised::restore(e));
            }
        };
        let rest = &data[used.min(data.len())..];
        if rest.len() > MOST_PENDING {
            self.set_pending(None);
            let all = Bytes::new(data)?;
            return Err(decode_error(codec.name(), all.as_obj(), 0, data.len(), "pending buffer overflow"));
        }
        self.set_pending(if rest.is_empty() { None } else { Some(Bytes::new(rest)?.into_object()) });
        Ok(text)
    }

    /// Reads text by a method of the stream.
    fn read(self, method: &'static Str, size: i64) -> PyResult<Ref<Str>> {
        if size == 0 {
            return Str::new("");
        }
        let stream = self.stream()?;
        let mut size = size;
        loop {
            let data = if size < 0 {
                stream.call_method(method, &[])?
            } else {
                stream.call_method(method, &[Int::from_i64(size)?.as_obj()])?
            };
            let Some(bytes) = data.downcast::<Bytes>() else {
                bail!(TypeError, "stream function returned a non-bytes object ({})", data.type_name());
            };
            let end = bytes.is_empty();
            let text = self.decode(bytes.as_slice(), end || size < 0)?;
            if size < 0 || !text.is_empty() || end {
                return Ok(text);
            }
            // A byte more may complete the character.
            size = 1;
        }
    }
}

/// A number's bytes, the least first.
fn bytes_of<const N: usize>(number: &Int) -> PyResult<[u8; N]> {
    let mut out = [0; N];
    if number.is_negative() {
        bail!(OverflowError, "can't convert negative int to unsigned");
    }
    match num::to_bytes(number.int_ref(), &mut out, num::ByteOrder::Little, false) {
        Ok(()) => Ok(out),
        Err(_) => Err(raise!(OverflowError, "int too big to convert")),
    }
}

/// The size argument of the reading methods.
fn size_of_arg(o: Option<&Obj>) -> PyResult<i64> {
    match o {
        None => Ok(-1),
        Some(o) if o.is_a::<Int>() => Ok(o.as_isize()? as i64),
        Some(_) => Err(raise!(TypeError, "arg 1 must be an integer")),
    }
}

/// What all forms have.
macro_rules! form {
    ($ty:ident { $($methods:tt)* }) => {
        impl $ty {
            fn form(&self) -> Form {
                Form(self.body())
            }
        }

        #[pymethods]
        impl $ty {
            $($methods)*

            #[slot(tp_init)]
            fn init_slot(&self, _args: &Tuple, _kwargs: Option<&Dict>) {}

            /// how to treat errors
            #[getter]
            fn errors(&self) -> PyResult<Object> {
                self.form().errors()
            }

            #[setter]
            fn set_errors(&self, value: Option<&Obj>) -> PyResult<()> {
                self.form().set_errors(value)
            }
        }
    };
}

form!(IncrementalEncoder {
    #[slot(tp_new, sig = "(errors=<strict>)")]
    fn new_slot(cls: &Type, errors: Option<&Str>) -> PyResult<Object> {
        new_form(cls, errors, None, MultibyteCodec::encoder)
    }

    #[method(sig = "(input, final=False)")]
    fn encode(&self, input: &Obj, r#final: bool) -> PyResult<Ref<Bytes>> {
        self.form().encode(input, r#final)
    }

    #[method]
    fn getstate(&self) -> PyResult<Ref<Int>> {
        // The number of pending bytes, these, and the shift state, read as one little-endian number.
        let pending = self.form().pending();
        let text = match pending.as_ref().and_then(|p| p.downcast::<Str>()) {
            Some(s) => s.as_str()?,
            None => "",
        };
        let mut bytes = vec![text.len() as u8];
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend(self.form().shift());
        Int::from_big(num::from_bytes(&bytes, num::ByteOrder::Little, false))
    }

    #[method]
    fn setstate(&self, state: &Obj) -> PyResult<()> {
        let Some(state) = state.downcast::<Int>() else {
            bail!(TypeError, "setstate() argument must be int, not {}", state.type_name());
        };
        let bytes = bytes_of::<{ 1 + MOST_PENDING + 8 }>(state)?;
        let n = bytes[0] as usize;
        if n > MOST_PENDING {
            bail!(UnicodeError, "pending buffer too large");
        }
        let text = Str::from_utf8(&bytes[1..1 + n])?;
        self.form().set_pending(if n == 0 { None } else { Some(text.into_object()) });
        let mut shift = ShiftState::default();
        shift.copy_from_slice(&bytes[1 + n..1 + n + 8]);
        self.form().set_shift(shift);
        Ok(())
    }

    #[method]
    fn reset(&self) -> PyResult<()> {
        self.form().reset(true)
    }
});

form!(IncrementalDecoder {
    #[slot(tp_new, sig = "(errors=<strict>)")]
    fn new_slot(cls: &Type, errors: Option<&Str>) -> PyResult<Object> {
        new_form(cls, errors, None, MultibyteCodec::decoder)
    }

    #[method(sig = "(input, final=False)")]
    fn decode(&self, input: BytesLike<'_>, r#final: bool) -> PyResult<Ref<Str>> {
        self.form().decode(&input, r#final)
    }

    #[method]
    fn getstate(&self) -> PyResult<Ref<Tuple>> {
        let pending = match self.form().pending() {
            Some(p) => p,
            None => Bytes::empty().into_object(),
        };
        let shift = u64::from_le_bytes(self.form().shift());
        Tuple::from_array([pending, Int::from_u64(shift)?.into_object()])
    }

    #[method]
    fn setstate(&self, state: &Tuple) -> PyResult<()> {
        let (Some(b), true) = (
            state.items().first().and_then(|o| o.downcast::<Bytes>()),
            state.len() == 2 && state.get(1).is_a::<Int>(),
        ) else {
            bail!(TypeError, "setstate(): illegal state argument");
        };
        if b.len() > MOST_PENDING {
            let name = self.form().codec()?.name();
            return Err(decode_error(name, b.as_obj(), 0, b.len(), "pending buffer too large"));
        }
        let shift = state.get(1).downcast::<Int>().map(bytes_of::<8>).transpose()?;
        self.form().set_pending(if b.is_empty() { None } else { Some(b.as_obj().to_owned()) });
        self.form().set_shift(shift.unwrap_or_default());
        Ok(())
    }

    #[method]
    fn reset(&self) -> PyResult<()> {
        self.form().reset(false)
    }
});

form!(StreamReader {
    #[slot(tp_new, sig = "(stream, errors=<strict>)")]
    fn new_slot(cls: &Type, stream: &Obj, errors: Option<&Str>) -> PyResult<Object> {
        new_form(cls, errors, Some(stream), MultibyteCodec::decoder)
    }

    #[method(sig = "(sizeobj=None, /)")]
    fn read(&self, sizeobj: Option<&Obj>) -> PyResult<Ref<Str>> {
        self.form().read(sym!(read), size_of_arg(sizeobj)?)
    }

    #[method(sig = "(sizeobj=None, /)")]
    fn readline(&self, sizeobj: Option<&Obj>) -> PyResult<Ref<Str>> {
        self.form().read(sym!(readline), size_of_arg(sizeobj)?)
    }

    #[method(sig = "(sizehintobj=None, /)")]
    fn readlines(&self, sizehintobj: Option<&Obj>) -> PyResult<Object> {
        let text = self.form().read(sym!(read), size_of_arg(sizehintobj)?)?;
        let keep = dovetail_core::types::bool_::bool_obj(true);
        text.as_obj().call_method_text("splitlines", &[keep])
    }

    #[method]
    fn reset(&self) -> PyResult<()> {
        self.form().reset(false)
    }

    #[getter]
    fn stream(&self) -> PyResult<Object> {
        self.form().stream()
    }
});

form!(StreamWriter {
    #[slot(tp_new, sig = "(stream, errors=<strict>)")]
    fn new_slot(cls: &Type, stream: &Obj, errors: Option<&Str>) -> PyResult<Object> {
        new_form(cls, errors, Some(stream), MultibyteCodec::encoder)
    }

    #[method]
    fn write(&self, strobj: &Obj) -> PyResult<()> {
        let out = self.form().encode(strobj, false)?;
        self.form().stream()?.call_method(sym!(write), &[out.as_obj()]).map(drop)
    }

    #[method]
    fn writelines(&self, lines: &Obj) -> PyResult<()> {
        for i in 0..lines.len_()? {
            let line = lines.sequence_get(i as isize)?;
            self.write(&line)?;
        }
        Ok(())
    }

    #[method]
    fn reset(&self) -> PyResult<()> {
        if self.form().pending().is_none() {
            return Ok(());
        }
        let out = self.form().encode(Str::new("")?.as_obj(), true)?;
        self.form().stream()?.call_method(sym!(write), &[out.as_obj()]).map(drop)
    }

    #[getter]
    fn stream(&self) -> PyResult<Object> {
        self.form().stream()
    }
});

#[pymodule(name = "_multibytecodec")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        dovetail_core::types::ready::ready::<Codec>()?;
        add_type::<IncrementalEncoder>(module)?;
        add_type::<IncrementalDecoder>(module)?;
        add_type::<StreamReader>(module)?;
        add_type::<StreamWriter>(module)
    }
}

/// A module of codecs.
macro_rules! codecs {
    ($module:ident $name:literal $codecs:expr) => {
        #[pymodule(name = $name)]
        pub mod $module {
            use super::*;

            #[exec]
            fn exec_(_module: &Obj) -> PyResult<()> {
                dovetail_core::types::ready::ready::<Codec>()
            }

            #[function(name = "getcodec")]
            fn getcodec(object: &Obj) -> PyResult<Ref<Codec>> {
                get_codec(object, &$codecs)
            }
        }
    };
}

codecs!(cn "_codecs_cn" ["gb2312", "gbk", "gb18030", "hz"]);
codecs!(hk "_codecs_hk" ["big5hkscs"]);
codecs!(iso2022 "_codecs_iso2022" [
    "iso2022_kr", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext"
]);
codecs!(jp "_codecs_jp" [
    "shift_jis", "cp932", "euc_jp", "shift_jis_2004", "euc_jis_2004", "euc_jisx0213", "shift_jisx0213"
]);
codecs!(kr "_codecs_kr" ["euc_kr", "cp949", "johab"]);
codecs!(tw "_codecs_tw" ["big5", "cp950"]);
