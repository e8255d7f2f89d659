//! `StringIO`: a text file in memory.

use super::base::{StreamBody, TextIoBase, Trace, size_arg, state, stream_methods};
use super::newline::{Newline, Newlines, expand};
use crate::util::int;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::dict_instance::{existing_dict, instance_dict};
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pytype;
use dovetail_text::{Text, TextBuf};
use std::cell::{Cell, RefCell};

/// The state of a `StringIO`.
pub struct TextMemory {
    buf: RefCell<TextBuf>,
    pos: Cell<usize>,
    ok: Cell<bool>,
    closed: Cell<bool>,
    mode: Cell<Newline>,
    newlines: Newlines,
}

impl Default for TextMemory {
    fn default() -> TextMemory {
        TextMemory {
            buf: RefCell::new(TextBuf::new()),
            pos: Cell::new(0),
            ok: Cell::new(false),
            closed: Cell::new(false),
            mode: Cell::new(Newline::Lf),
            newlines: Newlines::default(),
        }
    }
}

impl Trace for TextMemory {}

#[cold]
fn unusable(closed: bool) -> Raised {
    if closed {
        raise!(ValueError, "I/O operation on closed file")
    } else {
        raise!(ValueError, "I/O operation on uninitialized object")
    }
}

impl TextMemory {
    #[inline]
    fn check(&self) -> PyResult<()> {
        if self.ok.get() && !self.closed.get() { Ok(()) } else { Err(unusable(self.ok.get())) }
    }

    fn put(&self, text: Text<'_>) -> PyResult<()> {
        let mut buf = self.buf.borrow_mut();
        let (pos, len) = (self.pos.get(), buf.len());
        if pos.checked_add(text.len()).is_none_or(|n| n > isize::MAX as usize) {
            bail!(OverflowError, "new position too large");
        }
        if pos == len {
            buf.push_text(text);
        } else if pos > len {
            buf.push_repeat(0, pos - len);
            buf.push_text(text);
        } else {
            buf.overwrite(pos, text);
        }
        self.pos.set(pos + text.len());
        Ok(())
    }

    fn write(&self, s: &Str) -> PyResult<()> {
        let kept;
        let text = if self.mode.get().universal() {
            kept = self.newlines.decode(s.to_ref(), true)?;
            kept.text()
        } else {
            s.text()
        };
        match self.mode.get().written().and_then(|to| expand(text, to)) {
            Some(b) => self.put(b.as_text()),
            None => self.put(text),
        }
    }

    /// The next `n` characters, all when there is no limit.
    fn read(&self, n: Option<usize>) -> PyResult<Ref<Str>> {
        let buf = self.buf.borrow();
        let (pos, len) = (self.pos.get(), buf.len());
        if pos >= len {
            return Str::new("");
        }
        let n = n.map_or(len - pos, |n| n.min(len - pos));
        self.pos.set(pos + n);
        Str::from_text(buf.as_text().slice(pos..pos + n))
    }

    fn line(&self, limit: Option<usize>) -> PyResult<Ref<Str>> {
        let n = {
            let buf = self.buf.borrow();
            let pos = self.pos.get();
            if pos >= buf.len() {
                return Str::new("");
            }
            let text = buf.as_text();
            let room = limit.map_or(text.len(), |l| pos.saturating_add(l).min(text.len()));
            self.mode.get().line_end(text.slice(0..room), pos).unwrap_or(room) - pos
        };
        self.read(Some(n))
    }
}

/// Text files in memory.
/// ---
/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[pytype(
    name = "_io.StringIO", body = StreamBody<TextMemory>, base = TextIoBase, gc, dict = dict, weaklist = weakrefs,
    flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_StringIO_Type", sig = r"(initial_value='', newline='\n')",
)]
pub struct StringIo;

impl StringIo {
    fn m(&self) -> &TextMemory {
        state(self)
    }

