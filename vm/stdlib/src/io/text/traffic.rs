//! Reading chunks into text, lines out of text, and writing text.

use super::super::buffered::call_retrying;
use super::super::newline::{Newline, expand};
use super::state::{Snapshot, TextState};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_text::{Text, TextBuf, with_units};

impl TextState {
    /// Reads and decodes one chunk of about `hint` characters; false at the end.
    pub fn read_chunk(&self, hint: usize) -> PyResult<bool> {
        let reader = self.need_reader()?;
        let mut input = Vec::new();
        let mut flags = 0;
        if self.telling.get() {
            let (held, f) = reader.state()?;
            input.extend_from_slice(&held);
            flags = f;
        }
        let head = input.len();
        let mut size = self.chunk_size.get();
        if hint > 0 {
            size = size.max((self.ratio.get().max(1.0) * hint as f64) as usize);
        }
        let fast = match self.fast_buffer() {
            Some(b) if b.readable.get() => {
                b.check_open("read of closed file")?;
                let owner = self.buffer()?;
                let _guard = b.enter(&owner)?;
                b.read1_into(size, &mut input)?;
                true
            }
            _ => false,
        };
        if !fast {
            let (name, shown) =
                if self.has_read1.get() { (sym!(read1), "read1") } else { (sym!(read), "read") };
            let got = self.buffer()?.call_method(name, &[&*Int::from_usize(size)?])?;
            if !Buffer::supported(&got) {
                bail!(
                    TypeError,
                    "underlying {shown}() should have returned a bytes-like object, not '{}'",
                    got.type_name()
                );
            }
            input.extend_from_slice(&BytesLike::of(&got)?);
        }
        let bytes = input.len() - head;
        let text = reader.decode(&input[head..], bytes == 0)?;
        let chars = text.len();
        self.set_decoded(Some(text));
        self.ratio.set(if chars > 0 { bytes as f64 / chars as f64 } else { 0.0 });
        if self.telling.get() {
            self.snapshot.replace(Some(Snapshot { flags, input }));
        }
        Ok(bytes > 0 || chars > 0)
    }

    /// `read()`: until the end.
    pub fn read_all(&self) -> PyResult<Ref<Str>> {
        let reader = self.need_reader()?;
        let bytes = self.buffer()?.call_method(sym!(read), &[])?;
        if bytes.is_none() {
            let e = dovetail_core::error::exc::BlockingIOError();
            return Err(dovetail_core::error::raise_message(e, "Read returned None."));
        }
        let rest = match bytes.downcast_exact::<Bytes>() {
            Some(b) => reader.decode(b.as_slice(), true)?,
            None => reader.decode(&BytesLike::of(&bytes)?, true)?,
        };
        let head = self.take_decoded(None)?;
        if self.snapshot.borrow().is_some() || self.decoded().is_some() {
            self.forget();
        }
        if head.is_empty() {
            return Ok(rest);
        }
        let mut b = TextBuf::with_capacity(head.len() + rest.len());
        b.push_text(head.text());
        b.push_text(rest.text());
        Str::from_buf(b)
    }

    /// `read(n)`.
    pub fn read_some(&self, n: usize) -> PyResult<Ref<Str>> {
        self.need_reader()?;
        let first = self.take_decoded(Some(n))?;
        if first.len() == n {
            return Ok(first);
        }
        let mut out = TextBuf::with_capacity(n.min(1 << 16));
        out.push_text(first.text());
        while out.len() < n {
            if !self.read_chunk(n - out.len())? {
                break;
            }
            out.push_text(self.take_decoded(Some(n - out.len()))?.text());
        }
        Str::from_buf(out)
    }

    /// `readline(limit)`.
    pub fn read_line(&self, limit: Option<usize>) -> PyResult<Ref<Str>> {
        let mode = self.newline.get();
        // The parts of a line that goes over several chunks.
        let mut parts: Option<TextBuf> = None;
        loop {
            if self.left() == 0 {
                if !self.read_chunk(0)? {
                    self.forget();
                    break;
                }
                if self.left() == 0 {
                    continue;
                }
            }
            let Some(text) = self.decoded() else { break };
            let (t, from) = (text.text(), self.used.get());
            let had = parts.as_ref().map_or(0, TextBuf::len);
            // A line end of two characters may be cut between the chunks.
            let cut = mode == Newline::CrLf
                && parts.as_ref().is_some_and(|p| p.as_text().at(had - 1) == u32::from('\r'))
                && t.at(from) == u32::from('\n');
            let end = if cut { Some(from + 1) } else { mode.line_end(t, from) };
            let stop = match limit {
                Some(l) => end.unwrap_or(t.len()).min(from + (l - had)),
                None => end.unwrap_or(t.len()),
            };
            self.used.set(stop);
            let done = end.is_some_and(|e| stop == e) || limit == Some(had + stop - from);
            match &mut parts {
                None if done => return text.sub(from, stop),
                None => {
                    let mut b = TextBuf::new();
                    b.push_text(t.slice(from..stop));
                    parts = Some(b);
                }
                Some(p) => p.push_text(t.slice(from..stop)),
            }
            if done {
                break;
            }
        }
        match parts {
            Some(p) => Str::from_buf(p),
            None => Str::new(""),
        }
    }

