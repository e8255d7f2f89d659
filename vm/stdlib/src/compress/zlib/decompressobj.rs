//! `zlib.Decompress`: incremental decompression with the tail of the input for the caller to give again.

use super::stream::Stream;
use super::{DEF_BUF_SIZE, ERROR};
use crate::compress::{Fail, FailKind, Guarded, Output, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_macros::{pymethods, pytype};
use libz_rs_sys as z;

/// A stream with what it leaves.
pub struct Inflation {
    stream: Stream,
    dict: Option<Vec<u8>>,
    unused_data: Vec<u8>,
    unconsumed_tail: Vec<u8>,
    eof: bool,
}

/// Decompressor objects.
#[pytype(
    name = "zlib.Decompress", body = Boxed<Guarded<Inflation>>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Decompress;

/// A stream that decompresses, with a dictionary for raw data set at once.
pub fn open(wbits: i32, dict: Option<&[u8]>) -> Run<Stream> {
    let mut s = match Stream::inflating(wbits) {
        Ok(s) => s,
        Err((z::Z_STREAM_ERROR, _)) => {
            return Err(Fail::new(FailKind::Value, "Invalid initialization option"));
        }
        Err((z::Z_MEM_ERROR, _)) => {
            return Err(Fail::new(FailKind::Memory, "Can't allocate memory for decompression object"));
        }
        Err((code, s)) => return Err(s.fail(code, "while creating decompression object")),
    };
    if let Some(d) = dict
        && wbits < 0
    {
        s.set_inflate_dictionary(d)?;
    }
    Ok(s)
}

impl Decompress {
    /// `zlib.decompressobj`.
    pub fn create(wbits: i32, dict: Option<Vec<u8>>) -> PyResult<Object> {
        let stream = open(wbits, dict.as_deref()).map_err(|f| f.raise(Some(&ERROR)))?;
        let inflation =
            Inflation { stream, dict, unused_data: Vec::new(), unconsumed_tail: Vec::new(), eof: false };
        new_boxed(Decompress::type_object(), Guarded::new(inflation))
    }
}

impl Inflation {
    /// Keeps what was not consumed: behind the stream's end, or for the next call.
    fn save(&mut self, code: i32, rest: &[u8]) {
        if code == z::Z_STREAM_END {
            self.unused_data.extend_from_slice(rest);
            self.unconsumed_tail.clear();
        } else {
            self.unconsumed_tail = rest.to_vec();
        }
    }

    fn decompress(&mut self, data: &[u8], max_length: isize) -> Run<Vec<u8>> {
        let (mut out, mut input) = (Output::new(max_length), data);
        let code = self.stream.inflate(&mut input, &mut out, |_| z::Z_SYNC_FLUSH, self.dict.as_deref())?;
        self.save(code, input);
        match code {
            z::Z_STREAM_END => self.eof = true,
            z::Z_OK | z::Z_BUF_ERROR => {}
            _ => return Err(self.stream.fail(code, "while decompressing data")),
        }
        Ok(out.into_vec())
    }

    fn flush(&mut self) -> Run<Vec<u8>> {
        let tail = std::mem::take(&mut self.unconsumed_tail);
        let (mut out, mut input) = (Output::new(-1), &tail[..]);
        let flush = |last| if last { z::Z_FINISH } else { z::Z_NO_FLUSH };
        let code = self.stream.inflate(&mut input, &mut out, flush, self.dict.as_deref())?;
        self.save(code, input);
        if code == z::Z_STREAM_END {
            self.eof = true;
            let code = self.stream.end();
            if code != z::Z_OK {
                return Err(self.stream.fail(code, "while finishing decompression"));
            }
        }
        Ok(out.into_vec())
    }
}

#[pymethods]
impl Decompress {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Inflation>>(o) }
    }

    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be
    /// stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "(data, /, max_length=0)")]
    fn decompress(&self, bytes: BytesLike<'_>, max_length: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let most = match max_length {
            Some(n) => n.as_isize_clipped()?,
            None => 0,
        };
        if most < 0 {
            bail!(ValueError, "max_length must be non-negative");
        }
        let most = if most == 0 { -1 } else { most };
        finish(data(self).run(|i| i.decompress(&bytes, most)), Some(&ERROR))
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(sig = "(length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(&self, length: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let length = match length {
            Some(n) => n.as_isize_clipped()?,
            None => DEF_BUF_SIZE,
        };
        if length <= 0 {
            bail!(ValueError, "length must be greater than zero");
        }
        finish(data(self).run(Inflation::flush), Some(&ERROR))
    }

    /// Return a copy of the decompression object.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        let mut i = data(self).lock();
        match i.stream.copy() {
            Ok(stream) => {
                let copy = Inflation {
                    stream,
                    dict: i.dict.clone(),
                    unused_data: i.unused_data.clone(),
                    unconsumed_tail: i.unconsumed_tail.clone(),
                    eof: i.eof,
                };
                new_boxed(self.ob_type(), Guarded::new(copy))
            }
            Err(z::Z_STREAM_ERROR) => {
                Err(Fail::new(FailKind::Value, "Inconsistent stream state").raise(None))
            }
            Err(z::Z_MEM_ERROR) => {
                let text = "Can't allocate memory for decompression object";
                Err(Fail::new(FailKind::Memory, text).raise(None))
            }
            Err(code) => Err(i.stream.fail(code, "while copying decompression object").raise(Some(&ERROR))),
        }
    }

    #[method]
    fn __copy__(&self) -> PyResult<Object> {
        self.copy()
    }

    #[method(sig = "(memo, /)")]
    fn __deepcopy__(&self, _memo: &Obj) -> PyResult<Object> {
        self.copy()
    }

    #[getter]
    fn unused_data(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).lock().unused_data)
    }

    #[getter]
    fn unconsumed_tail(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).lock().unconsumed_tail)
    }

    #[getter]
    fn eof(&self) -> bool {
        data(self).lock().eof
    }
}
