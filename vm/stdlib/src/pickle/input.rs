//! Where pickles are read from: a buffer, or a file by `read`, `readline` and, where there is one, `peek`.
//!
//! A file is left right behind the pickle: what `peek` showed is read only when it was used.

use super::unpickling;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::{bail, sym};

const PREFETCH: usize = 128 * 1024;

/// The functions of a file.
pub struct File {
    pub read: Object,
    pub readline: Object,
    pub peek: Option<Object>,
}

/// The bytes at hand and where reading stands.
#[derive(Default)]
pub struct Input {
    buffer: Option<Buffer>,
    at: usize,
    /// Up to here the file has been read; what follows it has only shown.
    taken: usize,
    /// Where the frame ends in which reading stands; nothing may reach over it.
    frame: usize,
    pub file: Option<File>,
}

/// `pickle data was truncated`.
#[cold]
pub fn truncated() -> Raised {
    unpickling("pickle data was truncated")
}

impl Input {
    pub fn of_bytes(buffer: Buffer) -> Input {
        let taken = buffer.len();
        Input { buffer: Some(buffer), taken, ..Input::default() }
    }

    pub fn of_file(file: &Obj) -> PyResult<Input> {
        let peek = file.get_attr_opt(sym!(peek))?;
        let (read, readline) = (file.get_attr_opt(sym!(read))?, file.get_attr_opt(sym!(readline))?);
        let (Some(read), Some(readline)) = (read, readline) else {
            bail!(TypeError, "file must have 'read' and 'readline' attributes");
        };
        Ok(Input { file: Some(File { read, readline, peek }), ..Input::default() })
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        self.buffer.as_ref().map_or(&[], |b| b.as_slice())
    }

    /// The next byte.
    #[inline]
    pub fn byte(&mut self) -> PyResult<u8> {
        // One byte never reaches over the end of a frame.
        if let Some(b) = self.bytes().get(self.at).copied() {
            self.at += 1;
            return Ok(b);
        }
        Ok(self.take(1)?[0])
    }

    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> PyResult<&[u8]> {
        let at = self.at;
        self.within_frame(at + n)?;
        if n > self.bytes().len() - at {
            return self.take_from_file(n);
        }
        self.at += n;
        Ok(&self.bytes()[at..at + n])
    }

    #[cold]
    fn take_from_file(&mut self, n: usize) -> PyResult<&[u8]> {
        if self.file.is_none() || self.fetch(Some(n))? < n {
            return Err(truncated());
        }
        self.at = n;
        Ok(&self.bytes()[..n])
    }

    /// The next line, with its end.
    pub fn line(&mut self) -> PyResult<&[u8]> {
        let at = self.at;
        if let Some(n) = self.bytes()[at..].iter().position(|b| *b == b'\n') {
            self.within_frame(at + n + 1)?;
            self.at = at + n + 1;
            return Ok(&self.bytes()[at..at + n + 1]);
        }
        self.within_frame(usize::MAX)?;
        if self.file.is_none() {
            return Err(truncated());
        }
        let n = self.fetch(None)?;
        self.at = n;
        match self.bytes().get(..n) {
            Some(line) if line.last() == Some(&b'\n') => Ok(&self.bytes()[..n]),
            _ => Err(truncated()),
        }
    }

    /// Begins a frame of so many bytes, which are then at hand.
    pub fn frame(&mut self, n: usize) -> PyResult<()> {
        if self.at < self.frame {
            return Err(unpickling("beginning of a new frame before end of current frame"));
        }
        self.take(n)?;
        self.frame = self.at;
        self.at -= n;
        Ok(())
    }

    #[inline]
    fn within_frame(&self, end: usize) -> PyResult<()> {
        if self.at < self.frame && end > self.frame {
            return Err(unpickling("pickle exhausted before end of frame"));
        }
        Ok(())
    }

    /// Reads what was used of what the file has shown.
    pub fn settle(&mut self) -> PyResult<()> {
        let used = self.at as isize - self.taken as isize;
        if used <= 0 {
            return Ok(());
        }
        let Some(f) = &self.file else { return Ok(()) };
        let read = f.read.clone();
        self.taken = self.at;
        read.call(&[Int::from_i64(used as i64)?.as_obj()]).map(drop)
    }

    /// Refills the buffer with `n` bytes or more, or a line; says how many there are.
    fn fetch(&mut self, n: Option<usize>) -> PyResult<usize> {
        self.settle()?;
        let Some(f) = &self.file else { return Err(exc_eof()) };
        let (read, readline, peek) = (f.read.clone(), f.readline.clone(), f.peek.clone());
        let data = match n {
            None => readline.call(&[])?,
            Some(n) => {
                if let Some(peek) = peek.filter(|_| n < PREFETCH) {
                    match peek.call(&[Int::from_usize(PREFETCH)?.as_obj()]) {
                        Ok(shown) => {
                            let len = self.refill(&shown)?;
                            self.taken = 0;
                            if n <= len {
                                return Ok(len);
                            }
                        }
                        Err(e) if e.matches(exc::NotImplementedError()) => {
                            e.clear();
                            if let Some(f) = &mut self.file {
                                f.peek = None;
                            }
                        }
                        Err(e) => return Err(e),
                    }
                }
                read.call(&[Int::from_usize(n)?.as_obj()])?
            }
        };
        let len = self.refill(&data)?;
        self.taken = len;
        Ok(len)
    }

    fn refill(&mut self, data: &Obj) -> PyResult<usize> {
        let b = Buffer::simple(data)?;
        let len = b.len();
        let old = self.buffer.replace(b);
        self.at = 0;
        self.taken = 0;
        self.frame = 0;
        drop(old);
        Ok(len)
    }
}

#[cold]
fn exc_eof() -> Raised {
    dovetail_core::raise!(EOFError, "Ran out of input")
}
