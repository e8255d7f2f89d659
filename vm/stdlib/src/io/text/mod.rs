//! `TextIOWrapper`: text over a buffered stream.
//!
//! Bytes are decoded in chunks, lines are cut from the decoded text, written text is gathered encoded. UTF-8, ASCII and
//! Latin-1 run natively, other encodings by their codec objects (`codec`). `traffic` has reading and writing, `seek`
//! the positions, `state` what a stream owns.

mod codec;
mod seek;
mod state;
mod traffic;

pub use state::TextState;

use super::base::{
    StreamBody, TextIoBase, set_flag, size_arg, state as state_of, stream_methods, unsupported,
};
use super::buffered::{self, chain, dealloc_warn};
use super::newline::Newline;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pytype;

/// Text over bytes.
/// ---
/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding names the codec for both directions; it defaults to
/// locale.getencoding(). errors says what to do about bytes or characters
/// that cannot be converted (see codecs.register) and defaults to "strict".
///
/// newline is None, '', '\n', '\r' or '\r\n'.
///
/// * On input, None makes '\n', '\r' and '\r\n' end lines and become '\n';
///   '' lets all three end lines and leaves them as they are; any other
///   value is the only one that ends lines, and stays as it is.
///
/// * On output, None writes '\n' as os.linesep, '' and '\n' write it as it
///   is, and any other value is written in its place.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[pytype(
    name = "_io.TextIOWrapper", body = StreamBody<TextState>, base = TextIoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_TextIOWrapper_Type",
    sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
)]
pub struct TextIoWrapper;

/// A str argument that may be None, with the function's words; the constructor refuses null characters.
fn text_arg<'a>(o: Option<&'a Obj>, function: &str, name: &str) -> PyResult<Option<&'a Str>> {
    let Some(o) = o else { return Ok(None) };
    let Some(s) = o.downcast::<Str>() else {
        bail!(TypeError, "{function}() argument '{name}' must be str or None, not {}", o.type_name());
    };
    if function == "TextIOWrapper" && s.text().iter().any(|c| c == 0) {
        bail!(ValueError, "embedded null character");
    }
    Ok(Some(s))
}

fn newline_arg(o: Option<&Obj>, function: &str) -> PyResult<Newline> {
    let s = text_arg(o, function, "newline")?;
    match (Newline::parse(s), s) {
        (Some(n), _) => Ok(n),
        (None, Some(s)) => Err(raise!(ValueError, "illegal newline value: {}", s.to_string_lossy())),
        (None, None) => Err(raise!(ValueError, "illegal newline value")),
    }
}

/// The encoding that an argument stands for: `"locale"`, and None, are the locale's.
fn encoding_of(encoding: Option<&Str>) -> PyResult<Ref<Str>> {
    match encoding {
        Some(s) if !s.equals_str("locale") => Ok(s.to_ref()),
        None if super::streams::utf8_mode() => Str::new("utf-8"),
        _ => Str::new(&super::streams::locale_encoding()),
    }
}

impl TextIoWrapper {
    #[inline]
    pub fn s(&self) -> &TextState {
        state_of(self)
    }

    /// In development mode an unknown error handler is told at once.
    fn check_errors(errors: &Str) -> PyResult<()> {
        let interp = dovetail_core::interpreter::Interpreter::current();
        if interp.config.get().is_some_and(|c| c.dev_mode) {
            dovetail_core::types::codec_registry::lookup_error(Some(errors.as_str()?))?;
        }
        Ok(())
    }

