//! `tell` and `seek` of text streams.
//!
//! The position of a text stream is a number that packs where decoding can begin again and what to do from there:
//! the byte position, the decoder's flags, how many bytes to feed, whether the end follows, how many characters to
//! skip. For most encodings at most places it is the byte position alone.

use super::super::base::unsupported;
use super::codec::Reader;
use super::state::{Snapshot, TextState};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::{bail, sym};

/// A position, unpacked.
#[derive(Default, Clone, Copy)]
struct Cookie {
    start: i64,
    flags: i32,
    feed: i32,
    skip: i32,
    eof: bool,
}

impl Cookie {
    /// 64 bits of position, three numbers of 32 bits, a flag.
    fn pack(self) -> PyResult<Object> {
        if self.flags == 0 && self.feed == 0 && self.skip == 0 && !self.eof {
            return Ok(Int::from_i64(self.start)?.into_object());
        }
        let mut bytes = [0u8; 21];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.feed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.skip.to_le_bytes());
        bytes[20] = self.eof as u8;
        let b = Bytes::new(&bytes)?;
        let int = Int::type_object().as_obj();
        int.get_attr(sym!(from_bytes))?.call(&[b.as_obj(), sym!(little)])
    }

    fn unpack(o: &Int) -> PyResult<Cookie> {
        if let Some(start) = o.to_i64() {
            return Ok(Cookie { start, ..Cookie::default() });
        }
        let b = o.as_obj().call_method(sym!(to_bytes), &[&*Int::from_i64(21)?, sym!(little)])?;
        let Some(b) = b.downcast::<Bytes>() else { bail!(TypeError, "to_bytes() should return bytes") };
        let s = b.as_slice();
        let number = |at: usize| i32::from_le_bytes([s[at], s[at + 1], s[at + 2], s[at + 3]]);
        let mut start = [0u8; 8];
        start.copy_from_slice(&s[..8]);
        Ok(Cookie {
            start: i64::from_le_bytes(start),
            flags: number(8),
            feed: number(12),
            skip: number(16),
            eof: s[20] != 0,
        })
    }
}

/// Brings the decoder to where decoding begins again.
fn set_decoder(r: &Reader, c: &Cookie) -> PyResult<()> {
    if c.start == 0 && c.flags == 0 { r.reset() } else { r.set_state(&[], c.flags as i64) }
}

impl TextState {
    /// `tell()`.
    pub fn tell(&self, owner: &Obj) -> PyResult<Object> {
        self.check_closed(owner)?;
        if !self.seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        if !self.telling.get() {
            bail!(OSError, "telling position disabled by next() call");
        }
        self.flush_pending()?;
        self.flush_stream(owner)?;
        let at = self.buffer()?.call_method(sym!(tell), &[])?;
        let (Some(reader), true) = (self.reader(), self.snapshot.borrow().is_some()) else {
            return Ok(at);
        };
        let Some(Snapshot { flags, input }) = self.snapshot.take() else { return Ok(at) };
        let found = self.find_start(&reader, at.as_i64()?, flags, &input);
        self.snapshot.replace(Some(Snapshot { flags, input }));
        found?.pack()
    }

