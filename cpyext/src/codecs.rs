//! `codecs.h`: the codec registry and the error handlers (C API, section "Codec registry and support functions").

use crate::boundary::bad_internal_call;
use crate::text::c_str;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::codec_registry as registry;
use dovetail_core::{bail, sym};
use dovetail_macros::capi;
use dovetail_text::codecs::Builtin;
use std::borrow::Cow;
use std::ffi::{c_char, c_int};

/// The name of an encoding, which must be given.
unsafe fn name<'a>(text: *const c_char) -> PyResult<Cow<'a, str>> {
    if text.is_null() {
        return Err(bad_internal_call());
    }
    // SAFETY: a C string.
    Ok(unsafe { c_str(text) })
}

/// The name of an error handler, which may be NULL.
unsafe fn errors<'a>(text: *const c_char) -> Option<Cow<'a, str>> {
    // SAFETY: NULL or a C string.
    if text.is_null() { None } else { Some(unsafe { c_str(text) }) }
}

/// Adds a search function.
#[capi]
fn PyCodec_Register(search: Option<&Obj>) -> PyResult<()> {
    match search {
        Some(f) => registry::register(f),
        None => Err(crate::unicodeobject::bad_argument()),
    }
}

/// Takes a search function out.
#[capi]
fn PyCodec_Unregister(search: &Obj) -> PyResult<()> {
    registry::unregister(search)
}

/// Is there a codec of that name? Errors count as no.
#[capi]
unsafe fn PyCodec_KnownEncoding(encoding: *const c_char) -> c_int {
    // SAFETY: a C string or NULL.
    match unsafe { name(encoding) }.and_then(|n| registry::lookup(&n)) {
        Ok(_) => 1,
        Err(e) => {
            e.clear();
            0
        }
    }
}

/// `codecs.encode(o, encoding, errors)`.
#[capi]
unsafe fn PyCodec_Encode(o: &Obj, encoding: *const c_char, handler: *const c_char) -> PyResult<Object> {
    // SAFETY: C strings, of which the second may be NULL.
    unsafe { registry::encode(o, &name(encoding)?, errors(handler).as_deref()) }
}

/// `codecs.decode(o, encoding, errors)`.
#[capi]
unsafe fn PyCodec_Decode(o: &Obj, encoding: *const c_char, handler: *const c_char) -> PyResult<Object> {
    // SAFETY: as above.
    unsafe { registry::decode(o, &name(encoding)?, errors(handler).as_deref()) }
}

/// The encoding function of a codec.
#[capi]
unsafe fn PyCodec_Encoder(encoding: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    registry::encoder(&unsafe { name(encoding) }?)
}

/// The decoding function of a codec.
#[capi]
unsafe fn PyCodec_Decoder(encoding: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    registry::decoder(&unsafe { name(encoding) }?)
}

/// An incremental encoder.
#[capi]
unsafe fn PyCodec_IncrementalEncoder(encoding: *const c_char, handler: *const c_char) -> PyResult<Object> {
    // SAFETY: C strings, of which the second may be NULL.
    unsafe {
        let codec = registry::lookup(&name(encoding)?)?;
        registry::make_incremental(&codec, sym!(incrementalencoder), errors(handler).as_deref())
    }
}

/// An incremental decoder.
#[capi]
unsafe fn PyCodec_IncrementalDecoder(encoding: *const c_char, handler: *const c_char) -> PyResult<Object> {
    // SAFETY: as above.
    unsafe {
        let codec = registry::lookup(&name(encoding)?)?;
        registry::make_incremental(&codec, sym!(incrementaldecoder), errors(handler).as_deref())
    }
}

unsafe fn on_stream(factory: Object, stream: &Obj, handler: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string or NULL.
    match unsafe { errors(handler) } {
        Some(e) => factory.call(&[stream, &*dovetail_core::types::str_::Str::new(&e)?]),
        None => factory.call(&[stream]),
    }
}

/// The codec's reader of a stream.
#[capi]
unsafe fn PyCodec_StreamReader(
    encoding: *const c_char,
    stream: &Obj,
    handler: *const c_char,
) -> PyResult<Object> {
    // SAFETY: C strings, of which the second may be NULL.
    unsafe { on_stream(registry::stream_reader(&name(encoding)?)?, stream, handler) }
}

/// The codec's writer to a stream.
#[capi]
unsafe fn PyCodec_StreamWriter(
    encoding: *const c_char,
    stream: &Obj,
    handler: *const c_char,
) -> PyResult<Object> {
    // SAFETY: as above.
    unsafe { on_stream(registry::stream_writer(&name(encoding)?)?, stream, handler) }
}

