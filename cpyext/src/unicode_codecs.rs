//! `unicodeobject.h`: encoding and decoding (C API, section "Built-in Codecs").

use crate::text::c_str;
use crate::unicodeobject::bad_argument;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{c_char, c_int};

/// A name that may be NULL.
unsafe fn name<'a>(text: *const c_char) -> Option<std::borrow::Cow<'a, str>> {
    // SAFETY: NULL or a C string.
    if text.is_null() { None } else { Some(unsafe { c_str(text) }) }
}

/// The caller's bytes.
unsafe fn input<'a>(data: *const c_char, n: isize) -> &'a [u8] {
    if n <= 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the caller's n bytes.
    unsafe { std::slice::from_raw_parts(data.cast(), n as usize) }
}

fn text(s: &Obj) -> PyResult<&Str> {
    s.downcast::<Str>().ok_or_else(bad_argument)
}

/// Decodes bytes by the codec's name; NULL is UTF-8.
#[capi]
unsafe fn PyUnicode_Decode(
    data: *const c_char,
    n: isize,
    encoding: *const c_char,
    errors: *const c_char,
) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's bytes and names.
    unsafe { codec::decode_bytes(input(data, n), name(encoding).as_deref(), name(errors).as_deref()) }
}

/// Decodes what has a buffer.
#[capi]
unsafe fn PyUnicode_FromEncodedObject(
    o: &Obj,
    encoding: *const c_char,
    errors: *const c_char,
) -> PyResult<Ref<Str>> {
    if let Some(b) = o.downcast::<Bytes>() {
        // SAFETY: names that may be NULL.
        return unsafe {
            codec::decode_bytes(b.as_slice(), name(encoding).as_deref(), name(errors).as_deref())
        };
    }
    if o.is_a::<Str>() {
        bail!(TypeError, "decoding str is not supported");
    }
    if !dovetail_core::object::buffer::Buffer::supported(o) {
        bail!(TypeError, "decoding to str: need a bytes-like object, {} found", o.type_name());
    }
    let view = BytesLike::of(o)?;
    // SAFETY: names that may be NULL.
    unsafe { codec::decode_bytes(&view, name(encoding).as_deref(), name(errors).as_deref()) }
}

/// Encodes by the codec's name; NULL is UTF-8.
#[capi]
unsafe fn PyUnicode_AsEncodedString(
    s: &Obj,
    encoding: *const c_char,
    errors: *const c_char,
) -> PyResult<Ref<Bytes>> {
    // SAFETY: names that may be NULL.
    unsafe { codec::encode_str(text(s)?, name(encoding).as_deref(), name(errors).as_deref()) }
}

/// Encoders to bytes without error handlers.
macro_rules! encode_capi {
    ($($name:ident $encoding:literal;)*) => {$(
        /// Encodes strictly.
        #[capi]
        fn $name(s: &Obj) -> PyResult<Ref<Bytes>> {
            codec::encode_str(text(s)?, Some($encoding), None)
        }
    )*};
}

encode_capi! {
    PyUnicode_AsUTF8String "utf-8";
    PyUnicode_AsASCIIString "ascii";
    PyUnicode_AsLatin1String "latin-1";
    PyUnicode_AsUTF16String "utf-16";
    PyUnicode_AsUTF32String "utf-32";
    PyUnicode_AsUnicodeEscapeString "unicode_escape";
    PyUnicode_AsRawUnicodeEscapeString "raw_unicode_escape";
}

/// Encoders of older extensions, with an error handler.
macro_rules! encode_with_capi {
    ($($name:ident $encoding:literal;)*) => {$(
        /// Encodes with an error handler.
        #[capi(private)]
        unsafe fn $name(s: &Obj, errors: *const c_char) -> PyResult<Ref<Bytes>> {
            // SAFETY: a name that may be NULL.
            unsafe { codec::encode_str(text(s)?, Some($encoding), name(errors).as_deref()) }
        }
    )*};
}

encode_with_capi! {
    _PyUnicode_AsUTF8String "utf-8";
    _PyUnicode_AsASCIIString "ascii";
    _PyUnicode_AsLatin1String "latin-1";
}

