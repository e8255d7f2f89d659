//! `_lzma.LZMACompressor`.

use super::filters::{Chain, preset_options};
use super::{ERROR, FORMAT_ALONE, FORMAT_RAW, FORMAT_XZ, Stream, check, checked, unsigned32};
use crate::compress::{Fail, FailKind, Guarded, Output, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use liblzma_sys as lz;

/// A running compression.
pub struct Compressing {
    stream: Stream,
    flushed: bool,
}

impl Compressing {
    fn run(&mut self, data: &[u8], action: lz::lzma_action) -> Run<Vec<u8>> {
        let (mut out, mut input) = (Output::new(-1), data);
        loop {
            let (mut code, full) = self.stream.step(&mut input, &mut out, action)?;
            if code == lz::LZMA_BUF_ERROR && data.is_empty() && !full {
                code = lz::LZMA_OK;
            }
            check(code)?;
            let done = if action == lz::LZMA_RUN { input.is_empty() } else { code == lz::LZMA_STREAM_END };
            if done {
                return Ok(out.into_vec());
            }
        }
    }
}

/// Compressor objects.
/// ---
/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// Create a compressor object for compressing data incrementally.
///
/// format specifies the container format to use for the output. This can
/// be FORMAT_XZ (default), FORMAT_ALONE, or FORMAT_RAW.
///
/// check specifies the integrity check to use. For FORMAT_XZ, the default
/// is CHECK_CRC64. FORMAT_ALONE and FORMAT_RAW do not support integrity
/// checks; for these formats, check must be omitted, or be CHECK_NONE.
///
/// The settings used by the compressor can be specified either as a
/// preset compression level (with the 'preset' argument), or in detail
/// as a custom filter chain (with the 'filters' argument). For FORMAT_XZ
/// and FORMAT_ALONE, the default is to use the PRESET_DEFAULT preset
/// level. For FORMAT_RAW, the caller must always specify a filter chain;
/// the raw compressor does not support preset compression levels.
///
/// preset (if provided) should be an integer in the range 0-9, optionally
/// OR-ed with the constant PRESET_EXTREME.
///
/// filters (if provided) should be a sequence of dicts. Each dict should
/// have an entry for "id" indicating the ID of the filter, plus
/// additional entries for options to the filter.
///
/// For one-shot compression, use the compress() function instead.
#[pytype(name = "_lzma.LZMACompressor", body = Boxed<Guarded<Compressing>>)]
pub struct LzmaCompressor;

#[pymethods]
impl LzmaCompressor {
    #[slot(tp_new, sig = "(format=FORMAT_XZ, check=-1, preset=None, filters=None)")]
    fn new(
        cls: &Type,
        format: Option<i32>,
        check: i32,
        preset: Option<&Obj>,
        filters: Option<&Obj>,
    ) -> PyResult<Object> {
        let format = format.unwrap_or(FORMAT_XZ);
        if format != FORMAT_XZ && check != -1 && check != lz::LZMA_CHECK_NONE as i32 {
            bail!(ValueError, "Integrity checks are only supported by FORMAT_XZ");
        }
        if preset.is_some() && filters.is_some() {
            bail!(ValueError, "Cannot specify both preset and filter chain");
        }
        let preset = match preset {
            Some(p) => unsigned32(p)?,
            None => lz::LZMA_PRESET_DEFAULT,
        };
        let mut stream = Stream::blank();
        let chain = filters.map(Chain::of).transpose()?;
        let s = &mut *stream.0;
        // SAFETY: a blank stream; filters and options live in `chain` and `options` during the calls.
        let code = unsafe {
            match (format, &chain) {
                (FORMAT_XZ, _) => {
                    let check = if check == -1 { lz::LZMA_CHECK_CRC64 } else { check as lz::lzma_check };
                    match &chain {
                        None => lz::lzma_easy_encoder(s, preset, check),
                        Some(c) => lz::lzma_stream_encoder(s, c.raw().as_ptr(), check),
                    }
                }
                (FORMAT_ALONE, None) => {
                    let options = preset_options(preset)?;
                    lz::lzma_alone_encoder(s, &*options)
                }
                (FORMAT_ALONE, Some(c)) => match &c.0[..] {
                    [f] if f.lzma1().is_some() => lz::lzma_alone_encoder(s, f.raw().options.cast()),
                    _ => bail!(
                        ValueError,
                        "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"
                    ),
                },
                (FORMAT_RAW, None) => bail!(ValueError, "Must specify filters for FORMAT_RAW"),
                (FORMAT_RAW, Some(c)) => lz::lzma_raw_encoder(s, c.raw().as_ptr()),
                _ => bail!(ValueError, "Invalid container format: {format}"),
            }
        };
        checked(code)?;
        new_boxed(cls, Guarded::new(Compressing { stream, flushed: false }))
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
            c.run(&bytes, lz::LZMA_RUN)
        };
        finish(data(self).run(run), Some(&ERROR))
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
            c.run(&[], lz::LZMA_FINISH)
        };
        finish(data(self).run(run), Some(&ERROR))
    }
}