    fn start(
        &self,
        buffer: &Obj,
        encoding: Option<&Obj>,
        errors: Option<&Obj>,
        newline: Option<&Obj>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        let s = self.s();
        s.ok.set(false);
        s.detached.set(false);
        let encoding = text_arg(encoding, "TextIOWrapper", "encoding")?;
        let errors = text_arg(errors, "TextIOWrapper", "errors")?;
        let newline = newline_arg(newline, "TextIOWrapper")?;
        let errors = match errors {
            Some(e) => {
                TextIoWrapper::check_errors(e)?;
                e.to_ref()
            }
            None => sym!(strict).to_ref(),
        };
        if encoding.is_none() {
            super::open::warn_default_encoding(1)?;
        }
        let encoding = encoding_of(encoding)?;
        s.set_reader(None);
        s.set_writer(None);
        s.forget();
        s.pending.borrow_mut().clear();
        s.ratio.set(0.0);
        s.chunk_size.set(8192);
        s.newline.set(newline);
        s.line_buffering.set(line_buffering);
        s.write_through.set(write_through);
        s.buffer.set(Some(buffer.to_owned()));
        s.encoding.set(Some(encoding.to_ref().into_object()));
        s.errors.set(Some(errors.to_ref().into_object()));
        s.make_codecs(encoding.as_str()?, errors.as_str()?)?;
        s.fast.set(
            std::ptr::eq(self.as_obj().ob_type(), TextIoWrapper::type_object())
                && buffered::plain(buffer).is_some(),
        );
        let seekable = buffer.call_method(sym!(seekable), &[])?.is_true()?;
        s.seekable.set(seekable);
        s.telling.set(seekable);
        s.has_read1.set(buffer.get_attr_opt(sym!(read1))?.is_some());
        s.at_start.set(true);
        self.fix_writer()?;
        s.ok.set(true);
        Ok(())
    }

    /// A stream that is written to from its middle gets no signature, nor does one without positions (but for
    /// utf-8-sig, whose encoder always writes its own).
    fn fix_writer(&self) -> PyResult<()> {
        let s = self.s();
        let Some(w) = s.writer() else { return Ok(()) };
        if !s.seekable.get() {
            s.at_start.set(false);
            return if s.wide.get() { w.at_start(false) } else { Ok(()) };
        }
        let Some(buffer) = s.buffer.get() else { return Ok(()) };
        let at = buffer.call_method(sym!(tell), &[])?;
        if at.is_true()? {
            s.at_start.set(false);
            w.at_start(false)?;
        }
        Ok(())
    }

    fn line(&self) -> PyResult<Ref<Str>> {
        let s = self.s();
        s.check_closed(self.as_obj())?;
        s.flush_pending()?;
        s.read_line(None)
    }
}

