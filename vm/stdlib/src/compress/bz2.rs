//! `_bz2`: the bzip2 format, over libbz2's own interface as libbz2-rs offers it.

use super::{Decoder, Fail, FailKind, Guarded, Incremental, Output, Progress, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pymodule, pytype};
use libbz2_rs_sys as bz;

/// What an answer of the library means.
fn check(code: i32) -> Run<i32> {
    let fail = |kind, text: &str| Err(Fail::new(kind, text));
    match code {
        bz::BZ_OK | bz::BZ_RUN_OK | bz::BZ_FLUSH_OK | bz::BZ_FINISH_OK | bz::BZ_STREAM_END => Ok(code),
        bz::BZ_CONFIG_ERROR => fail(FailKind::System, "libbzip2 was not compiled correctly"),
        bz::BZ_PARAM_ERROR => fail(FailKind::Value, "Internal error - invalid parameters passed to libbzip2"),
        bz::BZ_MEM_ERROR => Err(Fail::memory()),
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => fail(FailKind::Os, "Invalid data stream"),
        bz::BZ_IO_ERROR => fail(FailKind::Os, "Unknown I/O error"),
        bz::BZ_UNEXPECTED_EOF => {
            fail(FailKind::Eof, "Compressed file ended before the logical end-of-stream was detected")
        }
        bz::BZ_SEQUENCE_ERROR => {
            fail(FailKind::Runtime, "Internal error - Invalid sequence of commands sent to libbzip2")
        }
        _ => Err(Fail::new(FailKind::Os, format!("Unrecognized error from libbzip2: {code}"))),
    }
}

/// A stream of the library, which keeps a pointer to it.
struct Stream(Box<bz::bz_stream>);

// SAFETY: the library's state belongs to the stream alone.
unsafe impl Send for Stream {}

impl Stream {
    fn blank() -> Stream {
        // SAFETY: all-zero is the stream to initialize: default allocator, no state.
        Stream(Box::new(unsafe { std::mem::zeroed() }))
    }

    /// One call of `f` that takes from `input` and adds to `out`. The bool says that the room is used up.
    fn step(
        &mut self,
        input: &mut &[u8],
        out: &mut Output,
        f: impl FnOnce(&mut bz::bz_stream) -> i32,
    ) -> Run<(i32, bool)> {
        let (at, room) = out.space()?;
        let room = room.min(u32::MAX as usize);
        let given = input.len().min(u32::MAX as usize);
        self.0.next_in = input.as_ptr().cast();
        self.0.avail_in = given as u32;
        self.0.next_out = at.cast();
        self.0.avail_out = room as u32;
        let code = f(&mut self.0);
        *input = &input[given - self.0.avail_in as usize..];
        let left = self.0.avail_out as usize;
        // SAFETY: the library wrote that much.
        unsafe { out.commit(room - left) };
        Ok((check(code)?, left == 0))
    }
}

/// A running compression.
pub struct Compressing {
    stream: Stream,
    flushed: bool,
}

impl Compressing {
    fn new(level: i32) -> Run<Compressing> {
        let mut stream = Stream::blank();
        // SAFETY: a blank stream.
        check(unsafe { bz::BZ2_bzCompressInit(&mut *stream.0, level, 0, 0) })?;
        Ok(Compressing { stream, flushed: false })
    }

    fn run(&mut self, data: &[u8], action: i32) -> Run<Vec<u8>> {
        let (mut out, mut input) = (Output::new(-1), data);
        while action == bz::BZ_FINISH || !input.is_empty() {
            // SAFETY: a live stream over live regions.
            let call = |s: &mut bz::bz_stream| unsafe { bz::BZ2_bzCompress(s, action) };
            let (code, _) = self.stream.step(&mut input, &mut out, call)?;
            if code == bz::BZ_STREAM_END {
                break;
            }
        }
        Ok(out.into_vec())
    }
}

impl Drop for Compressing {
    fn drop(&mut self) {
        // SAFETY: initialized when made.
        unsafe { bz::BZ2_bzCompressEnd(&mut *self.stream.0) };
    }
}

/// A running decompression, and whether it has failed.
pub struct Decompressing(Stream, bool);

