//! `ZstdCompressor`.

use super::dictionary::{self, Content, Use};
use super::{ERROR, lib, params};
use crate::compress::{Fail, FailKind, Guarded, Output, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, int, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::sync::Arc;
use zstd_sys as zs;

const CONTINUE: i32 = zs::ZSTD_EndDirective::ZSTD_e_continue as i32;
const FLUSH_BLOCK: i32 = zs::ZSTD_EndDirective::ZSTD_e_flush as i32;
const FLUSH_FRAME: i32 = zs::ZSTD_EndDirective::ZSTD_e_end as i32;
/// The pledged size that means "unknown".
const UNKNOWN: u64 = u64::MAX;

/// A running compression. The context comes first: it refers to the dictionary.
pub struct Compressing {
    cctx: lib::CCtx,
    _digested: Option<Arc<lib::CDict>>,
    _content: Option<Arc<Content>>,
    last_mode: i32,
    level: i32,
    multithreaded: bool,
}

impl Compressing {
    fn load(&mut self, dict: &Obj) -> PyResult<()> {
        let (content, kind) = dictionary::argument(dict, Use::Undigested)?;
        let c = self.cctx.as_ptr();
        let (at, n) = (content.bytes.as_ptr().cast(), content.bytes.len());
        // SAFETY: a live context; what it refers to is kept in the fields.
        let r = unsafe {
            match kind {
                Use::Digested => {
                    let d = content.digested(self.level)?;
                    let r = zs::ZSTD_CCtx_refCDict(c, d.as_ptr());
                    self._digested = Some(d);
                    r
                }
                Use::Undigested => zs::ZSTD_CCtx_loadDictionary(c, at, n),
                Use::Prefix => zs::ZSTD_CCtx_refPrefix(c, at, n),
            }
        };
        self._content = Some(content);
        match lib::checked(r) {
            Ok(_) => Ok(()),
            Err(e) => {
                let what = "load Zstandard dictionary or prefix for compression";
                Err(lib::fail(what, e).raise(Some(&ERROR)))
            }
        }
    }

    /// One call of the library. The bool says that the room is used up.
    fn step(&mut self, input: &mut zs::ZSTD_inBuffer, out: &mut Output, mode: i32) -> Run<(usize, bool)> {
        let (at, room) = out.space()?;
        let mut to = zs::ZSTD_outBuffer { dst: at.cast(), size: room, pos: 0 };
        let directive = match mode {
            CONTINUE => zs::ZSTD_EndDirective::ZSTD_e_continue,
            FLUSH_BLOCK => zs::ZSTD_EndDirective::ZSTD_e_flush,
            _ => zs::ZSTD_EndDirective::ZSTD_e_end,
        };
        // SAFETY: a live context; both regions are live, as long as said.
        let r = unsafe { zs::ZSTD_compressStream2(self.cctx.as_ptr(), &mut to, input, directive) };
        // SAFETY: the library wrote that much.
        unsafe { out.commit(to.pos) };
        let left = lib::checked(r).map_err(|e| lib::fail("compress Zstandard data", e))?;
        Ok((left, to.pos == room))
    }

    fn compress(&mut self, data: &[u8], mode: i32) -> Run<Vec<u8>> {
        let mut out = Output::new(-1);
        let mut input = zs::ZSTD_inBuffer { src: data.as_ptr().cast(), size: data.len(), pos: 0 };
        let workers = self.multithreaded && mode == CONTINUE;
        loop {
            let (left, full) = match self.step(&mut input, &mut out, mode) {
                Ok(r) => r,
                Err(e) => {
                    self.last_mode = FLUSH_FRAME;
                    self.cctx.reset();
                    return Err(e);
                }
            };
            // Worker threads have input in hand after they took it: only a flush waits for them.
            let done = if workers { input.pos == input.size && !full } else { left == 0 };
            if done {
                self.last_mode = mode;
                return Ok(out.into_vec());
            }
        }
    }
}

/// Compressor objects.
/// ---
/// Create a compressor object for compressing data incrementally.
///
///   level
///     The compression level to use. Defaults to COMPRESSION_LEVEL_DEFAULT.
///   options
///     A dict object that contains advanced compression parameters.
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///
/// Thread-safe at method level.  For one-shot compression, use the
/// compress() function instead.
#[pytype(
    name = "compression.zstd.ZstdCompressor", body = Boxed<Guarded<Compressing>>,
    sig = "(level=None, options=None, zstd_dict=None)",
)]
pub struct ZstdCompressor;

/// Sets the modes as attributes of the type.
pub fn add_modes() -> PyResult<()> {
    let ty = ZstdCompressor::type_object();
    for (name, mode) in [("CONTINUE", CONTINUE), ("FLUSH_BLOCK", FLUSH_BLOCK), ("FLUSH_FRAME", FLUSH_FRAME)] {
        ty.dict().set_text(name, &*int(mode)?)?;
    }
    ty.modified();
    Ok(())
}