/// Decoders with an error handler.
macro_rules! decode_capi {
    ($($name:ident $encoding:literal;)*) => {$(
        /// Decodes with an error handler; NULL is strict.
        #[capi]
        unsafe fn $name(data: *const c_char, n: isize, errors: *const c_char) -> PyResult<Ref<Str>> {
            // SAFETY: the caller's bytes and a name that may be NULL.
            unsafe { codec::decode_bytes(input(data, n), Some($encoding), name(errors).as_deref()) }
        }
    )*};
}

decode_capi! {
    PyUnicode_DecodeUTF8 "utf-8";
    PyUnicode_DecodeUTF7 "utf-7";
    PyUnicode_DecodeASCII "ascii";
    PyUnicode_DecodeLatin1 "latin-1";
    PyUnicode_DecodeUnicodeEscape "unicode_escape";
    PyUnicode_DecodeRawUnicodeEscape "raw_unicode_escape";
}

/// Decodes as far as whole characters go, through the functions of `_codecs`; gives the text and the bytes used.
unsafe fn stateful(
    function: &str,
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    let module = dovetail_core::import::import_module("_codecs")?;
    // SAFETY: the caller's bytes, a name that may be NULL, and the caller's variable.
    unsafe {
        let bytes = Bytes::new(input(data, n))?;
        let errors = match name(errors) {
            Some(e) => Str::new(&e)?.into_object(),
            None => dovetail_core::types::none::none().to_owned(),
        };
        let last = dovetail_core::types::bool_::bool_obj(consumed.is_null());
        let pair = module.get_attr_text(function)?.call(&[bytes.as_obj(), &*errors, last.as_obj()])?;
        let used = pair.sequence_get(1)?.as_isize()?;
        if !consumed.is_null() {
            *consumed = used;
        }
        pair.sequence_get(0)?
            .downcast_into::<Str>()
            .map_err(|_| raise!(TypeError, "decoder must return a str"))
    }
}

/// As `PyUnicode_DecodeUTF8`; with a place for it, an incomplete end is left and the bytes used are told.
#[capi]
unsafe fn PyUnicode_DecodeUTF8Stateful(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's bytes, a name that may be NULL, and the caller's variable.
    unsafe {
        let bytes = input(data, n);
        if consumed.is_null() || bytes.is_ascii() {
            let s = codec::decode_bytes(bytes, Some("utf-8"), name(errors).as_deref())?;
            if !consumed.is_null() {
                *consumed = n;
            }
            return Ok(s);
        }
        stateful("utf_8_decode", data, n, errors, consumed)
    }
}

/// As `PyUnicode_DecodeUTF7`; see `PyUnicode_DecodeUTF8Stateful`.
#[capi]
unsafe fn PyUnicode_DecodeUTF7Stateful(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe { stateful("utf_7_decode", data, n, errors, consumed) }
}

/// The wide codecs: `*order` is -1 (little), 1 (big) or 0 (a mark decides, and is told).
unsafe fn wide(
    bits: u32,
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    order: *mut c_int,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe {
        let bytes = input(data, n);
        let unit = (bits / 8) as usize;
        let mut which = if order.is_null() { 0 } else { *order };
        let mut skip = 0;
        if which == 0 && bytes.len() >= unit {
            let first = &bytes[..unit];
            let little: &[u8] = if bits == 16 { &[0xff, 0xfe] } else { &[0xff, 0xfe, 0, 0] };
            let big: &[u8] = if bits == 16 { &[0xfe, 0xff] } else { &[0, 0, 0xfe, 0xff] };
            if first == little {
                (which, skip) = (-1, unit);
            } else if first == big {
                (which, skip) = (1, unit);
            }
            if !order.is_null() {
                *order = which;
            }
        }
        let end = match which {
            1 => "be",
            -1 => "le",
            _ if cfg!(target_endian = "big") => "be",
            _ => "le",
        };
        let s = stateful(
            &format!("utf_{bits}_{end}_decode"),
            data.add(skip),
            n - skip as isize,
            errors,
            consumed,
        )?;
        if !consumed.is_null() {
            *consumed += skip as isize;
        }
        Ok(s)
    }
}

/// Decodes UTF-16.
#[capi]
unsafe fn PyUnicode_DecodeUTF16(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    order: *mut c_int,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe { wide(16, data, n, errors, order, std::ptr::null_mut()) }
}

