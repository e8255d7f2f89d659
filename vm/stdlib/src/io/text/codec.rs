//! The codecs of a text stream: UTF-8, ASCII and Latin-1 natively, all others by their incremental codec objects.
//!
//! A native decoder keeps the bytes of a character that is not complete yet; its state is theirs, with no flags, as
//! that of Python's buffered decoders. Errors are handled by the error handler's name, as everywhere.

use super::super::newline::{Newlines, decoder_state};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::{self, decode_with};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, sym};
use dovetail_text::Text;
use dovetail_text::codecs::{AsciiDecoder, Utf8Decoder, utf8};
use std::cell::RefCell;

/// The encodings that need no codec object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
}

impl Native {
    /// The native codec that a name stands for, spelled in the usual ways.
    pub fn by_name(name: &str) -> Option<Native> {
        let mut short = [0u8; 12];
        if name.len() > short.len() {
            return None;
        }
        for (to, b) in short.iter_mut().zip(name.bytes()) {
            *to = if b == b'_' { b'-' } else { b.to_ascii_lowercase() };
        }
        match &short[..name.len()] {
            b"utf-8" | b"utf8" => Some(Native::Utf8),
            b"ascii" | b"us-ascii" => Some(Native::Ascii),
            b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" => Some(Native::Latin1),
            _ => None,
        }
    }

    /// The native codec of a codec's own name (`CodecInfo.name`).
    pub fn of_codec(name: &str) -> Option<Native> {
        match name {
            "utf-8" => Some(Native::Utf8),
            "ascii" => Some(Native::Ascii),
            "iso8859-1" => Some(Native::Latin1),
            _ => None,
        }
    }

    /// Appends the bytes of a text.
    pub fn encode(self, text: &Str, errors: &str, out: &mut Vec<u8>) -> PyResult<()> {
        match (self, text.text()) {
            (_, Text::Ascii(b)) | (Native::Latin1, Text::Latin1(b)) => out.extend_from_slice(b),
            (Native::Utf8, t) => match utf8::to_vec(t) {
                Ok(v) => out.extend_from_slice(&v),
                Err(_) => out.extend_from_slice(codec::encode_utf8(text, Some(errors))?.as_slice()),
            },
            (Native::Ascii, _) => out.extend_from_slice(codec::encode_ascii(text, Some(errors))?.as_slice()),
            (Native::Latin1, _) => {
                out.extend_from_slice(codec::encode_latin1(text, Some(errors))?.as_slice())
            }
        }
        Ok(())
    }
}

/// What turns bytes into text.
pub enum Decoder {
    Native {
        kind: Native,
        errors: String,
        held: RefCell<Vec<u8>>,
    },
    /// An incremental decoder.
    Object(Object),
}

impl Decoder {
    pub fn native(kind: Native, errors: &str) -> Decoder {
        Decoder::Native { kind, errors: errors.to_owned(), held: RefCell::default() }
    }

    fn decode(&self, input: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let (kind, errors, held) = match self {
            Decoder::Object(d) => {
                let r = d.call_method(sym!(decode), &[&*Bytes::new(input)?, bool_obj(last)])?;
                return text_result(r);
            }
            Decoder::Native { kind, errors, held } => (*kind, errors.as_str(), held),
        };
        match kind {
            Native::Latin1 => return Str::from_latin1(input),
            Native::Ascii if input.is_ascii() => return Str::from_ascii(input),
            Native::Ascii => return Ok(decode_with(&mut AsciiDecoder, input, Some(errors), true)?.0),
            Native::Utf8 => {}
        }
        let joined;
        let input = if held.borrow().is_empty() {
            input
        } else {
            let mut v = held.take();
            v.extend_from_slice(input);
            joined = v;
            &joined
        };
        if let Some(s) = utf8::validate(input) {
            return Str::new(s);
        }
        let (s, used) = match decode_with(&mut Utf8Decoder, input, Some(errors), last) {
            Ok(r) => r,
            Err(e) => {
                // The bytes held back before stay held back, as in Python's buffered decoder.
                return Err(e);
            }
        };
        held.borrow_mut().extend_from_slice(&input[used..]);
        Ok(s)
    }

