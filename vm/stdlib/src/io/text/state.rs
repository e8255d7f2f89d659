//! The state of a `TextIOWrapper`: its buffer, codecs, decoded text and text to be written.

use super::super::base::{Trace, closed_error, is_closed, unsupported};
use super::super::buffered::{self, Buffered};
use super::super::held::Held;
use super::super::newline::{Newline, Newlines};
use super::codec::{Decoder, Encoder, Native, Reader, seen_in};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::codec_registry::{lookup_text_encoding, make_incremental};
use dovetail_core::types::str_::Str;
use dovetail_core::{raise, sym};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::rc::Rc;

/// Where decoding can begin again: the decoder's flags, and the bytes it has had since.
#[derive(Default)]
pub struct Snapshot {
    pub flags: i64,
    pub input: Vec<u8>,
}

/// The state of a text stream.
pub struct TextState {
    pub ok: Cell<bool>,
    pub detached: Cell<bool>,
    pub finalizing: Cell<bool>,
    pub buffer: Held,
    /// The buffer is one of ours whose methods nobody replaced, and the stream's type is ours.
    pub fast: Cell<bool>,
    pub encoding: Held,
    pub errors: Held,
    pub newline: Cell<Newline>,
    pub line_buffering: Cell<bool>,
    pub write_through: Cell<bool>,
    pub seekable: Cell<bool>,
    pub telling: Cell<bool>,
    pub has_read1: Cell<bool>,
    pub chunk_size: Cell<usize>,
    /// The encoding is utf-16 or utf-32, which write a byte order mark.
    pub wide: Cell<bool>,
    /// The encoder is where a signature would be written.
    pub at_start: Cell<bool>,
    // The codecs are shared for the time of a call: Python code that runs in them may replace them.
    reader: RefCell<Option<Rc<Reader>>>,
    writer: RefCell<Option<Rc<Encoder>>>,
    /// Decoded text and how much of it is used.
    decoded: UnsafeCell<Option<Ref<Str>>>,
    pub used: Cell<usize>,
    pub snapshot: RefCell<Option<Snapshot>>,
    /// Bytes a character in the last chunk.
    pub ratio: Cell<f64>,
    /// Encoded text on its way to the buffer.
    pub pending: RefCell<Vec<u8>>,
}

impl Default for TextState {
    fn default() -> TextState {
        TextState {
            ok: Cell::new(false),
            detached: Cell::new(false),
            finalizing: Cell::new(false),
            buffer: Held::default(),
            fast: Cell::new(false),
            encoding: Held::default(),
            errors: Held::default(),
            newline: Cell::new(Newline::Translate),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            chunk_size: Cell::new(8192),
            wide: Cell::new(false),
            at_start: Cell::new(true),
            reader: RefCell::default(),
            writer: RefCell::default(),
            decoded: UnsafeCell::new(None),
            used: Cell::new(0),
            snapshot: RefCell::default(),
            ratio: Cell::new(0.0),
            pending: RefCell::default(),
        }
    }
}

impl Trace for TextState {
    fn trace(&self, see: &mut dyn FnMut(&Obj)) {
        self.buffer.peek().into_iter().for_each(&mut *see);
        let (r, w) = (self.reader.borrow(), self.writer.borrow());
        // A codec in use by a running call is counted there too, but it is owned once.
        seen_in(r.as_deref(), w.as_deref()).for_each(see);
    }

    fn clear(&self) {
        self.ok.set(false);
        self.buffer.set(None);
        drop(self.reader.take());
        drop(self.writer.take());
    }
}

impl TextState {
    #[cold]
    fn unusable(&self) -> Raised {
        if self.detached.get() {
            raise!(ValueError, "underlying buffer has been detached")
        } else {
            raise!(ValueError, "I/O operation on uninitialized object")
        }
    }

    /// The buffer of an initialized stream.
    pub fn buffer(&self) -> PyResult<Object> {
        match self.buffer.get() {
            Some(b) if self.ok.get() => Ok(b),
            _ => Err(self.unusable()),
        }
    }

    #[inline]
    pub fn check_attached(&self) -> PyResult<()> {
        if self.ok.get() && self.buffer.is_some() { Ok(()) } else { Err(self.unusable()) }
    }

    /// The buffer's state, when it may be used directly.
    #[inline]
    pub fn fast_buffer(&self) -> Option<&Buffered> {
        if !self.fast.get() {
            return None;
        }
        self.buffer.peek().and_then(buffered::plain)
    }

    /// Raises when the stream `owner` is closed.
    #[inline]
    pub fn check_closed(&self, owner: &Obj) -> PyResult<()> {
        self.check_attached()?;
        let closed = match self.fast_buffer() {
            Some(b) => b.is_closed()?,
            None => is_closed(owner)?,
        };
        if closed { Err(closed_error()) } else { Ok(()) }
    }