    /// Hands the bytes on their way to the buffer.
    pub fn flush_pending(&self) -> PyResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let mut data = self.pending.take();
        if let Some(b) = self.fast_buffer().filter(|b| b.writable.get()) {
            let owner = self.buffer()?;
            let bytes;
            // What does not fit into the block goes on as an object, which a raw stream in Python may keep.
            let r = if data.len() < b.size.get() {
                super::super::buffered::write(&owner, b, &data, &owner)
            } else {
                bytes = Bytes::new(&data)?;
                super::super::buffered::write(&owner, b, bytes.as_slice(), &bytes)
            };
            r?;
            // The memory serves again.
            data.clear();
            if data.capacity() <= 1 << 16 && self.pending.borrow().capacity() == 0 {
                self.pending.replace(data);
            }
            return Ok(());
        }
        let bytes = Bytes::new(&data)?;
        call_retrying(&*self.buffer()?, sym!(write), &[bytes.as_obj()])?;
        Ok(())
    }

    /// Lets no more than a chunk gather: the buffer gets what is pending first, also what its own code adds meanwhile.
    fn make_room(&self, n: usize) -> PyResult<()> {
        loop {
            let have = self.pending.borrow().len();
            if have == 0 || have + n <= self.chunk_size.get() {
                return Ok(());
            }
            self.flush_pending()?;
        }
    }

    /// `write(text)`.
    pub fn write(&self, owner: &Obj, text: &Str) -> PyResult<()> {
        let need_writer = || self.writer().ok_or_else(|| super::super::base::unsupported("not writable"));
        let mut writer = need_writer()?;
        let body = text.text();
        let written_as = self.newline.get().written();
        let has = |c: u8| match body {
            Text::Ascii(b) | Text::Latin1(b) => memchr::memchr(c, b).is_some(),
            _ => with_units!(body, |s| s.iter().any(|u| u32::from(*u) == u32::from(c))),
        };
        let has_lf = (written_as.is_some() || self.line_buffering.get()) && has(b'\n');
        let changed;
        let text = match written_as {
            Some(to) if has_lf && !text.is_exact::<Str>() => {
                // A subclass may do as it likes, with the stream too.
                let new = text.call_method(sym!(replace), &[sym!("\n"), &*Str::from_ascii(to)?])?;
                let new = new
                    .downcast_into::<Str>()
                    .map_err(|o| raise!(TypeError, "replace() should return a str, not {}", o.type_name()))?;
                self.check_closed(owner)?;
                writer = need_writer()?;
                changed = new;
                &*changed
            }
            Some(to) if has_lf => match expand(body, to) {
                Some(b) => {
                    changed = Str::from_buf(b)?;
                    &*changed
                }
                None => text,
            },
            _ => text,
        };
        let flush = self.line_buffering.get() && (has_lf || has(b'\r'));
        // Nothing may run while the bytes are borrowed, but codecs and handlers can: they get room of their own.
        let simple = text.is_ascii() && matches!(&*writer, super::codec::Encoder::Native { .. });
        if simple {
            self.make_room(text.len())?;
            self.pending.borrow_mut().extend_from_slice(text.raw_bytes());
        } else {
            let mut out = Vec::new();
            writer.encode(text, &mut out)?;
            if !out.is_empty() {
                self.at_start.set(false);
            }
            self.make_room(out.len())?;
            let mut pending = self.pending.borrow_mut();
            if pending.is_empty() && pending.capacity() < out.len() {
                *pending = out;
            } else {
                pending.extend_from_slice(&out);
            }
        }
        if self.pending.borrow().len() >= self.chunk_size.get() || flush || self.write_through.get() {
            self.flush_pending()?;
        }
        if flush {
            call_retrying(&*self.buffer()?, sym!(flush), &[])?;
        }
        // Only a stream with positions loses what it read ahead.
        if self.snapshot.borrow().is_some() {
            self.forget();
        }
        if let Some(r) = self.reader() {
            r.reset()?;
        }
        Ok(())
    }

    /// Is the stream at a place where nobody decodes? For `seek` and `reconfigure`.
    pub fn flush_stream(&self, owner: &Obj) -> PyResult<()> {
        owner.call_method(sym!(flush), &[]).map(|_| ())
    }
}