/// Decodes UTF-16 up to the last whole character.
#[capi]
unsafe fn PyUnicode_DecodeUTF16Stateful(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    order: *mut c_int,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe { wide(16, data, n, errors, order, consumed) }
}

/// Decodes UTF-32.
#[capi]
unsafe fn PyUnicode_DecodeUTF32(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    order: *mut c_int,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe { wide(32, data, n, errors, order, std::ptr::null_mut()) }
}

/// Decodes UTF-32 up to the last whole character.
#[capi]
unsafe fn PyUnicode_DecodeUTF32Stateful(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
    order: *mut c_int,
    consumed: *mut isize,
) -> PyResult<Ref<Str>> {
    // SAFETY: as above.
    unsafe { wide(32, data, n, errors, order, consumed) }
}

/// Decodes a C string of the file system.
#[capi]
unsafe fn PyUnicode_DecodeFSDefault(data: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: a C string.
    codec::fs_decode(unsafe { std::ffi::CStr::from_ptr(data) }.to_bytes())
}

/// Decodes bytes of the file system.
#[capi]
unsafe fn PyUnicode_DecodeFSDefaultAndSize(data: *const c_char, n: isize) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's n bytes.
    codec::fs_decode(unsafe { input(data, n) })
}

/// Encodes for the file system.
#[capi]
fn PyUnicode_EncodeFSDefault(s: &Obj) -> PyResult<Ref<Bytes>> {
    codec::fs_encode(text(s)?)
}

/// Decodes in the locale's encoding, which is UTF-8 here.
#[capi]
unsafe fn PyUnicode_DecodeLocaleAndSize(
    data: *const c_char,
    n: isize,
    errors: *const c_char,
) -> PyResult<Ref<Str>> {
    // SAFETY: the caller's bytes and a name that may be NULL.
    unsafe { codec::decode_bytes(input(data, n), Some("utf-8"), name(errors).as_deref()) }
}

/// As `PyUnicode_DecodeLocaleAndSize`, of a C string.
#[capi]
unsafe fn PyUnicode_DecodeLocale(data: *const c_char, errors: *const c_char) -> PyResult<Ref<Str>> {
    // SAFETY: a C string and a name that may be NULL.
    unsafe {
        codec::decode_bytes(std::ffi::CStr::from_ptr(data).to_bytes(), Some("utf-8"), name(errors).as_deref())
    }
}

/// Encodes in the locale's encoding, which is UTF-8 here.
#[capi]
unsafe fn PyUnicode_EncodeLocale(s: &Obj, errors: *const c_char) -> PyResult<Ref<Bytes>> {
    // SAFETY: a name that may be NULL.
    unsafe { codec::encode_str(text(s)?, Some("utf-8"), name(errors).as_deref()) }
}

/// `_codecs.charmap_decode`.
#[capi]
unsafe fn PyUnicode_DecodeCharmap(
    data: *const c_char,
    n: isize,
    mapping: Option<&Obj>,
    errors: *const c_char,
) -> PyResult<Object> {
    let module = dovetail_core::import::import_module("_codecs")?;
    // SAFETY: the caller's bytes and a name that may be NULL.
    unsafe {
        let bytes = Bytes::new(input(data, n))?;
        let errors = match name(errors) {
            Some(e) => Str::new(&e)?.into_object(),
            None => dovetail_core::types::none::none().to_owned(),
        };
        let map = mapping.unwrap_or(dovetail_core::types::none::none());
        module.get_attr_text("charmap_decode")?.call(&[bytes.as_obj(), &*errors, map])?.sequence_get(0)
    }
}

/// `_codecs.charmap_encode`, strict.
#[capi]
fn PyUnicode_AsCharmapString(s: &Obj, mapping: &Obj) -> PyResult<Object> {
    let module = dovetail_core::import::import_module("_codecs")?;
    let none = dovetail_core::types::none::none();
    module.get_attr_text("charmap_encode")?.call(&[text(s)?.as_obj(), none, mapping])?.sequence_get(0)
}

/// `_codecs.charmap_build`.
#[capi]
fn PyUnicode_BuildEncodingMap(s: &Obj) -> PyResult<Object> {
    dovetail_core::import::import_module("_codecs")?.get_attr_text("charmap_build")?.call(&[s])
}
