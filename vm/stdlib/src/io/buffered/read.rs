//! Reading from a buffered stream: all, so many bytes, what is there, a line, into memory.

use super::state::{Buffered, Got};
use crate::io::file::FileIo;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::none;
use dovetail_core::{bail, sym};

/// The place of a newline.
#[inline]
pub fn newline(data: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', data)
}

impl Buffered {
    /// Takes `n` bytes that are ahead.
    #[inline]
    fn take(&self, n: usize) -> PyResult<Ref<Bytes>> {
        let b = Bytes::new(&self.ahead_bytes()[..n])?;
        self.skip(n);
        Ok(b)
    }

    /// Before the raw stream is read: what is to be written goes out.
    fn settle(&self) -> PyResult<()> {
        if self.writable.get() { self.flush_and_rewind() } else { Ok(()) }
    }

    /// `read()`: until the end. None where nothing is there yet.
    pub fn read_all(&self) -> PyResult<Object> {
        let head = self.take(self.ahead())?;
        self.settle()?;
        self.reset_read();
        let raw = self.raw()?;
        if self.fast.get()
            && let Some(f) = FileIo::plain(&raw)
        {
            let all = f.read_all(head.as_slice())?;
            // The position has moved by as much as was read.
            if let Some(b) = &all
                && self.abs_pos.get() != -1
            {
                self.abs_pos.set(self.abs_pos.get() + (b.len() - head.len()) as i64);
            }
            return Ok(match all {
                Some(b) => b.into_object(),
                None if head.is_empty() => none().to_owned(),
                None => head.into_object(),
            });
        }
        if let Some(readall) = raw.get_attr_opt(sym!(readall))? {
            let rest = readall.call(&[])?;
            if !rest.is_none() && !rest.is_a::<Bytes>() {
                bail!(TypeError, "readall() should return bytes");
            }
            self.abs_pos.set(-1);
            if head.is_empty() {
                return Ok(rest);
            }
            return match rest.downcast::<Bytes>() {
                Some(r) => {
                    let mut v = head.as_slice().to_vec();
                    v.extend_from_slice(r.as_slice());
                    Ok(Bytes::new(&v)?.into_object())
                }
                None => Ok(head.into_object()),
            };
        }
        let mut out = head.as_slice().to_vec();
        loop {
            let data = raw.call_method(sym!(read), &[])?;
            if data.is_none() {
                return if out.is_empty() { Ok(data) } else { Ok(Bytes::new(&out)?.into_object()) };
            }
            let Some(b) = data.downcast::<Bytes>() else { bail!(TypeError, "read() should return bytes") };
            if b.is_empty() {
                return Ok(Bytes::new(&out)?.into_object());
            }
            out.extend_from_slice(b.as_slice());
            if self.abs_pos.get() != -1 {
                self.abs_pos.set(self.abs_pos.get() + b.len() as i64);
            }
        }
    }

    /// `read(n)` where it is all ahead.
    #[inline]
    pub fn read_ahead(&self, n: usize) -> PyResult<Option<Ref<Bytes>>> {
        if n <= self.ahead() { self.take(n).map(Some) } else { Ok(None) }
    }

    /// `read(n)`: that many bytes, but for the end or where it would block.
    pub fn read_exact(&self, n: usize) -> PyResult<Option<Ref<Bytes>>> {
        if let Some(b) = self.read_ahead(n)? {
            return Ok(Some(b));
        }
        let out = Bytes::alloc(n)?;
        let head = self.ahead();
        // SAFETY: a new object with room for the bytes.
        unsafe { std::ptr::copy_nonoverlapping(self.ahead_bytes().as_ptr(), out.data(), head) };
        self.skip(head);
        let mut at = head;
        self.settle()?;
        self.reset_read();
        let finish = |out: Ref<Bytes>, at: usize, got: Got| match got {
            Got::WouldBlock if at == 0 => Ok(None),
            _ => Bytes::resize(out, at).map(Some),
        };
        // Whole blocks go straight into the result.
        let size = self.size.get();
        while n - at >= size {
            match self.read_into_bytes(&out, at, (n - at) / size * size)? {
                Got::Some(r) if r > 0 => at += r,
                got => return finish(out, at, got),
            }
        }
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(0);
        while at < n && (self.read_end.get() as usize) < size {
            match self.fill()? {
                Got::Some(r) if r > 0 => {
                    let m = r.min(n - at);
                    // SAFETY: room within the result.
                    unsafe {
                        std::ptr::copy_nonoverlapping(self.ahead_bytes().as_ptr(), out.data().add(at), m)
                    };
                    self.skip(m);
                    at += m;
                }
                got => return finish(out, at, got),
            }
        }
        Bytes::resize(out, at).map(Some)
    }

