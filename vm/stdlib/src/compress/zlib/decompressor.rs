//! `zlib._ZlibDecompressor`: incremental decompression that keeps its input, with the interface of the other modules'
//! decompressors.

use super::stream::Stream;
use super::{ERROR, MAX_WBITS};
use crate::compress::{Decoder, Guarded, Incremental, Output, Progress, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use libz_rs_sys as z;

/// The stream of a decompressor with its dictionary.
pub struct Inflater {
    stream: Stream,
    dict: Option<Vec<u8>>,
}

impl Decoder for Inflater {
    fn decode(&mut self, data: &[u8], out: &mut Output) -> Run<Progress> {
        let mut input = data;
        let code = self.stream.inflate(&mut input, out, |_| z::Z_SYNC_FLUSH, self.dict.as_deref())?;
        let ended = match code {
            z::Z_STREAM_END => match self.stream.end() {
                z::Z_OK => true,
                code => return Err(self.stream.fail(code, "while finishing decompression")),
            },
            z::Z_OK | z::Z_BUF_ERROR => false,
            code => return Err(self.stream.fail(code, "while decompressing data")),
        };
        Ok(Progress { consumed: data.len() - input.len(), ended, pending: false })
    }
}

/// Decompressor objects.
/// ---
/// Create a decompressor object for decompressing data incrementally.
///
///   wbits = 15
///   zdict
///      The predefined compression dictionary. This is a sequence of bytes
///      (such as a bytes object) containing subsequences that are expected
///      to occur frequently in the data that is to be compressed. Those
///      subsequences that are expected to be most common should come at the
///      end of the dictionary. This must be the same dictionary as used by the
///      compressor that produced the input data.
#[pytype(
    name = "zlib._ZlibDecompressor", body = Boxed<Guarded<Incremental<Inflater>>>, sig = "(wbits=15, zdict=b'')",
)]
pub struct ZlibDecompressor;

#[pymethods]
impl ZlibDecompressor {
    #[slot(tp_new, sig = "(wbits=15, zdict=b'')")]
    fn new(cls: &Type, wbits: Option<i32>, zdict: Option<&Obj>) -> PyResult<Object> {
        // What is no buffer counts once a stream asks for a dictionary: never.
        let dict = match zdict.filter(|d| Buffer::supported(d)) {
            Some(d) => Some(BytesLike::of(d)?.to_vec()),
            None => None,
        };
        let wbits = wbits.unwrap_or(MAX_WBITS);
        if let Some(d) = zdict
            && dict.is_none()
            && wbits < 0
        {
            bail!(TypeError, "a bytes-like object is required, not '{}'", d.type_name());
        }
        let stream = super::decompressobj::open(wbits, dict.as_deref()).map_err(|f| f.raise(Some(&ERROR)))?;
        new_boxed(cls, Guarded::new(Incremental::new(Inflater { stream, dict })))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Incremental<Inflater>>>(o) }
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