#[pymethods]
impl ZstdCompressor {
    #[slot(tp_new, sig = "(level=None, options=None, zstd_dict=None)")]
    fn new(
        cls: &Type,
        level: Option<&Obj>,
        options: Option<&Obj>,
        zstd_dict: Option<&Obj>,
    ) -> PyResult<Object> {
        let Some(cctx) = lib::CCtx::new() else {
            return Err(ERROR.raise("Unable to create ZSTD_CCtx instance."));
        };
        let mut c = Compressing {
            cctx,
            _digested: None,
            _content: None,
            last_mode: FLUSH_FRAME,
            level: 0,
            multithreaded: false,
        };
        if level.is_some() && options.is_some() {
            bail!(TypeError, "Only one of level or options should be used.");
        }
        if let Some(level) = level {
            let Some(n) = level.downcast::<Int>() else {
                bail!(TypeError, "invalid type for level, expected int");
            };
            let Some(n) = n.to_i64().and_then(|n| i32::try_from(n).ok()) else {
                let (low, high) = lib::levels();
                bail!(ValueError, "illegal compression level; the valid range is [{low}, {high}]");
            };
            params::set_level(&c.cctx, n)?;
            c.level = n;
        }
        if let Some(options) = options {
            let Some(d) = options.downcast::<Dict>() else {
                let got = options.type_name();
                bail!(TypeError, "ZstdCompressor() argument 'options' must be dict, not {got}");
            };
            params::options(d, true, &mut |key, value| {
                params::set_compression(&c.cctx, key, value)?;
                if key == params::LEVEL {
                    c.level = value;
                } else if params::is_workers(key) && value != 0 {
                    c.multithreaded = true;
                }
                Ok(())
            })?;
        }
        if let Some(dict) = zstd_dict {
            c.load(dict)?;
        }
        new_boxed(cls, Guarded::new(c))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Compressing>>(o) }
    }

    /// Provide data to the compressor object.
    ///
    ///   mode
    ///     Can be these 3 values ZstdCompressor.CONTINUE,
    ///     ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME
    ///
    /// Return a chunk of compressed data if possible, or b'' otherwise.
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "(data, mode=ZstdCompressor.CONTINUE)")]
    fn compress(&self, bytes: BytesLike<'_>, mode: Option<i32>) -> PyResult<Ref<Bytes>> {
        let mode = mode.unwrap_or(CONTINUE);
        if !(CONTINUE..=FLUSH_FRAME).contains(&mode) {
            bail!(
                ValueError,
                "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, \
                 ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME."
            );
        }
        finish(data(self).run(|c| c.compress(&bytes, mode)), Some(&ERROR))
    }

    /// Finish the compression process.
    ///
    ///   mode
    ///     Can be these 2 values ZstdCompressor.FLUSH_FRAME,
    ///     ZstdCompressor.FLUSH_BLOCK
    ///
    /// Flush any remaining data left in internal buffers.  Since Zstandard
    /// data consists of one or more independent frames, the compressor
    /// object can still be used after this method is called.
    #[method(sig = "(mode=ZstdCompressor.FLUSH_FRAME)")]
    fn flush(&self, mode: Option<i32>) -> PyResult<Ref<Bytes>> {
        let mode = mode.unwrap_or(FLUSH_FRAME);
        if mode != FLUSH_FRAME && mode != FLUSH_BLOCK {
            bail!(
                ValueError,
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK."
            );
        }
        finish(data(self).run(|c| c.compress(&[], mode)), Some(&ERROR))
    }

    /// Set the uncompressed content size to be written into the frame header.
    ///
    ///   size
    ///     The size of the uncompressed data to be provided to the compressor.
    ///
    /// This method can be used to ensure the header of the frame about to
    /// be written includes the size of the data, unless the
    /// CompressionParameter.content_size_flag is set to False.
    /// If last_mode != FLUSH_FRAME, then a RuntimeError is raised.
    ///
    /// It is important to ensure that the pledged data size matches the
    /// actual data size.  If they do not match the compressed output data
    /// may be corrupted and the final chunk written may be lost.
    #[method(sig = "(size, /)")]
    fn set_pledged_input_size(&self, size: &Obj) -> PyResult<()> {
        let size = if size.is_none() {
            UNKNOWN
        } else {
            let Some(n) = size.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
            // The two highest numbers mean "unknown" and "error".
            match n.to_i128().and_then(|n| u64::try_from(n).ok()).filter(|n| *n < UNKNOWN - 1) {
                Some(n) => n,
                None => bail!(ValueError, "size argument should be a positive int less than {}", UNKNOWN - 1),
            }
        };
        let c = data(self).lock();
        if c.last_mode != FLUSH_FRAME {
            bail!(ValueError, "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME");
        }
        // SAFETY: a live context.
        match lib::checked(unsafe { zs::ZSTD_CCtx_setPledgedSrcSize(c.cctx.as_ptr(), size) }) {
            Ok(_) => Ok(()),
            Err(e) => {
                let text = format!("Unable to set pledged uncompressed content size: {}", lib::error_name(e));
                Err(Fail::new(FailKind::Module, text).raise(Some(&ERROR)))
            }
        }
    }

    /// The last mode used to this compressor object, its value can be .CONTINUE,
    /// .FLUSH_BLOCK, .FLUSH_FRAME. Initialized to .FLUSH_FRAME.
    ///
    /// It can be used to get the current state of a compressor, such as, data
    /// flushed, or a frame ended.
    #[getter]
    fn last_mode(&self) -> i32 {
        data(self).lock().last_mode
    }
}
