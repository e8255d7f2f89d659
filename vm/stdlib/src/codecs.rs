//! `_codecs`: the registry's functions and the native codecs.

use crate::util::{Boxed, data, dealloc_boxed};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{BytesLike, TextOrBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::{self, decode_with, encode_with};
use dovetail_core::types::codec_registry as registry;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::ready::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{Raised, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use dovetail_text::TextBuf;
use dovetail_text::codecs::{
    AsciiDecoder, ByteOrder, CharmapDecoder, CharmapEncoder, DecodeMapping, EncodeMap, MapDecoder,
    MapEncoder, RawUnicodeEscapeDecoder, RawUnicodeEscapeEncoder, UnicodeEscapeEncoder, Utf7Decoder,
    Utf8Decoder, Utf16Decoder, Utf16Encoder, Utf32Decoder, Utf32Encoder, decode_latin1, encode_utf7,
    escape_bytes, unescape_bytes,
};

fn decoded(r: (Ref<Str>, usize)) -> PyResult<Ref<Tuple>> {
    Tuple::from_vec(vec![r.0.into_object(), Int::from_usize(r.1)?.into_object()])
}

fn encoded(b: Ref<Bytes>, text: &Str) -> PyResult<Ref<Tuple>> {
    Tuple::from_vec(vec![b.into_object(), Int::from_usize(text.len())?.into_object()])
}

/// What a `charmap` mapping holds for a character; none when it says nothing.
fn mapped(mapping: &Obj, key: u32) -> PyResult<Option<Object>> {
    let key = Int::from_i64(key as i64)?;
    if let Some(d) = mapping.downcast_exact::<Dict>() {
        return Ok(d.get(key.as_obj())?.filter(|o| !o.is_none()));
    }
    match mapping.get_item(key.as_obj()) {
        Ok(o) => Ok(if o.is_none() { None } else { Some(o) }),
        Err(e) if e.matches(dovetail_core::error::exc::LookupError()) => {
            e.clear();
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

fn decode_mapping(mapping: &Obj, byte: u8) -> Result<DecodeMapping, Raised> {
    let Some(o) = mapped(mapping, byte as u32)? else { return Ok(DecodeMapping::Undefined) };
    if let Some(i) = o.downcast::<Int>() {
        return match i.to_i64() {
            Some(0xfffe) => Ok(DecodeMapping::Undefined),
            Some(c) if (0..0x110000).contains(&c) => Ok(DecodeMapping::Char(c as u32)),
            _ => Err(raise!(TypeError, "character mapping must be in range(0x110000)")),
        };
    }
    match o.downcast::<Str>() {
        Some(s) if s.len() == 1 && s.char_at(0) == 0xfffe => Ok(DecodeMapping::Undefined),
        Some(s) => {
            let mut b = TextBuf::new();
            b.push_text(s.text());
            Ok(DecodeMapping::Text(b))
        }
        None => Err(raise!(TypeError, "character mapping must return integer, None or str")),
    }
}

fn encode_mapping(mapping: &Obj, c: u32, out: &mut Vec<u8>) -> Result<bool, Raised> {
    let Some(o) = mapped(mapping, c)? else { return Ok(false) };
    if let Some(i) = o.downcast::<Int>() {
        return match i.to_i64() {
            Some(v @ 0..256) => {
                out.push(v as u8);
                Ok(true)
            }
            _ => Err(raise!(TypeError, "character mapping must be in range(256)")),
        };
    }
    match o.downcast::<Bytes>() {
        Some(b) => {
            out.extend_from_slice(b.as_slice());
            Ok(true)
        }
        None => Err(raise!(
            TypeError,
            "character mapping must return integer, bytes or None, not {}",
            o.type_name()
        )),
    }
}

/// The utf-16 and utf-32 functions: plain, little, big; decoding and encoding.
macro_rules! wide {
    ($decode:ident $encode:ident $decoder:ident $encoder:ident $order:expr) => {
        pub fn $decode(data: &[u8], errors: Option<&str>, last: bool) -> PyResult<Ref<Tuple>> {
            decoded(decode_with(&mut $decoder::new($order), data, errors, last)?)
        }
        pub fn $encode(text: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
            encoded(encode_with(&mut $encoder::new($order), text, errors)?, text)
        }
    };
}

mod wide {
    use super::*;
    wide!(d16 e16 Utf16Decoder Utf16Encoder ByteOrder::Native);
    wide!(d16l e16l Utf16Decoder Utf16Encoder ByteOrder::Little);
    wide!(d16b e16b Utf16Decoder Utf16Encoder ByteOrder::Big);
    wide!(d32 e32 Utf32Decoder Utf32Encoder ByteOrder::Native);
    wide!(d32l e32l Utf32Decoder Utf32Encoder ByteOrder::Little);
    wide!(d32b e32b Utf32Decoder Utf32Encoder ByteOrder::Big);
}

#[pymodule(name = "_codecs")]
pub mod module {
    use super::*;

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding name in
    /// all lower case letters, and either return None, or a tuple of functions
    /// (encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).
    #[function]
    fn register(search_function: &Obj) -> PyResult<()> {
        registry::register(search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[function]
    fn unregister(search_function: &Obj) -> PyResult<()> {
        registry::unregister(search_function)
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function]
    fn lookup(encoding: &str) -> PyResult<Object> {
        registry::lookup(encoding)
    }

    /// Encodes obj using the codec registered for encoding.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(obj: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
        registry::encode(obj, encoding, errors)
    }

    /// Decodes obj using the codec registered for encoding.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(obj: &Obj, encoding: &str, errors: Option<&str>) -> PyResult<Object> {
        registry::decode(obj, encoding, errors)
    }

    /// Register the specified error handler under the name errors.
    #[function]
    fn register_error(errors: &str, handler: &Obj) -> PyResult<()> {
        registry::register_error(errors, handler)
    }

    /// Un-register the specified error handler for the error handling `errors`.
    #[function]
    fn _unregister_error(errors: &str) -> PyResult<bool> {
        registry::unregister_error(errors)
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise a
    /// LookupError, if no handler exists under this name.
    #[function]
    fn lookup_error(name: &str) -> PyResult<Object> {
        registry::lookup_error(Some(name))
    }

    /// Normalize an encoding name, as the search functions get it.
    #[function(sig = "(encoding)")]
    fn _normalize_encoding(encoding: &str) -> String {
        let mut out = String::new();
        let mut gap = false;
        for c in encoding.chars() {
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

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        decoded(decode_with(&mut Utf8Decoder, &data, errors, r#final)?)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(codec::encode_utf8(str, errors)?, str)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        decoded(decode_with(&mut Utf7Decoder::default(), &data, errors, r#final)?)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_7_encode(str: &Str, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(Bytes::new(&encode_utf7(str.text()))?, str)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d16(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d16l(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d16b(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        data: BytesLike<'_>,
        errors: Option<&str>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<Ref<Tuple>> {
        let mut d = Utf16Decoder::new(ByteOrder::from_number(byteorder));
        let (s, n) = decode_with(&mut d, &data, errors, r#final)?;
        Tuple::from_vec(vec![
            s.into_object(),
            Int::from_usize(n)?.into_object(),
            Int::from_i64(d.order().number() as i64)?.into_object(),
        ])
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(str: &Str, errors: Option<&str>, byteorder: i32) -> PyResult<Ref<Tuple>> {
        match byteorder {
            0 => wide::e16(str, errors),
            n if n < 0 => wide::e16l(str, errors),
            _ => wide::e16b(str, errors),
        }
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        wide::e16l(str, errors)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        wide::e16b(str, errors)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d32(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d32l(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(data: BytesLike<'_>, errors: Option<&str>, r#final: bool) -> PyResult<Ref<Tuple>> {
        wide::d32b(&data, errors, r#final)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        data: BytesLike<'_>,
        errors: Option<&str>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<Ref<Tuple>> {
        let mut d = Utf32Decoder::new(ByteOrder::from_number(byteorder));
        let (s, n) = decode_with(&mut d, &data, errors, r#final)?;
        Tuple::from_vec(vec![
            s.into_object(),
            Int::from_usize(n)?.into_object(),
            Int::from_i64(d.order().number() as i64)?.into_object(),
        ])
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(str: &Str, errors: Option<&str>, byteorder: i32) -> PyResult<Ref<Tuple>> {
        match byteorder {
            0 => wide::e32(str, errors),
            n if n < 0 => wide::e32l(str, errors),
            _ => wide::e32b(str, errors),
        }
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        wide::e32l(str, errors)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        wide::e32b(str, errors)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(data: BytesLike<'_>, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        decoded((Str::from_buf(decode_latin1(&data))?, data.as_slice().len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(codec::encode_latin1(str, errors)?, str)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(data: BytesLike<'_>, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        decoded(decode_with(&mut AsciiDecoder, &data, errors, true)?)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(str: &Str, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(codec::encode_ascii(str, errors)?, str)
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        data: TextOrBytes<'_>,
        errors: Option<&str>,
        r#final: bool,
    ) -> PyResult<Ref<Tuple>> {
        decoded(codec::decode_unicode_escape(&data, errors, r#final)?)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(str: &Str, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(Bytes::new(&UnicodeEscapeEncoder::encode(str.text()))?, str)
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        data: TextOrBytes<'_>,
        errors: Option<&str>,
        r#final: bool,
    ) -> PyResult<Ref<Tuple>> {
        decoded(decode_with(&mut RawUnicodeEscapeDecoder, &data, errors, r#final)?)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(str: &Str, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        encoded(Bytes::new(&RawUnicodeEscapeEncoder::encode(str.text()))?, str)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(data: TextOrBytes<'_>, errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        let errors = errors.unwrap_or("strict");
        let out = unescape_bytes(&data, errors).map_err(|e| raise!(ValueError, "{}", e.message(errors)))?;
        if let Some(bad) = out.first_invalid {
            let category = dovetail_core::error::exc::DeprecationWarning();
            dovetail_core::types::exception::warn(category, &bad.message(true), 1)?;
        }
        let n = Int::from_usize(data.len())?;
        Tuple::from_vec(vec![Bytes::new(&out.bytes)?.into_object(), n.into_object()])
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(data: &Bytes, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        let out = Bytes::new(&escape_bytes(data.as_slice()))?;
        Tuple::from_vec(vec![out.into_object(), Int::from_usize(data.as_slice().len())?.into_object()])
    }

    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(data: TextOrBytes<'_>, _errors: Option<&str>) -> PyResult<Ref<Tuple>> {
        let n = Int::from_usize(data.len())?;
        Tuple::from_vec(vec![Bytes::new(&data)?.into_object(), n.into_object()])
    }

    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        data: BytesLike<'_>,
        errors: Option<&str>,
        mapping: Option<&Obj>,
    ) -> PyResult<Ref<Tuple>> {
        match mapping {
            None => decoded((Str::from_buf(decode_latin1(&data))?, data.as_slice().len())),
            Some(m) => match m.downcast::<Str>() {
                Some(table) => {
                    decoded(decode_with(&mut CharmapDecoder::new(table.text()), &data, errors, true)?)
                }
                None => {
                    let mut d = MapDecoder(|b: u8| decode_mapping(m, b));
                    decoded(decode_with(&mut d, &data, errors, true)?)
                }
            },
        }
    }

    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(str: &Str, errors: Option<&str>, mapping: Option<&Obj>) -> PyResult<Ref<Tuple>> {
        match mapping {
            None => encoded(codec::encode_latin1(str, errors)?, str),
            Some(m) if m.is_a::<EncodingMap>() => {
                // SAFETY: just checked.
                let m: &EncodingMap = unsafe { m.cast_unchecked() };
                encoded(encode_with(&mut CharmapEncoder::new(data(m)), str, errors)?, str)
            }
            Some(m) => {
                let mut e = MapEncoder(|c: u32, out: &mut Vec<u8>| encode_mapping(m, c, out));
                encoded(encode_with(&mut e, str, errors)?, str)
            }
        }
    }

    /// The mapping that encodes what the table decodes: compact where that can be.
    #[function]
    fn charmap_build(map: &Str) -> PyResult<Object> {
        let compact = |(i, c): (usize, u32)| (i == 0) == (c == 0) && c <= 0xffff;
        if map.text().iter().take(256).enumerate().all(compact) && !map.is_empty() {
            ready::<EncodingMap>()?;
            let made: Ref<EncodingMap> = crate::util::new_native(EncodeMap::new(map.text()))?;
            return Ok(made.into_object());
        }
        let d = Dict::new()?;
        for (i, c) in map.text().iter().enumerate().take(256) {
            if c != 0xfffe {
                d.set(Int::from_i64(c as i64)?.as_obj(), Int::from_usize(i)?.as_obj())?;
            }
        }
        Ok(d.into_object())
    }
}

/// What `charmap_build` gives: the bytes of a table's characters.
/// ---
/// A mapping from characters to bytes, for charmap_encode().
#[pytype(name = "EncodingMap", body = Boxed<EncodeMap>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
         export = "Dovetail_EncodingMap_Type")]
pub struct EncodingMap;

#[pymethods]
impl EncodingMap {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<EncodeMap>(o) }
    }

    /// Return the size (in bytes) of this object.
    #[method]
    fn size(&self) -> usize {
        size_of::<EncodeMap>() + size_of::<Boxed<EncodeMap>>()
    }
}

pub use module::MODULE;