/// Registers an error handler under a name.
#[capi]
unsafe fn PyCodec_RegisterError(handler: *const c_char, function: &Obj) -> PyResult<()> {
    // SAFETY: a C string.
    registry::register_error(&unsafe { name(handler) }?, function)
}

/// The error handler of a name; NULL is `strict`.
#[capi]
unsafe fn PyCodec_LookupError(handler: *const c_char) -> PyResult<Object> {
    // SAFETY: NULL or a C string.
    registry::lookup_error(unsafe { errors(handler) }.as_deref())
}

/// The built-in handlers, called with an exception object.
macro_rules! handlers_capi {
    ($($name:ident $kind:ident;)*) => {$(
        /// A pair of replacement and position, or the exception raised.
        #[capi]
        fn $name(exception: &Obj) -> PyResult<Object> {
            registry::handle(Builtin::$kind, exception)
        }
    )*};
}

handlers_capi! {
    PyCodec_StrictErrors Strict;
    PyCodec_IgnoreErrors Ignore;
    PyCodec_ReplaceErrors Replace;
    PyCodec_XMLCharRefReplaceErrors Xmlcharrefreplace;
    PyCodec_BackslashReplaceErrors Backslashreplace;
    PyCodec_NameReplaceErrors Namereplace;
}

fn must_be_text(o: &Obj) -> PyResult<()> {
    if o.is_a::<dovetail_core::types::str_::Str>() {
        return Ok(());
    }
    Err(crate::unicodeobject::bad_argument())
}

/// Warns that one of the four old functions was called.
fn deprecated(old: &str, new: &str) -> PyResult<()> {
    let text = format!("{old}() is deprecated and will be removed in 3.15; use {new} instead");
    dovetail_core::types::raising::warn(dovetail_core::error::exc::DeprecationWarning(), &text, 1)
}

/// The old conversions by any codec.
macro_rules! old_capi {
    ($($name:ident $function:ident, $other:literal, $text:literal;)*) => {$(
        /// Deprecated: converts by any codec.
        #[capi(private)]
        unsafe fn $name(o: &Obj, encoding: *const c_char, handler: *const c_char) -> PyResult<Object> {
            must_be_text(o)?;
            deprecated(stringify!($name), $other)?;
            // SAFETY: C strings or NULL.
            let encoding = unsafe { errors(encoding) }.unwrap_or(Cow::Borrowed("utf-8"));
            let made = registry::$function(o, &encoding, unsafe { errors(handler) }.as_deref())?;
            if $text && !made.is_a::<dovetail_core::types::str_::Str>() {
                bail!(
                    TypeError,
                    "'{:.400}' {} returned '{:.400}' instead of 'str'; use codecs.{}() to {} to arbitrary types",
                    encoding,
                    concat!(stringify!($function), "r"),
                    made.type_name(),
                    stringify!($function),
                    stringify!($function)
                );
            }
            Ok(made)
        }
    )*};
}

old_capi! {
    PyUnicode_AsDecodedObject decode, "PyCodec_Decode() to decode from str", false;
    PyUnicode_AsDecodedUnicode decode, "PyCodec_Decode() to decode from str to str", true;
    PyUnicode_AsEncodedObject encode, "PyUnicode_AsEncodedString() to encode from str to bytes or PyCodec_Encode() for generic encoding", false;
    PyUnicode_AsEncodedUnicode encode, "PyCodec_Encode() to encode from str to str", true;
}

/// `_codecs.escape_decode`: bytes of the text between the quotes of a bytes literal.
#[capi]
unsafe fn PyBytes_DecodeEscape(
    text: *const c_char,
    n: isize,
    handler: *const c_char,
    _unicode: isize,
    _recode: *const c_char,
) -> PyResult<Ref<dovetail_core::types::bytes::Bytes>> {
    // SAFETY: the caller's n bytes and a name that may be NULL.
    unsafe {
        let bytes: &[u8] =
            if n <= 0 { &[] } else { std::slice::from_raw_parts(text.cast::<u8>(), n as usize) };
        let data = dovetail_core::types::bytes::Bytes::new(bytes)?;
        let errors = errors(handler).unwrap_or(Cow::Borrowed("strict"));
        let errors = dovetail_core::types::str_::Str::new(&errors)?;
        let pair = dovetail_core::import::import_module("_codecs")?
            .get_attr_text("escape_decode")?
            .call(&[&*data, &*errors])?;
        pair.sequence_get(0)?.downcast_into().map_err(|_| -> Raised { bad_internal_call() })
    }
}
