//! Text to bytes and back: the codecs that need no look-up, with Python's error handlers.
//!
//! `str.encode`, `bytes.decode` and `str(b, enc)` come here. Encodings that are not known here are asked for in the
//! registry (`codec_registry`). The codecs themselves are in `dovetail_text::codecs`.

use crate::error::{PyResult, Raised, exc, raise_exception};
use crate::object::buffer::{Buffer, contiguous_copy, is_contiguous};
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::codec_registry::{self as registry, lookup_error};
use crate::types::exception::BaseException;
use crate::types::int::Int;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_text::codecs::{self, utf8};
use dovetail_text::codecs::{
    AsciiDecoder, AsciiEncoder, Builtin, ByteOrder, DecodeHandler, Decoder, EncodeHandler, Encoder, Failure,
    Latin1Encoder, RawUnicodeEscapeDecoder, RawUnicodeEscapeEncoder, Refused, Replacement, Resume,
    UnicodeEscapeDecoder, UnicodeEscapeEncoder, Utf7Decoder, Utf8Decoder, Utf8Encoder, Utf16Decoder,
    Utf16Encoder, Utf32Decoder, Utf32Encoder,
};
use dovetail_text::{Text, TextBuf};

// ---- exceptions ----

/// `UnicodeEncodeError(encoding, object, start, end, reason)`.
pub fn encode_error(encoding: &str, text: &Str, start: usize, end: usize, reason: &str) -> PyResult<Object> {
    let (e, r) = (Str::new(encoding)?, Str::new(reason)?);
    let (s, t) = (Int::from_i64(start as i64)?, Int::from_i64(end as i64)?);
    exc::UnicodeEncodeError().call(&[&e, text, &s, &t, &r])
}

/// `UnicodeDecodeError(encoding, object, start, end, reason)`.
pub fn decode_error(
    encoding: &str,
    input: &[u8],
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Object> {
    let (e, r, b) = (Str::new(encoding)?, Str::new(reason)?, Bytes::new(input)?);
    let (s, t) = (Int::from_i64(start as i64)?, Int::from_i64(end as i64)?);
    exc::UnicodeDecodeError().call(&[&e, &b, &s, &t, &r])
}

/// Raises an exception object.
#[cold]
pub(crate) fn raise_object(made: PyResult<Object>) -> Raised {
    match made.map(|e| e.downcast_into::<BaseException>()) {
        Ok(Ok(e)) => raise_exception(e),
        Ok(Err(_)) => raise!(TypeError, "exceptions must derive from BaseException"),
        Err(e) => e,
    }
}

#[cold]
fn raise_encode(f: &Failure, text: &Str) -> Raised {
    raise_object(encode_error(f.encoding, text, f.fault.start, f.fault.end, f.fault.reason))
}

#[cold]
fn raise_decode(f: &Failure, input: &[u8]) -> Raised {
    raise_object(decode_error(f.encoding, input, f.fault.start, f.fault.end, f.fault.reason))
}

// ---- error handlers ----

/// What an error handler's name stands for.
enum Handler {
    Builtin(Builtin),
    /// Not looked up until the first error.
    Named(String, Option<Object>),
}

impl Handler {
    fn new(errors: Option<&str>) -> Handler {
        let name = errors.unwrap_or("strict");
        match Builtin::by_name(name) {
            Some(b) => Handler::Builtin(b),
            None => Handler::Named(name.to_owned(), None),
        }
    }

    /// The Python callable.
    fn callable(name: &str, found: &mut Option<Object>) -> PyResult<Object> {
        if found.is_none() {
            *found = Some(lookup_error(Some(name))?);
        }
        match found {
            Some(f) => Ok(f.clone()),
            None => Err(raise!(LookupError, "unknown error handler name '{name}'")),
        }
    }
}

/// The handler of an encoding run over a string.
pub struct EncodeErrors<'a> {
    text: &'a Str,
    handler: Handler,
    /// The name that exceptions carry, where it is not the codec's own.
    encoding: Option<&'a str>,
}

