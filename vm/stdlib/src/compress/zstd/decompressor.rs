//! `ZstdDecompressor`.

use super::dictionary::{self, Content, Use};
use super::{ERROR, lib, params};
use crate::compress::{Decoder, Guarded, Incremental, Output, Progress, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use std::sync::Arc;
use zstd_sys as zs;

/// A running decompression. The context comes first: it refers to the dictionary.
pub struct Decompressing {
    dctx: lib::DCtx,
    _content: Option<Arc<Content>>,
}

impl Decompressing {
    fn load(&mut self, dict: &Obj) -> PyResult<()> {
        let (content, kind) = dictionary::argument(dict, Use::Digested)?;
        let d = self.dctx.as_ptr();
        let (at, n) = (content.bytes.as_ptr().cast(), content.bytes.len());
        // SAFETY: a live context; what it refers to is kept in the field.
        let r = unsafe {
            match kind {
                Use::Digested => zs::ZSTD_DCtx_refDDict(d, content.for_reading()?.as_ptr()),
                Use::Undigested => zs::ZSTD_DCtx_loadDictionary(d, at, n),
                Use::Prefix => zs::ZSTD_DCtx_refPrefix(d, at, n),
            }
        };
        self._content = Some(content);
        match lib::checked(r) {
            Ok(_) => Ok(()),
            Err(e) => {
                let what = "load Zstandard dictionary or prefix for decompression";
                Err(lib::fail(what, e).raise(Some(&ERROR)))
            }
        }
    }
}

impl Decoder for Decompressing {
    const ENDED: &'static str = "Already at the end of a Zstandard frame.";

    fn decode(&mut self, data: &[u8], out: &mut Output) -> Run<Progress> {
        let mut input = zs::ZSTD_inBuffer { src: data.as_ptr().cast(), size: data.len(), pos: 0 };
        loop {
            let (at, room) = out.space()?;
            let mut to = zs::ZSTD_outBuffer { dst: at.cast(), size: room, pos: 0 };
            // SAFETY: a live context; both regions are live, as long as said.
            let r = unsafe { zs::ZSTD_decompressStream(self.dctx.as_ptr(), &mut to, &mut input) };
            // SAFETY: the library wrote that much.
            unsafe { out.commit(to.pos) };
            let left = match lib::checked(r) {
                Ok(n) => n,
                Err(e) => {
                    self.dctx.reset();
                    return Err(lib::fail("decompress Zstandard data", e));
                }
            };
            let (ended, full) = (left == 0, to.pos == room);
            if ended || (full && out.is_full()) || (!full && input.pos == input.size) {
                return Ok(Progress { consumed: input.pos, ended, pending: full });
            }
        }
    }
}

/// Decompressor objects.
/// ---
/// Create a decompressor object for decompressing data incrementally.
///
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///   options
///     A dict object that contains advanced decompression parameters.
///
/// Thread-safe at method level.  For one-shot decompression, use the
/// decompress() function instead.
#[pytype(
    name = "compression.zstd.ZstdDecompressor", body = Boxed<Guarded<Incremental<Decompressing>>>,
    sig = "(zstd_dict=None, options=None)",
)]
pub struct ZstdDecompressor;

#[pymethods]
impl ZstdDecompressor {
    #[slot(tp_new, sig = "(zstd_dict=None, options=None)")]
    fn new(cls: &Type, zstd_dict: Option<&Obj>, options: Option<&Obj>) -> PyResult<Object> {
        let Some(dctx) = lib::DCtx::new() else {
            return Err(ERROR.raise("Unable to create ZSTD_DCtx instance."));
        };
        let mut d = Decompressing { dctx, _content: None };
        if let Some(dict) = zstd_dict {
            d.load(dict)?;
        }
        if let Some(options) = options {
            let Some(dict) = options.downcast::<Dict>() else {
                let got = options.type_name();
                bail!(TypeError, "ZstdDecompressor() argument 'options' must be dict, not {got}");
            };
            params::options(dict, false, &mut |key, value| {
                d.dctx.set(key, value).map(|_| ()).map_err(|_| params::refused(false, key, value))
            })?;
        }
        new_boxed(cls, Guarded::new(Incremental::new(d)))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Incremental<Decompressing>>>(o) }
    }

    /// Decompress *data*, returning uncompressed bytes if possible, or b'' otherwise.
    ///
    ///   data
    ///     A bytes-like object, Zstandard data to be decompressed.
    ///   max_length
    ///     Maximum size of returned data. When it is negative, the size of
    ///     output buffer is unlimited. When it is nonnegative, returns at
    ///     most max_length bytes of decompressed data.
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
    /// Attempting to decompress data after the end of a frame is reached
    /// raises an EOFError.  Any data found after the end of the frame is
    /// ignored and saved in the self.unused_data attribute.
    #[method(sig = "(data, max_length=-1)")]
    fn decompress(&self, bytes: BytesLike<'_>, max_length: isize) -> PyResult<Ref<Bytes>> {
        let run = |i: &mut Incremental<Decompressing>| {
            let ended = i.eof;
            let r = i.decompress(&bytes, max_length);
            if r.is_err() && !ended {
                i.needs_input = true;
            }
            r
        };
        finish(data(self).run(run), Some(&ERROR))
    }

    /// True means the end of the first frame has been reached. If decompress data
    /// after that, an EOFError exception will be raised.
    #[getter]
    fn eof(&self) -> bool {
        data(self).lock().eof
    }

    /// A bytes object of un-consumed input data.
    ///
    /// When ZstdDecompressor object stops after a frame is
    /// decompressed, unused input data after the frame.  Otherwise this
    /// will be b''.
    #[getter]
    fn unused_data(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).lock().unused_data)
    }

    /// If the max_length output limit in .decompress() method has been reached,
    /// and the decompressor has (or may has) unconsumed input data, it will be set
    /// to False. In this case, passing b'' to the .decompress() method may output
    /// further data.
    #[getter]
    fn needs_input(&self) -> bool {
        data(self).lock().needs_input
    }
}