impl Decompressing {
    fn new() -> Run<Decompressing> {
        let mut stream = Stream::blank();
        // SAFETY: a blank stream.
        check(unsafe { bz::BZ2_bzDecompressInit(&mut *stream.0, 0, 0) })?;
        Ok(Decompressing(stream, false))
    }
}

impl Decoder for Decompressing {
    fn decode(&mut self, data: &[u8], out: &mut Output) -> Run<Progress> {
        if self.1 {
            return Err(Fail::new(FailKind::Value, "Decompressor is unusable after a previous error"));
        }
        let mut input = data;
        loop {
            // SAFETY: a live stream over live regions.
            let call = |s: &mut bz::bz_stream| unsafe { bz::BZ2_bzDecompress(s) };
            let (code, full) = match self.0.step(&mut input, out, call) {
                Ok(r) => r,
                Err(e) => {
                    self.1 = true;
                    return Err(e);
                }
            };
            let ended = code == bz::BZ_STREAM_END;
            if ended || out.is_full() || (input.is_empty() && !full) {
                let pending = !ended && out.is_full() && full;
                return Ok(Progress { consumed: data.len() - input.len(), ended, pending });
            }
        }
    }
}

impl Drop for Decompressing {
    fn drop(&mut self) {
        // SAFETY: initialized when made.
        unsafe { bz::BZ2_bzDecompressEnd(&mut *self.0.0) };
    }
}

/// Compressor objects.
/// ---
/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[pytype(name = "_bz2.BZ2Compressor", body = Boxed<Guarded<Compressing>>, sig = "(compresslevel=9, /)")]
pub struct Bz2Compressor;

#[pymethods]
impl Bz2Compressor {
    #[slot(tp_new, sig = "(compresslevel=9, /)")]
    fn new(cls: &Type, compresslevel: i32) -> PyResult<Object> {
        if !(1..=9).contains(&compresslevel) {
            bail!(ValueError, "compresslevel must be between 1 and 9");
        }
        let c = Compressing::new(compresslevel).map_err(|f| f.raise(None))?;
        new_boxed(cls, Guarded::new(c))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Compressing>>(o) }
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "(data, /)")]
    fn compress(&self, bytes: BytesLike<'_>) -> PyResult<Ref<Bytes>> {
        let run = |c: &mut Compressing| {
            if c.flushed {
                return Err(Fail::new(FailKind::Value, "Compressor has been flushed"));
            }
            c.run(&bytes, bz::BZ_RUN)
        };
        finish(data(self).run(run), None)
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method]
    fn flush(&self) -> PyResult<Ref<Bytes>> {
        let run = |c: &mut Compressing| {
            if std::mem::replace(&mut c.flushed, true) {
                return Err(Fail::new(FailKind::Value, "Repeated call to flush()"));
            }
            c.run(&[], bz::BZ_FINISH)
        };
        finish(data(self).run(run), None)
    }
}

/// Decompressor objects.
/// ---
/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[pytype(name = "_bz2.BZ2Decompressor", body = Boxed<Guarded<Incremental<Decompressing>>>, sig = "()")]
pub struct Bz2Decompressor;

#[pymethods]
impl Bz2Decompressor {
    #[slot(tp_new, sig = "()")]
    fn new(cls: &Type) -> PyResult<Object> {
        let d = Decompressing::new().map_err(|f| f.raise(None))?;
        new_boxed(cls, Guarded::new(Incremental::new(d)))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Incremental<Decompressing>>>(o) }
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data.  If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``.  In
    /// this case, the next call to *decompress()* may provide *data* as b''
    /// to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either
    /// because this was less than *max_length* bytes, or because
    /// *max_length* was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached
    /// raises an EOFError.  Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[method(sig = "(data, max_length=-1)")]
    fn decompress(&self, bytes: BytesLike<'_>, max_length: isize) -> PyResult<Ref<Bytes>> {
        let run = |i: &mut Incremental<Decompressing>| {
            let r = i.decompress(&bytes, max_length);
            if r.is_err() {
                i.needs_input = false;
            }
            r
        };
        finish(data(self).run(run), None)
    }

    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(&self) -> bool {
        data(self).lock().eof
    }

    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).lock().unused_data)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(&self) -> bool {
        data(self).lock().needs_input
    }
}

#[pymodule(name = "_bz2")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Bz2Compressor>(module)?;
        add_type::<Bz2Decompressor>(module)
    }
}

pub use module::MODULE;