impl<'a> EncodeErrors<'a> {
    pub fn new(text: &'a Str, errors: Option<&str>) -> EncodeErrors<'a> {
        EncodeErrors { text, handler: Handler::new(errors), encoding: None }
    }

    /// As `new`, for a codec whose exceptions name another encoding.
    pub fn named(text: &'a Str, errors: Option<&str>, encoding: &'a str) -> EncodeErrors<'a> {
        EncodeErrors { encoding: Some(encoding), ..EncodeErrors::new(text, errors) }
    }

    fn raise(&self, f: &Failure) -> Raised {
        let name = self.encoding.unwrap_or(f.encoding);
        raise_object(encode_error(name, self.text, f.fault.start, f.fault.end, f.fault.reason))
    }
}

/// The place an error handler gave, counted from the end when negative.
fn new_position(o: &Obj, len: usize, encoding: &str) -> PyResult<usize> {
    let p = match o.as_isize() {
        Ok(p) => p,
        // CPython's East Asian codecs take a number that is too large for -1, and this for an error.
        Err(e) if codecs::MultibyteCodec::by_name(encoding).is_some() => {
            e.clear();
            bail!(IndexError, "position -1 from error handler out of bounds");
        }
        Err(e) => return Err(e),
    };
    let at = if p < 0 { p + len as isize } else { p };
    if at < 0 || at as usize > len {
        bail!(IndexError, "position {p} from error handler out of bounds");
    }
    Ok(at as usize)
}

/// The two items of a handler's result.
fn pair(result: &Obj) -> Option<(&Obj, &Obj)> {
    match result.downcast::<Tuple>()?.as_borrows() {
        [a, b] if b.is_a::<Int>() => Some((a, b)),
        _ => None,
    }
}

impl EncodeHandler for EncodeErrors<'_> {
    type Error = Raised;

    fn handle(&mut self, error: &codecs::EncodeError<'_>) -> PyResult<(Replacement, usize)> {
        let f = error.failure;
        let name = self.encoding.unwrap_or(f.encoding);
        match &mut self.handler {
            Handler::Builtin(b) => match b.encode(name, error.text, f.fault) {
                Ok(Some(r)) => Ok((r, f.fault.end)),
                Ok(None) | Err(Refused::Error(_)) => Err(self.raise(&f)),
                Err(Refused::WrongDirection) => {
                    Err(raise!(TypeError, "don't know how to handle UnicodeEncodeError in error callback"))
                }
            },
            Handler::Named(errors, found) => {
                let callable = Handler::callable(errors, found)?;
                let e = encode_error(name, self.text, f.fault.start, f.fault.end, f.fault.reason)?;
                let result = callable.call(&[&e])?;
                let Some((r, at)) = pair(&result) else {
                    bail!(TypeError, "encoding error handler must return (str/bytes, int) tuple");
                };
                let replacement = if let Some(s) = r.downcast::<Str>() {
                    Replacement::Text(TextBuf::from(s.text()))
                } else if let Some(b) = r.downcast::<Bytes>() {
                    Replacement::Bytes(b.as_slice().to_vec())
                } else {
                    bail!(TypeError, "encoding error handler must return (str/bytes, int) tuple");
                };
                Ok((replacement, new_position(at, self.text.len(), name)?))
            }
        }
    }

    fn refuse(&mut self, error: &codecs::EncodeError<'_>) -> Raised {
        self.raise(&error.failure)
    }
}

/// The handler of a decoding run.
pub struct DecodeErrors<'a> {
    handler: Handler,
    encoding: Option<&'a str>,
}

impl<'a> DecodeErrors<'a> {
    pub fn new(errors: Option<&str>) -> DecodeErrors<'a> {
        DecodeErrors { handler: Handler::new(errors), encoding: None }
    }

    /// As `new`, for a codec whose exceptions name another encoding.
    pub fn named(errors: Option<&str>, encoding: &'a str) -> DecodeErrors<'a> {
        DecodeErrors { handler: Handler::new(errors), encoding: Some(encoding) }
    }
}

