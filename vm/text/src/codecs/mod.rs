//! Codecs: bytes to text and back.
//!
//! A codec is a small machine ([`Decoder`], [`Encoder`]) that runs until it meets something it
//! cannot convert. [`decode`] and [`encode`] drive it: they hand each error, with CPython's span
//! and reason, to a handler, which gives a replacement and the place to go on. The handlers every
//! Python has are in [`Builtin`]; a caller with handlers of his own implements
//! [`DecodeHandler`] and [`EncodeHandler`].

mod cjk;
mod escape;
mod handlers;
mod single;
mod utf7;
pub mod utf8;
mod wide;

mod bytes_escape;
mod charmap;
mod raw_escape;

pub use bytes_escape::{BytesEscapeError, InvalidEscape, UnescapedBytes, escape_bytes, unescape_bytes};
pub use charmap::{CharmapDecoder, CharmapEncoder, DecodeMapping, EncodeMap};
pub use charmap::{MapDecoder, MapEncoder};
pub use cjk::{MultibyteCodec, ShiftState};
pub use escape::{UnicodeEscapeDecoder, UnicodeEscapeEncoder};
pub use handlers::{Builtin, Refused};
pub use raw_escape::{RawUnicodeEscapeDecoder, RawUnicodeEscapeEncoder};
pub use single::{AsciiDecoder, AsciiEncoder, Latin1Encoder, decode_latin1};
pub use utf7::{Utf7Decoder, encode_utf7};
pub use utf8::{Utf8Decoder, Utf8Encoder};
pub use wide::{ByteOrder, Utf16Decoder, Utf16Encoder, Utf32Decoder, Utf32Encoder};

use std::borrow::Cow;

use crate::{Text, TextBuf};

/// What a codec cannot convert: a span of the input and the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first byte or character of the span.
    pub start: usize,
    /// Where the span ends.
    pub end: usize,
    /// What is wrong with it, as the exception's `reason`.
    pub reason: &'static str,
}

/// A fault with the codec's name: what `UnicodeDecodeError` and `UnicodeEncodeError` tell
/// besides their object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The codec's name, as the exception's `encoding`.
    pub encoding: &'static str,
    /// The span and the reason.
    pub fault: Fault,
}

/// Bytes that do not decode, for a handler.
#[derive(Clone, Copy, Debug)]
pub struct DecodeError<'a> {
    /// What is wrong, and where.
    pub failure: Failure,
    /// All the input.
    pub input: &'a [u8],
}

/// Characters that do not encode, for a handler.
#[derive(Clone, Copy, Debug)]
pub struct EncodeError<'a> {
    /// What is wrong, and where.
    pub failure: Failure,
    /// All the input.
    pub text: Text<'a>,
}

/// How decoding goes on after an error.
#[derive(Debug, Default)]
pub struct Resume {
    /// Where in the input.
    pub at: usize,
    /// Another input in place of the old one, if the handler changed it.
    pub input: Option<Vec<u8>>,
}

/// What stands for characters that do not encode.
#[derive(Debug)]
pub enum Replacement {
    /// Text, to be encoded in its turn.
    Text(TextBuf),
    /// Bytes, to be put out as they are.
    Bytes(Vec<u8>),
}

/// What is asked when bytes do not decode.
pub trait DecodeHandler {
    /// What ends the work: the caller's exception.
    type Error;

    /// Appends a replacement to `out` and says where to go on: at most at the input's end.
    fn handle(&mut self, error: &DecodeError<'_>, out: &mut TextBuf) -> Result<Resume, Self::Error>;
}

/// What is asked when characters do not encode.
pub trait EncodeHandler {
    /// What ends the work: the caller's exception.
    type Error;

    /// Gives a replacement and says where to go on: at most at the text's end.
    fn handle(&mut self, error: &EncodeError<'_>) -> Result<(Replacement, usize), Self::Error>;

    /// The error as such, where a replacement does not encode either.
    fn refuse(&mut self, error: &EncodeError<'_>) -> Self::Error;
}

/// A codec's way from bytes to text. `E` is what can go wrong beside the input.
pub trait Decoder<E> {
    /// The codec's name in errors.
    fn encoding(&self) -> &'static str;

    /// Decodes from `*at` on, appending to `out`, and moves `*at` over what is decoded.
    ///
    /// Ends at a fault, at the end, or, unless `last`, before a sequence that may yet go on.
    /// After a fault the driver sets `*at` and calls again.
    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E>;
}

/// A codec's way from text to bytes. `E` is what can go wrong beside the text.
pub trait Encoder<E> {
    /// The codec's name in errors.
    fn encoding(&self) -> &'static str;

    /// Encodes from `*at` on, appending to `out`, and moves `*at` over what is encoded.
    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E>;

    /// Encodes a handler's replacement text; false if it does not encode.
    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E>;

    /// Whether a handler's replacement bytes fit in (a whole number of units).
    fn fits(&self, _bytes: &[u8]) -> bool {
        true
    }
}

/// Decodes `input`. Returns the text and how many bytes of the input (of the last one, if the handler
/// changed it) are used up: all if `last`.
pub fn decode<H: DecodeHandler>(
    decoder: &mut impl Decoder<H::Error>,
    input: &[u8],
    handler: &mut H,
    last: bool,
) -> Result<(TextBuf, usize), H::Error> {
    let mut out = TextBuf::new();
    let mut at = 0;
    let mut input = Cow::Borrowed(input);
    while let Some(fault) = decoder.run(&input, &mut at, &mut out, last)? {
        let failure = Failure { encoding: decoder.encoding(), fault };
        let resume = handler.handle(&DecodeError { failure, input: &input }, &mut out)?;
        if let Some(new) = resume.input {
            input = Cow::Owned(new);
        }
        at = resume.at.min(input.len());
    }
    Ok((out.finish(), at))
}

/// Encodes `text`.
pub fn encode<H: EncodeHandler>(
    encoder: &mut impl Encoder<H::Error>,
    text: Text<'_>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(fault) = encoder.run(text, &mut at, &mut out)? {
        let failure = Failure { encoding: encoder.encoding(), fault };
        let error = EncodeError { failure, text };
        let (replacement, next) = handler.handle(&error)?;
        let fits = match replacement {
            Replacement::Bytes(bytes) => {
                let fits = encoder.fits(&bytes);
                out.extend(bytes);
                fits
            }
            Replacement::Text(replacement) => encoder.replace(replacement.as_text(), &mut out)?,
        };
        if !fits {
            return Err(handler.refuse(&error));
        }
        at = next.min(text.len());
    }
    Ok(out)
}
