//! One deflate or inflate stream over zlib's own interface, as zlib-rs offers it.
//!
//! The library keeps a pointer to the stream structure, so it lives in a box. Nothing here touches Python objects.

use crate::compress::{Fail, FailKind, Output, Run};
use libz_rs_sys as z;
use std::ffi::CStr;

/// What `deflateInit2` is told.
#[derive(Clone, Copy)]
pub struct Setup {
    pub level: i32,
    pub method: i32,
    pub wbits: i32,
    pub mem_level: i32,
    pub strategy: i32,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            level: z::Z_DEFAULT_COMPRESSION,
            method: z::Z_DEFLATED,
            wbits: super::MAX_WBITS,
            mem_level: super::DEF_MEM_LEVEL,
            strategy: z::Z_DEFAULT_STRATEGY,
        }
    }
}

/// Which way a stream goes, and whether the library still holds its state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Deflating,
    Inflating,
    Ended,
}

/// A stream of the library.
pub struct Stream {
    z: Box<z::z_stream>,
    state: State,
}

// SAFETY: the library's state belongs to the stream alone.
unsafe impl Send for Stream {}

/// The library's version.
pub fn version() -> &'static str {
    // SAFETY: a constant string.
    unsafe { CStr::from_ptr(z::zlibVersion()) }.to_str().unwrap_or("")
}

impl Stream {
    fn blank() -> Box<z::z_stream> {
        // SAFETY: all-zero is the stream to initialize: default allocator, no state.
        Box::new(unsafe { std::mem::zeroed() })
    }

    /// A stream that compresses; `Err` holds the library's answer.
    pub fn deflating(s: &Setup) -> Result<Stream, (i32, Stream)> {
        let mut stream = Stream { z: Stream::blank(), state: State::Ended };
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: a blank stream.
        let code = unsafe {
            z::deflateInit2_(
                &mut *stream.z,
                s.level,
                s.method,
                s.wbits,
                s.mem_level,
                s.strategy,
                z::zlibVersion(),
                size,
            )
        };
        if code == z::Z_OK {
            stream.state = State::Deflating;
            Ok(stream)
        } else {
            Err((code, stream))
        }
    }

    /// A stream that decompresses.
    pub fn inflating(wbits: i32) -> Result<Stream, (i32, Stream)> {
        let mut stream = Stream { z: Stream::blank(), state: State::Ended };
        let size = size_of::<z::z_stream>() as i32;
        // SAFETY: a blank stream.
        let code = unsafe { z::inflateInit2_(&mut *stream.z, wbits, z::zlibVersion(), size) };
        if code == z::Z_OK {
            stream.state = State::Inflating;
            Ok(stream)
        } else {
            Err((code, stream))
        }
    }

    /// An independent copy.
    pub fn copy(&mut self) -> Result<Stream, i32> {
        let mut to = Stream::blank();
        // SAFETY: a live stream and a blank one.
        let code = unsafe {
            match self.state {
                State::Deflating => z::deflateCopy(&mut *to, &mut *self.z),
                State::Inflating => z::inflateCopy(&mut *to, &*self.z),
                State::Ended => z::Z_STREAM_ERROR,
            }
        };
        if code == z::Z_OK { Ok(Stream { z: to, state: self.state }) } else { Err(code) }
    }

    /// Sets a compression dictionary.
    pub fn set_deflate_dictionary(&mut self, dict: &[u8]) -> i32 {
        // SAFETY: a live stream; pointer and length of the slice.
        unsafe { z::deflateSetDictionary(&mut *self.z, dict.as_ptr(), dict.len() as u32) }
    }

    /// Sets the dictionary that the compressed data was made with.
    pub fn set_inflate_dictionary(&mut self, dict: &[u8]) -> Run<()> {
        let Ok(n) = u32::try_from(dict.len()) else {
            return Err(Fail::new(FailKind::Overflow, "zdict length does not fit in an unsigned int"));
        };
        // SAFETY: a live stream; pointer and length of the slice.
        match unsafe { z::inflateSetDictionary(&mut *self.z, dict.as_ptr(), n) } {
            z::Z_OK => Ok(()),
            code => Err(self.fail(code, "while setting zdict")),
        }
    }