impl DecodeHandler for DecodeErrors<'_> {
    type Error = Raised;

    fn handle(&mut self, error: &codecs::DecodeError<'_>, out: &mut TextBuf) -> PyResult<Resume> {
        let f = error.failure;
        let (name, fault) = (self.encoding.unwrap_or(f.encoding), f.fault);
        match &mut self.handler {
            Handler::Builtin(b) => match b.decode(name, error.input, fault, out) {
                Ok(Some(at)) => Ok(Resume { at, input: None }),
                Ok(None) | Err(Refused::Error(_)) => {
                    Err(raise_object(decode_error(name, error.input, fault.start, fault.end, fault.reason)))
                }
                Err(Refused::WrongDirection) => {
                    Err(raise!(TypeError, "don't know how to handle UnicodeDecodeError in error callback"))
                }
            },
            Handler::Named(errors, found) => {
                let callable = Handler::callable(errors, found)?;
                let e = decode_error(name, error.input, fault.start, fault.end, fault.reason)?;
                let result = callable.call(&[&e])?;
                let text = pair(&result).and_then(|(r, at)| Some((r.downcast::<Str>()?, at)));
                let Some((text, at)) = text else {
                    bail!(TypeError, "decoding error handler must return (str, int) tuple");
                };
                // The handler may have put other bytes into the exception.
                let now = e.get_attr(sym!(object))?;
                let Some(now) = now.downcast::<Bytes>() else {
                    bail!(TypeError, "exception attribute object must be bytes");
                };
                let input = (now.as_slice() != error.input).then(|| now.as_slice().to_vec());
                let at = new_position(at, input.as_ref().map_or(error.input.len(), Vec::len), name)?;
                out.push_text(text.text());
                Ok(Resume { at, input })
            }
        }
    }
}

// ---- runs ----

/// Decodes with a codec; the second result is how much of the input was used.
pub fn decode_with(
    decoder: &mut impl Decoder<Raised>,
    input: &[u8],
    errors: Option<&str>,
    last: bool,
) -> PyResult<(Ref<Str>, usize)> {
    let (buf, used) = codecs::decode(decoder, input, &mut DecodeErrors::new(errors), last)?;
    Ok((Str::from_buf(buf)?, used))
}

/// Encodes with a codec.
pub fn encode_with(
    encoder: &mut impl Encoder<Raised>,
    text: &Str,
    errors: Option<&str>,
) -> PyResult<Ref<Bytes>> {
    Bytes::from_vec(codecs::encode(encoder, text.text(), &mut EncodeErrors::new(text, errors))?)
}

/// UTF-8 to text.
pub fn decode_utf8(input: &[u8], errors: Option<&str>) -> PyResult<Ref<Str>> {
    match utf8::validate(input) {
        Some(s) => Str::new(s),
        None => Ok(decode_with(&mut Utf8Decoder, input, errors, true)?.0),
    }
}

/// Text to UTF-8.
pub fn encode_utf8(text: &Str, errors: Option<&str>) -> PyResult<Ref<Bytes>> {
    if text.is_ascii() {
        return Bytes::new(text.raw_bytes());
    }
    match utf8::to_vec(text.text()) {
        Ok(v) => Bytes::from_vec(v),
        Err(_) => encode_with(&mut Utf8Encoder, text, errors),
    }
}

/// ASCII to text.
pub fn decode_ascii(input: &[u8], errors: Option<&str>) -> PyResult<Ref<Str>> {
    if input.is_ascii() {
        return Str::from_ascii(input);
    }
    Ok(decode_with(&mut AsciiDecoder, input, errors, true)?.0)
}

/// Text to ASCII.
pub fn encode_ascii(text: &Str, errors: Option<&str>) -> PyResult<Ref<Bytes>> {
    if text.is_ascii() {
        return Bytes::new(text.raw_bytes());
    }
    encode_with(&mut AsciiEncoder, text, errors)
}

/// Text to Latin-1.
pub fn encode_latin1(text: &Str, errors: Option<&str>) -> PyResult<Ref<Bytes>> {
    if let Text::Ascii(b) | Text::Latin1(b) = text.text() {
        return Bytes::new(b);
    }
    encode_with(&mut Latin1Encoder, text, errors)
}