    /// The nearest place before the user where decoding can begin again.
    fn find_start(&self, r: &Reader, at: i64, flags: i64, input: &[u8]) -> PyResult<Cookie> {
        let mut c = Cookie { start: at - input.len() as i64, flags: flags as i32, ..Cookie::default() };
        let mut skip = self.used.get();
        if self.decoded().is_none() || skip == 0 {
            return Ok(c);
        }
        let saved = r.state()?;
        let search = || -> PyResult<Cookie> {
            // A guess by the mean size of a character, taken back until the decoder holds nothing there.
            let mut bytes = (self.ratio.get() * skip as f64) as isize;
            let mut back = 1;
            bytes = bytes.min(input.len() as isize);
            while bytes > 0 {
                set_decoder(r, &c)?;
                let n = r.decode(&input[..bytes as usize], false)?.len();
                if n <= skip {
                    let (held, f) = r.state()?;
                    if held.is_empty() {
                        c.flags = f as i32;
                        skip -= n;
                        break;
                    }
                    bytes -= held.len() as isize;
                    back = 1;
                } else {
                    bytes -= back;
                    back *= 2;
                }
            }
            if bytes <= 0 {
                bytes = 0;
                set_decoder(r, &c)?;
            }
            c.start += bytes as i64;
            c.skip = skip as i32;
            if skip == 0 {
                return Ok(c);
            }
            // Byte by byte from there.
            let mut chars = 0;
            for b in &input[bytes as usize..] {
                c.feed += 1;
                chars += r.decode(&[*b], false)?.len();
                let (held, f) = r.state()?;
                if held.is_empty() && chars <= skip {
                    c.start += c.feed as i64;
                    skip -= chars;
                    c.flags = f as i32;
                    c.feed = 0;
                    chars = 0;
                }
                if chars >= skip {
                    c.skip = skip as i32;
                    return Ok(c);
                }
            }
            chars += r.decode(&[], true)?.len();
            c.eof = true;
            if chars < skip {
                bail!(OSError, "can't reconstruct logical file position");
            }
            c.skip = skip as i32;
            Ok(c)
        };
        let mut search = search;
        let found = search();
        match found {
            Ok(c) => {
                r.set_state(&saved.0, saved.1)?;
                Ok(c)
            }
            Err(e) => {
                let kept = e.take();
                if let Err(e) = r.set_state(&saved.0, saved.1) {
                    e.clear();
                }
                Err(dovetail_core::error::Raised::restore(kept))
            }
        }
    }

    fn start_writer(&self, start: bool) -> PyResult<()> {
        if let Some(w) = self.writer() {
            w.at_start(start)?;
            self.at_start.set(start);
        }
        Ok(())
    }

    /// `seek(cookie, whence)`.
    pub fn seek(&self, owner: &Obj, cookie: &Obj, whence: i32) -> PyResult<Object> {
        self.check_closed(owner)?;
        if !self.seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        let zero = |o: &Obj| -> PyResult<bool> { o.equals(&*Int::from_i64(0)?) };
        let here;
        let cookie = match whence {
            0 => cookie,
            1 => {
                if !zero(cookie)? {
                    return Err(unsupported("can't do nonzero cur-relative seeks"));
                }
                self.flush_stream(owner)?;
                here = owner.call_method(sym!(tell), &[])?;
                &*here
            }
            2 => {
                if !zero(cookie)? {
                    return Err(unsupported("can't do nonzero end-relative seeks"));
                }
                self.flush_stream(owner)?;
                self.forget();
                if let Some(r) = self.reader() {
                    r.reset()?;
                }
                let (n, w) = (Int::from_i64(0)?, Int::from_i64(2)?);
                let at = self.buffer()?.call_method(sym!(seek), &[&n, &w])?;
                let start = zero(&at)?;
                self.start_writer(start)?;
                return Ok(at);
            }
            _ => bail!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)"),
        };
        let number = cookie.index()?;
        if number.is_negative() {
            bail!(ValueError, "negative seek position {}", cookie.repr()?.to_string_lossy());
        }
        self.flush_stream(owner)?;
        let c = Cookie::unpack(&number)?;
        self.buffer()?.call_method(sym!(seek), &[&*Int::from_i64(c.start)?])?;
        self.forget();
        if let Some(r) = self.reader() {
            set_decoder(&r, &c)?;
            if c.skip != 0 {
                let got = self.buffer()?.call_method(sym!(read), &[&*Int::from_i64(c.feed as i64)?])?;
                let Some(b) = got.downcast::<Bytes>() else {
                    bail!(
                        TypeError,
                        "underlying read() should have returned a bytes object, not '{}'",
                        got.type_name()
                    );
                };
                let text = r.decode(b.as_slice(), c.eof)?;
                let n = text.len();
                self.snapshot.replace(Some(Snapshot { flags: c.flags as i64, input: b.as_slice().to_vec() }));
                self.set_decoded(Some(text));
                if n < c.skip as usize {
                    bail!(OSError, "can't restore logical file position");
                }
                self.used.set(c.skip as usize);
            } else {
                self.snapshot.replace(Some(Snapshot { flags: c.flags as i64, input: Vec::new() }));
            }
        }
        self.start_writer(c.start == 0 && c.flags == 0)?;
        Ok(cookie.to_owned())
    }
}
