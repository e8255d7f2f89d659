//! Newlines: translation in bulk, the search for line ends, and `IncrementalNewlineDecoder`.

use super::base::{StreamBody, Trace, state, stream_methods};
use super::held::Held;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pytype;
use dovetail_text::{Text, TextBuf, Unit, with_units};
use std::cell::Cell;

/// Kinds of newlines seen, as bits.
pub const CR: u8 = 1;
pub const LF: u8 = 2;
pub const CRLF: u8 = 4;

/// A newline argument, checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newline {
    /// None: all kinds end lines and become `\n`; written as the system's, which is `\n`.
    Translate,
    /// `''`: all kinds end lines and stay.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    /// The mode of an argument that is None or a str; anything else is not a newline.
    pub fn parse(text: Option<&Str>) -> Option<Newline> {
        let Some(s) = text else { return Some(Newline::Translate) };
        match s.raw_bytes() {
            b"" => Some(Newline::Any),
            b"\n" => Some(Newline::Lf),
            b"\r" => Some(Newline::Cr),
            b"\r\n" => Some(Newline::CrLf),
            _ => None,
        }
    }

    /// Do all kinds end lines?
    pub fn universal(self) -> bool {
        matches!(self, Newline::Translate | Newline::Any)
    }

    /// What `\n` is written as, if not as itself.
    pub fn written(self) -> Option<&'static [u8]> {
        match self {
            Newline::Cr => Some(b"\r"),
            Newline::CrLf => Some(b"\r\n"),
            _ => None,
        }
    }

    /// The end of the first line in `text` from `from` on. Universal newlines untranslated expect that no `\r\n` is
    /// cut between two texts, which the newline decoder sees to.
    pub fn line_end(self, text: Text<'_>, from: usize) -> Option<usize> {
        with_units!(text, |s| line_end(self, s, from))
    }
}

fn buf<U: Unit>(units: Vec<U>) -> TextBuf {
    U::buf(units)
}

#[inline]
fn unit<U: Unit>(c: u8) -> U {
    U::cut(c.into())
}

fn find<U: Unit>(s: &[U], c: u8, from: usize) -> Option<usize> {
    unit::<U>(c).position_in(&s[from..]).map(|i| from + i)
}

fn line_end<U: Unit>(mode: Newline, s: &[U], from: usize) -> Option<usize> {
    let (lf, cr): (U, U) = (unit(b'\n'), unit(b'\r'));
    match mode {
        Newline::Translate | Newline::Lf => find(s, b'\n', from).map(|i| i + 1),
        Newline::Cr => find(s, b'\r', from).map(|i| i + 1),
        Newline::CrLf => {
            let mut at = from;
            while let Some(i) = find(s, b'\n', at) {
                if i > from && s[i - 1] == cr {
                    return Some(i + 1);
                }
                at = i + 1;
            }
            None
        }
        Newline::Any => {
            let rest = &s[from..];
            let i = from
                + match U::text(rest) {
                    Text::Ascii(b) | Text::Latin1(b) => memchr::memchr2(b'\n', b'\r', b)?,
                    _ => rest.iter().position(|c| *c == lf || *c == cr)?,
                };
            Some(if s[i] == cr && s.get(i + 1) == Some(&lf) { i + 2 } else { i + 1 })
        }
    }
}

/// Every `\n` of `text` written as `to`; `None` when there is none.
pub fn expand(text: Text<'_>, to: &'static [u8]) -> Option<TextBuf> {
    dovetail_text::search::replace(text, Text::Ascii(b"\n"), Text::Ascii(to), usize::MAX)
}

/// The state of a newline decoder: what is held back, and what was seen.
#[derive(Default)]
pub struct Newlines {
    pub translate: Cell<bool>,
    /// The last text ended in `\r`, which may be half of `\r\n`.
    pub pending: Cell<bool>,
    pub seen: Cell<u8>,
}