    fn start(&self, value: Option<&Obj>, newline: Option<&Obj>) -> PyResult<()> {
        let m = self.m();
        m.ok.set(false);
        let mode = match newline {
            None => Newline::Translate,
            Some(o) => {
                let Some(s) = o.downcast::<Str>() else {
                    bail!(TypeError, "newline must be str or None, not {}", o.type_name());
                };
                match Newline::parse(Some(s)) {
                    Some(n) => n,
                    None => bail!(ValueError, "illegal newline value: {}", s.repr()?.to_string_lossy()),
                }
            }
        };
        let value = match value.filter(|v| !v.is_none()) {
            None => None,
            Some(v) => match v.downcast::<Str>() {
                Some(s) => Some(s),
                None => bail!(TypeError, "initial_value must be str or None, not {}", v.type_name()),
            },
        };
        m.mode.set(mode);
        m.newlines.translate.set(mode == Newline::Translate);
        m.newlines.pending.set(false);
        m.newlines.seen.set(0);
        m.buf.replace(TextBuf::new());
        m.pos.set(0);
        m.closed.set(false);
        m.ok.set(true);
        if let Some(s) = value {
            m.write(s)?;
            m.pos.set(0);
        }
        Ok(())
    }
}

stream_methods!(StringIo, TextMemory, {
    #[slot(tp_init, sig = r"(initial_value='', newline='\n')")]
    fn init(&self, initial_value: Option<&Obj>, newline: Option<&Obj>) -> PyResult<()> {
        match newline {
            // Left out: a newline is one character. An explicit None translates.
            None => self.start(initial_value, Some(sym!("\n").as_obj())),
            Some(n) if n.is_none() => self.start(initial_value, None),
            Some(n) => self.start(initial_value, Some(n)),
        }
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        self.m().check()?;
        if self.as_obj().is_exact::<StringIo>() {
            let line = self.m().line(None)?;
            return Ok(if line.is_empty() { None } else { Some(line.into_object()) });
        }
        let line = self.call_method(sym!(readline), &[])?;
        let Some(s) = line.downcast::<Str>() else {
            bail!(OSError, "readline() should have returned a str object, not '{}'", line.type_name());
        };
        Ok(if s.is_empty() { None } else { Some(line) })
    }

    /// Close the IO object.
    ///
    /// Any further operation raises a ValueError, but for closing again.
    #[method]
    fn close(&self) -> PyResult<()> {
        self.m().closed.set(true);
        self.m().buf.replace(TextBuf::new());
        super::base::close_base(as_base(self.as_obj()))
    }

    /// Retrieve the entire contents of the object.
    #[method]
    fn getvalue(&self) -> PyResult<Ref<Str>> {
        self.m().check()?;
        Str::from_text(self.m().buf.borrow().as_text())
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, size: Option<&Obj>) -> PyResult<Ref<Str>> {
        let n = size_arg(size)?;
        self.m().check()?;
        self.m().read(n)
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, size: Option<&Obj>) -> PyResult<Ref<Str>> {
        let n = size_arg(size)?;
        self.m().check()?;
        self.m().line(n)
    }

    /// Tell the current file position.
    #[method]
    fn tell(&self) -> PyResult<usize> {
        self.m().check()?;
        Ok(self.m().pos.get())
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[method(sig = "(pos=None, /)")]
    fn truncate(&self, pos: Option<&Obj>) -> PyResult<Object> {
        let m = self.m();
        m.check()?;
        let n = match pos {
            None => m.pos.get() as isize,
            Some(o) if o.has_index() => o.as_isize()?,
            Some(o) => bail!(TypeError, "argument should be integer or None, not '{}'", o.type_name()),
        };
        if n < 0 {
            bail!(ValueError, "Negative size value {n}");
        }
        if (n as usize) < m.buf.borrow().len() {
            m.buf.borrow_mut().truncate(n as usize);
        }
        int(n as i64)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by
    /// whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: i32) -> PyResult<usize> {
        let m = self.m();
        m.check()?;
        let new = match whence {
            0 if pos < 0 => bail!(ValueError, "Negative seek position {pos}"),
            0 => pos as usize,
            1 | 2 if pos != 0 => bail!(OSError, "Can't do nonzero cur-relative seeks"),
            1 => m.pos.get(),
            2 => m.buf.borrow().len(),
            _ => bail!(ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)"),
        };
        m.pos.set(new);
        Ok(new)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[method]
    fn write(&self, s: &Obj) -> PyResult<usize> {
        let m = self.m();
        if !m.ok.get() {
            return Err(unusable(false));
        }
        let Some(s) = s.downcast::<Str>() else {
            bail!(TypeError, "string argument expected, got '{}'", s.type_name());
        };
        m.check()?;
        if !s.is_empty() {
            m.write(s)?;
        }
        Ok(s.len())
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(&self) -> PyResult<bool> {
        self.m().check().map(|()| true)
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(&self) -> PyResult<bool> {
        self.m().check().map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(&self) -> PyResult<bool> {
        self.m().check().map(|()| true)
    }

    #[method]
    fn __getstate__(&self) -> PyResult<Ref<Tuple>> {
        let value = self.getvalue()?;
        let newline = match self.m().mode.get() {
            Newline::Translate => none().to_owned(),
            Newline::Any => Str::new("")?.into_object(),
            Newline::Lf => Str::new("\n")?.into_object(),
            Newline::Cr => Str::new("\r")?.into_object(),
            Newline::CrLf => Str::new("\r\n")?.into_object(),
        };
        let dict = match existing_dict(self.as_obj()) {
            Some(d) => d.copy()?.into_object(),
            None => none().to_owned(),
        };
        Tuple::from_vec(vec![value.into_object(), newline, int(self.m().pos.get() as i64)?, dict])
    }

    #[method]
    fn __setstate__(&self, state: &Obj) -> PyResult<()> {
        let m = self.m();
        if m.closed.get() {
            return Err(unusable(true));
        }
        let items = match state.downcast::<Tuple>().map(Tuple::as_borrows) {
            Some([a, b, c, d, ..]) => [*a, *b, *c, *d],
            _ => bail!(
                TypeError,
                "{}.__setstate__ argument should be 4-tuple, got {}",
                self.type_name(),
                state.type_name()
            ),
        };
        self.start(Some(items[0]), Some(items[1]).filter(|n| !n.is_none()))?;
        // The value as it was: starting may have translated its newlines.
        if let Some(s) = items[0].downcast::<Str>() {
            m.buf.replace(TextBuf::new());
            m.pos.set(0);
            m.put(s.text())?;
        }
        m.pos.set(0);
        if !items[2].is_a::<Int>() {
            bail!(TypeError, "third item of state must be an integer, got {}", items[2].type_name());
        }
        let pos = items[2].as_isize()?;
        if pos < 0 {
            bail!(ValueError, "position value cannot be negative");
        }
        m.pos.set(pos as usize);
        if !items[3].is_none() {
            let Some(d) = items[3].downcast::<Dict>() else {
                bail!(TypeError, "fourth item of state should be a dict, got a {}", items[3].type_name());
            };
            if let Some(own) = instance_dict(self.as_obj())? {
                own.update_from(d)?;
            }
        }
        Ok(())
    }

    #[getter]
    fn closed(&self) -> PyResult<bool> {
        if !self.m().ok.get() {
            return Err(unusable(false));
        }
        Ok(self.m().closed.get())
    }

    #[getter]
    fn newlines(&self) -> PyResult<Object> {
        self.m().check()?;
        if self.m().mode.get().universal() { self.m().newlines.shown() } else { Ok(none().to_owned()) }
    }

    #[getter]
    fn line_buffering(&self) -> PyResult<bool> {
        self.m().check().map(|()| false)
    }
});

/// A text stream as its root base.
fn as_base(o: &Obj) -> &super::base::IoBase {
    // SAFETY: a subtype of `_IOBase`, whose body begins with the base's.
    unsafe { o.cast_unchecked() }
}
