//! `zlib.Compress`: incremental compression.

use super::ERROR;
use super::stream::{Setup, Stream};
use crate::compress::{Fail, FailKind, Guarded, Output, Run, finish};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_macros::{pymethods, pytype};
use libz_rs_sys as z;

/// Compressor objects.
#[pytype(
    name = "zlib.Compress", body = Boxed<Guarded<Stream>>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Compress;

impl Compress {
    /// `zlib.compressobj`.
    pub fn create(setup: &Setup, dict: Option<&[u8]>) -> PyResult<Object> {
        let value = |text: &str| Err(Fail::new(FailKind::Value, text).raise(Some(&ERROR)));
        let mut s = match Stream::deflating(setup) {
            Ok(s) => s,
            Err((z::Z_STREAM_ERROR, _)) => return value("Invalid initialization option"),
            Err((z::Z_MEM_ERROR, _)) => {
                let text = "Can't allocate memory for compression object";
                return Err(Fail::new(FailKind::Memory, text).raise(Some(&ERROR)));
            }
            Err((code, s)) => {
                return Err(s.fail(code, "while creating compression object").raise(Some(&ERROR)));
            }
        };
        if let Some(d) = dict {
            match s.set_deflate_dictionary(d) {
                z::Z_OK => {}
                z::Z_STREAM_ERROR => return value("Invalid dictionary"),
                _ => return value("deflateSetDictionary()"),
            }
        }
        new_boxed(Compress::type_object(), Guarded::new(s))
    }
}

/// `Compress.flush` on a stream.
fn flush(s: &mut Stream, mode: i32) -> Run<Vec<u8>> {
    let mut out = Output::new(-1);
    let code = s.deflate(&[], &mut out, mode, "while flushing")?;
    if code == z::Z_STREAM_END && mode == z::Z_FINISH {
        let code = s.end();
        if code != z::Z_OK {
            return Err(s.fail(code, "while finishing compression"));
        }
    } else if code != z::Z_OK && code != z::Z_BUF_ERROR {
        return Err(s.fail(code, "while flushing"));
    }
    Ok(out.into_vec())
}

#[pymethods]
impl Compress {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Guarded<Stream>>(o) }
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "(data, /)")]
    fn compress(&self, bytes: BytesLike<'_>) -> PyResult<Ref<Bytes>> {
        let run = |s: &mut Stream| {
            let mut out = Output::new(-1);
            s.deflate(&bytes, &mut out, z::Z_NO_FLUSH, "while compressing data")?;
            Ok(out.into_vec())
        };
        finish(data(self).run(run), Some(&ERROR))
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[method(sig = "(mode=zlib.Z_FINISH, /)")]
    fn flush(&self, mode: Option<i32>) -> PyResult<Ref<Bytes>> {
        match mode.unwrap_or(z::Z_FINISH) {
            z::Z_NO_FLUSH => Ok(Bytes::empty()),
            mode => finish(data(self).run(|s| flush(s, mode)), Some(&ERROR)),
        }
    }

    /// Return a copy of the compression object.
    #[method]
    fn copy(&self) -> PyResult<Object> {
        let mut s = data(self).lock();
        match s.copy() {
            Ok(copy) => new_boxed(self.ob_type(), Guarded::new(copy)),
            Err(z::Z_STREAM_ERROR) => {
                Err(Fail::new(FailKind::Value, "Inconsistent stream state").raise(None))
            }
            Err(z::Z_MEM_ERROR) => {
                let text = "Can't allocate memory for compression object";
                Err(Fail::new(FailKind::Memory, text).raise(None))
            }
            Err(code) => Err(s.fail(code, "while copying compression object").raise(Some(&ERROR))),
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
}