impl Newlines {
    /// Takes the next decoded text.
    pub fn decode(&self, text: Ref<Str>, last: bool) -> PyResult<Ref<Str>> {
        let mut text = text;
        if self.pending.get() && (last || !text.is_empty()) {
            let mut b = TextBuf::with_capacity(text.len() + 1);
            b.push('\r'.into());
            b.push_text(text.text());
            text = Str::from_buf(b)?;
            self.pending.set(false);
        }
        let len = text.len();
        if len == 0 {
            return Ok(text);
        }
        if !last && text.char_at(len - 1) == u32::from('\r') {
            text = Str::from_text(text.text().slice(0..len - 1))?;
            self.pending.set(true);
        }
        if text.is_empty() {
            return Ok(text);
        }
        let body = text.text();
        let has_cr = with_units!(body, |s| find(s, b'\r', 0).is_some());
        if !has_cr {
            if self.seen.get() & LF == 0 && with_units!(body, |s| find(s, b'\n', 0).is_some()) {
                self.seen.set(self.seen.get() | LF);
            }
            return Ok(text);
        }
        if !self.translate.get() {
            with_units!(body, |s| self.look(s));
            return Ok(text);
        }
        let out = with_units!(body, |s| {
            let mut out = Vec::with_capacity(s.len());
            self.replace(s, &mut out);
            Str::from_buf(buf(out))
        })?;
        Ok(out)
    }

    fn look<U: Unit>(&self, s: &[U]) {
        let (lf, cr): (U, U) = (unit(b'\n'), unit(b'\r'));
        let (mut seen, mut at) = (self.seen.get(), 0);
        while at < s.len() && seen != CR | LF | CRLF {
            let c = s[at];
            at += 1;
            if c == lf {
                seen |= LF;
            } else if c == cr {
                if s.get(at) == Some(&lf) {
                    seen |= CRLF;
                    at += 1;
                } else {
                    seen |= CR;
                }
            }
        }
        self.seen.set(seen);
    }

    fn replace<U: Unit>(&self, s: &[U], out: &mut Vec<U>) {
        let lf: U = unit(b'\n');
        let (mut seen, mut at) = (self.seen.get(), 0);
        let mut note = |part: &[U]| {
            if seen & LF == 0 && lf.position_in(part).is_some() {
                seen |= LF;
            }
        };
        let mut ends = 0;
        while let Some(i) = find(s, b'\r', at) {
            note(&s[at..i]);
            out.extend_from_slice(&s[at..i]);
            out.push(lf);
            at = i + 1;
            if s.get(at) == Some(&lf) {
                at += 1;
                ends |= CRLF;
            } else {
                ends |= CR;
            }
        }
        note(&s[at..]);
        out.extend_from_slice(&s[at..]);
        self.seen.set(seen | ends);
    }

    /// What `newlines` says: None, a str, or a tuple of several.
    pub fn shown(&self) -> PyResult<Object> {
        let mut parts = Vec::new();
        for (bit, text) in [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")] {
            if self.seen.get() & bit != 0 {
                parts.push(Str::intern(text)?.into_object());
            }
        }
        match parts.len() {
            0 => Ok(none().to_owned()),
            1 => Ok(parts.remove(0)),
            _ => Ok(Tuple::from_vec(parts)?.into_object()),
        }
    }
}

/// The state of an `IncrementalNewlineDecoder`.
#[derive(Default)]
pub struct DecoderState {
    /// The wrapped decoder; None for text.
    decoder: Held,
    newlines: Newlines,
}

impl Trace for DecoderState {
    fn trace(&self, see: &mut dyn FnMut(&Obj)) {
        self.decoder.peek().into_iter().for_each(see);
    }

    fn clear(&self) {
        self.decoder.set(None);
    }
}

/// Universal newlines for decoders.
/// ---
/// Codec used when reading a file in universal newlines mode.
///
/// Wraps another incremental decoder and, with translate, makes \r\n and \r
/// into \n; without, it keeps \r\n in one piece. It notes which kinds of
/// newlines came. With decoder=None its input is text.
#[pytype(
    name = "_io.IncrementalNewlineDecoder", body = StreamBody<DecoderState>, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_IncrementalNewlineDecoder_Type",
    sig = "(decoder, translate, errors='strict')",
)]
pub struct IncrementalNewlineDecoder;