    /// What is ahead, after one read if nothing was.
    pub fn peek(&self) -> PyResult<Ref<Bytes>> {
        self.settle_peek()?;
        if self.ahead() == 0 {
            self.reset_read();
            self.fill()?;
            self.pos.set(0);
        }
        Bytes::new(self.ahead_bytes())
    }

    fn settle_peek(&self) -> PyResult<()> {
        if self.writable.get() && self.has_write() { self.flush_and_rewind() } else { Ok(()) }
    }

    /// `read1(n)`: what is ahead, else one read of at most `n`.
    pub fn read1(&self, n: usize) -> PyResult<Ref<Bytes>> {
        let have = self.ahead();
        if have > 0 {
            return self.take(have.min(n));
        }
        self.settle()?;
        let out = Bytes::alloc(n)?;
        self.reset_read();
        let got = match self.read_into_bytes(&out, 0, n)? {
            Got::Some(n) => n,
            Got::WouldBlock => 0,
        };
        Bytes::resize(out, got)
    }

    /// As `read1`, appending to `out`: through the block, so that nothing is allocated. For text streams.
    pub fn read1_into(&self, n: usize, out: &mut Vec<u8>) -> PyResult<usize> {
        if self.ahead() == 0 {
            self.settle()?;
            self.reset_read();
            self.pos.set(0);
            self.fill()?;
        }
        let n = n.min(self.ahead());
        out.extend_from_slice(&self.ahead_bytes()[..n]);
        self.skip(n);
        Ok(n)
    }

    /// `readinto` and, with `once`, `readinto1`. None where it would block.
    pub fn read_into(&self, mut buffer: Buffer, owner: &Obj, once: bool) -> PyResult<Option<usize>> {
        let out = buffer.as_mut_slice();
        let mut at = self.ahead().min(out.len());
        out[..at].copy_from_slice(&self.ahead_bytes()[..at]);
        self.skip(at);
        if at == out.len() {
            return Ok(Some(at));
        }
        self.settle()?;
        self.reset_read();
        self.pos.set(0);
        while at < out.len() {
            let left = out.len() - at;
            let got = if left > self.size.get() {
                self.read_into_slice(&mut out[at..], owner)?
            } else if !(once && at > 0) {
                match self.fill()? {
                    Got::Some(n) if n > 0 => {
                        let n = n.min(left);
                        out[at..at + n].copy_from_slice(&self.ahead_bytes()[..n]);
                        self.skip(n);
                        at += n;
                        continue;
                    }
                    got => got,
                }
            } else {
                Got::Some(0)
            };
            match got {
                Got::Some(0) => break,
                Got::Some(n) => at += n,
                Got::WouldBlock if at > 0 => break,
                Got::WouldBlock => return Ok(None),
            }
            if once {
                break;
            }
        }
        Ok(Some(at))
    }

    /// A line that is ahead as a whole.
    #[inline]
    pub fn line_ahead(&self, limit: Option<usize>) -> PyResult<Option<Ref<Bytes>>> {
        let ahead = self.ahead_bytes();
        let n = limit.map_or(ahead.len(), |l| l.min(ahead.len()));
        match newline(&ahead[..n]) {
            Some(i) => self.take(i + 1).map(Some),
            None if limit == Some(n) => self.take(n).map(Some),
            None => Ok(None),
        }
    }

    /// `readline(limit)`.
    pub fn read_line(&self, limit: Option<usize>) -> PyResult<Ref<Bytes>> {
        if let Some(line) = self.line_ahead(limit)? {
            return Ok(line);
        }
        let mut out = self.ahead_bytes().to_vec();
        self.skip(out.len());
        self.settle()?;
        loop {
            self.reset_read();
            self.pos.set(0);
            let n = match self.fill()? {
                Got::Some(n) if n > 0 => n,
                _ => break,
            };
            let n = limit.map_or(n, |l| (l - out.len()).min(n));
            let data = &self.ahead_bytes()[..n];
            let end = newline(data).map(|i| i + 1);
            out.extend_from_slice(&data[..end.unwrap_or(n)]);
            self.skip(end.unwrap_or(n));
            if end.is_some() || limit == Some(out.len()) {
                break;
            }
        }
        Bytes::new(&out)
    }
}
