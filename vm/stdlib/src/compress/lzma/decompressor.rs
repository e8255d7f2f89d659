//! `_lzma.LZMADecompressor`.

use super::filters::Chain;
use super::{
    CHECK_UNKNOWN, ERROR, FORMAT_ALONE, FORMAT_AUTO, FORMAT_RAW, FORMAT_XZ, Stream, check, checked, unsigned,
};
use crate::compress::{Decoder, Guarded, Incremental, Output, Progress, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use liblzma_sys as lz;

/// A running decompression, with the integrity check that the stream has.
pub struct Decompressing {
    stream: Stream,
    check: u32,
}

impl Decoder for Decompressing {
    const ENDED: &'static str = "Already at end of stream";

    fn decode(&mut self, data: &[u8], out: &mut Output) -> Run<Progress> {
        let mut input = data;
        loop {
            let (mut code, full) = self.stream.step(&mut input, out, lz::LZMA_RUN)?;
            if code == lz::LZMA_BUF_ERROR && input.is_empty() && (!full || out.is_full()) {
                code = lz::LZMA_OK;
            }
            check(code)?;
            if code == lz::LZMA_GET_CHECK || code == lz::LZMA_NO_CHECK {
                // SAFETY: a live stream.
                self.check = unsafe { lz::lzma_get_check(&*self.stream.0) };
            }
            let ended = code == lz::LZMA_STREAM_END;
            if ended || (full && out.is_full()) || (!full && input.is_empty()) {
                return Ok(Progress { consumed: data.len() - input.len(), ended, pending: full });
            }
        }
    }
}

/// Decompressor objects.
/// ---
/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within the
///     given limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[pytype(
    name = "_lzma.LZMADecompressor", body = Boxed<Guarded<Incremental<Decompressing>>>,
    sig = "(format=FORMAT_AUTO, memlimit=None, filters=None)",
)]
pub struct LzmaDecompressor;

#[pymethods]
impl LzmaDecompressor {
    #[slot(tp_new, sig = "(format=FORMAT_AUTO, memlimit=None, filters=None)")]
    fn new(
        cls: &Type,
        format: Option<i32>,
        memlimit: Option<&Obj>,
        filters: Option<&Obj>,
    ) -> PyResult<Object> {
        let format = format.unwrap_or(FORMAT_AUTO);
        let mut limit = u64::MAX;
        if let Some(m) = memlimit {
            if format == FORMAT_RAW {
                bail!(ValueError, "Cannot specify memory limit with FORMAT_RAW");
            }
            limit = unsigned(m)?;
        }
        match (format == FORMAT_RAW, filters) {
            (true, None) => bail!(ValueError, "Must specify filters for FORMAT_RAW"),
            (false, Some(_)) => bail!(ValueError, "Cannot specify filters except with FORMAT_RAW"),
            _ => {}
        }
        let flags = lz::LZMA_TELL_ANY_CHECK | lz::LZMA_TELL_NO_CHECK;
        let mut stream = Stream::blank();
        let s = &mut *stream.0;
        let mut check = CHECK_UNKNOWN;
        // SAFETY: a blank stream; the filters live in `chain` during the call.
        let code = unsafe {
            match format {
                FORMAT_AUTO => lz::lzma_auto_decoder(s, limit, flags),
                FORMAT_XZ => lz::lzma_stream_decoder(s, limit, flags),
                FORMAT_ALONE => {
                    check = lz::LZMA_CHECK_NONE;
                    lz::lzma_alone_decoder(s, limit)
                }
                FORMAT_RAW => {
                    check = lz::LZMA_CHECK_NONE;
                    let chain = filters.map(Chain::of).transpose()?;
                    match chain {
                        Some(chain) => lz::lzma_raw_decoder(s, chain.raw().as_ptr()),
                        None => lz::LZMA_PROG_ERROR,
                    }
                }
                _ => bail!(ValueError, "Invalid container format: {format}"),
            }
        };
        checked(code)?;
        new_boxed(cls, Guarded::new(Incremental::new(Decompressing { stream, check })))
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
        finish(data(self).run(|i| i.decompress(&bytes, max_length)), Some(&ERROR))
    }

    /// ID of the integrity check used by the input stream.
    #[getter]
    fn check(&self) -> u32 {
        data(self).lock().decoder.check
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