/// `unicode-escape` to text, with the warning about invalid escapes.
pub fn decode_unicode_escape(input: &[u8], errors: Option<&str>, last: bool) -> PyResult<(Ref<Str>, usize)> {
    let mut d = UnicodeEscapeDecoder::default();
    let r = decode_with(&mut d, input, errors, last)?;
    if let Some(e) = d.first_invalid() {
        crate::types::exception::warn(exc::DeprecationWarning(), &e.message(false), 1)?;
    }
    Ok(r)
}

/// The name of a file, or another text of the operating system, to text: UTF-8, bad bytes as lone surrogates.
pub fn fs_decode(input: &[u8]) -> PyResult<Ref<Str>> {
    decode_utf8(input, Some("surrogateescape"))
}

/// The inverse of `fs_decode`.
pub fn fs_encode(text: &Str) -> PyResult<Ref<Bytes>> {
    encode_utf8(text, Some("surrogateescape"))
}

/// A codec that is known without the registry.
#[derive(Clone, Copy)]
enum Native {
    Utf8,
    Ascii,
    Latin1,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
}

/// The name in lower case with runs of anything but letters, digits and dots as one underscore.
pub fn normalize_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

impl Native {
    fn by_name(name: &str) -> Option<Native> {
        // The commonest spellings first, without normalizing.
        match name {
            "utf-8" | "utf8" | "UTF-8" => return Some(Native::Utf8),
            "ascii" => return Some(Native::Ascii),
            "latin-1" | "latin1" => return Some(Native::Latin1),
            _ => {}
        }
        Some(match normalize_name(name).as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Native::Utf8,
            "ascii" | "us_ascii" | "646" => Native::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" | "8859" | "cp819" | "l1" | "latin" => {
                Native::Latin1
            }
            "utf_16" | "utf16" | "u16" => Native::Utf16(ByteOrder::Native),
            "utf_16_le" | "utf_16le" => Native::Utf16(ByteOrder::Little),
            "utf_16_be" | "utf_16be" => Native::Utf16(ByteOrder::Big),
            "utf_32" | "utf32" | "u32" => Native::Utf32(ByteOrder::Native),
            "utf_32_le" | "utf_32le" => Native::Utf32(ByteOrder::Little),
            "utf_32_be" | "utf_32be" => Native::Utf32(ByteOrder::Big),
            "utf_7" | "utf7" | "u7" => Native::Utf7,
            "unicode_escape" => Native::UnicodeEscape,
            "raw_unicode_escape" => Native::RawUnicodeEscape,
            _ => return None,
        })
    }

    fn encode(self, s: &Str, errors: Option<&str>) -> PyResult<Ref<Bytes>> {
        match self {
            Native::Utf8 => encode_utf8(s, errors),
            Native::Ascii => encode_ascii(s, errors),
            Native::Latin1 => encode_latin1(s, errors),
            Native::Utf16(o) => encode_with(&mut Utf16Encoder::new(o), s, errors),
            Native::Utf32(o) => encode_with(&mut Utf32Encoder::new(o), s, errors),
            Native::Utf7 => Bytes::from_vec(codecs::encode_utf7(s.text())),
            Native::UnicodeEscape => Bytes::from_vec(UnicodeEscapeEncoder::encode(s.text())),
            Native::RawUnicodeEscape => Bytes::from_vec(RawUnicodeEscapeEncoder::encode(s.text())),
        }
    }

    fn decode(self, b: &[u8], errors: Option<&str>) -> PyResult<Ref<Str>> {
        match self {
            Native::Utf8 => decode_utf8(b, errors),
            Native::Ascii => decode_ascii(b, errors),
            Native::Latin1 => Str::from_latin1(b),
            Native::Utf16(o) => Ok(decode_with(&mut Utf16Decoder::new(o), b, errors, true)?.0),
            Native::Utf32(o) => Ok(decode_with(&mut Utf32Decoder::new(o), b, errors, true)?.0),
            Native::Utf7 => Ok(decode_with(&mut Utf7Decoder::default(), b, errors, true)?.0),
            Native::UnicodeEscape => Ok(decode_unicode_escape(b, errors, true)?.0),
            Native::RawUnicodeEscape => Ok(decode_with(&mut RawUnicodeEscapeDecoder, b, errors, true)?.0),
        }
    }
}