stream_methods!(TextIoWrapper, TextState, {
    #[slot(
        tp_init,
        sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(
        &self,
        buffer: &Obj,
        encoding: Option<&Obj>,
        errors: Option<&Obj>,
        newline: Option<&Obj>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        self.start(buffer, encoding, errors, newline, line_buffering, write_through)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let s = self.s();
        if s.encoding.peek().is_none() {
            bail!(ValueError, "I/O operation on uninitialized object");
        }
        let ts = ThreadState::current();
        let ty = self.type_name();
        let shown = ts.repr_guard(self.as_obj(), || -> PyResult<String> {
            let mut out = format!("<{ty}");
            let name = match self.get_attr_opt(sym!(name)) {
                Ok(n) => n,
                Err(e) if e.matches(dovetail_core::error::exc::ValueError()) => {
                    e.clear();
                    None
                }
                Err(e) => return Err(e),
            };
            if let Some(n) = name {
                out.push_str(&format!(" name={}", n.repr()?.to_string_lossy()));
            }
            if let Some(m) = self.get_attr_opt(sym!(mode))? {
                out.push_str(&format!(" mode={}", m.repr()?.to_string_lossy()));
            }
            if let Some(e) = s.encoding.get() {
                out.push_str(&format!(" encoding={}>", e.repr()?.to_string_lossy()));
            }
            Ok(out)
        });
        match shown {
            Some(r) => r,
            None => Err(raise!(RuntimeError, "reentrant call inside {ty}.__repr__")),
        }
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        let s = self.s();
        s.check_attached()?;
        s.telling.set(false);
        let line = if self.as_obj().is_exact::<TextIoWrapper>() {
            self.line()?.into_object()
        } else {
            let line = self.call_method(sym!(readline), &[])?;
            if !line.is_a::<Str>() {
                bail!(OSError, "readline() should have returned a str object, not '{}'", line.type_name());
            }
            line
        };
        if line.downcast::<Str>().is_some_and(Str::is_empty) {
            // At the end the position can be told again.
            drop(s.snapshot.take());
            s.telling.set(s.seekable.get());
            return Ok(None);
        }
        Ok(Some(line))
    }

    #[method]
    fn detach(&self) -> PyResult<Object> {
        let s = self.s();
        s.check_attached()?;
        self.call_method(sym!(flush), &[])?;
        let buffer = s.buffer()?;
        s.buffer.set(None);
        s.detached.set(true);
        Ok(buffer)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(
        sig = "(*, encoding=None, errors=None, newline=Ellipsis, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        &self,
        encoding: Option<&Obj>,
        errors: Option<&Obj>,
        newline: Option<&Obj>,
        line_buffering: Option<&Obj>,
        write_through: Option<&Obj>,
    ) -> PyResult<()> {
        let s = self.s();
        s.check_attached()?;
        let encoding = text_arg(encoding, "reconfigure", "encoding")?;
        let errors = text_arg(errors, "reconfigure", "errors")?;
        let newline_given = newline.is_some();
        if s.decoded().is_some() && (encoding.is_some() || errors.is_some() || newline_given) {
            return Err(unsupported(
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let mode = match newline {
            None => s.newline.get(),
            Some(n) => newline_arg(Some(n).filter(|n| !n.is_none()), "reconfigure")?,
        };
        let flag = |o: Option<&Obj>, now: bool| -> PyResult<bool> {
            match o {
                None => Ok(now),
                Some(o) => Ok(o.as_i64()? != 0),
            }
        };
        let line_buffering = flag(line_buffering, s.line_buffering.get())?;
        let write_through = flag(write_through, s.write_through.get())?;
        s.flush_stream(self.as_obj())?;
        s.ratio.set(0.0);
        if encoding.is_some() || errors.is_some() || newline_given {
            let errors = match (errors, encoding) {
                (Some(e), _) => {
                    TextIoWrapper::check_errors(e)?;
                    e.to_ref()
                }
                // A new encoding begins with its own strictness.
                (None, Some(_)) => sym!(strict).to_ref(),
                (None, None) => Str::new(&s.errors_text()?)?,
            };
            let encoding = match encoding {
                Some(e) => encoding_of(Some(e))?,
                None => match s.encoding.get().map(|e| e.downcast_into::<Str>()) {
                    Some(Ok(e)) => e,
                    _ => encoding_of(None)?,
                },
            };
            s.newline.set(mode);
            s.make_codecs(encoding.as_str()?, errors.as_str()?)?;
            s.encoding.set(Some(encoding.into_object()));
            s.errors.set(Some(errors.into_object()));
            s.at_start.set(true);
            self.fix_writer()?;
        }
        s.line_buffering.set(line_buffering);
        s.write_through.set(write_through);
        Ok(())
    }

    #[method]
    fn write(&self, text: &Obj) -> PyResult<usize> {
        let Some(text) = text.downcast::<Str>() else {
            bail!(TypeError, "write() argument must be str, not {}", text.type_name());
        };
        let s = self.s();
        s.check_closed(self.as_obj())?;
        s.write(self.as_obj(), text)?;
        Ok(text.len())
    }

    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: Option<&Obj>) -> PyResult<Ref<Str>> {
        let n = size_arg(size)?;
        let s = self.s();
        s.check_closed(self.as_obj())?;
        s.need_reader()?;
        s.flush_pending()?;
        match n {
            None => s.read_all(),
            Some(n) => s.read_some(n),
        }
    }

    #[method(sig = "(size=-1, /)")]
    fn readline(&self, size: isize) -> PyResult<Ref<Str>> {
        let s = self.s();
        s.check_closed(self.as_obj())?;
        s.flush_pending()?;
        s.read_line(usize::try_from(size).ok())
    }

    #[method]
    fn flush(&self) -> PyResult<Object> {
        let s = self.s();
        s.check_closed(self.as_obj())?;
        s.telling.set(s.seekable.get());
        s.flush_pending()?;
        s.buffer()?.call_method(sym!(flush), &[])
    }

    #[method]
    fn close(&self) -> PyResult<Object> {
        let s = self.s();
        s.check_attached()?;
        // Asking may run Python code that takes the buffer away.
        if self.get_attr(sym!(closed))?.is_true()? || s.detached.get() {
            return Ok(none().to_owned());
        }
        if s.finalizing.get() {
            dealloc_warn(&*s.buffer()?, self.as_obj());
        }
        let flushed = self.call_method(sym!(flush), &[]).map_err(Raised::take);
        let closed = s.buffer().and_then(|b| b.call_method(sym!(close), &[]));
        match flushed {
            Ok(_) => closed,
            Err(first) => Err(chain(first, closed.map(|_| ()))),
        }
    }

    #[method]
    fn fileno(&self) -> PyResult<Object> {
        self.s().buffer()?.call_method(sym!(fileno), &[])
    }

    #[method]
    fn seekable(&self) -> PyResult<Object> {
        self.s().buffer()?.call_method(sym!(seekable), &[])
    }

    #[method]
    fn readable(&self) -> PyResult<Object> {
        self.s().buffer()?.call_method(sym!(readable), &[])
    }

    #[method]
    fn writable(&self) -> PyResult<Object> {
        self.s().buffer()?.call_method(sym!(writable), &[])
    }

    #[method]
    fn isatty(&self) -> PyResult<Object> {
        self.s().buffer()?.call_method(sym!(isatty), &[])
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported:
    ///
    /// - seek(0, SEEK_SET): go to the start of the stream.
    /// - seek(cookie, SEEK_SET): go back to a position that tell() gave.
    /// - seek(0, SEEK_END): go to the end of the stream.
    /// - seek(0, SEEK_CUR): stay.
    ///
    /// Anything else is invalid and may raise exceptions.
    #[method(sig = "(cookie, whence=os.SEEK_SET, /)")]
    fn seek(&self, cookie: &Obj, whence: Option<i32>) -> PyResult<Object> {
        self.s().seek(self.as_obj(), cookie, whence.unwrap_or(0))
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to
    /// restore a previous stream position.
    #[method]
    fn tell(&self) -> PyResult<Object> {
        self.s().tell(self.as_obj())
    }

    #[method(sig = "(pos=None, /)")]
    fn truncate(&self, pos: Option<&Obj>) -> PyResult<Object> {
        let s = self.s();
        s.check_attached()?;
        self.call_method(sym!(flush), &[])?;
        s.buffer()?.call_method(sym!(truncate), &[pos.unwrap_or(none())])
    }

    #[method]
    fn __getstate__(&self) -> PyResult<()> {
        bail!(TypeError, "cannot pickle '{}' instances", self.ob_type().short_name())
    }

    #[getter]
    fn encoding(&self) -> PyResult<Object> {
        self.s().encoding.get().map_or_else(|| Ok(none().to_owned()), Ok)
    }

    #[getter]
    fn line_buffering(&self) -> bool {
        self.s().line_buffering.get()
    }

    #[getter]
    fn write_through(&self) -> bool {
        self.s().write_through.get()
    }

    #[getter]
    fn _finalizing(&self) -> bool {
        self.s().finalizing.get()
    }

    #[setter(name = "_finalizing")]
    fn set_finalizing(&self, value: Option<&Obj>) -> PyResult<()> {
        set_flag(&self.s().finalizing, value)
    }

    #[getter]
    fn name(&self) -> PyResult<Object> {
        self.s().buffer()?.get_attr(sym!(name))
    }

    #[getter]
    fn closed(&self) -> PyResult<Object> {
        self.s().buffer()?.get_attr(sym!(closed))
    }

    #[getter]
    fn newlines(&self) -> PyResult<Object> {
        let s = self.s();
        s.check_attached()?;
        match s.reader() {
            Some(r) => match &r.newlines {
                Some(n) => n.shown(),
                None => Ok(none().to_owned()),
            },
            None => Ok(none().to_owned()),
        }
    }

    #[getter]
    fn errors(&self) -> PyResult<Object> {
        let s = self.s();
        if !s.ok.get() {
            s.check_attached()?;
        }
        Ok(s.errors.get().unwrap_or_else(|| none().to_owned()))
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(&self) -> PyResult<usize> {
        let s = self.s();
        s.check_attached()?;
        Ok(s.chunk_size.get())
    }

    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(&self, value: Option<&Obj>) -> PyResult<()> {
        let s = self.s();
        s.check_attached()?;
        let Some(value) = value else {
            bail!(
                AttributeError,
                "attribute '_CHUNK_SIZE' of '{}' objects cannot be deleted",
                TextIoWrapper::NAME
            );
        };
        let Some(n) = value.index()?.to_i64() else {
            bail!(ValueError, "cannot fit '{}' into an index-sized integer", value.type_name());
        };
        if n <= 0 {
            bail!(ValueError, "a strictly positive integer is required");
        }
        s.chunk_size.set(n as usize);
        Ok(())
    }

    #[getter]
    fn buffer(&self) -> PyResult<Object> {
        self.s().buffer()
    }
});