    // ---- codecs ----

    pub fn reader(&self) -> Option<Rc<Reader>> {
        self.reader.borrow().clone()
    }

    pub fn writer(&self) -> Option<Rc<Encoder>> {
        self.writer.borrow().clone()
    }

    /// The reader, or `UnsupportedOperation`.
    pub fn need_reader(&self) -> PyResult<Rc<Reader>> {
        self.reader().ok_or_else(|| unsupported("not readable"))
    }

    pub fn set_reader(&self, r: Option<Rc<Reader>>) {
        drop(self.reader.replace(r));
    }

    pub fn set_writer(&self, w: Option<Rc<Encoder>>) {
        drop(self.writer.replace(w));
    }

    pub fn errors_text(&self) -> PyResult<String> {
        match self.errors.peek().and_then(|e| e.downcast::<Str>()) {
            Some(s) => Ok(s.as_str()?.to_owned()),
            None => Ok("strict".to_owned()),
        }
    }

    /// Makes the codecs for an encoding: which of the two, the buffer says.
    pub fn make_codecs(&self, encoding: &str, errors: &str) -> PyResult<()> {
        let native = Native::by_name(encoding);
        let mut codec = None;
        self.wide.set(false);
        let native = match native {
            Some(n) => Some(n),
            None => {
                let c = lookup_text_encoding(encoding, "")?;
                let name = c.get_attr_opt(sym!(name))?;
                let n = match name.as_deref().and_then(|n| n.downcast::<Str>()) {
                    Some(n) => Native::of_codec(n.as_str()?),
                    None => None,
                };
                let is = |t: &str| {
                    name.as_deref().and_then(|n| n.downcast::<Str>()).is_some_and(|n| n.equals_str(t))
                };
                self.wide.set(is("utf-16") || is("utf-32"));
                codec = Some(c);
                n
            }
        };
        let buffer = self.buffer.get().ok_or_else(|| self.unusable())?;
        let able = |name: &'static Str| -> PyResult<bool> { buffer.call_method(name, &[])?.is_true() };
        let readable = able(sym!(readable))?;
        let decoder = match (readable, native, &codec) {
            (false, ..) => None,
            (_, Some(n), _) => Some(Decoder::native(n, errors)),
            (_, None, Some(c)) => {
                Some(Decoder::Object(make_incremental(c, sym!(incrementaldecoder), Some(errors))?))
            }
            _ => None,
        };
        self.set_reader(decoder.map(|decoder| {
            let mode = self.newline.get();
            let newlines = mode.universal().then(|| {
                let n = Newlines::default();
                n.translate.set(mode == Newline::Translate);
                n
            });
            Rc::new(Reader { decoder, newlines })
        }));
        let writable = able(sym!(writable))?;
        let encoder = match (writable, native, &codec) {
            (false, ..) => None,
            (_, Some(kind), _) => Some(Encoder::Native { kind, errors: errors.to_owned() }),
            (_, None, Some(c)) => {
                Some(Encoder::Object(make_incremental(c, sym!(incrementalencoder), Some(errors))?))
            }
            _ => None,
        };
        self.set_writer(encoder.map(Rc::new));
        Ok(())
    }

    // ---- decoded text ----

    /// The decoded text, a new reference.
    #[inline]
    pub fn decoded(&self) -> Option<Ref<Str>> {
        // SAFETY: read for an instant, under the GIL.
        unsafe { (*self.decoded.get()).clone() }
    }

    pub fn set_decoded(&self, text: Option<Ref<Str>>) {
        // SAFETY: replaced at once; the old text goes last, and its end runs nothing.
        let old = unsafe { std::mem::replace(&mut *self.decoded.get(), text) };
        self.used.set(0);
        drop(old);
    }

    /// How much decoded text is left.
    #[inline]
    pub fn left(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.decoded.get()).as_ref() }.map_or(0, |s| s.len() - self.used.get())
    }

    /// Takes up to `n` characters of decoded text, or all.
    pub fn take_decoded(&self, n: Option<usize>) -> PyResult<Ref<Str>> {
        let Some(text) = self.decoded() else { return Str::new("") };
        let used = self.used.get();
        let n = n.map_or(text.len() - used, |n| n.min(text.len() - used));
        let out = text.sub(used, used + n)?;
        self.used.set(used + n);
        Ok(out)
    }

    /// Forgets decoded text and where it came from.
    pub fn forget(&self) {
        self.set_decoded(None);
        drop(self.snapshot.take());
    }
}
