//! `ZstdDict`: a dictionary, with what the library digests of it.

use super::{ERROR, lib};
use crate::util::{Boxed, data, dealloc_boxed, int, new_boxed};
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil};
use dovetail_macros::{pymethods, pytype};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A dictionary's content. Contexts that use it share it.
pub struct Content {
    pub bytes: Vec<u8>,
    pub id: u32,
    /// By compression level.
    for_compression: Mutex<HashMap<i32, Arc<lib::CDict>>>,
    for_decompression: OnceLock<lib::DDict>,
}

/// How a dictionary is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Digested = 0,
    Undigested = 1,
    Prefix = 2,
}

impl Content {
    /// The dictionary digested for a compression level.
    pub fn digested(&self, level: i32) -> PyResult<Arc<lib::CDict>> {
        let lock = || self.for_compression.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(d) = lock().get(&level) {
            return Ok(d.clone());
        }
        match gil::allow_threads(|| lib::CDict::new(&self.bytes, level)) {
            Some(d) => Ok(lock().entry(level).or_insert(Arc::new(d)).clone()),
            None => {
                Err(ERROR.raise("Failed to create a ZSTD_CDict instance from Zstandard dictionary content."))
            }
        }
    }

    /// The dictionary digested for decompression.
    pub fn for_reading(&self) -> PyResult<&lib::DDict> {
        if let Some(d) = self.for_decompression.get() {
            return Ok(d);
        }
        match gil::allow_threads(|| lib::DDict::new(&self.bytes)) {
            Some(d) => Ok(self.for_decompression.get_or_init(|| d)),
            None => {
                Err(ERROR.raise("Failed to create a ZSTD_DDict instance from Zstandard dictionary content."))
            }
        }
    }
}

/// The dictionary and its use that a `zstd_dict` argument names: a dictionary, or a pair of one and a use.
pub fn argument(o: &Obj, default: Use) -> PyResult<(Arc<Content>, Use)> {
    if let Some(d) = o.downcast::<ZstdDict>() {
        return Ok((data(d).clone(), default));
    }
    if let Some(pair) = o.downcast_exact::<Tuple>()
        && pair.len() == 2
        && let Some(d) = pair.get(0).downcast::<ZstdDict>()
    {
        let kind = match pair.get(1).downcast::<Int>().and_then(Int::to_i64) {
            Some(0) => Some(Use::Digested),
            Some(1) => Some(Use::Undigested),
            Some(2) => Some(Use::Prefix),
            _ => None,
        };
        if let Some(kind) = kind {
            return Ok((data(d).clone(), kind));
        }
    }
    bail!(TypeError, "zstd_dict argument should be a ZstdDict object.")
}

/// Dictionaries.
/// ---
/// Represents a Zstandard dictionary.
///
///   dict_content
///     The content of a Zstandard dictionary as a bytes-like object.
///   is_raw
///     If true, perform no checks on *dict_content*, useful for some
///     advanced cases. Otherwise, check that the content represents
///     a Zstandard dictionary created by the zstd library or CLI.
///
/// The dictionary can be used for compression or decompression, and can be
/// shared by multiple ZstdCompressor or ZstdDecompressor objects.
#[pytype(
    name = "compression.zstd.ZstdDict", body = Boxed<Arc<Content>>, sig = "(dict_content, /, *, is_raw=False)",
)]
pub struct ZstdDict;

impl ZstdDict {
    fn used_as(&self, kind: Use) -> PyResult<Ref<Tuple>> {
        Tuple::from_vec(vec![self.to_owned(), int(kind as i64)?])
    }
}

#[pymethods]
impl ZstdDict {
    #[slot(tp_new, sig = "(dict_content, /, *, is_raw=False)")]
    fn new(cls: &Type, dict_content: BytesLike<'_>, is_raw: bool) -> PyResult<Object> {
        if dict_content.len() < 8 {
            bail!(ValueError, "Zstandard dictionary content too short (must have at least eight bytes)");
        }
        let id = lib::dict_id(&dict_content);
        if !is_raw && id == 0 {
            bail!(ValueError, "invalid Zstandard dictionary");
        }
        let content = Content {
            bytes: dict_content.to_vec(),
            id,
            for_compression: Mutex::default(),
            for_decompression: OnceLock::new(),
        };
        new_boxed(cls, Arc::new(content))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a slot of this type.
        unsafe { dealloc_boxed::<Arc<Content>>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<ZstdDict dict_id={} dict_size={}>", data(self).id, data(self).bytes.len())
    }

    #[slot(sq_length)]
    fn len(&self) -> usize {
        data(self).bytes.len()
    }

    /// The Zstandard dictionary, an int between 0 and 2**32.
    ///
    /// A non-zero value represents an ordinary Zstandard dictionary,
    /// conforming to the standardised format.
    ///
    /// A value of zero indicates a 'raw content' dictionary,
    /// without any restrictions on format or content.
    #[getter]
    fn dict_id(&self) -> u32 {
        data(self).id
    }

    /// The content of a Zstandard dictionary, as a bytes object.
    #[getter]
    fn dict_content(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(&data(self).bytes)
    }

    /// Load as a digested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_digested_dict)
    ///
    /// 1. Some advanced compression parameters of compressor may be
    ///    overridden by parameters of digested dictionary.
    /// 2. ZstdDict has a digested dictionaries cache for each compression
    ///    level.  It's faster when loading again a digested dictionary with
    ///    the same compression level.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_digested_dict(&self) -> PyResult<Ref<Tuple>> {
        self.used_as(Use::Digested)
    }

    /// Load as an undigested dictionary to compressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_undigested_dict)
    ///
    /// 1. The advanced compression parameters of compressor will not be
    ///    overridden.
    /// 2. Loading an undigested dictionary is costly. If load an undigested
    ///    dictionary multiple times, consider reusing a compressor object.
    /// 3. No need to use this for decompression.
    #[getter]
    fn as_undigested_dict(&self) -> PyResult<Ref<Tuple>> {
        self.used_as(Use::Undigested)
    }

    /// Load as a prefix to compressor/decompressor.
    ///
    /// Pass this attribute as zstd_dict argument:
    /// compress(dat, zstd_dict=zd.as_prefix)
    ///
    /// 1. Prefix is compatible with long distance matching, while
    ///    dictionary is not.
    /// 2. It only works for the first frame, then the
    ///    compressor/decompressor will return to no prefix state.
    /// 3. When decompressing, must use the same prefix as when compressing.
    #[getter]
    fn as_prefix(&self) -> PyResult<Ref<Tuple>> {
        self.used_as(Use::Prefix)
    }
}