impl IncrementalNewlineDecoder {
    fn d(&self) -> PyResult<Object> {
        state(self)
            .decoder
            .get()
            .ok_or_else(|| raise!(ValueError, "IncrementalNewlineDecoder.__init__() not called"))
    }

    pub fn decode_object(&self, input: &Obj, last: bool) -> PyResult<Ref<Str>> {
        let d = self.d()?;
        let text = if d.is_none() {
            input.to_owned()
        } else {
            d.call_method(sym!(decode), &[input, dovetail_core::types::bool_::bool_obj(last)])?
        };
        let Some(s) = text.downcast::<Str>() else {
            bail!(TypeError, "decoder should return a string result, not '{}'", text.type_name());
        };
        state(self).newlines.decode(s.to_ref(), last)
    }
}

/// The two items of a decoder's state: bytes and flags.
pub fn decoder_state(s: &Obj) -> PyResult<(Ref<Bytes>, i64)> {
    let Some(t) = s.downcast::<Tuple>() else {
        bail!(TypeError, "illegal decoder state");
    };
    let [bytes, flags] = t.as_borrows() else {
        bail!(TypeError, "illegal decoder state");
    };
    let Some(b) = bytes.downcast::<Bytes>() else {
        bail!(
            TypeError,
            "illegal decoder state: the first item should be a bytes object, not '{}'",
            bytes.type_name()
        );
    };
    Ok((b.to_ref(), flags.as_i64()?))
}

stream_methods!(IncrementalNewlineDecoder, DecoderState, {
    #[slot(tp_init, sig = "(decoder, translate, errors='strict')")]
    fn init(&self, decoder: &Obj, translate: bool, errors: Option<&Obj>) -> PyResult<()> {
        let _ = errors;
        let s = state(self);
        s.decoder.set(Some(decoder.to_owned()));
        s.newlines.translate.set(translate);
        s.newlines.pending.set(false);
        s.newlines.seen.set(0);
        Ok(())
    }

    #[method(sig = "(input, final=False)")]
    fn decode(&self, input: &Obj, r#final: bool) -> PyResult<Ref<Str>> {
        self.decode_object(input, r#final)
    }

    #[method]
    fn getstate(&self) -> PyResult<Ref<Tuple>> {
        let d = self.d()?;
        let (bytes, flags) = if d.is_none() {
            (Bytes::empty().into_object(), Int::from_i64(0)?)
        } else {
            let s = d.call_method(sym!(getstate), &[])?;
            let Some([bytes, flags]) = s.downcast::<Tuple>().map(Tuple::as_borrows) else {
                bail!(TypeError, "illegal decoder state");
            };
            ((*bytes).to_owned(), flags.index()?)
        };
        let pending = state(self).newlines.pending.get() as i64;
        let flags = match flags.to_i64().and_then(|f| f.checked_mul(2)) {
            Some(f) => Int::from_i64(f | pending)?,
            None => bail!(OverflowError, "decoder flags are too large"),
        };
        Tuple::from_vec(vec![bytes, flags.into_object()])
    }

    #[method]
    fn setstate(&self, state: &Obj) -> PyResult<()> {
        let d = self.d()?;
        let Some(t) = state.downcast::<Tuple>() else {
            bail!(TypeError, "state argument must be a tuple");
        };
        let [bytes, flags] = t.as_borrows() else {
            bail!(TypeError, "setstate(): illegal state argument");
        };
        let flags = flags.as_i64()?;
        super::base::state(self).newlines.pending.set(flags & 1 != 0);
        if !d.is_none() {
            let inner = Tuple::from_vec(vec![(*bytes).to_owned(), Int::from_i64(flags >> 1)?.into_object()])?;
            d.call_method(sym!(setstate), &[inner.as_obj()])?;
        }
        Ok(())
    }

    #[method]
    fn reset(&self) -> PyResult<()> {
        let d = self.d()?;
        let n = &state(self).newlines;
        n.pending.set(false);
        n.seen.set(0);
        if !d.is_none() {
            d.call_method(sym!(reset), &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(&self) -> PyResult<Object> {
        self.d()?;
        state(self).newlines.shown()
    }
});