fn check_names(encoding: &str, errors: Option<&str>) -> PyResult<()> {
    if encoding.contains('\0') || errors.is_some_and(|e| e.contains('\0')) {
        bail!(ValueError, "embedded null character");
    }
    Ok(())
}

// ---- by name ----

/// In development mode unknown names are refused even where nothing has to be coded.
fn check_in_dev_mode(encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    let interp = crate::interpreter::Interpreter::current();
    if interp.config.get().is_none_or(|c| !c.dev_mode) {
        return Ok(());
    }
    if let Some(name) = encoding
        && Native::by_name(name).is_none()
    {
        registry::lookup(name)?;
    }
    if let Some(name) = errors
        && !matches!(name, "strict" | "ignore" | "replace" | "surrogateescape" | "surrogatepass")
    {
        registry::lookup_error(Some(name))?;
    }
    Ok(())
}

/// `text.encode(encoding, errors)`; without a name UTF-8.
pub fn encode_str(text: &Str, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Bytes>> {
    check_in_dev_mode(encoding, errors)?;
    let name = encoding.unwrap_or("utf-8");
    if let Some(n) = Native::by_name(name) {
        return n.encode(text, errors);
    }
    check_names(name, errors)?;
    let r = registry::encode_text(text, name, errors)?;
    match r.downcast_into::<Bytes>() {
        Ok(b) => Ok(b),
        Err(r) => match r.downcast::<ByteArray>() {
            Some(b) => {
                let message = format!(
                    "encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
                );
                crate::types::exception::warn(exc::RuntimeWarning(), &message, 1)?;
                Bytes::new(b.as_slice())
            }
            None => Err(raise!(
                TypeError,
                "'{name}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                r.type_name()
            )),
        },
    }
}

/// Decodes bytes by the name of an encoding; without a name UTF-8.
pub fn decode_bytes(input: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Str>> {
    check_in_dev_mode(encoding, errors)?;
    let name = encoding.unwrap_or("utf-8");
    if let Some(n) = Native::by_name(name) {
        return n.decode(input, errors);
    }
    check_names(name, errors)?;
    let b = Bytes::new(input)?;
    let r = registry::decode_text(&b, name, errors)?;
    r.downcast_into::<Str>().map_err(|r| {
        raise!(
            TypeError,
            "'{name}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            r.type_name()
        )
    })
}

/// `str(o, encoding, errors)`: the text in a bytes-like object.
pub fn decode_object(o: &Obj, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Ref<Str>> {
    if let Some(b) = o.downcast::<Bytes>() {
        return decode_bytes(b.as_slice(), encoding, errors);
    }
    if o.is_a::<Str>() {
        bail!(TypeError, "decoding str is not supported");
    }
    if !Buffer::supported(o) {
        bail!(TypeError, "decoding to str: need a bytes-like object, {} found", o.type_name());
    }
    let b = Buffer::simple(o)?;
    if is_contiguous(b.view(), b'C') {
        return decode_bytes(b.as_slice(), encoding, errors);
    }
    decode_bytes(&contiguous_copy(b.view(), b'C'), encoding, errors)
}

/// Raises the error that a failed run of a codec stands for, for callers with runs of their own.
pub fn raise_failure(f: &Failure, input: Input<'_>) -> Raised {
    match input {
        Input::Text(s) => raise_encode(f, s),
        Input::Bytes(b) => raise_decode(f, b),
    }
}

/// What a codec was working on.
pub enum Input<'a> {
    Text(&'a Str),
    Bytes(&'a [u8]),
}

/// The exception as an object behind a borrow, for handlers.
pub(crate) fn as_exception(o: &Obj) -> Option<&BaseException> {
    o.as_obj().downcast::<BaseException>()
}