    fn state(&self) -> PyResult<(Vec<u8>, i64)> {
        match self {
            Decoder::Native { held, .. } => Ok((held.borrow().clone(), 0)),
            Decoder::Object(d) => {
                let (b, flags) = decoder_state(&*d.call_method(sym!(getstate), &[])?)?;
                Ok((b.as_slice().to_vec(), flags))
            }
        }
    }

    fn set_state(&self, bytes: &[u8], flags: i64) -> PyResult<()> {
        match self {
            Decoder::Native { held, .. } => {
                held.replace(bytes.to_vec());
                Ok(())
            }
            Decoder::Object(d) => {
                let s = Tuple::from_vec(vec![
                    Bytes::new(bytes)?.into_object(),
                    Int::from_i64(flags)?.into_object(),
                ])?;
                d.call_method(sym!(setstate), &[s.as_obj()])?;
                Ok(())
            }
        }
    }

    fn reset(&self) -> PyResult<()> {
        match self {
            Decoder::Native { held, .. } => {
                held.borrow_mut().clear();
                Ok(())
            }
            Decoder::Object(d) => d.call_method(sym!(reset), &[]).map(|_| ()),
        }
    }
}

/// What a decoder returned, which must be text.
fn text_result(r: Object) -> PyResult<Ref<Str>> {
    match r.downcast_into::<Str>() {
        Ok(s) => Ok(s),
        Err(r) => bail!(TypeError, "decoder should return a string result, not '{}'", r.type_name()),
    }
}

/// A decoder with its newline decoder, where newlines are universal.
pub struct Reader {
    pub decoder: Decoder,
    pub newlines: Option<Newlines>,
}

impl Reader {
    pub fn decode(&self, input: &[u8], last: bool) -> PyResult<Ref<Str>> {
        let text = self.decoder.decode(input, last)?;
        match &self.newlines {
            Some(n) => n.decode(text, last),
            None => Ok(text),
        }
    }

    /// The state: bytes held back and flags, in which the newline decoder has the lowest bit.
    pub fn state(&self) -> PyResult<(Vec<u8>, i64)> {
        let (b, flags) = self.decoder.state()?;
        Ok(match &self.newlines {
            Some(n) => (b, flags << 1 | n.pending.get() as i64),
            None => (b, flags),
        })
    }

    pub fn set_state(&self, bytes: &[u8], flags: i64) -> PyResult<()> {
        match &self.newlines {
            Some(n) => {
                n.pending.set(flags & 1 != 0);
                self.decoder.set_state(bytes, flags >> 1)
            }
            None => self.decoder.set_state(bytes, flags),
        }
    }

    pub fn reset(&self) -> PyResult<()> {
        if let Some(n) = &self.newlines {
            n.pending.set(false);
            n.seen.set(0);
        }
        self.decoder.reset()
    }
}

/// What turns text into bytes.
pub enum Encoder {
    Native { kind: Native, errors: String },
    Object(Object),
}

impl Encoder {
    /// Appends the bytes of a text.
    pub fn encode(&self, text: &Str, out: &mut Vec<u8>) -> PyResult<()> {
        match self {
            Encoder::Native { kind, errors } => kind.encode(text, errors, out),
            Encoder::Object(e) => {
                let b = e.call_method(sym!(encode), &[text])?;
                let Some(b) = b.downcast::<Bytes>() else {
                    bail!(TypeError, "encoder should return a bytes object, not '{}'", b.type_name());
                };
                out.extend_from_slice(b.as_slice());
                Ok(())
            }
        }
    }

    /// At the stream's start the encoder may write its signature; elsewhere not.
    pub fn at_start(&self, start: bool) -> PyResult<()> {
        match self {
            Encoder::Native { .. } => Ok(()),
            Encoder::Object(e) if start => e.call_method(sym!(reset), &[]).map(|_| ()),
            Encoder::Object(e) => e.call_method(sym!(setstate), &[&*Int::from_i64(0)?]).map(|_| ()),
        }
    }
}

/// The objects of a codec, for the collector.
pub fn seen_in<'a>(d: Option<&'a Reader>, e: Option<&'a Encoder>) -> impl Iterator<Item = &'a Obj> {
    let d = d.and_then(|r| match &r.decoder {
        Decoder::Object(o) => Some(&**o),
        Decoder::Native { .. } => None,
    });
    let e = e.and_then(|e| match e {
        Encoder::Object(o) => Some(&**o),
        Encoder::Native { .. } => None,
    });
    d.into_iter().chain(e)
}