    /// Gives the library's state back.
    pub fn end(&mut self) -> i32 {
        // SAFETY: the state is ended once.
        unsafe {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Deflating => z::deflateEnd(&mut *self.z),
                State::Inflating => z::inflateEnd(&mut *self.z),
                State::Ended => z::Z_OK,
            }
        }
    }

    /// One call of the library: takes from `input`, adds to `out`. The bool says that the room for output is used up.
    fn step(&mut self, input: &mut &[u8], out: &mut Output, flush: i32) -> Run<(i32, bool)> {
        let (at, room) = out.space()?;
        let room = room.min(u32::MAX as usize);
        let given = input.len().min(u32::MAX as usize);
        self.z.next_in = input.as_ptr().cast_mut();
        self.z.avail_in = given as u32;
        self.z.next_out = at;
        self.z.avail_out = room as u32;
        // SAFETY: both regions are live, as long as said.
        let code = unsafe {
            match self.state {
                State::Deflating => z::deflate(&mut *self.z, flush),
                State::Inflating => z::inflate(&mut *self.z, flush),
                State::Ended => z::Z_STREAM_ERROR,
            }
        };
        *input = &input[given - self.z.avail_in as usize..];
        let left = self.z.avail_out as usize;
        // SAFETY: the library wrote that much.
        unsafe { out.commit(room - left) };
        Ok((code, left == 0))
    }

    /// `zlib.error` for an answer of the library.
    pub fn fail(&self, code: i32, place: &str) -> Fail {
        let said = if code == z::Z_VERSION_ERROR {
            Some("library version mismatch")
        } else if !self.z.msg.is_null() {
            // SAFETY: a constant string of the library.
            unsafe { CStr::from_ptr(self.z.msg) }.to_str().ok()
        } else {
            match code {
                z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
                z::Z_STREAM_ERROR => Some("inconsistent stream state"),
                z::Z_DATA_ERROR => Some("invalid input data"),
                _ => None,
            }
        };
        Fail::new(
            FailKind::Module,
            match said {
                Some(s) => format!("Error {code} {place}: {s}"),
                None => format!("Error {code} {place}"),
            },
        )
    }

    /// Compresses all of `input` with `flush` at its end; gives the last answer.
    pub fn deflate(&mut self, mut input: &[u8], out: &mut Output, flush: i32, place: &str) -> Run<i32> {
        loop {
            let last = input.len() <= u32::MAX as usize;
            let (code, full) = self.step(&mut input, out, if last { flush } else { z::Z_NO_FLUSH })?;
            if code == z::Z_STREAM_ERROR {
                return Err(self.fail(code, place));
            }
            if !full && input.is_empty() && last {
                return Ok(code);
            }
        }
    }

    /// Decompresses until the stream ends, the input is used up or `out` is full; gives the last answer, which may be
    /// an error. A dictionary that the stream asks for is taken from `dict`.
    pub fn inflate(
        &mut self,
        input: &mut &[u8],
        out: &mut Output,
        flush: impl Fn(bool) -> i32,
        dict: Option<&[u8]>,
    ) -> Run<i32> {
        let mut code = z::Z_OK;
        loop {
            if out.is_full() {
                return Ok(code);
            }
            let last = input.len() <= u32::MAX as usize;
            let full;
            (code, full) = self.step(input, out, flush(last))?;
            match (code, dict) {
                (z::Z_OK | z::Z_BUF_ERROR, _) => {}
                (z::Z_NEED_DICT, Some(d)) => {
                    self.set_inflate_dictionary(d)?;
                    continue;
                }
                _ => return Ok(code),
            }
            if !full && (input.is_empty() || last) {
                return Ok(code);
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}

/// `zlib.compress`.
pub fn compress(data: &[u8], setup: &Setup) -> Run<Vec<u8>> {
    let place = "while compressing data";
    let mut s = match Stream::deflating(setup) {
        Ok(s) => s,
        Err((z::Z_MEM_ERROR, _)) => {
            return Err(Fail::new(FailKind::Memory, "Out of memory while compressing data"));
        }
        Err((z::Z_STREAM_ERROR, _)) => return Err(Fail::new(FailKind::Module, "Bad compression level")),
        Err((code, s)) => return Err(s.fail(code, place)),
    };
    let mut out = Output::new(-1);
    s.deflate(data, &mut out, z::Z_FINISH, place)?;
    match s.end() {
        z::Z_OK => Ok(out.into_vec()),
        code => Err(s.fail(code, "while finishing compression")),
    }
}

/// `zlib.decompress`.
pub fn decompress(data: &[u8], wbits: i32) -> Run<Vec<u8>> {
    let place = "while decompressing data";
    let no_memory = || Fail::new(FailKind::Memory, "Out of memory while decompressing data");
    let mut s = match Stream::inflating(wbits) {
        Ok(s) => s,
        Err((z::Z_MEM_ERROR, _)) => return Err(no_memory()),
        Err((code, s)) => return Err(s.fail(code, "while preparing to decompress data")),
    };
    let (mut out, mut input) = (Output::new(-1), data);
    match s.inflate(&mut input, &mut out, |_| z::Z_SYNC_FLUSH, None)? {
        z::Z_STREAM_END => {}
        z::Z_MEM_ERROR => return Err(no_memory()),
        // Input that ends early.
        z::Z_OK => return Err(s.fail(z::Z_BUF_ERROR, place)),
        code => return Err(s.fail(code, place)),
    }
    match s.end() {
        z::Z_OK => Ok(out.into_vec()),
        code => Err(s.fail(code, "while finishing decompression")),
    }
}
